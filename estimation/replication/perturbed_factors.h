// The generalized bootstrap: factors whose covariance is the quadratic form of the design's own variance estimator.
//
//   a = 1 + sum over stages of L xi / tau,   L L' = Sigma,   V(T) = z' Sigma z,   c_r = tau^2 / R
//
// xi independent with mean 0 and variance 1. So E V* = z' Sigma z: whatever variance.h computes for a total (stages
// with fractions, successive differences, unequal and joint probabilities) the replicates give for any statistic.
// Bertail and Combris 1997; Beaumont and Patak 2012, section 3, who choose tau so that no factor is negative.
//
// Per group, never a matrix of all units: with deviations Σ c (z - m)², m = Σ a z, L xi is e - a Σ e, e = sqrt(c) xi;
// with successive differences each step has its xi; joint probabilities take the square root of their own n x n form.
// xi is uniform on +-sqrt(3): bounded, so tau follows from the design alone, and no other replicate's draw matters.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "estimation/design.h"
#include "estimation/replication/replication_plan.h"
#include "estimation/variance/groups.h"

namespace cifra {

class PerturbedFactors {
public:
    PerturbedFactors() = default;
    // `not_positive` receives the names of strata whose form has a negative eigenvalue (below -1e-10 of the largest).
    PerturbedFactors(const ReplicationPlan& plan, const SurveyDesign& design, std::vector<std::string>& not_positive);
    double tau() const { return tau_; }
    void block(std::size_t first, std::size_t size, std::span<double> by_unit) const;

private:
    struct Group {
        std::uint32_t begin = 0, end = 0;
        std::uint64_t key = 0;
        GroupForm form;
        Eigen::MatrixXd root;       // of matrix and rank_two
        std::vector<double> scale;  // of deviations: sqrt(factor c) of each unit
        std::size_t size() const { return end - begin; }
    };
    struct Level {
        std::vector<Group> groups;
        std::vector<std::uint32_t> above;
    };
    bool set_root(Group& group) const;
    // The perturbations of a group's units by its chances.
    void perturb(const Group& group, std::span<const double> chance, std::span<double> deviation) const;
    std::vector<double> bounds() const;  // of each unit of the last stage: the largest |a - 1| at tau = 1

    ReplicationPlan plan_;
    std::vector<Level> levels_;
    double tau_ = 1;
};

}  // namespace cifra
