// Runs one section of a table file (models, tests) as `cifra estimate` does, and looks its rows up.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "estimation/survey_data.h"
#include "estimation/table_sections.h"

namespace cifra::testing {

// The table that `key` of a table file makes, after `prepare`. Throws InputError with all faults.
inline Table run_section(
    const std::string& design, const std::string& tables, const std::string& key, const std::filesystem::path& folder,
    const std::function<void(SurveyData&)>& prepare = [](SurveyData&) {}) {
    Diagnostics faults;
    const YamlValue design_file = parse_yaml(design, "design.yaml", faults),
                    table_file = parse_yaml(tables, "tables.yaml", faults);
    faults.throw_if_errors();
    SurveyData data = read_survey_data(design_file, {folder, folder, mentioned_names(table_file), 1}, faults);
    faults.throw_if_errors();
    prepare(data);
    for (const TableSection& section : table_sections()) {
        if (section.key != key) continue;
        const SectionPlan plan = section.read(*table_file.find(key), data, {}, faults);
        faults.throw_if_errors();
        Table result = plan.run({}, faults);
        faults.throw_if_errors();
        return result;
    }
    throw std::runtime_error("no section " + key);
}

// Numbers of one row, found by the texts of some columns.
class Row {
public:
    Row(const Table& table, std::size_t row) : table_(&table), row_(row) {}
    double operator[](const char* column) const {
        const Column& values = table_->at(column);
        return values.present(row_) ? values.number(row_) : std::nan("");
    }
    std::string text(const char* column) const { return table_->at(column).text(row_); }

private:
    const Table* table_;
    std::size_t row_;
};

inline Row find_row(const Table& table, const std::vector<std::pair<const char*, std::string>>& texts) {
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (std::all_of(texts.begin(), texts.end(),
                        [&](const auto& pair) { return table.at(pair.first).text(row) == pair.second; }))
            return {table, row};
    std::string all;
    for (const auto& [column, text] : texts) all += std::string(column) + "=" + text + " ";
    throw std::runtime_error("no row " + all);
}

// Compares numbers with an oracle, counts the cases and keeps the largest relative difference.
struct Comparison {
    double largest = 0;
    int cases = 0;
    void expect(double actual, double expected, double tolerance, const std::string& what) {
        if (std::isnan(expected) || expected == 0) return;
        const double gap = std::abs(actual / expected - 1);
        largest = std::max(largest, gap);
        EXPECT_TRUE(gap <= tolerance) << what << ": " << actual << ", the oracle has " << expected << ", gap " << gap;
    }
    ~Comparison() {
        ::testing::Test::RecordProperty("cases", cases);
        ::testing::Test::RecordProperty("largest_relative_difference", std::to_string(largest));
    }
};

inline nlohmann::json oracle_cases(const std::filesystem::path& file) {
    return nlohmann::json::parse(std::ifstream(file))["cases"];
}

}  // namespace cifra::testing
