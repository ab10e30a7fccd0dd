#include "sampling/field/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "engine/design_columns.h"
#include "sampling/household/person_methods.h"

namespace cifra {

namespace {

namespace names = design_columns;
constexpr std::uint32_t most_eligible = 8;

struct Row {
    const Table* table = nullptr;  // sample or reserves
    std::size_t row = 0;
    std::size_t assignment = 0;
    double reserve = 0;  // rank, 0 for the sample

    const std::string& text(const std::string& name) const { return table->at(name).text(row); }
    auto psu() const { return std::tie(text(names::stratum), text(names::psu)); }
};

// The units between PSU and dwelling.
std::vector<std::string> stages_between(const DrawPlan& plan) {
    std::vector<std::string> units;
    for (std::size_t s = 1; s + 1 < plan.stages.size(); ++s) units.push_back(plan.stages[s].unit);
    return units;
}

std::vector<Row> rows_of(const DrawPlan& plan, const DrawnSample& drawn) {
    std::vector<Row> rows;
    for (std::size_t row = 0; row < drawn.sample.rows(); ++row) rows.push_back({&drawn.sample, row, 0, 0});
    for (std::size_t row = 0; row < drawn.reserves.rows(); ++row)
        rows.push_back({&drawn.reserves, row, 0, drawn.reserves.at("reserve_rank").number(row)});
    const std::vector<std::string> between = stages_between(plan);
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
        if (std::tuple x(a.psu(), a.reserve), y(b.psu(), b.reserve); x != y) return x < y;
        for (const std::string& unit : between)
            if (a.text(unit) != b.text(unit)) return a.text(unit) < b.text(unit);
        return a.text(names::dwelling) < b.text(names::dwelling);
    });
    return rows;
}

// One list a stratum.
std::vector<std::string> assign_strata(std::vector<Row>& rows) {
    std::vector<std::string> found;
    for (Row& row : rows) {
        if (found.empty() || found.back() != row.text(names::stratum)) found.push_back(row.text(names::stratum));
        row.assignment = found.size() - 1;
    }
    return found;
}

std::vector<std::string> assign_interviewers(std::vector<Row>& rows, std::uint64_t interviewers) {
    const auto in_sample = [](const Row& row) { return row.reserve == 0; };
    const auto n = static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), in_sample));
    std::uint64_t before = 0;
    std::map<std::uint64_t, std::size_t> used;  // an interviewer without a PSU gets no list
    for (auto begin = rows.begin(); begin != rows.end();) {
        const auto end = std::find_if(begin, rows.end(), [&](const Row& row) { return row.psu() != begin->psu(); });
        const auto dwellings = static_cast<std::uint64_t>(std::count_if(begin, end, in_sample));
        const std::uint64_t list = (2 * before + dwellings) * interviewers / (2 * n);
        const std::size_t assignment = used.emplace(list, used.size()).first->second;
        for (; begin != end; ++begin) begin->assignment = assignment;
        before += dwellings;
    }
    std::vector<std::string> found;
    for (std::size_t i = 0; i < used.size(); ++i) found.push_back(fmt::format("Interviewer {}", i + 1));
    return found;
}

Column numbers_of(const std::vector<Row>& rows, const auto& number) {
    std::vector<double> values;
    std::vector<Missing> missing;
    for (const Row& row : rows) {
        const std::optional<double> value = number(row);
        values.push_back(value.value_or(0));
        missing.push_back(value ? Missing::none : Missing::system);
    }
    return Column::of_numbers(std::move(values), std::move(missing));
}

Column texts_of(const std::vector<Row>& rows, const auto& text) {
    TextColumnBuilder builder;
    for (const Row& row : rows) builder.add(text(row));
    return builder.finish();
}

// The cells of sample and reserves.
Column cells_of(const std::vector<Row>& rows, const std::string& name) {
    const Column& column = rows.front().table->at(name);
    if (!column.is_number()) return texts_of(rows, [&](const Row& row) { return row.table->at(name).text(row.row); });
    return numbers_of(rows, [&](const Row& row) {
        const Column& cells = row.table->at(name);
        return cells.present(row.row) ? std::optional(cells.number(row.row)) : std::nullopt;
    });
}

void set_persons(Table& table, const std::vector<Row>& rows, PersonMethod method) {
    const bool kish = method == PersonMethod::kish_grid;
    if (method != PersonMethod::full_roster && method != PersonMethod::rizzo && !kish) return;
    for (std::uint32_t eligible = 2; eligible <= most_eligible; ++eligible)
        table.set(fmt::format("of_{}", eligible), numbers_of(rows, [&](const Row& row) -> std::optional<double> {
                      const double u = row.table->at(names::selection_number).number(row.row);
                      return kish ? kish_rank(kish_table(u), eligible) : names::selected_line(u, eligible);
                  }));
}

void set_blanks(Table& table, const std::vector<Row>& rows, std::uint64_t visits) {
    const auto blank = [](const Row&) { return std::string(); };
    for (std::uint64_t visit = 1; visit <= visits; ++visit)
        for (const char* what : {"date", "time", "outcome"})
            table.set(fmt::format("visit_{}_{}", visit, what), texts_of(rows, blank));
    table.set("replaces", texts_of(rows, blank));
    table.set("notes", texts_of(rows, blank));
}

}  // namespace

Listing make_listing(const DrawPlan& plan, const DrawnSample& drawn) {
    Listing listing;
    std::vector<Row> rows = rows_of(plan, drawn);
    if (rows.empty()) return listing;
    listing.names =
        plan.field->interviewers > 0 ? assign_interviewers(rows, plan.field->interviewers) : assign_strata(rows);
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].assignment == listing.first.size()) listing.first.push_back(i);
    listing.first.push_back(rows.size());
    Table& table = listing.table;
    table.set("assignment", texts_of(rows, [&](const Row& row) { return listing.names[row.assignment]; }));
    std::vector<std::string> copied = {names::stratum, names::psu};
    for (const std::string& unit : stages_between(plan)) copied.push_back(unit);
    copied.emplace_back(names::dwelling);
    for (const std::string& name : copied) table.set(name, cells_of(rows, name));
    table.set("reserve", numbers_of(rows, [](const Row& row) {
                  return row.reserve > 0 ? std::optional(row.reserve) : std::nullopt;
              }));
    for (const std::string& name : plan.keep)
        if (!table.has(name)) table.set(name, cells_of(rows, name));
    set_persons(table, rows, plan.person.method);
    set_blanks(table, rows, plan.field->visits);
    return listing;
}

}  // namespace cifra
