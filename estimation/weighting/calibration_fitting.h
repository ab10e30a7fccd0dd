// Iterative proportional fitting of margins (Deming and Stephan 1940, Annals of Mathematical Statistics 11: 427-444):
// weights are scaled to each margin in turn until all are met. One margin: post-stratification.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "estimation/weighting/calibration_problem.h"

namespace cifra {

struct MarginFit {
    std::vector<double> g;                   // by pattern; 1 where the sum is 0
    std::vector<std::vector<double>> after;  // with options.keep_fitted: g after each margin of the last pass
    Eigen::VectorXd reached;
    std::size_t iterations = 0;
    double deviation = 0;
    bool met = false;  // or stopped by its own change, where options.change says so
};

// `sums`: base weights by pattern. Cost O(patterns × margins) a pass.
MarginFit fit_margins(const CalibrationProblem& problem, std::span<const double> sums, const Eigen::VectorXd& scale);

}  // namespace cifra
