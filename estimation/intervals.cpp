#include "estimation/intervals.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "estimation/profile_interval.h"

namespace cifra {

namespace {

namespace policies = boost::math::policies;
// What cannot be computed is NaN, and becomes "no interval".
using Quiet =
    policies::policy<policies::domain_error<policies::ignore_error>, policies::overflow_error<policies::ignore_error>,
                     policies::evaluation_error<policies::ignore_error>>;
// In doubles throughout, ten times as quick as with long doubles inside. Student's quantile differs from theirs by
// 1e-15, that of the beta distribution by 2e-13 as long as n is not beyond any sample's.
using Plain = policies::policy<policies::promote_double<false>, policies::domain_error<policies::ignore_error>,
                               policies::overflow_error<policies::ignore_error>,
                               policies::evaluation_error<policies::ignore_error>>;
using StudentsT = boost::math::students_t_distribution<double, policies::policy<policies::promote_double<false>>>;
constexpr double largest_plain_n = 1e7;
using ChiSquared = boost::math::chi_squared_distribution<double, Quiet>;

constexpr std::string_view names[] = {
    "automatic", "t",       "log",    "logit", "korn_graubard",   "normal",     "gamma",        "gamma_t",   "xlogit",
    "log_log",   "arcsine", "wilson", "beta",  "clopper_pearson", "likelihood", "likelihood_r", "one_sided", ""};
constexpr std::size_t allowed_names = 16;

// A proportion between 0 and 1 with its variance; limits are scaled back by `proportion_interval`.
struct Share {
    double p, variance, critical, n, level, start;
};

using Limits = std::pair<double, double>;

double t_of(const IntervalInput& input) { return t_quantile(0.5 + input.level / 2, input.df); }

Limits around(const IntervalInput& input, double critical) {
    const double half = critical * std::sqrt(input.variance);
    return {input.estimate - half, input.estimate + half};
}

Limits log_limits(const IntervalInput& input) {
    const double spread = std::exp(t_of(input) * std::sqrt(input.variance) / input.estimate);
    return {input.estimate / spread, input.estimate * spread};
}

Limits gamma_limits(const IntervalInput& input, double inflation) {
    const double e = input.estimate, v = input.variance * inflation * inflation, tail = (1 - input.level) / 2;
    const double m = std::isnan(input.largest_weight) ? v / e : input.largest_weight;
    const double wide = v + m * m, high = e + m;
    return {
        v / (2 * e) * boost::math::quantile(ChiSquared(2 * e * e / v), tail),
        wide / (2 * high) * boost::math::quantile(boost::math::complement(ChiSquared(2 * high * high / wide), tail))};
}

Limits logit_limits(const Share& share, double logit_variance) {
    const double se =
        std::isnan(logit_variance) ? std::sqrt(share.variance) / (share.p * (1 - share.p)) : std::sqrt(logit_variance);
    const double half = share.critical * se;
    const double middle = std::log(share.p / (1 - share.p));
    return {1 / (1 + std::exp(half - middle)), 1 / (1 + std::exp(-middle - half))};
}

Limits log_log_limits(const Share& share) {
    const double logarithm = std::log(share.p);
    const double spread = std::exp(-share.critical * std::sqrt(share.variance) / (share.p * logarithm));
    return {std::exp(logarithm * spread), std::exp(logarithm / spread)};
}

Limits arcsine_limits(const Share& share) {
    const double half = share.critical * std::sqrt(share.variance / (share.p * (1 - share.p))) / 2;
    const double middle = std::asin(std::sqrt(share.p)), right = std::acos(0.0);
    const auto back = [&](double angle) { return std::pow(std::sin(std::clamp(angle, 0.0, right)), 2); };
    return {back(middle - half), back(middle + half)};
}

Limits wilson_limits(const Share& share) {
    const double n = std::min(share.n, share.p * (1 - share.p) / share.variance), t2 = share.critical * share.critical;
    const double centre = share.p + t2 / (2 * n);
    const double half = share.critical * std::sqrt(share.p * (1 - share.p) / n + t2 / (4 * n * n));
    return {(centre - half) / (1 + t2 / n), (centre + half) / (1 + t2 / n)};
}

Limits exact_limits(const Share& share, double n) {
    const double x = n * share.p, tail = (1 - share.level) / 2;
    const auto limits = [&](auto policy) -> std::pair<double, double> {
        using Beta = boost::math::beta_distribution<double, decltype(policy)>;
        return {boost::math::quantile(Beta(x, n - x + 1), tail), boost::math::quantile(Beta(x + 1, n - x), 1 - tail)};
    };
    return n < largest_plain_n ? limits(Plain()) : limits(Quiet());
}

double effective_n(const Share& share) {
    const double ratio = t_quantile(0.5 + share.level / 2, share.n - 1) / share.critical;
    return share.p * (1 - share.p) / share.variance * ratio * ratio;
}

Limits profile_limits(const Share& share, IntervalKind kind) {
    const ProfileInput input{share.p, share.variance, share.critical, share.n};
    if (kind == IntervalKind::likelihood) return likelihood_limits(input);
    const double start = std::isnan(share.start) ? glm_first_step(share.p) : share.start;
    const Limits limits = r_likelihood_limits(input, start);
    // Where R's steps miss the estimate itself they say nothing.
    const bool holds = limits.first <= share.p && share.p <= limits.second;
    return holds ? limits : Limits{missing_number, missing_number};
}

Limits share_limits(const Share& share, IntervalKind kind, double logit_variance) {
    switch (kind) {
        case IntervalKind::log_log:
            return log_log_limits(share);
        case IntervalKind::arcsine:
            return arcsine_limits(share);
        case IntervalKind::wilson:
            return wilson_limits(share);
        case IntervalKind::korn_graubard:
            return exact_limits(share, std::min(share.n, effective_n(share)));
        case IntervalKind::beta:
            return exact_limits(share, effective_n(share));
        case IntervalKind::clopper_pearson:
            return exact_limits(share, share.n);
        case IntervalKind::likelihood:
        case IntervalKind::likelihood_r:
            return profile_limits(share, kind);
        default:
            return logit_limits(share, logit_variance);
    }
}

Limits limits_of(const IntervalInput& input, IntervalKind kind) {
    if (kind == IntervalKind::t) return around(input, t_of(input));
    if (kind == IntervalKind::normal) return around(input, t_quantile(0.5 + input.level / 2, INFINITY));
    if (kind == IntervalKind::log) return log_limits(input);
    if (kind == IntervalKind::gamma) return gamma_limits(input, 1);
    if (kind == IntervalKind::gamma_t)
        return gamma_limits(input, t_of(input) / t_quantile(0.5 + input.level / 2, INFINITY));
    const Share share{input.estimate / input.scale,
                      input.variance / (input.scale * input.scale),
                      t_of(input),
                      input.n,
                      input.level,
                      input.glm_start};
    const auto [lower, upper] = share_limits(share, kind, input.logit_variance);
    return {input.scale * lower, input.scale * upper};
}

// Sums in another order may leave a full cell a rounding below 1.
bool is_full(const IntervalInput& input) {
    return input.range == ParameterRange::proportion && std::abs(input.estimate / input.scale - 1) < 1e-15;
}

bool at_a_bound(const IntervalInput& input) {
    return input.range != ParameterRange::real && (input.estimate == 0 || is_full(input));
}

Interval one_sided_interval(const IntervalInput& input) {
    if (!(input.n > 0)) return {};
    const double limit = std::pow(1 - input.level, 1 / input.n);
    if (is_full(input)) return {input.scale * limit, input.scale, IntervalKind::one_sided};
    const double whole = input.range == ParameterRange::proportion ? input.scale : input.ceiling;
    return {0, whole * (1 - limit), IntervalKind::one_sided};
}

IntervalKind default_kind(const IntervalInput& input) {
    if (input.range == ParameterRange::real) return IntervalKind::t;
    if (input.range == ParameterRange::non_negative)
        return input.cases < 30 && input.largest_weight > 0 ? IntervalKind::gamma_t : IntervalKind::log;
    return std::min(input.cases, input.n - input.cases) < 10 ? IntervalKind::korn_graubard : IntervalKind::logit;
}

// Kinds that use n need n - 1; kinds for proportions and for positive numbers need such an estimate.
IntervalKind chosen(const IntervalInput& input) {
    const IntervalKind kind = input.kind == IntervalKind::automatic ? default_kind(input) : input.kind;
    const bool positive = kind == IntervalKind::log || kind == IntervalKind::gamma || kind == IntervalKind::gamma_t;
    const bool any = kind == IntervalKind::t || kind == IntervalKind::normal;
    if (any || (positive && input.estimate > 0)) return kind;
    const bool inside = input.estimate > 0 && input.estimate < input.scale && input.n > 1;
    return suits(kind, input.range) && !positive && inside ? kind : IntervalKind::t;
}

// Within the range of the parameter; none where nothing is left of it or a limit is undefined.
Interval kept_in_range(const IntervalInput& input, Limits limits, IntervalKind kind) {
    if (input.range != ParameterRange::real) limits.first = std::max(limits.first, 0.0);
    if (input.range == ParameterRange::proportion) limits.second = std::min(limits.second, input.scale);
    if (!std::isfinite(limits.first) || !std::isfinite(limits.second) || !(limits.first < limits.second)) return {};
    return {limits.first, limits.second, kind};
}

}  // namespace

std::string_view to_text(IntervalKind kind) { return names[static_cast<std::size_t>(kind)]; }

const std::vector<std::string>& interval_names() {
    static const std::vector<std::string> allowed(std::begin(names), std::begin(names) + allowed_names);
    return allowed;
}

IntervalKind interval_from_text(std::string_view name) {
    return static_cast<IntervalKind>(std::find(std::begin(names), std::end(names), name) - std::begin(names));
}

bool suits(IntervalKind kind, ParameterRange range) {
    switch (kind) {
        case IntervalKind::automatic:
        case IntervalKind::t:
        case IntervalKind::normal:
        case IntervalKind::log:
        case IntervalKind::gamma:
        case IntervalKind::gamma_t:
            return true;
        case IntervalKind::one_sided:
        case IntervalKind::none:
            return false;
        default:
            return range == ParameterRange::proportion;
    }
}

Interval interval(const IntervalInput& input) {
    if (!std::isfinite(input.estimate) || !(input.level > 0 && input.level < 1)) return {};
    if (at_a_bound(input)) return one_sided_interval(input);
    if (!(input.df > 0) || !(input.variance > 0)) return {};
    const IntervalKind kind = chosen(input);
    return kept_in_range(input, limits_of(input, kind), kind);
}

double t_quantile(double p, double df) {
    if (std::isinf(df)) return boost::math::quantile(boost::math::normal(), p);
    return boost::math::quantile(StudentsT(df), p);
}

}  // namespace cifra
