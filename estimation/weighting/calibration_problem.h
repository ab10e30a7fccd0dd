// A calibration prepared for many base weights: replicates of a bootstrap, draws of a rehearsal, waves of one frame.
//
//   const CalibrationProblem problem = prepare_calibration(controls, {}, options);   // once: patterns of the units
//   const Calibrated whole = calibrate(problem, base_weights);
//   for (...) w = calibrate(problem, replicate_weights, whole.lambda).w;             // only the iterations
//
// For margins a replicate costs the sums of its weights by pattern and some ten iterations over the patterns,
// whatever the number of units. Problems are read only: threads may share one, each with options.threads = 1.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "estimation/weighting/calibration.h"
#include "estimation/weighting/calibration_patterns.h"

namespace cifra {

struct CalibrationProblem {
    std::vector<std::string> names;  // of the columns
    Eigen::VectorXd totals;
    CalibrationOptions options;
    CalibrationPatterns patterns;
};

// Refusal: options that do not go together, a total that is no number. std::invalid_argument where lengths differ.
CalibrationProblem prepare_calibration(const Controls& controls, std::span<const double> variances,
                                       const CalibrationOptions& options);

// `start`: λ to begin with, that of a similar problem, or empty for 0. It saves iterations and changes the result
// within rounding only, as the controls are met to it. Units of weight 0 take no part, and need no auxiliaries.
// Refusal as `calibrate` of calibration.h.
Calibrated calibrate(const CalibrationProblem& problem, std::span<const double> d, std::span<const double> start = {});

// The same from the sums of base weights by pattern (sums_by_pattern): g and w by pattern. Not with bounds on the
// weight, which are those of units.
Calibrated calibrate_patterns(const CalibrationProblem& problem, std::span<const double> sums,
                              std::span<const double> start = {});

}  // namespace cifra
