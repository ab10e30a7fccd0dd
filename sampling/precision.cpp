#include "sampling/precision.h"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <stdexcept>

namespace cifra {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void require(bool holds, const char* what) {
    if (!holds) throw std::invalid_argument(what);
}

bool is_share(double x) { return x > 0 && x <= 1; }

void check_mean(const VarianceFunction& variance, double mean) {
    require(std::isfinite(mean) && mean > variance.lowest && mean <= variance.highest,
            "a proportion must lie in (0, 1), a rate must be positive and at most the incidents of a victim");
    require(variance.at(mean) > 0, "the variable must vary: a proportion must lie in (0, 1)");
}

void check_change(const PrecisionTarget& target) {
    const Change& change = *target.change;
    check_mean(target.variance, change.mean2);
    require(change.mean2 != target.mean, "the two waves must differ");
    require(is_share(1 - target.confidence), "alpha must lie in (0, 1)");
    require(change.power > (1 - target.confidence) / 2 && change.power < 1, "power must lie between alpha/2 and 1");
    require(change.overlap >= 0 && change.overlap <= 1, "the overlap must lie in [0, 1]");
    require(change.correlation >= -1 && change.correlation <= 1, "the correlation must lie in [-1, 1]");
    require(change.overlap * change.correlation < 1, "a panel kept whole with correlation 1 shows every change");
}

void check(const PrecisionTarget& target) {
    require(is_share(target.rates.eligibility), "eligibility must lie in (0, 1]");
    require(is_share(target.rates.contact), "the contact rate must lie in (0, 1]");
    require(is_share(target.rates.response), "the response rate must lie in (0, 1]");
    require(target.deff > 0 && std::isfinite(target.deff), "deff must be positive");
    require(target.units_per_person > 0, "units per person must be positive");
    require(!target.population || *target.population >= 1, "the population must hold at least one unit");
    require(target.confidence > 0 && target.confidence < 1, "confidence must lie in (0, 1)");
    check_mean(target.variance, target.mean);
    if (target.change) check_change(target);
    require(target.change || target.requirement != Requirement::power, "only a change has a power");
    require(target.interval == MarginMethod::wald || (!target.change && target.variance == proportion_variance()),
            "only a proportion has a Wilson or a logit interval");
}

double z_of(const PrecisionTarget& target) { return normal_quantile(0.5 + target.confidence / 2); }

double change_variance(const PrecisionTarget& target, double mean2) {
    const double v1 = target.variance.at(target.mean), v2 = target.variance.at(mean2);
    return v1 + v2 - 2 * target.change->overlap * target.change->correlation * std::sqrt(v1 * v2);
}

double estimated(const PrecisionTarget& target) {
    return target.change ? std::abs(target.mean - target.change->mean2) : std::abs(target.mean);
}

double unit_variance(const PrecisionTarget& target) {
    return target.change ? change_variance(target, target.change->mean2) : target.variance.at(target.mean);
}

double relative_variance(const PrecisionTarget& target) {
    const double value = estimated(target);
    require(value > 0, "a mean of zero has no relative error");
    return unit_variance(target) / (value * value);
}

// x = n/z² is the positive root of e²x² + (2e² − pq)x + e² − 1/4.
double wilson_size(double p, double z, double e) {
    const double pq = p * (1 - p), half = pq - 2 * e * e;
    return z * z * (half + std::sqrt(pq * pq - 4 * e * e * pq + e * e)) / (2 * e * e);
}

// t = exp(z s) is the positive root of (1 − 2e)t² − 2eKt − (1 + 2e), K = p/q + q/p.
double logit_size(double p, double z, double e) {
    const double odds = p / (1 - p), k = odds + 1 / odds;
    const double log_t = std::log((e * k + std::sqrt(e * e * k * k + 1 - 4 * e * e)) / (1 - 2 * e));
    return z * z / (p * (1 - p) * log_t * log_t);
}

double margin_size(const PrecisionTarget& target, double margin) {
    const double z = z_of(target);
    if (target.interval == MarginMethod::wald) return unit_variance(target) * z * z / (margin * margin);
    require(margin < 0.5, "the margin of a proportion must lie below 1/2");
    return target.interval == MarginMethod::wilson ? wilson_size(target.mean, z, margin)
                                                   : logit_size(target.mean, z, margin);
}

double margin_at(const PrecisionTarget& target, double simple_size) {
    const double z = z_of(target), p = target.mean, variance = unit_variance(target) / simple_size;
    if (target.interval == MarginMethod::wilson)
        return z * std::sqrt(variance + z * z / (4 * simple_size * simple_size)) / (1 + z * z / simple_size);
    if (target.interval == MarginMethod::wald) return z * std::sqrt(variance);
    const double middle = std::log(p / (1 - p)), s = z / std::sqrt(simple_size * p * (1 - p));
    return (std::tanh((middle + s) / 2) - std::tanh((middle - s) / 2)) / 4;
}

// Interviews that a simple random sample from an infinite population would need.
double simple_size(const PrecisionTarget& target) {
    const double required = target.required;
    require(required > 0 && std::isfinite(required), "the required precision must be positive");
    switch (target.requirement) {
        case Requirement::margin:
            return margin_size(target, required);
        case Requirement::relative_error:
            return margin_size(target, required * estimated(target));
        case Requirement::power: {
            const double alpha = 1 - target.confidence;
            require(required > alpha / 2 && required < 1, "power must lie between alpha/2 and 1");
            const double z = z_of(target) + normal_quantile(required);
            return relative_variance(target) * z * z;
        }
        default:
            return relative_variance(target) / (required * required);
    }
}

bool has_correction(const PrecisionTarget& target) { return target.population && !target.change; }

double completed_for(const PrecisionTarget& target) {
    const double n0 = target.deff * simple_size(target);
    return has_correction(target) ? n0 / (1 + (n0 - 1) / *target.population) : n0;
}

double yield(const PrecisionTarget& target) {
    const FieldworkRates& rates = target.rates;
    return rates.eligibility * rates.contact * rates.response * target.units_per_person;
}

double simple_size_of(const PrecisionTarget& target, double completed) {
    if (!has_correction(target)) return completed / target.deff;
    const double left = *target.population - completed;
    if (left <= 0) return std::numeric_limits<double>::infinity();
    return completed / target.deff * (*target.population - 1) / left;
}

bool is_whole(double value) { return std::abs(value - std::round(value)) <= 1e-9 * std::round(value); }

std::uint64_t round_down(double value) {
    return static_cast<std::uint64_t>(is_whole(value) ? std::round(value) : std::floor(value));
}

double detectable_change(const PrecisionTarget& target, double simple_size) {
    const double z = z_of(target) + normal_quantile(target.change->power), side = target.change->mean2 - target.mean;
    const auto excess = [&](double gap) {
        const double mean2 = target.mean + std::copysign(gap, side);
        return gap * std::sqrt(simple_size) - z * std::sqrt(change_variance(target, mean2));
    };
    double high = side < 0 ? target.mean - target.variance.lowest : target.variance.highest - target.mean;
    if (std::isinf(high))
        for (high = std::abs(side); excess(high) < 0 && high < 1e9 * std::abs(side);) high *= 2;
    if (!(excess(high) >= 0)) return not_a_number;
    std::uintmax_t steps = 200;
    const auto [low, up] =
        boost::math::tools::toms748_solve(excess, 0.0, high, boost::math::tools::eps_tolerance<double>(50), steps);
    return low + (up - low) / 2;
}

}  // namespace

double normal_quantile(double probability) { return boost::math::quantile(boost::math::normal(), probability); }

std::uint64_t round_up(double value) {
    require(value >= 0 && value < 9e15, "a sample size must be finite and not negative");
    return static_cast<std::uint64_t>(is_whole(value) ? std::round(value) : std::ceil(value));
}

VarianceFunction proportion_variance() { return {0, 1, -1, 0, 1}; }

VarianceFunction count_variance(double mean_count, double count_cv) {
    require(mean_count >= 1 && std::isfinite(mean_count), "a victim suffers at least one incident");
    require(count_cv >= 0 && std::isfinite(count_cv), "the CV of the counts must not be negative");
    return {0, mean_count * (1 + count_cv * count_cv), -1, 0, mean_count};
}

VarianceFunction negative_binomial_variance(double dispersion) {
    require(dispersion >= 0 && std::isfinite(dispersion), "the dispersion must not be negative");
    return {0, 1, dispersion};
}

VarianceFunction constant_variance(double standard_deviation) {
    require(standard_deviation > 0 && std::isfinite(standard_deviation), "the standard deviation must be positive");
    return {standard_deviation * standard_deviation, 0, 0, -std::numeric_limits<double>::infinity()};
}

double design_effect(double take, double icc, double weight_cv) {
    require(take >= 1, "the take per PSU must be at least 1");
    require(icc > -1 && icc <= 1, "the intraclass correlation must lie in (-1, 1]");
    return TakeEffect{1, icc, weight_cv}.at(take);
}

TakeEffect incident_take_effect(double icc, double incidents_per_person, double mean_count, double count_cv,
                                double victim_icc) {
    require(victim_icc >= 0 && victim_icc <= 1, "the correlation of a victim's incidents must lie in [0, 1]");
    const double of_victim = count_variance(mean_count, count_cv).linear;
    return {1 + (of_victim - 1) * victim_icc, incidents_per_person * icc, 0};
}

SampleSize sample_size(const PrecisionTarget& target) {
    check(target);
    const bool given = target.requirement == Requirement::issued;
    require(!given || (target.required >= 1 && target.required < 9e15), "at least one unit must be issued");
    SampleSize size;
    size.completed = given ? target.required * yield(target) : completed_for(target);
    size.issued = size.completed / yield(target);
    size.contacted = size.completed / (target.units_per_person * target.rates.response);
    const auto rounded = given ? round_down : round_up;
    size.completed_rounded = rounded(size.completed);
    size.contacted_rounded = rounded(size.contacted);
    size.issued_rounded = rounded(size.issued);
    return size;
}

Precision expected_precision(const PrecisionTarget& target, double issued) {
    check(target);
    require(issued > 0, "the sample must not be empty");
    const double n = simple_size_of(target, issued * yield(target));
    if (std::isinf(n)) return {0, 0, not_a_number, not_a_number};
    Precision precision{std::sqrt(relative_variance(target) / n), margin_at(target, n), not_a_number, not_a_number};
    if (!target.change) return precision;
    precision.power = boost::math::cdf(boost::math::normal(), 1 / precision.cv - z_of(target));
    precision.detectable_change = detectable_change(target, n);
    return precision;
}

}  // namespace cifra
