// One person of the household by a full roster and one uniform number: every eligible person has probability 1/E.
//
// The person is the (1 + floor(u E))-th eligible in roster order (engine/design_columns.h, selected_line); u is the
// dwelling's selection number, fixed when the sample is drawn, so that the field, the office and a check all find the
// same person. Unlike Kish's eight tables it is exact for every E, at the cost of a number to print or carry per
// dwelling. Other methods: household/person_methods.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "sampling/household/person_plan.h"

namespace cifra {

struct PersonSelection {
    std::optional<std::size_t> person;  // position in the roster; empty when nobody is eligible
    std::uint32_t eligible = 0;         // E
    double probability = 0;             // of this person; 0 when nobody is eligible
};

// `eligible` in roster order. `selection_number` in (0, 1).
PersonSelection select_person(std::span<const std::uint8_t> eligible, double selection_number);

// Rows of a file of persons, those eligible of a household, in the plan's numbering: its columns `numbered`, then
// line (lines that are no numbers stay in the order given).
void number_persons(const PersonPlan& plan, const Table& persons, std::vector<std::size_t>& rows);

// Which of these rows, so numbered, is asked: one by the method of the plan; nobody under `all` and by birthday without
// a date. Birthdays come from the column birthday; Rizzo's informant from the column informant (1), else the first.
// Fault bad-birthday.
PersonSelection choose_person(const PersonPlan& plan, const Table& persons, const std::vector<std::size_t>& rows,
                              double selection_number, Diagnostics& faults);

// MM-DD or YYYY-MM-DD as month * 100 + day. Fault bad-birthday.
int birthday_of(const Table& persons, std::size_t row, Diagnostics& faults);

// What the field needs before it knows the household: the columns person_method and, for the Kish grid, kish_table.
// Nothing unless the plan states a method. Warning quasi-random-person for the birthday methods.
void add_person_method(Table& sample, const PersonPlan& plan, Diagnostics& notes);

// Columns of the file of persons that the plan needs.
std::vector<std::string> person_columns(const PersonPlan& plan);

// Adds to the sample, from a table of persons (household, line, and what the plan names), the columns eligible, line
// (of the selected person; missing under `all`) and pi_3; missing where the dwelling has no eligible person there, and
// line where a birthday method has no date. The birthday methods need the column birthday (MM-DD or YYYY-MM-DD),
// Rizzo's takes the column informant (1), else the first eligible person. Persons count in order of line. Faults:
// missing-column, bad-line, bad-age, bad-birthday, and those of the expression `eligible`.
Table add_selected_person(Table sample, const Table& persons, const PersonPlan& plan, Diagnostics& faults);

}  // namespace cifra
