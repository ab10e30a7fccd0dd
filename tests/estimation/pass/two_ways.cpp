#include "tests/estimation/pass/two_ways.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "engine/csv.h"
#include "estimation/level_file.h"
#include "estimation/pass/streamed_tables.h"
#include "estimation/tabulate.h"

namespace cifra::testing {

namespace {

struct Files {
    YamlValue design, tables;
    SurveyDataOptions options;
};

Files files_of(const TwoWays& ways, std::size_t piece_bytes, int threads) {
    Diagnostics faults;
    Files files{parse_yaml(ways.design, "design.yaml", faults), parse_yaml(ways.tables, "tables.yaml", faults), {}};
    faults.throw_if_errors();
    files.options = {ways.folder, ways.folder, mentioned_names(files.tables), threads};
    files.options.piece_bytes = piece_bytes;
    return files;
}

void tabulate_into(Outcome& outcome, const SurveyData& data, const TabulationPlan& plan, int threads,
                   Diagnostics& faults) {
    TabulationOptions options;
    options.threads = threads;
    Table estimates = tabulate_all(data, plan, options, faults).estimates;
    if (faults.has_errors()) return;
    outcome.estimates = std::move(estimates);
    outcome.csv = to_csv(outcome.estimates, digits17);
}

template <class Run>
Outcome outcome_of(const Run& run) {
    Outcome outcome;
    Diagnostics faults;
    try {
        run(outcome, faults);
    } catch (const Refusal& refusal) {
        outcome.refusal = refusal.what();
    }
    for (const Diagnostic& fault : faults.items())
        outcome.faults.push_back(
            fmt::format("{}:{}: {}: {}", fault.where.file, fault.where.line, fault.code, fault.message));
    return outcome;
}

bool same_cell(const Column& a, const Column& b, std::size_t row, double tolerance) {
    if (a.present(row) != b.present(row)) return false;
    if (!a.present(row)) return true;
    if (!a.is_number() || !b.is_number()) return a.cell(row) == b.cell(row);
    const double x = a.number(row), y = b.number(row);
    return std::abs(x - y) <= tolerance * std::max(std::abs(x), std::abs(y)) || std::abs(x - y) < 1e-12;
}

// Then the variance, and all that is made of it, is 0 in one order of summation and 1e-30 in another.
bool is_rounding(const Table& table, std::size_t row) {
    if (!table.has("se") || !table.has("estimate")) return false;
    const Column& se = table.at("se");
    return !se.present(row) || se.number(row) <= 1e-10 * std::abs(table.at("estimate").number(row));
}

}  // namespace

Outcome in_memory(const TwoWays& ways) {
    const Files files = files_of(ways, 0, 1);
    return outcome_of([&](Outcome& outcome, Diagnostics& faults) {
        const SurveyData data = read_survey_data(files.design, files.options, faults);
        if (faults.has_errors()) return;
        const TabulationPlan plan = read_tabulation_plan(files.tables, data, faults);
        if (!faults.has_errors()) tabulate_into(outcome, data, plan, 1, faults);
    });
}

Outcome in_a_pass(const TwoWays& ways, std::size_t piece_bytes, int threads) {
    const Files files = files_of(ways, piece_bytes, threads);
    return outcome_of([&](Outcome& outcome, Diagnostics& faults) {
        const auto streamed = stream_tables(
            files.design, files.tables, files.options, [](double) {}, outcome.why, faults);
        outcome.passed = streamed.has_value();
        if (streamed && !faults.has_errors())
            tabulate_into(outcome, streamed->survey.prototype(), streamed->plan, threads, faults);
    });
}

std::string difference(const Table& a, const Table& b, double tolerance) {
    if (a.names() != b.names()) return "other columns";
    if (a.rows() != b.rows()) return fmt::format("{} rows and {} rows", a.rows(), b.rows());
    std::vector<std::string> cells;
    for (std::size_t c = 0; c < a.width(); ++c)
        for (std::size_t row = 0; row < a.rows() && cells.size() < 5; ++row) {
            const bool rounding = is_rounding(a, row) && is_rounding(b, row) && a.names()[c] != "estimate";
            if (!rounding && !same_cell(a.column(c), b.column(c), row, tolerance))
                cells.push_back(fmt::format("{} of row {} is {} and {}", a.names()[c], row, a.column(c).cell(row),
                                            b.column(c).cell(row)));
        }
    return fmt::format("{}", fmt::join(cells, "\n"));
}

void expect_same_estimates(const TwoWays& ways, double tolerance, std::size_t piece_bytes) {
    const Outcome memory = in_memory(ways), pass = in_a_pass(ways, piece_bytes);
    ASSERT_EQ(fmt::format("{}", fmt::join(memory.faults, "\n")), "");
    ASSERT_EQ(fmt::format("{}", fmt::join(pass.faults, "\n")), "");
    ASSERT_EQ(memory.refusal + pass.refusal, "");
    ASSERT_TRUE(pass.passed) << pass.why;
    ASSERT_GT(memory.estimates.rows(), 0U);
    EXPECT_EQ(difference(pass.estimates, memory.estimates, tolerance), "") << "in a pass and in memory";
}

void expect_same_faults(const TwoWays& ways, std::size_t piece_bytes) {
    const Outcome memory = in_memory(ways), pass = in_a_pass(ways, piece_bytes);
    EXPECT_FALSE(memory.faults.empty());
    EXPECT_EQ(memory.csv + pass.csv, "");
    EXPECT_EQ(fmt::format("{}", fmt::join(pass.faults, "\n")), fmt::format("{}", fmt::join(memory.faults, "\n")));
}

}  // namespace cifra::testing
