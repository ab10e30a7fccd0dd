#include "estimation/records/cohort_times.h"

#include <cmath>
#include <limits>

#include "estimation/intervals.h"

namespace cifra {

namespace {

constexpr double tolerance = 1.4901161193847656e-08;  // between shares that count as equal: 2^-26

void set_limits(SurvivalPoint& point, double log_se, double z) {
    point.se = point.survival > 0 ? point.survival * log_se : missing_number;
    point.lower = point.upper = missing_number;
    if (!(point.survival > 0 && point.survival < 1)) return;
    const double log_survival = std::log(point.survival), width = z * log_se / log_survival;
    point.lower = std::exp(log_survival * std::exp(-width));
    point.upper = std::exp(log_survival * std::exp(width));
}

// The first day at which `share` of a point is at least p: one way where it reaches p within the tolerance, and one
// where it is beyond; their middle is the middle of a stretch at p.
template <class Share>
double first_day(std::span<const SurvivalPoint> curve, double p, Share share) {
    double at = missing_number, last_share = missing_number;
    for (const SurvivalPoint& point : curve) {
        const double reached = share(point);
        if (std::isnan(reached)) continue;
        if (std::isnan(at) && reached >= p - tolerance) at = point.day;
        if (reached >= p + tolerance) return (at + point.day) / 2;
        last_share = reached;
    }
    return std::abs(last_share - p) < tolerance ? (at + curve.back().day) / 2 : missing_number;
}

}  // namespace

std::vector<SurvivalPoint> kaplan_meier(std::span<const DayCount> days, double level) {
    const double z = t_quantile((1 + level) / 2, std::numeric_limits<double>::infinity());
    std::uint64_t at_risk = 0;
    for (const DayCount& day : days) at_risk += day.reached + day.censored;
    std::vector<SurvivalPoint> curve;
    double survival = 1, variance = 0;
    for (const DayCount& day : days) {
        const auto risk = static_cast<double>(at_risk), events = static_cast<double>(day.reached);
        survival *= 1 - events / risk;
        variance += events / (risk * (risk - events));
        SurvivalPoint point{
            static_cast<double>(day.day), risk, events, static_cast<double>(day.censored), survival, 0, 1, 1};
        set_limits(point, std::sqrt(variance), z);
        curve.push_back(point);
        at_risk -= day.reached + day.censored;
    }
    return curve;
}

TimeQuantile time_quantile(std::span<const SurvivalPoint> curve, double p) {
    if (curve.empty()) return {missing_number, missing_number, missing_number};
    return {first_day(curve, p, [](const SurvivalPoint& point) { return 1 - point.survival; }),
            first_day(curve, p, [](const SurvivalPoint& point) { return 1 - point.lower; }),
            first_day(curve, p, [](const SurvivalPoint& point) { return 1 - point.upper; })};
}

}  // namespace cifra
