#include "sampling/survey_cost.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace cifra {

namespace {

// More dwellings than any country has.
constexpr std::uint64_t most_issued = std::uint64_t{1} << 40;

}  // namespace

double interview_cost(const UnitCosts& costs, const FieldworkRates& rates) {
    return costs.interview + costs.dwelling / (rates.eligibility * rates.contact * rates.response);
}

double optimal_take(double psu_cost, double interview_cost, double icc) {
    if (icc <= 0) return std::numeric_limits<double>::infinity();
    return std::sqrt(psu_cost / interview_cost * (1 - icc) / icc);
}

std::uint64_t optimal_whole_take(double psu_cost, double interview_cost, double icc) {
    const double take = optimal_take(psu_cost, interview_cost, icc);
    if (!(take < 1e9))
        throw std::invalid_argument("an optimal take needs interviews that cost something and an icc above 0");
    const auto price = [&](double b) { return (psu_cost / b + interview_cost) * (1 + (b - 1) * icc); };
    const double below = std::max(1.0, std::floor(take));
    return static_cast<std::uint64_t>(price(below) <= price(below + 1) ? below : below + 1);
}

std::uint64_t expected_interviews(const FieldworkRates& rates, std::uint64_t issued) {
    return round_up(static_cast<double>(issued) * rates.eligibility * rates.contact * rates.response);
}

std::uint64_t expected_psus(const FieldworkRates& rates, double take, std::uint64_t issued) {
    return round_up(static_cast<double>(expected_interviews(rates, issued)) / take);
}

double field_cost(const UnitCosts& costs, const FieldworkRates& rates, double take, std::uint64_t issued) {
    return costs.psu * static_cast<double>(expected_psus(rates, take, issued)) +
           costs.interview * static_cast<double>(expected_interviews(rates, issued)) +
           costs.dwelling * static_cast<double>(issued);
}

std::uint64_t affordable_issued(const UnitCosts& costs, const FieldworkRates& rates, double take, double budget) {
    if (costs == UnitCosts{}) throw std::invalid_argument("a budget needs costs");
    std::uint64_t paid = 0;
    for (std::uint64_t step = most_issued; step > 0; step /= 2)
        if (field_cost(costs, rates, take, paid + step) <= budget) paid += step;
    return paid;
}

}  // namespace cifra
