// The sums of the calibration equations over patterns of units, for every method.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <span>

#include "estimation/weighting/calibration.h"
#include "estimation/weighting/calibration_newton.h"
#include "estimation/weighting/calibration_patterns.h"

namespace cifra {

// What F of `options` makes of `d`, sums by pattern, at any λ. With bounds on the weight each pattern is a unit and has
// limits of its own. All are to outlive the functions.
struct PatternSums {
    std::function<CalibrationSums(const Eigen::VectorXd& lambda)> sums;
    std::function<std::vector<double>(const Eigen::VectorXd& lambda)> factors;  // g by pattern; 1 where d is 0
};

// Groups of patterns are summed by up to `threads` threads (0: all cores), with the same bits at any number. Cost:
// patterns × (1 + numbers²) + groups × (controls)².
PatternSums pattern_sums(const CalibrationPatterns& patterns, std::span<const double> d,
                         const CalibrationOptions& options);

CalibrationSums unit_slope_sums(const CalibrationPatterns& patterns, std::span<const double> d, int threads);

// Σ d |x|
Eigen::VectorXd absolute_totals(const CalibrationPatterns& patterns, std::span<const double> d);

}  // namespace cifra
