// The variance of calibrated estimates: linearized totals swept by the auxiliaries.
//
// An estimate under calibrated weights w = d g has the variance of its regression residuals: every linearized row
// value u is replaced by g e, e = u - x'B, B = (Σ d x x'/q)⁻ Σ d x u/q (Deville and Särndal 1992, section 3). With
// a = w u the weighted values of rows this is a linear operator,
//
//   z = a - X B,   B = M H'a,   X_kj = w_k x_kj,   H_kj = x_kj / (g_k q_k),   M = (Σ d x x'/q)⁻,
//
// so a column of unit totals needs its p cross-products H'a beside it, gathered in the same pass over the rows, and
// the unit totals of X once for all. Every statistic that has linearized values gets it by the same route, and records
// below the calibrated unit add to it. A column so swept has an entry in every unit.
//
// Weights made in several steps have residuals of the same form (weighting/chain_residuals.h).
//
// Sequential residuals are those of R survey's rake(): ten rounds of unweighted means over each margin in turn, with
// the weights that stood after that margin. They are of the same form with M from the rounds.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "estimation/hierarchy.h"
#include "estimation/totals.h"
#include "estimation/weighting/controls.h"

namespace cifra {

struct Residuals {
    std::size_t level = no_level;  // the calibrated one; no_level: no calibration
    Controls controls;
    std::vector<std::vector<double>> scale;  // H_kj / x_kj by row; one for all controls, or one a control
    Eigen::MatrixXd inverse;                 // M
    std::vector<std::size_t> begin;          // X summed by unit of the design: entries begin[u] .. begin[u + 1]
    std::vector<std::uint32_t> column;       // [entry]
    std::vector<double> total;               // [entry]
    Eigen::MatrixXd sources;                 // R, V(T) = R R' of estimated controls; empty: they are known
};

// `d`, `w`: base and calibrated weights of the rows of `level`, `variances`: q or empty. Rows of w = 0 take no part.
Residuals regression_residuals(const Level& level, std::size_t index, std::size_t units, Controls controls,
                               std::span<const double> d, std::span<const double> w, std::span<const double> variances);

// `fitted`: weights after each margin.
Residuals sequential_residuals(const Level& level, std::size_t index, std::size_t units, Controls controls,
                               std::vector<std::vector<double>> fitted);

// The rows of one base level and the calibrated unit each belongs to.
struct ResidualRows {
    const Residuals* residuals = nullptr;
    std::vector<std::size_t> calibrated;  // row of the calibrated level

    // Adds what the weighted value of a row gives to H'a (p numbers, or none yet).
    void add(std::size_t row, double value, std::vector<double>& products) const;
};

// Of several calibrated levels the nearest that is `base` or above it; nothing where there is none.
const Residuals* residuals_of(const std::vector<Residuals>& residuals, const Hierarchy& hierarchy, std::size_t base);
std::optional<ResidualRows> residual_rows(const std::vector<Residuals>& residuals, const Hierarchy& hierarchy,
                                          std::size_t base);

// z by unit from the totals of a and H'a. What is left of a unit by rounding alone is 0. Estimated controls add
// entries R'B behind the units of the design: independent sources of variance (variance.h), so that every covariance
// has B'V(T)B in it (weighting/calibration_variance.h).
SparseColumn swept(const Residuals& residuals, const SparseColumn& totals, const std::vector<double>& products);

}  // namespace cifra
