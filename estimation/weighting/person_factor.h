// From the weight of a household to that of the person selected in it: 1 / pi_3, pi_3 the probability of the person
// given the household.
//
// The sample file says in `person_method` how the person is selected (sampling/household); without that column by full
// roster. E eligible persons:
//
//   full_roster, rizzo, next_birthday, last_birthday   pi_3 = 1 / E (by birthday it is a model)
//   kish_grid   p(rank | E) of the rank that the dwelling's `kish_table` selects (Kish 1949); without that column the
//               pi_3 that the files state
//   all         1, and every person of the household is weighed
//
// A person file or a sample that states pi_3 is held against it (1e-9, relative). Kish's grid needs no person file: a
// selected person who did not answer has its pi_3 too. Constant time per household.
#pragma once

#include <cstddef>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/weighting/plan.h"

namespace cifra {

// Faults, at the first row of each: unknown-person-method; selection-mismatch (the plan weighs one person where all are
// asked, or all where one is).
void check_person_method(const Table& sample, const WeightingPlan& plan, Diagnostics& faults);

struct SelectedPerson {
    std::size_t sample_row = 0;
    const Table* persons = nullptr;  // null: no person file
    std::size_t person_row = 0;      // npos: without a row
    double eligible = 0;             // E >= 1
};

// 1 / pi_3; NaN after a fault. Faults, where the value stands: bad-probability (pi_3 outside (0, 1], or none where only
// the files can tell it), bad-kish-table, selection-mismatch (not the pi_3 of the method). Call after
// check_person_method() without faults.
double person_factor(const Table& sample, const SelectedPerson& person, Diagnostics& faults);

// Whether the grid left out persons of this household: more than six are eligible.
bool beyond_kish_grid(const Table& sample, std::size_t row, double eligible);

}  // namespace cifra
