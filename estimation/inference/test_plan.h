// The section `tests:` of a table file; written to tests.csv. Keys and columns: estimation/inference/README.md.
//
//   tests:
//     - {id: a, test: independence, of: persons, rows: victim, columns: AGE4}
//     - {id: b, test: goodness_of_fit, of: persons, variable: SEXO, shares: {"1": 0.48, "2": 0.52}}
//     - {id: c, test: t, of: schools, difference: [api00, api99]}
//     - {id: d, test: t, of: households, value: rate, by: tenure}
//     - {id: e, test: rank, of: schools, value: api00, by: comp.imp, method: wilcoxon}
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "estimation/inference/group_tests.h"
#include "estimation/inference/inference_data.h"
#include "estimation/table_sections.h"

namespace cifra {

enum class TestKind { independence, goodness_of_fit, t, rank };
const std::vector<std::string>& test_kind_names();

struct TestPlan {
    InferenceDomain domain;
    TestKind kind = TestKind::t;
    std::vector<Expr> rows, columns;      // independence: each crossed; goodness of fit: rows alone
    std::vector<std::string> statistics;  // independence
    bool all_records = false;             // n counts records with missing variables too
    std::vector<std::pair<std::string, double>> shares;
    std::optional<Expr> value, minus, by;
    double null = 0;
    RankTest method = RankTest::wilcoxon;
    RankTies ties = RankTies::in_order;
};

std::vector<TestPlan> read_test_plans(const YamlValue& value, const SurveyData& data, Diagnostics& faults);

// The section's reader (table_sections.h).
SectionPlan read_tests(const YamlValue& value, const SurveyData& data, const SectionOptions& options,
                       Diagnostics& faults);

// tests.csv: id, test, contrast, estimate, se, statistic, df1, df2, p, lower, upper, n, notices.
Table run_tests(const SurveyData& data, const std::vector<TestPlan>& plans, double level, Diagnostics& faults);

}  // namespace cifra
