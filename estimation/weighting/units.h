// What the chain weighs: the drawn dwellings and, where persons are weighed, their persons, with what came of each.
//
// Sample, household and person file are joined and checked. Units stand in the order of their ids, so that no sum
// depends on the order of rows in a file. Without a household file the sample tells the outcome, or every unit of it
// responds: a file of respondents with base weights is a sample too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/hierarchy.h"
#include "estimation/weighting/chain_step.h"
#include "estimation/weighting/plan.h"

namespace cifra {

// Of one level, by unit. What is known of a unit: is it of the population, and did it answer?
struct UnitStatus {
    Mask known;     // 0: nobody could tell whether it belongs to the population
    Mask in_scope;  // 0: known not to belong to it (vacant, not a dwelling, nobody eligible)
    Mask responds;  // in scope, and answered
    std::size_t size() const { return known.size(); }
};

inline constexpr std::size_t dwelling_level = 0, person_level = 1;

struct WeightingUnits {
    Hierarchy levels;                     // columns of dwellings (sample, household) and persons, and the groups
    std::vector<std::size_t> file_row;    // of dwellings: row of the sample file
    std::vector<double> base_weight;      // of dwellings
    std::vector<double> person_factor;    // of dwellings: 1 / pi_3 of the person selected; NaN where nobody is
    std::vector<std::string> outcome;     // of dwellings, as in the file; "" where it has none
    std::vector<std::size_t> dwelling;    // of persons
    std::vector<std::size_t> person_row;  // of persons: row of the person file; npos: selected, and without a row
    UnitStatus dwellings, persons;

    const UnitStatus& status(std::size_t level) const { return level == dwelling_level ? dwellings : persons; }
};

// Faults (file:line): missing-column, missing-id, duplicate-id, unknown-dwelling (a household or person that was not
// drawn), unknown-disposition (an outcome that the plan does not map), bad-probability, bad-weight, weight-mismatch
// (the base weight is not 1 / (pi_1 pi_2) to 1e-9), bad-eligible (not a whole number), those of person_factor.h,
// selection-mismatch (a pi_3 that is not 1 where all persons are weighed), orphan-person (a person whose household did
// not respond), too-many-persons (several in a household of which one is selected), and ungrouped (rows that no rule of
// a group takes). Warning kish-grid-limit: households with more than six eligible, of whom the grid selects the first
// six alone. A person file may be absent when no step weighs persons.
WeightingUnits join_units(const Table& sample, const std::optional<Table>& household,
                          const std::optional<Table>& person, const WeightingPlan& plan, Diagnostics& faults);

}  // namespace cifra
