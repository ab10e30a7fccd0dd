// Joint probabilities among the open units, completed by the certain ones.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace cifra {

// The open units of the frame: their π, how many of them are taken, and which of them are wanted.
struct OpenFrame {
    std::vector<double> probability;  // in (0, 1)
    std::size_t n = 0;                // 1 .. size − 1
    std::vector<std::size_t> units;
};

// The matrix of frame.units, π_k in the diagonal.
using OpenJoint = std::function<Eigen::MatrixXd(const OpenFrame& frame)>;

// Puts the certain units back: π_kl = π_l where π_k = 1. `joint` is not called where no open unit is left to chance.
Eigen::MatrixXd joint_with_certain(std::span<const double> probability, std::span<const std::size_t> units,
                                   const OpenJoint& joint);

// A matrix from a function of two units of the frame, symmetric; π_k in the diagonal.
Eigen::MatrixXd joint_of_pairs(const OpenFrame& frame, const std::function<double(std::size_t k, std::size_t l)>& pair);

}  // namespace cifra
