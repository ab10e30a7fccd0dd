#include "estimation/weighting/person_factor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "engine/design_columns.h"
#include "sampling/household/person_methods.h"
#include "sampling/household/person_plan.h"

namespace cifra {

namespace {

constexpr double tolerance = 1e-9;
constexpr double unknown_number = std::numeric_limits<double>::quiet_NaN();

Location row_place(const Table& table, std::size_t row) {
    return {table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
}

std::optional<PersonMethod> method_of(const Table& sample, std::size_t row) {
    const Column* method = sample.find(design_columns::person_method);
    return method ? find_person_method(method->cell(row)) : PersonMethod::full_roster;
}

// By the method alone; NaN where it needs what the files state, or after a fault.
double expected_factor(const Table& sample, const SelectedPerson& person, Diagnostics& faults) {
    if (method_of(sample, person.sample_row) != PersonMethod::kish_grid) return person.eligible;
    const Column* tables = sample.find(design_columns::kish_table);
    if (!tables) return unknown_number;
    const std::string table = tables->cell(person.sample_row);
    const auto eligible = static_cast<std::uint32_t>(person.eligible);
    if (is_kish_table(table)) return 1 / kish_probability(kish_rank(table, eligible), eligible);
    faults.error(row_place(sample, person.sample_row), "bad-kish-table", "'kish_table' names none of Kish's tables",
                 "take it from the draw: A, B1, B2, C, D, E1, E2 or F");
    return unknown_number;
}

// Holds a stated pi_3 against the expected factor, and gives the factor.
double agreed_factor(const Table& table, std::size_t row, double expected, Diagnostics& faults) {
    const Column* column = table.find(design_columns::person_probability);
    if (!column || row == Column::npos || !column->present(row)) return expected;
    const double pi = column->is_number() ? column->number(row) : unknown_number;
    if (!(pi > 0 && pi <= 1)) {
        faults.error(row_place(table, row), "bad-probability", "'pi_3' is not above 0 and at most 1",
                     "take it from the draw or the roster");
        return unknown_number;
    }
    if (std::isnan(expected)) return 1 / pi;
    if (std::abs(pi * expected - 1) > tolerance)
        faults.error(row_place(table, row), "selection-mismatch",
                     fmt::format("'pi_3' is not 1/{:g}, the probability by the sample's method", expected),
                     "take pi_3 and the number of eligible persons from the same roster, and 'person_method' from the "
                     "draw: without that column it is full_roster");
    return expected;
}

}  // namespace

void check_person_method(const Table& sample, const WeightingPlan& plan, Diagnostics& faults) {
    const Column* methods = sample.find(design_columns::person_method);
    if (!methods || !plan.weighs_persons()) return;
    for (std::size_t row = 0; row < sample.rows(); ++row) {
        const auto method = method_of(sample, row);
        const bool every = method == PersonMethod::all;
        const bool one = method && !every && method != PersonMethod::none;
        if (!method)
            faults.error(row_place(sample, row), "unknown-person-method",
                         "'person_method' names no way to select a person", "take the column from the draw");
        else if (plan.selects_one_person() && !one)
            faults.error(row_place(sample, row), "selection-mismatch",
                         fmt::format("the sample was drawn with 'person: {}', the plan weighs one selected person",
                                     to_text(*method)),
                         every ? "say 'persons: all' at the step person_selection" : "leave out person_selection");
        else if (plan.weighs_all_persons() && !every)
            faults.error(
                row_place(sample, row), "selection-mismatch",
                fmt::format("the sample was drawn with 'person: {}', the plan weighs all persons", to_text(*method)),
                "leave out 'persons: all' at the step person_selection");
        else
            continue;
        return;
    }
}

double person_factor(const Table& sample, const SelectedPerson& person, Diagnostics& faults) {
    const std::size_t before = faults.error_count();
    double factor = expected_factor(sample, person, faults);
    factor = agreed_factor(sample, person.sample_row, factor, faults);
    if (person.persons) factor = agreed_factor(*person.persons, person.person_row, factor, faults);
    if (std::isnan(factor) && faults.error_count() == before)
        faults.error(row_place(sample, person.sample_row), "bad-probability",
                     "neither 'kish_table' nor 'pi_3' tells the probability of the person",
                     "take the column kish_table from the draw");
    return factor;
}

bool beyond_kish_grid(const Table& sample, std::size_t row, double eligible) {
    return eligible > 6 && method_of(sample, row) == PersonMethod::kish_grid;
}

}  // namespace cifra
