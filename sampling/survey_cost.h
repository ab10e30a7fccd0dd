// What fieldwork costs, the cheapest take per PSU, and the sample that a budget pays.
//
//     cost = fixed + psu m + interview n + dwelling issued          m PSUs, n completed interviews
//
// The variance of a mean goes with (1 + (b − 1) icc)/n for b interviews per PSU, m = n/b; at equal variance the cost
// goes with (psu/b + c2)(1 + (b − 1) icc), c2 = interview + dwelling issued/n, whose least value lies at
//     b* = √(psu/c2 (1 − icc)/icc)         (Hansen, Hurwitz, Madow 1953, vol. I, ch. 6; Valliant, Dever, Kreuter 2018,
//                                           ch. 9)
// The function is convex in b, so the best whole number is a neighbour of b*. Costs are in any one currency.
#pragma once

#include <cstdint>

#include "sampling/precision.h"

namespace cifra {

struct UnitCosts {
    double psu = 0, interview = 0, dwelling = 0;  // per PSU, completed interview, issued dwelling; >= 0
    bool operator==(const UnitCosts&) const = default;
};

// Of one completed interview: c2.
double interview_cost(const UnitCosts& costs, const FieldworkRates& rates);

// b*, real; infinite where icc <= 0.
double optimal_take(double psu_cost, double interview_cost, double icc);

// The least whole number b >= 1 of least (psu/b + c2)(1 + (b − 1) icc). Throws std::invalid_argument where that has no
// end: icc <= 0, or interviews that cost nothing.
std::uint64_t optimal_whole_take(double psu_cost, double interview_cost, double icc);

// Interviews that so many dwellings let expect, and their PSUs, both rounded up.
std::uint64_t expected_interviews(const FieldworkRates& rates, std::uint64_t issued);
std::uint64_t expected_psus(const FieldworkRates& rates, double take, std::uint64_t issued);

// Of issuing that many dwellings, with the interviews and PSUs above; without the fixed cost.
double field_cost(const UnitCosts& costs, const FieldworkRates& rates, double take, std::uint64_t issued);

// The most dwellings whose field cost is within the budget; 0 where it pays none. O(log budget).
std::uint64_t affordable_issued(const UnitCosts& costs, const FieldworkRates& rates, double take, double budget);

}  // namespace cifra
