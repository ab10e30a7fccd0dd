// The two weighted sums behind an indicator, row by row of its base level.
//
// Row j of the base level (units of `per`, or the records of `of` themselves) contributes a_j to the numerator and
// b_j to the denominator, weights included. For an incidence a_j = sum over the records l of unit j of v_l m_l, b_j =
// w_j: two weights, and units without records have a_j = 0.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/indicators.h"

namespace cifra {

struct Terms {
    std::vector<double> numerator;       // a, by row of the base level
    std::vector<double> denominator;     // b; empty for a total
    std::vector<double> cases;           // unweighted sample cases in the numerator
    std::vector<std::uint8_t> universe;  // rows of the denominator (of the total) with a positive weight
    std::vector<double> missing_weight;  // weight of rows whose item is missing; empty when none is
};

// `cell_of_record`, when given, restricts the numerator to the records of `of` in `cell` (an incident-level breakdown
// of a rate: numerator only). Faults: missing items without a declared rule, counted.
struct NumeratorCell {
    const std::vector<std::uint32_t>* cell_of_record = nullptr;
    std::uint32_t cell = 0;
};
Terms terms_of(const Hierarchy& hierarchy, const Indicator& indicator, const NumeratorCell& only, Diagnostics& faults);

}  // namespace cifra
