// The root of the calibration equations Σ d F(x'λ/q) x = T by Newton's method, whoever makes the sums.
//
// λ minimizes a convex function with gradient Σ d F(x'λ/q) x - T. A step goes to the first of the lengths 1, 1/2, 1/4
// .. at which the function still falls (it then has at least half of what the best length up to 1 would bring, by
// convexity), or at which the largest deviation is halved. Columns that depend linearly on earlier ones are left out.
// The root is judged by the controls alone, never by the size of a step.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <vector>

#include "estimation/weighting/calibration.h"

namespace cifra {

struct CalibrationSums {
    Eigen::VectorXd totals;    // Σ d F(x'λ/q) x
    Eigen::MatrixXd products;  // Σ d F'(x'λ/q) x x'/q
};

struct CalibrationEquations {
    std::function<CalibrationSums(const Eigen::VectorXd& lambda)> sums;
    Eigen::VectorXd totals;         // T
    Eigen::VectorXd scale;          // a control's deviation is its gap over this; > 0
    Eigen::MatrixXd unit_products;  // Σ d x x'/q where F' may be 0 (truncated); else empty
};

// The largest gap allowed to each control over the tolerance, max(|T|, 1e-6 s, absolute / tolerance), s = Σ d |x|.
Eigen::VectorXd control_scales(const Eigen::VectorXd& sizes, const Eigen::VectorXd& totals,
                               const CalibrationOptions& options);

struct CalibrationRoot {
    Eigen::VectorXd lambda, reached;  // reached: the totals at λ
    std::size_t iterations = 0;
    std::vector<std::size_t> redundant;  // columns that earlier ones imply; λ is 0 there
    double deviation = 0;                // the largest
};

// `start`: λ to begin with. Ends at a deviation of rounding size, once it is within `tolerance` and falls no further,
// after `iterations`, or where no step helps; `deviation` tells whether it is good enough. O(p³) an iteration beside
// the sums.
CalibrationRoot solve_equations(const CalibrationEquations& equations, const Eigen::VectorXd& start, double tolerance,
                                std::size_t iterations);

// Columns, in their order, of a matrix of cross-products that are no linear combination of earlier ones: what is left
// of their square after regression on these is above 1e-11 of it (pivots of the Cholesky factorization). O(p³).
std::vector<std::size_t> independent_columns(const Eigen::MatrixXd& products);

}  // namespace cifra
