#include "sampling/household.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

#include "engine/design_columns.h"
#include "engine/evaluate.h"
#include "engine/expression.h"
#include "sampling/household/person_methods.h"

namespace cifra {

namespace {

constexpr std::size_t listed = 20;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::string bare(const std::string& numbered) { return numbered.starts_with('-') ? numbered.substr(1) : numbered; }

// Eligible persons of every dwelling, as rows of the file in their numbering.
using Households = std::unordered_map<std::string, std::vector<std::size_t>>;

class Roster {
public:
    Roster(const Table& persons, const PersonPlan& plan, Diagnostics& faults)
        : persons_(persons), plan_(plan), faults_(faults) {}

    Households households() {
        Households result;
        for (const std::string& name : person_columns(plan_))
            if (!persons_.has(name))
                faults_.error({persons_.source, 1, 0}, "missing-column",
                              fmt::format("the file of persons needs the column '{}'", name), "add it");
        if (faults_.has_errors()) return result;
        const auto eligible =
            parse_expression(plan_.eligible, plan_.eligible_at, schema_of(persons_), faults_, Type::truth);
        check_rows();
        if (faults_.has_errors()) return result;
        const std::vector<std::uint8_t> flags = evaluate_filter(
            *eligible, persons_.rows(), [&](std::string_view name) -> const Column& { return persons_.at(name); });
        const Column households = persons_.at("household").as_text();
        for (std::size_t row = 0; row < persons_.rows(); ++row)
            if (flags[row] != 0) result[households.text(row)].push_back(row);
        for (auto& [household, rows] : result) number_persons(plan_, persons_, rows);
        return result;
    }

private:
    void require_number(std::size_t row, const char* name, double least, const char* code, const char* hint) {
        const Column& column = persons_.at(name);
        if (column.is_number() && column.present(row) && column.number(row) >= least) return;
        const Location where{persons_.source, row < persons_.lines.size() ? persons_.lines[row] : 0, 0};
        faults_.error(where, code, fmt::format("the person's {} is not a number from {}", name, least), hint);
    }

    void check_rows() {
        const bool by_age = std::ranges::count(names_in(plan_.eligible), "age") > 0;
        for (std::size_t row = 0; row < persons_.rows() && faults_.error_count() <= listed; ++row) {
            require_number(row, "line", 1, "bad-line", "number the persons of a household from 1");
            if (by_age) require_number(row, "age", 0, "bad-age", "give every person an age: eligibility depends on it");
        }
    }

    const Table& persons_;
    const PersonPlan& plan_;
    Diagnostics& faults_;
};

std::uint32_t informant_of(const Table& persons, const std::vector<std::size_t>& rows) {
    const Column* informant = persons.find("informant");
    for (std::uint32_t i = 0; informant && i < rows.size(); ++i)
        if (informant->is_number() && informant->present(rows[i]) && informant->number(rows[i]) == 1) return i;
    return 0;
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

int birthday_of(const Table& persons, std::size_t row, Diagnostics& faults) {
    const std::string text = persons.at("birthday").cell(row);
    int month = 0, day = 0;
    if (text.size() >= 5 && text[text.size() - 3] == '-') {
        month = static_cast<int>(parse_number(text.substr(text.size() - 5, 2)).value_or(0));
        day = static_cast<int>(parse_number(text.substr(text.size() - 2)).value_or(0));
    }
    if (month >= 1 && month <= 12 && day >= 1 && day <= 31) return month * 100 + day;
    faults.error({persons.source, row < persons.lines.size() ? persons.lines[row] : 0, 0}, "bad-birthday",
                 "the birthday is not a date", "write it like 03-31 or 1990-03-31");
    return 101;
}

void number_persons(const PersonPlan& plan, const Table& persons, std::vector<std::size_t>& rows) {
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        for (const std::string& name : plan.numbered) {
            const Column& column = persons.at(bare(name));
            const auto [x, y] = name.starts_with('-') ? std::pair{b, a} : std::pair{a, b};
            const bool number = column.is_number();
            if (number && column.number(x) != column.number(y)) return column.number(x) < column.number(y);
            if (!number && column.text(x) != column.text(y)) return column.text(x) < column.text(y);
        }
        const Column& line = persons.at("line");
        return line.is_number() && line.number(a) < line.number(b);
    });
}

PersonSelection choose_person(const PersonPlan& plan, const Table& persons, const std::vector<std::size_t>& rows,
                              double u, Diagnostics& faults) {
    const auto eligible = static_cast<std::uint32_t>(rows.size());
    if (plan.method == PersonMethod::kish_grid) return kish_person(eligible, u);
    if (plan.method == PersonMethod::rizzo) return rizzo_person(eligible, informant_of(persons, rows), u);
    if (plan.method == PersonMethod::all) return {std::nullopt, eligible, 1};
    if (!by_birthday(plan)) return select_person(std::vector<std::uint8_t>(rows.size(), 1), u);
    if (plan.date == 0) return {std::nullopt, eligible, 1.0 / eligible};
    std::vector<int> birthdays;
    for (const std::size_t row : rows) birthdays.push_back(birthday_of(persons, row, faults));
    return birthday_person(birthdays, plan.date, plan.method == PersonMethod::next_birthday);
}

void add_person_method(Table& sample, const PersonPlan& plan, Diagnostics& notes) {
    if (!plan.stated) return;
    sample.set(design_columns::person_method,
               Column::of_texts(std::vector<std::string>(sample.rows(), to_text(plan.method))));
    if (plan.method == PersonMethod::kish_grid) {
        const Column& numbers = sample.at(design_columns::selection_number);
        TextColumnBuilder tables;
        for (std::size_t row = 0; row < sample.rows(); ++row) tables.add(kish_table(numbers.number(row)));
        sample.set(design_columns::kish_table, tables.finish());
    }
    if (by_birthday(plan))
        notes.warning(plan.eligible_at, "quasi-random-person",
                      "a person by birthday is no random selection: the probability 1/E is a model",
                      "take full_roster or rizzo for a probability sample");
}

std::vector<std::string> person_columns(const PersonPlan& plan) {
    std::vector<std::string> names = {"household", "line"};
    const auto add = [&](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const std::string& name : names_in(plan.eligible)) add(name);
    for (const std::string& name : plan.numbered) add(bare(name));
    if (by_birthday(plan) && plan.date > 0) add("birthday");
    return names;
}

Table add_selected_person(Table sample, const Table& persons, const PersonPlan& plan, Diagnostics& faults) {
    const Households households = Roster(persons, plan, faults).households();
    if (faults.has_errors()) return sample;
    const Column dwellings = sample.at(design_columns::dwelling).as_text();
    const Column& numbers = sample.at(design_columns::selection_number);
    std::vector<double> eligible(sample.rows(), 0.0), line(sample.rows(), unknown), probability(sample.rows(), unknown);
    for (std::size_t row = 0; row < sample.rows(); ++row) {
        const auto found = households.find(dwellings.text(row));
        if (found == households.end()) continue;
        const PersonSelection chosen = choose_person(plan, persons, found->second, numbers.number(row), faults);
        eligible[row] = chosen.eligible;
        if (chosen.person) line[row] = persons.at("line").number(found->second[*chosen.person]);
        probability[row] = chosen.probability;
    }
    sample.set("eligible", Column::of_numbers(std::move(eligible)));
    sample.set("line", Column::of_numbers(std::move(line)));
    sample.set(design_columns::person_probability, Column::of_numbers(std::move(probability)));
    return sample;
}

}  // namespace cifra
