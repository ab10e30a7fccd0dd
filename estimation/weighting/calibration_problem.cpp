#include "estimation/weighting/calibration_problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/diagnostics.h"
#include "estimation/weighting/calibration_fitting.h"
#include "estimation/weighting/calibration_infeasible.h"
#include "estimation/weighting/calibration_newton.h"
#include "estimation/weighting/calibration_sums.h"

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

bool bounded(const CalibrationOptions& options) {
    return options.method == CalibrationMethod::truncated || options.method == CalibrationMethod::logit;
}

void check_options(const CalibrationOptions& options) {
    if (bounded(options) && !options.bounds_on_weight && !(options.lower < 1 && 1 < options.upper))
        throw Refusal("calibration: the bounds of g must lie below and above 1");
    if (bounded(options) && options.bounds_on_weight && !(options.lower >= 0 && options.lower < options.upper))
        throw Refusal("calibration: the lower bound of the weight is negative or not below the upper one");
    if (options.method == CalibrationMethod::logit && !(std::isfinite(options.lower) && std::isfinite(options.upper)))
        throw Refusal("calibration: method logit needs both bounds");
    if (options.method == CalibrationMethod::sinh && !(options.alpha > 0 && std::isfinite(options.alpha)))
        throw Refusal("calibration: alpha of method sinh is not a positive number");
}

bool fits_margins(const CalibrationOptions& options) {
    return options.proportional_fitting || options.method == CalibrationMethod::poststratification;
}

void check_controls(const Controls& controls, std::span<const double> variances, const CalibrationOptions& options) {
    const auto units = [](const Control& c) { return c.margin() ? c.category.size() : c.value.size(); };
    for (const Control& control : controls.all()) {
        if (units(control) != units(controls.all().front()) ||
            (!variances.empty() && variances.size() != units(control)))
            throw std::invalid_argument("calibration: variances and controls differ in length");
        if (!control.margin() && fits_margins(options))
            throw Refusal("calibration: proportional fitting takes margins, not totals of numbers");
    }
    if (options.method == CalibrationMethod::poststratification && controls.all().size() != 1)
        throw Refusal("calibration: poststratification takes one margin");
    for (const double total : controls.totals())
        if (!std::isfinite(total)) throw Refusal("calibration: a control total is not a number");
}

void check_weights(std::span<const double> d) {
    for (const double weight : d)
        if (!(weight >= 0) || !std::isfinite(weight))
            throw Refusal("calibration: a base weight is negative, missing or infinite");
}

void check_patterns(const CalibrationProblem& problem, std::span<const double> sums) {
    const CalibrationPatterns& patterns = problem.patterns;
    const CalibrationOptions& options = problem.options;
    std::size_t outside = 0;
    for (std::size_t k = 0; k < sums.size(); ++k) {
        if (sums[k] == 0) continue;
        const double q = patterns.q(k);
        if (!(q > 0) || !std::isfinite(q))
            throw Refusal("calibration: a variance of the model is not a positive number");
        for (std::size_t i = 0; i < patterns.numbers(); ++i)
            if (!std::isfinite(patterns.values(k)[i]))
                throw Refusal("calibration: an auxiliary is missing or infinite");
        if (options.bounds_on_weight && !(options.lower < sums[k] && sums[k] < options.upper)) ++outside;
    }
    if (options.method == CalibrationMethod::logit && outside > 0)
        throw Refusal(
            fmt::format("calibration: {} base weights lie outside the bounds {:g} to {:g} of method logit; "
                        "choose wider ones or method truncated",
                        outside, options.lower, options.upper));
}

Calibrated newton(const CalibrationProblem& problem, std::span<const double> sums, std::span<const double> start,
                  const Eigen::VectorXd& scale) {
    const CalibrationOptions& options = problem.options;
    const PatternSums functions = pattern_sums(problem.patterns, sums, options);
    CalibrationEquations equations{functions.sums, problem.totals, scale, {}};
    if (options.method == CalibrationMethod::truncated)
        equations.unit_products = unit_slope_sums(problem.patterns, sums, options.threads).products;
    Eigen::VectorXd begin = Eigen::VectorXd::Zero(problem.totals.size());
    if (!start.empty()) begin = Eigen::Map<const Eigen::VectorXd>(start.data(), at(start.size()));
    CalibrationRoot root = solve_equations(equations, begin, options.tolerance, options.iterations);
    if (!(root.deviation <= options.tolerance)) refuse_unmet(problem, sums, root.reached, scale);
    Calibrated result;
    result.g = functions.factors(root.lambda);
    result.lambda.assign(root.lambda.begin(), root.lambda.end());
    result.iterations = root.iterations;
    result.redundant = std::move(root.redundant);
    result.deviation = root.deviation;
    return result;
}

Calibrated fit(const CalibrationProblem& problem, std::span<const double> sums, const Eigen::VectorXd& scale) {
    MarginFit fitted = fit_margins(problem, sums, scale);
    if (!fitted.met) refuse_unmet(problem, sums, fitted.reached, scale);
    Calibrated result;
    result.g = std::move(fitted.g);
    result.iterations = fitted.iterations;
    result.deviation = fitted.deviation;
    result.fitted = std::move(fitted.after);
    return result;
}

Calibrated solve(const CalibrationProblem& problem, std::span<const double> sums, std::span<const double> start) {
    if (sums.size() != problem.patterns.size() || (!start.empty() && at(start.size()) != problem.totals.size()))
        throw std::invalid_argument("calibration: weights or a start differ in length from what was prepared");
    check_patterns(problem, sums);
    const Eigen::VectorXd scale =
        control_scales(absolute_totals(problem.patterns, sums), problem.totals, problem.options);
    return fits_margins(problem.options) ? fit(problem, sums, scale) : newton(problem, sums, start, scale);
}

// g d, within the bounds of the weight to the last bit.
void set_weights(std::span<const double> d, const CalibrationOptions& options, Calibrated& result) {
    const bool cut = bounded(options) && options.bounds_on_weight;
    result.w.resize(d.size());
    for (std::size_t k = 0; k < d.size(); ++k) {
        result.w[k] = d[k] * result.g[k];
        if (cut && d[k] > 0) result.w[k] = std::clamp(result.w[k], options.lower, options.upper);
    }
}

}  // namespace

CalibrationProblem prepare_calibration(const Controls& controls, std::span<const double> variances,
                                       const CalibrationOptions& options) {
    check_options(options);
    check_controls(controls, variances, options);
    CalibrationProblem problem{controls.names(), controls.totals(), options, {}};
    std::size_t units = 0;
    if (!controls.all().empty())
        units = std::max(controls.all().front().category.size(), controls.all().front().value.size());
    problem.patterns = calibration_patterns(controls, fits_margins(options) ? std::span<const double>{} : variances,
                                            units, bounded(options) && options.bounds_on_weight);
    return problem;
}

Calibrated calibrate_patterns(const CalibrationProblem& problem, std::span<const double> sums,
                              std::span<const double> start) {
    check_weights(sums);
    Calibrated result = solve(problem, sums, start);
    set_weights(sums, problem.options, result);
    return result;
}

Calibrated calibrate(const CalibrationProblem& problem, std::span<const double> d, std::span<const double> start) {
    const std::vector<std::uint32_t>& pattern = problem.patterns.of_unit;
    if (d.size() != pattern.size()) throw std::invalid_argument("calibration: weights and controls differ in length");
    check_weights(d);
    Calibrated result = solve(problem, sums_by_pattern(problem.patterns, d), start);
    std::vector<double> g(d.size());
    for (std::size_t k = 0; k < d.size(); ++k) g[k] = d[k] == 0 ? 1 : result.g[pattern[k]];
    for (std::vector<double>& factors : result.fitted) {
        std::vector<double> w(d.size());
        for (std::size_t k = 0; k < d.size(); ++k) w[k] = d[k] == 0 ? 0 : d[k] * factors[pattern[k]];
        factors = std::move(w);
    }
    result.g = std::move(g);
    set_weights(d, problem.options, result);
    return result;
}

}  // namespace cifra
