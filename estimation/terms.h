// The weighted sums behind an indicator, row by row of its base level.
//
// Row j of the base level (units of `per`, or the records of `of` themselves) contributes to every sum, weights
// included. For an incidence the first sum takes a_j = sum over the records l of unit j of v_l m_l, the second b_j =
// w_j: two weights, and units without records have a_j = 0.
//
// A breakdown of the records (`numerator_by`: type of crime, state of occurrence) gives the sums of records a value per
// part, kept as entries of the rows that have any; the sums of units are shared by all parts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/domain.h"
#include "estimation/indicators.h"

namespace cifra {

// A factor taken from another source, independent of this sample.
struct Factor {
    double value = 1, se = 0;
};

// What an indicator's sums are, without the rows.
struct TermShape {
    Formula formula;                 // of the sums: shared, then own, then the factors
    std::vector<bool> whole;         // by sum: over all rows, whatever the domain
    std::vector<std::string> parts;  // names of the records' cells; one empty name without a breakdown
    std::size_t shared_sums = 0, own_sums = 0;
    bool has_entries = false;          // the sums of records are entries of rows above them
    bool counts_cases = false;         // a total of counts or an incidence: one more case adds one weight
    bool universe_is_entries = false;  // the universe of a part is its entries (concentration)
    std::vector<Factor> factors;       // estimated elsewhere, with their standard errors

    std::size_t sums() const { return shared_sums + own_sums; }
    bool any_whole() const { return std::find(whole.begin(), whole.end(), true) != whole.end(); }
};

struct Terms {
    TermShape shape;

    std::vector<std::vector<double>> shared;  // [sum][row]
    std::vector<std::vector<double>> own;     // [sum][entry]; none without records below the base level
    std::vector<std::uint32_t> begin;         // entries of row r: begin[r] .. begin[r + 1]
    std::vector<std::uint32_t> part;          // [entry]
    std::vector<double> cases;                // unweighted, [entry]; [row] where there are no entries

    std::vector<std::uint8_t> universe;  // rows of the denominator (of the total) with a positive weight
    std::vector<double> missing_weight;  // weight of rows whose item is missing; empty when none is
    std::vector<double> item_weight;     // weight of all rows that should have the item; empty: that of the level

    // Records whose item is missing and for which no rule is declared.
    std::size_t undeclared = 0;
    Missing undeclared_kind = Missing::system;
};

// `record_cells`: the breakdown of the records of `of`; nullptr: the whole alone. The parts are the whole first, then
// the cells. Faults: months at risk below 0.
Terms terms_of(const Hierarchy& hierarchy, const Indicator& indicator, const Cells* record_cells, Diagnostics& faults);

// The fault missing-items, where there are `undeclared` ones.
void refuse_undeclared(const Indicator& indicator, std::size_t undeclared, Missing kind, Diagnostics& faults);

}  // namespace cifra
