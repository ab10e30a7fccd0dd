// Runs design and table files as `cifra estimate` does and looks results up.
#pragma once

#include <gtest/gtest.h>
#include <filesystem>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/tabulate.h"

namespace cifra::testing {

// The estimates of a design and a table file given as YAML text; data files lie in `folder`. Throws InputError.
Table run_estimation(const std::string& design, const std::string& tables, const std::filesystem::path& folder,
                     int threads = 1);

// Another file that the same two make: comparisons.csv, changes.csv, covariances.csv, those of the table sections.
Table run_part(const std::string& design, const std::string& tables, const std::filesystem::path& folder,
               const std::string& file, int threads = 1);

// A file that a design and a table file of an example make: estimates.csv, comparisons.csv, ...
Table run_example_part(const std::string& design, const std::string& tables, const std::filesystem::path& folder,
                       const std::string& file);

// The estimates of an example's study.yaml with its data in `folder`.
Table run_example(const std::string& example, const std::filesystem::path& folder, int threads = 1);

struct Found {
    double estimate, se, cv, lower, upper, df, deff, n, cases;
    std::string interval, quality, notices;
};
Found find_estimate(const Table& estimates, const std::string& indicator, const std::string& domain = "",
                    const std::string& table = "");

// The case of an oracle.json by id.
nlohmann::json oracle_case(const std::filesystem::path& file, const std::string& id);

// |actual / expected - 1| <= tolerance
::testing::AssertionResult close_to(double actual, double expected, double tolerance);

inline constexpr double estimate_tolerance = 1e-10, se_tolerance = 1e-8;  // architecture of the tests, README.md

}  // namespace cifra::testing
