#include "sampling/precision.h"

#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <stdexcept>

namespace cifra {

namespace {

void require(bool holds, const char* what) {
    if (!holds) throw std::invalid_argument(what);
}

bool is_share(double x) { return x > 0 && x <= 1; }

void check_rates(const FieldworkRates& rates, double deff) {
    require(is_share(rates.eligibility), "eligibility must lie in (0, 1]");
    require(is_share(rates.response), "the response rate must lie in (0, 1]");
    require(deff > 0 && std::isfinite(deff), "deff must be positive");
}

double target_cv(const PrecisionTarget& target) {
    require(int(target.cv.has_value()) + int(target.margin.has_value()) + int(target.relative_error.has_value()) == 1,
            "give exactly one of cv, margin and relative_error");
    require(target.confidence > 0 && target.confidence < 1, "confidence must lie in (0, 1)");
    if (target.cv) return *target.cv;
    const double z = normal_quantile(0.5 + target.confidence / 2);
    if (target.relative_error) return *target.relative_error / z;
    require(target.mean > 0, "an absolute margin needs a positive mean");
    return *target.margin / (z * target.mean);
}

SampleSize issued_for(double cv, double completed, double persons, const FieldworkRates& rates) {
    const double issued = persons / (rates.eligibility * rates.response);
    return {cv, completed, issued, round_up(completed), round_up(issued)};
}

}  // namespace

double normal_quantile(double probability) { return boost::math::quantile(boost::math::normal(), probability); }

std::uint64_t round_up(double value) {
    require(value >= 0 && value < 9e15, "a sample size must be finite and not negative");
    const double nearest = std::round(value);
    const bool whole = std::abs(value - nearest) <= 1e-9 * nearest;
    return static_cast<std::uint64_t>(whole ? nearest : std::ceil(value));
}

double proportion_relvariance(double p) {
    require(p > 0 && p < 1, "a proportion must lie in (0, 1)");
    return (1 - p) / p;
}

double count_relvariance(double victims_share, double count_cv) {
    require(is_share(victims_share), "the share of victims must lie in (0, 1]");
    require(count_cv >= 0, "the CV of the counts must not be negative");
    return (1 + count_cv * count_cv) / victims_share - 1;
}

double design_effect(double take, double icc, double weight_cv) {
    require(take >= 1, "the take per PSU must be at least 1");
    require(icc > -1 && icc <= 1, "the intraclass correlation must lie in (-1, 1]");
    return (1 + (take - 1) * icc) * (1 + weight_cv * weight_cv);
}

SampleSize sample_size(const PrecisionTarget& target) {
    check_rates(target.rates, target.deff);
    require(target.relvariance > 0, "the variable must vary");
    require(target.units_per_person > 0, "units per person must be positive");
    require(!target.population || *target.population >= 1, "the population must hold at least one unit");
    const double cv = target_cv(target);
    require(cv > 0 && std::isfinite(cv), "the required precision must be positive");
    const double n0 = target.deff * target.relvariance / (cv * cv);
    const double n = target.population ? n0 / (1 + (n0 - 1) / *target.population) : n0;
    return issued_for(cv, n, n / target.units_per_person, target.rates);
}

double expected_cv(const PrecisionTarget& target, double issued) {
    check_rates(target.rates, target.deff);
    const double n = issued * target.rates.eligibility * target.rates.response * target.units_per_person;
    require(n > 0, "the sample must not be empty");
    const double variance = target.deff * target.relvariance / n;
    if (!target.population) return std::sqrt(variance);
    const double left = std::max(0.0, *target.population - n) / std::max(1.0, *target.population - 1);
    return std::sqrt(variance * left);
}

SampleSize sample_size(const ChangeTarget& target) {
    check_rates(target.rates, target.deff);
    require(target.p1 > 0 && target.p1 < 1 && target.p2 > 0 && target.p2 < 1, "both proportions must lie in (0, 1)");
    require(target.p1 != target.p2, "the two proportions must differ");
    require(target.alpha > 0 && target.alpha < 1, "alpha must lie in (0, 1)");
    require(target.power > target.alpha / 2 && target.power < 1, "power must lie between alpha/2 and 1");
    require(target.overlap >= 0 && target.overlap <= 1, "the overlap must lie in [0, 1]");
    require(target.correlation >= -1 && target.correlation <= 1, "the correlation must lie in [-1, 1]");
    const double v1 = target.p1 * (1 - target.p1), v2 = target.p2 * (1 - target.p2);
    const double z = normal_quantile(1 - target.alpha / 2) + normal_quantile(target.power);
    const double gap = target.p1 - target.p2;
    const double variance = v1 + v2 - 2 * target.overlap * target.correlation * std::sqrt(v1 * v2);
    const double n = target.deff * z * z * variance / (gap * gap);
    return issued_for(std::sqrt(target.deff * variance / n) / std::abs(gap), n, n, target.rates);
}

}  // namespace cifra
