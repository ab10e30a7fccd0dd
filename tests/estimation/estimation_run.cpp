#include "tests/estimation/estimation_run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "engine/study.h"
#include "estimation/pass/streamed_tables.h"
#include "tests/estimation/pass/two_ways.h"

namespace cifra::testing {

namespace {

Table table_of(const SurveyData& data, const TabulationPlan& plan, const std::string& file, int threads) {
    Diagnostics faults;
    TabulationOptions options;
    options.threads = threads;
    const Tabulation tabulation = tabulate_all(data, plan, options, faults);
    faults.throw_if_errors();
    if (file == "estimates.csv") return tabulation.estimates;
    for (auto& [name, table] : tabulate_rest(data, plan, tabulation, threads, faults)) {
        faults.throw_if_errors();
        if (name == file) return table;
    }
    faults.throw_if_errors();
    throw std::runtime_error("the run made no " + file);
}

// The same file made in one pass over pieces of the data, whatever the test is about: each test of estimates so is one
// of two ways to them.
void compare_with_pass(const YamlValue& design, const YamlValue& tables, const std::filesystem::path& folder,
                       const std::string& file, int threads, const Table& expected) {
    Diagnostics faults;
    std::string why;
    SurveyDataOptions options{folder, folder, mentioned_names(tables), threads};
    options.piece_bytes = 4096;
    const auto streamed = stream_tables(
        design, tables, options, [](double) {}, why, faults);
    faults.throw_if_errors();
    if (!streamed) {
        ::testing::Test::RecordProperty("needs_memory", why);
        return;
    }
    const Table table = table_of(streamed->survey.prototype(), streamed->plan, file, threads);
    EXPECT_EQ(difference(table, expected, 1e-10), "") << file << ": in one pass and in memory";
}

Table part_of(const YamlValue& design, const YamlValue& tables, const std::filesystem::path& folder,
              const std::string& file, int threads) {
    Diagnostics faults;
    const SurveyData data = read_survey_data(design, {folder, folder, mentioned_names(tables), threads}, faults);
    faults.throw_if_errors();
    const TabulationPlan plan = read_tabulation_plan(tables, data, faults);
    faults.throw_if_errors();
    Table table = table_of(data, plan, file, threads);
    compare_with_pass(design, tables, folder, file, threads, table);
    return table;
}

}  // namespace

Table run_estimation(const std::string& design, const std::string& tables, const std::filesystem::path& folder,
                     int threads) {
    return run_part(design, tables, folder, "estimates.csv", threads);
}

Table run_part(const std::string& design, const std::string& tables, const std::filesystem::path& folder,
               const std::string& file, int threads) {
    Diagnostics faults;
    const YamlValue design_file = parse_yaml(design, "design.yaml", faults),
                    table_file = parse_yaml(tables, "tables.yaml", faults);
    faults.throw_if_errors();
    return part_of(design_file, table_file, folder, file, threads);
}

Table run_example_part(const std::string& design, const std::string& tables, const std::filesystem::path& folder,
                       const std::string& file) {
    Diagnostics faults;
    const std::filesystem::path examples = std::filesystem::path(CIFRA_SOURCE_DIR) / "examples";
    const YamlValue design_file = read_yaml(examples / design, faults),
                    table_file = read_yaml(examples / tables, faults);
    faults.throw_if_errors();
    return part_of(design_file, table_file, folder, file, 1);
}

Table run_example(const std::string& example, const std::filesystem::path& folder, int threads) {
    Diagnostics faults;
    const std::filesystem::path directory = std::filesystem::path(CIFRA_SOURCE_DIR) / "examples" / example;
    const Study study = read_study(directory / "study.yaml", faults);
    faults.throw_if_errors();
    const auto part = [&](const char* key) {
        const YamlValue& value = *study.root.find("estimation")->find(key);
        return value.is_scalar() ? read_yaml(directory / value.scalar, faults) : value;
    };
    const YamlValue design = part("design"), tables = part("tables");
    faults.throw_if_errors();
    return part_of(design, tables, folder, "estimates.csv", threads);
}

Found find_estimate(const Table& estimates, const std::string& indicator, const std::string& domain,
                    const std::string& table) {
    const auto number = [&](const char* name, std::size_t row) {
        const Column& column = estimates.at(name);
        return column.present(row) ? column.number(row) : std::nan("");
    };
    for (std::size_t row = 0; row < estimates.rows(); ++row) {
        if (estimates.at("indicator").text(row) != indicator || estimates.at("domain").text(row) != domain) continue;
        if (!table.empty() && estimates.at("table").text(row) != table) continue;
        return {number("estimate", row),
                number("se", row),
                number("cv", row),
                number("lower", row),
                number("upper", row),
                number("df", row),
                number("deff", row),
                number("n", row),
                number("n_cases", row),
                estimates.at("interval").text(row),
                estimates.at("quality").text(row),
                estimates.at("notices").text(row)};
    }
    ADD_FAILURE() << "no estimate of " << indicator << " in '" << domain << "'";
    const double none = std::nan("");
    return {none, none, none, none, none, none, none, none, none, "", "", ""};
}

nlohmann::json oracle_case(const std::filesystem::path& file, const std::string& id) {
    static std::map<std::filesystem::path, nlohmann::json> read;
    if (!read.contains(file)) read[file] = nlohmann::json::parse(std::ifstream(file));
    for (const auto& entry : read[file]["cases"])
        if (entry["id"] == id) return entry;
    throw std::runtime_error("no oracle case " + id);
}

::testing::AssertionResult close_to(double actual, double expected, double tolerance) {
    const double gap = std::abs(actual - expected);
    if (gap <= tolerance * std::abs(expected)) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << actual << " is not " << expected << ": relative difference "
                                         << gap / std::abs(expected);
}

}  // namespace cifra::testing
