// Why a calibration was not solved: controls that no weights within the bounds meet together, or a method that did not
// get there.
//
// The linear programme  min Σ v_j / max(|T_j|, 1)  over  Σ w x_j = T_j ± v_j  and the bounds of w tells the two apart.
// Its optimum is the least violation; controls with a dual value other than 0 are those in conflict (by Farkas' lemma
// a combination of them is unattainable, and without one of them it may be attained). Units with equal x are one
// variable. Weights of linear are free, those of raking and sinh at least 0, those of truncated and logit in the closed
// interval of the bounds. Solved by the simplex method of GLPK.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "estimation/weighting/calibration_problem.h"

namespace cifra {

struct LeastViolation {
    Eigen::VectorXd reached;            // totals of the nearest weights
    std::vector<std::size_t> violated;  // columns they miss by more than 1e-6 of max(|T|, 1); none: feasible
    std::vector<std::size_t> conflict;  // columns with a dual value
    bool known = true;                  // false: above 20,000 distinct units or 5,000 steps of the simplex
};

// `sums`: base weights by pattern.
LeastViolation least_violation(const CalibrationProblem& problem, std::span<const double> sums);

// Throws the Refusal: calibration-infeasible naming the violation and the conflict, or calibration-not-converged naming
// what was `reached`. A control is met within tolerance × `scale`.
[[noreturn]] void refuse_unmet(const CalibrationProblem& problem, std::span<const double> sums,
                               const Eigen::VectorXd& reached, const Eigen::VectorXd& scale);

}  // namespace cifra
