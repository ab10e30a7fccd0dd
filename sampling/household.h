// One person of the household by a full roster and one uniform number: every eligible person has probability 1/E.
//
// The person is the (1 + floor(u E))-th eligible in roster order (engine/design_columns.h, selected_line); u is the
// dwelling's selection number, fixed when the sample is drawn, so that the field, the office and a check all find the
// same person. Unlike Kish's eight tables (1949, JASA 44: 380-387) it is exact for every E, at the cost of a number to
// print or carry per dwelling.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

struct PersonSelection {
    std::optional<std::size_t> person;  // position in the roster; empty when nobody is eligible
    std::uint32_t eligible = 0;         // E
    double probability = 0;             // 1/E, 0 when nobody is eligible
};

// `eligible` in roster order. `selection_number` in (0, 1).
PersonSelection select_person(std::span<const std::uint8_t> eligible, double selection_number);

// Adds to the sample, from a table of persons (household, line, age), the columns eligible, line (of the selected
// adult) and pi_3; missing where the dwelling has no eligible person there. Persons count in order of line. Faults:
// missing-column, bad-line, bad-age.
Table add_selected_person(Table sample, const Table& persons, int adult_age, Diagnostics& faults);

}  // namespace cifra
