// The drawn dwellings with what came of each: sample, household and person file joined by dwelling, checked, in the
// order of the dwelling's id, so that no sum depends on the order of rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/weighting/plan.h"

namespace cifra {

struct Dwellings {
    Table facts;                          // columns of the three files; where a name stands in several, the
                                          // sample's goes before the household's before the person's
    std::vector<std::size_t> sample_row;  // row of the sample file
    std::vector<double> base_weight;
    std::vector<std::uint8_t> in_scope;   // 0: the dwelling is ineligible (vacant, not a dwelling)
    std::vector<std::uint8_t> household;  // 1: the household responded
    std::vector<std::uint8_t> person;     // 1: and its selected person too
    std::vector<double> eligible;         // eligible persons of a responding household; NaN elsewhere
    std::vector<std::string> outcome;     // as in the household file; "" where it has no row
    std::size_t size() const { return sample_row.size(); }
    std::string source;
};

// Faults (file:line): missing-column, missing-id, duplicate-id, unknown-dwelling (a household or person that was not
// drawn), bad-probability, bad-weight, weight-mismatch (base_weight is not 1 / (pi_1 pi_2) to 1e-9), bad-eligible
// (not a whole number), selection-mismatch (pi_3 is not 1 / eligible), orphan-person (a person whose household did not
// respond), ungrouped (rows that no rule of a group takes). A person file may be absent when no step weighs persons.
Dwellings join_dwellings(const Table& sample, const Table& household, const std::optional<Table>& person,
                         const WeightingPlan& plan, Diagnostics& faults);

}  // namespace cifra
