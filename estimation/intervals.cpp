#include "estimation/intervals.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace cifra {

namespace {

constexpr std::string_view names[] = {"automatic", "t", "log", "logit", "korn_graubard", "one_sided", ""};

double critical(const IntervalInput& input) { return t_quantile(0.5 + input.level / 2, input.df); }

Interval t_interval(const IntervalInput& input) {
    const double half = critical(input) * std::sqrt(input.variance);
    return {input.estimate - half, input.estimate + half, IntervalKind::t};
}

Interval log_interval(const IntervalInput& input) {
    const double spread = std::exp(critical(input) * std::sqrt(input.variance) / input.estimate);
    return {input.estimate / spread, input.estimate * spread, IntervalKind::log};
}

Interval logit_interval(const IntervalInput& input) {
    const double p = input.estimate / input.scale;
    const double half = critical(input) * std::sqrt(input.variance) / input.scale / (p * (1 - p));
    const double middle = std::log(p / (1 - p));
    const auto back = [&](double x) { return input.scale / (1 + std::exp(-x)); };
    return {back(middle - half), back(middle + half), IntervalKind::logit};
}

Interval korn_graubard_interval(const IntervalInput& input) {
    const double p = input.estimate / input.scale, variance = input.variance / (input.scale * input.scale);
    const double ratio = t_quantile(0.5 + input.level / 2, input.n - 1) / critical(input);
    const double n = std::min(input.n, p * (1 - p) / variance * ratio * ratio), x = n * p;
    const double alpha = 1 - input.level;
    const double lower = x > 0 ? boost::math::quantile(boost::math::beta_distribution<>(x, n - x + 1), alpha / 2) : 0;
    const double upper =
        n - x > 0 ? boost::math::quantile(boost::math::beta_distribution<>(x + 1, n - x), 1 - alpha / 2) : 1;
    return {input.scale * lower, input.scale * upper, IntervalKind::korn_graubard};
}

Interval one_sided_interval(const IntervalInput& input) {
    if (!(input.n > 0)) return {};
    const double limit = std::pow(1 - input.level, 1 / input.n);
    const bool proportion = input.range == ParameterRange::proportion;
    if (proportion && input.estimate > 0) return {input.scale * limit, input.scale, IntervalKind::one_sided};
    return {0, (proportion ? input.scale : input.ceiling) * (1 - limit), IntervalKind::one_sided};
}

bool at_a_bound(const IntervalInput& input) {
    if (input.range == ParameterRange::real) return false;
    return input.estimate == 0 || (input.range == ParameterRange::proportion && input.estimate == input.scale);
}

IntervalKind chosen(const IntervalInput& input) {
    if (input.kind != IntervalKind::automatic) return input.kind;
    switch (input.range) {
        case ParameterRange::proportion:
            return std::min(input.cases, input.n - input.cases) < 10 ? IntervalKind::korn_graubard
                                                                     : IntervalKind::logit;
        case ParameterRange::non_negative:
            return IntervalKind::log;
        case ParameterRange::real:
            return IntervalKind::t;
    }
    return IntervalKind::t;
}

}  // namespace

std::string_view to_text(IntervalKind kind) { return names[static_cast<std::size_t>(kind)]; }

const std::vector<std::string>& interval_names() {
    static const std::vector<std::string> allowed(std::begin(names), std::begin(names) + 5);
    return allowed;
}

IntervalKind interval_from_text(std::string_view name) {
    return static_cast<IntervalKind>(std::find(std::begin(names), std::end(names), name) - std::begin(names));
}

Interval interval(const IntervalInput& input) {
    if (!std::isfinite(input.estimate)) return {};
    if (at_a_bound(input)) return one_sided_interval(input);
    if (!(input.df > 0) || !(input.variance > 0)) return {};
    const bool proportion = input.range == ParameterRange::proportion;
    switch (chosen(input)) {
        case IntervalKind::log:
            return input.estimate > 0 ? log_interval(input) : t_interval(input);
        case IntervalKind::logit:
            return proportion ? logit_interval(input) : t_interval(input);
        case IntervalKind::korn_graubard:
            return proportion && input.n > 1 ? korn_graubard_interval(input) : t_interval(input);
        default:
            return t_interval(input);
    }
}

double t_quantile(double p, double df) {
    if (std::isinf(df)) return boost::math::quantile(boost::math::normal(), p);
    return boost::math::quantile(boost::math::students_t(df), p);
}

}  // namespace cifra
