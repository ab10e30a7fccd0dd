#include "estimation/weighting/dwellings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "engine/design_columns.h"
#include "engine/evaluate.h"

namespace cifra {

namespace {

using Index = std::unordered_map<std::string_view, std::size_t>;

constexpr double tolerance = 1e-9;

Location row_place(const Table& table, std::size_t row) {
    return {table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
}

bool require_columns(const Table& table, const std::vector<std::string>& names, Diagnostics& faults) {
    bool complete = true;
    for (const std::string& name : names) {
        if (table.has(name)) continue;
        complete = false;
        faults.error({table.source, 1, 0}, "missing-column", fmt::format("there is no column '{}'", name),
                     suggestion(name, table.names()));
    }
    return complete;
}

// Row by id; `ids` must outlive the index.
Index index_by_id(const Table& table, const Column& ids, const char* what, Diagnostics& faults) {
    Index index;
    for (std::size_t row = 0; row < ids.size(); ++row) {
        if (!ids.present(row))
            faults.error(row_place(table, row), "missing-id", fmt::format("the row has no {}", what), "write its id");
        else if (!index.emplace(ids.text(row), row).second)
            faults.error(row_place(table, row), "duplicate-id",
                         fmt::format("this {} stands on an earlier line too", what), "keep one row for each");
    }
    return index;
}

// For each dwelling of the sample its row in another file, or npos.
std::vector<std::size_t> match(const Column& dwellings, const Index& index) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < dwellings.size(); ++i) {
        const auto found = index.find(dwellings.text(i));
        rows.push_back(found == index.end() ? Column::npos : found->second);
    }
    return rows;
}

void report_strangers(const Table& table, const Column& ids, const Index& sample, Diagnostics& faults) {
    for (std::size_t row = 0; row < ids.size(); ++row)
        if (ids.present(row) && !sample.contains(ids.text(row)))
            faults.error(row_place(table, row), "unknown-dwelling", "this household is not among the drawn dwellings",
                         "correct its id, or give the sample file it was drawn with");
}

void add_columns(Table& facts, const Table& source, const std::vector<std::size_t>& rows) {
    for (std::size_t i = 0; i < source.width(); ++i)
        if (!facts.has(source.names()[i])) facts.set(source.names()[i], source.column(i).pick(rows));
}

double number_or_nan(const Table& table, std::string_view name, std::size_t row) {
    const Column* column = table.find(name);
    const bool usable = column && row != Column::npos && column->is_number() && column->present(row);
    return usable ? column->number(row) : std::numeric_limits<double>::quiet_NaN();
}

bool holds(const std::vector<std::string>& codes, const std::string& code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

void check_probability(const Table& sample, const char* name, std::size_t row, Diagnostics& faults) {
    if (!sample.has(name)) return;
    const double p = number_or_nan(sample, name, row);
    if (!(p > 0 && p <= 1))
        faults.error(row_place(sample, row), "bad-probability", fmt::format("'{}' is not above 0 and at most 1", name),
                     "take the probabilities from the draw");
}

double base_weight(const Table& sample, std::size_t row, Diagnostics& faults) {
    namespace c = design_columns;
    check_probability(sample, c::psu_probability, row, faults);
    check_probability(sample, c::dwelling_probability, row, faults);
    const double weight = number_or_nan(sample, c::base_weight, row);
    const double expected =
        1 / (number_or_nan(sample, c::psu_probability, row) * number_or_nan(sample, c::dwelling_probability, row));
    if (!(weight > 0) || std::isinf(weight))
        faults.error(row_place(sample, row), "bad-weight", "'base_weight' is not a number above 0",
                     "it is 1 / (pi_1 pi_2)");
    else if (std::abs(weight - expected) > tolerance * expected)
        faults.error(row_place(sample, row), "weight-mismatch", "'base_weight' is not 1 / (pi_1 pi_2)",
                     "take weight and probabilities from the same draw");
    return weight;
}

struct Files {
    const Table &sample, &household;
    const Table* person;
    const WeightingPlan& plan;
};

// Eligible persons as the household file counts them, else the person file.
double eligible_persons(const Files& files, std::size_t household, std::size_t person, Diagnostics& faults) {
    const bool in_household = files.household.has(files.plan.eligible);
    const Table& source = in_household || !files.person ? files.household : *files.person;
    const std::size_t row = in_household ? household : person;
    const double eligible = number_or_nan(source, files.plan.eligible, row);
    if (std::isnan(eligible) && person == Column::npos) return eligible;
    if (!(eligible >= 0) || eligible != std::floor(eligible) || (eligible == 0 && person != Column::npos))
        faults.error(row_place(source, row), "bad-eligible",
                     fmt::format("'{}' is not the number of eligible persons", files.plan.eligible),
                     "it is a whole number, at least 1 where a person was interviewed");
    const double pi = files.person ? number_or_nan(*files.person, design_columns::person_probability, person)
                                   : std::numeric_limits<double>::quiet_NaN();
    if (std::abs(pi * eligible - 1) > tolerance)
        faults.error(row_place(*files.person, person), "selection-mismatch",
                     "'pi_3' is not 1 over the number of eligible persons", "take both from the same roster");
    return eligible;
}

bool person_responds(const Files& files, std::size_t row) {
    if (row == Column::npos) return false;
    const Column* outcome = files.person->find(files.plan.person_outcome);
    return !outcome || holds(files.plan.person_respondent, outcome->cell(row));
}

void add_dwelling(Dwellings& result, const Files& files, std::size_t sample, std::size_t household, std::size_t person,
                  Diagnostics& faults) {
    result.base_weight.push_back(base_weight(files.sample, sample, faults));
    result.outcome.push_back(household == Column::npos ? "" : files.household.at(files.plan.outcome).cell(household));
    const std::string& outcome = result.outcome.back();
    const bool responds = holds(files.plan.respondent, outcome);
    result.in_scope.push_back(!holds(files.plan.ineligible, outcome));
    result.household.push_back(responds);
    result.person.push_back(responds && person_responds(files, person));
    if (person != Column::npos && !responds)
        faults.error(row_place(*files.person, person), "orphan-person",
                     "a person was interviewed in a household that did not respond",
                     "correct the outcome of the household, or take the person out");
    const bool counts = responds && files.plan.weighs_persons();
    result.eligible.push_back(counts ? eligible_persons(files, household, person, faults)
                                     : std::numeric_limits<double>::quiet_NaN());
}

Column group_column(const GroupVariable& group, const Table& facts, Diagnostics& faults) {
    const Schema schema = schema_of(facts);
    std::vector<std::string> codes(facts.rows());
    std::vector<Missing> missing(facts.rows(), Missing::system);
    for (const GroupRule& rule : group.rules) {
        const auto when = parse_expression(rule.when, rule.where, schema, faults, Type::truth);
        if (!when) continue;
        const auto lookup = [&](std::string_view name) -> const Column& { return facts.at(name); };
        const auto holds = evaluate_filter(*when, facts.rows(), lookup);
        for (std::size_t row = 0; row < facts.rows(); ++row) {
            if (!holds[row] || missing[row] == Missing::none) continue;
            codes[row] = rule.code;
            missing[row] = Missing::none;
        }
    }
    return Column::of_texts(codes, std::move(missing));
}

std::vector<std::size_t> rows_in_order_of_id(const Column& dwellings) {
    std::vector<std::size_t> rows(dwellings.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    std::sort(rows.begin(), rows.end(),
              [&](std::size_t a, std::size_t b) { return dwellings.text(a) < dwellings.text(b); });
    return rows;
}

bool columns_are_there(const Files& files, Diagnostics& faults) {
    namespace c = design_columns;
    bool complete = require_columns(files.sample, {c::dwelling, c::base_weight}, faults);
    complete &= require_columns(files.household, {"household", files.plan.outcome}, faults);
    if (files.person) complete &= require_columns(*files.person, {"household"}, faults);
    if (!files.plan.weighs_persons() || files.household.has(files.plan.eligible)) return complete;
    return files.person ? complete & require_columns(*files.person, {files.plan.eligible}, faults)
                        : require_columns(files.household, {files.plan.eligible}, faults);
}

}  // namespace

Dwellings join_dwellings(const Table& sample, const Table& household, const std::optional<Table>& person,
                         const WeightingPlan& plan, Diagnostics& faults) {
    Dwellings result;
    result.source = sample.source;
    const Files files{sample, household, person ? &*person : nullptr, plan};
    if (!columns_are_there(files, faults)) return result;
    const Column drawn = sample.at(design_columns::dwelling).as_text();
    const Index sample_index = index_by_id(sample, drawn, "dwelling", faults);
    const Column household_ids = household.at("household").as_text();
    const Index household_index = index_by_id(household, household_ids, "household", faults);
    report_strangers(household, household_ids, sample_index, faults);
    const Column person_ids = person ? person->at("household").as_text() : Column::of_texts({});
    const Index person_index = person ? index_by_id(*person, person_ids, "household", faults) : Index{};
    if (person) report_strangers(*person, person_ids, sample_index, faults);

    result.sample_row = rows_in_order_of_id(drawn);
    const Column ordered = drawn.pick(result.sample_row);
    const auto household_row = match(ordered, household_index), person_row = match(ordered, person_index);
    for (std::size_t i = 0; i < result.size(); ++i)
        add_dwelling(result, files, result.sample_row[i], household_row[i], person_row[i], faults);
    result.facts = sample.pick(result.sample_row);
    add_columns(result.facts, household, household_row);
    if (person) add_columns(result.facts, *person, person_row);
    for (const GroupVariable& group : plan.groups) {
        if (result.facts.has(group.name))
            faults.error(group.where, "duplicate-name", fmt::format("'{}' is also a column of a file", group.name),
                         "give the group another name");
        else
            result.facts.set(group.name, group_column(group, result.facts, faults));
    }
    return result;
}

}  // namespace cifra
