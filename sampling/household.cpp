#include "sampling/household.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/design_columns.h"

namespace cifra {

namespace {

// Lines of the eligible persons of every dwelling, ascending.
using EligibleLines = std::unordered_map<std::string, std::vector<double>>;

EligibleLines eligible_lines(const Table& persons, int adult_age, Diagnostics& faults) {
    EligibleLines result;
    for (const char* name : {"household", "line", "age"})
        if (!persons.has(name))
            faults.error({persons.source, 1, 0}, "missing-column",
                         fmt::format("the file of persons needs the column '{}'", name), "add it");
    if (faults.has_errors()) return result;
    const Column households = persons.at("household").as_text();
    const Column &lines = persons.at("line"), &ages = persons.at("age");
    for (std::size_t row = 0; row < persons.rows(); ++row) {
        const Location where{persons.source, row < persons.lines.size() ? persons.lines[row] : 0, 0};
        const bool line = lines.is_number() && lines.present(row) && lines.number(row) >= 1;
        const bool age = ages.is_number() && ages.present(row) && ages.number(row) >= 0;
        if (!line)
            faults.error(where, "bad-line", "the person's line is not a whole number from 1",
                         "number the persons of a household from 1");
        if (!age)
            faults.error(where, "bad-age", "the person's age is not a number",
                         "give every person an age: eligibility depends on it");
        if (faults.error_count() > 20) break;
        if (line && age && ages.number(row) >= adult_age) result[households.text(row)].push_back(lines.number(row));
    }
    for (auto& [household, eligible] : result) std::sort(eligible.begin(), eligible.end());
    return result;
}

}  // namespace

PersonSelection select_person(std::span<const std::uint8_t> eligible, double selection_number) {
    PersonSelection result;
    result.eligible = static_cast<std::uint32_t>(
        std::count_if(eligible.begin(), eligible.end(), [](std::uint8_t flag) { return flag != 0; }));
    if (result.eligible == 0) return result;
    result.probability = 1.0 / result.eligible;
    std::uint32_t left = design_columns::selected_line(selection_number, result.eligible);
    for (std::size_t position = 0; !result.person; ++position)
        if (eligible[position] != 0 && --left == 0) result.person = position;
    return result;
}

Table add_selected_person(Table sample, const Table& persons, int adult_age, Diagnostics& faults) {
    const EligibleLines lines = eligible_lines(persons, adult_age, faults);
    if (faults.has_errors()) return sample;
    const Column dwellings = sample.at(design_columns::dwelling).as_text();
    const Column& numbers = sample.at(design_columns::selection_number);
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> eligible(sample.rows(), 0.0), line(sample.rows(), none), probability(sample.rows(), none);
    for (std::size_t row = 0; row < sample.rows(); ++row) {
        const auto found = lines.find(dwellings.text(row));
        if (found == lines.end()) continue;
        const std::vector<std::uint8_t> flags(found->second.size(), 1);
        const PersonSelection chosen = select_person(flags, numbers.number(row));
        eligible[row] = chosen.eligible;
        line[row] = found->second[*chosen.person];
        probability[row] = chosen.probability;
    }
    sample.set("eligible", Column::of_numbers(std::move(eligible)));
    sample.set("line", Column::of_numbers(std::move(line)));
    sample.set(design_columns::person_probability, Column::of_numbers(std::move(probability)));
    return sample;
}

}  // namespace cifra
