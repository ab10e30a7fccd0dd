// Calibration of weights to known totals of the population.
//
// Finds the factors g nearest to 1 with Σ d_k g_k x_k = T, for base weights d and auxiliaries x (Deville and Särndal
// 1992, JASA 87: 376-382, section 2; Deville, Särndal and Sautory 1993 for raking): g_k = F(x_k'λ / q_k), with F of the
// method (calibration_distance.h). q_k is 1 or the variance of the model's error (Särndal, Swensson and Wretman 1992,
// result 6.5.1).
//
// λ is found by Newton's method (calibration_newton.h) on the sums by pattern of the units (calibration_patterns.h);
// redundant controls (the sums of two margins) are left out of the system. Iterative proportional fitting
// (calibration_fitting.h) reaches the raking solution for margins. The controls are checked afterwards. Many base
// weights with the same auxiliaries: calibration_problem.h. Cost: n (controls of a unit) to find the patterns, then
// patterns (numbers of a unit)² + p³ an iteration, p columns. Oracle: R survey 4.1 calibrate, rake, postStratify,
// trimWeights.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "estimation/weighting/controls.h"

namespace cifra {

enum class CalibrationMethod { linear, truncated, raking, logit, sinh, poststratification };

struct CalibrationOptions {
    CalibrationMethod method = CalibrationMethod::linear;
    double lower = -std::numeric_limits<double>::infinity();  // of g, for truncated and logit
    double upper = std::numeric_limits<double>::infinity();
    bool bounds_on_weight = false;  // they are those of the calibrated weight d g instead
    double alpha = 1;               // of sinh
    // A control is met where |Σ d g x - T| is at most tolerance × max(|T|, 1e-6 Σ d |x|), or at most `absolute`.
    double tolerance = 1e-9, absolute = 0;
    std::size_t iterations = 200;
    bool proportional_fitting = false;  // raking of margins by iterative proportional fitting
    // Fitting that stops once no cell of the crossed margins changes by as much in a pass (below 1: by that share of Σ
    // d), whether the controls are met or not: the rule of R's rake().
    std::optional<double> change{};
    bool keep_fitted = false;  // Calibrated::fitted is asked for
    int threads = 1;           // 0: all cores; of the sums over units where auxiliaries are numbers
};

struct Calibrated {
    std::vector<double> g;       // of each unit; 1 where d is 0
    std::vector<double> w;       // d g, within bounds of the weight exactly
    std::vector<double> lambda;  // by column; none of proportional fitting
    std::size_t iterations = 0;
    std::vector<std::size_t> redundant;       // columns that earlier ones imply
    double deviation = 0;                     // the largest of the controls, relative as above
    std::vector<std::vector<double>> fitted;  // of proportional fitting: weights after each margin of the last pass
};

// `variances`: q by unit, empty for 1. Refusal naming the controls that are not met, or a base weight, auxiliary or
// variance that is no finite number of its range; std::invalid_argument where lengths differ.
Calibrated calibrate(std::span<const double> d, const Controls& controls, std::span<const double> variances,
                     const CalibrationOptions& options);

// Relative deviation of every control under weights w (d gives the scale); NaN where the total is not told.
Eigen::VectorXd control_deviations(const Controls& controls, std::span<const double> d, std::span<const double> w);

// Weights outside [lower, upper] are cut, and what is cut is spread evenly over the others; `strict` repeats it until
// none lies outside. The sum stays. Weights 0 are left alone. R survey trimWeights. Refusal where the sum cannot stay.
std::vector<double> trim_weights(std::span<const double> w, double lower, double upper, bool strict);

}  // namespace cifra
