// The results as tables of Markdown and as one CSV.
#pragma once

#include <string>
#include <vector>

#include "tests/coverage/tally.h"

namespace cifra::coverage {

struct ScenarioResults {
    Scenario scenario;
    Results results;
};

// Of each method, by expected cases and df: how many cells, least and greatest coverage, how many meet the criterion.
std::string summary_tables(const std::vector<ScenarioResults>& all);
std::string level_tables(const ScenarioResults& results);
std::string change_tables(const ScenarioResults& results);
std::string to_csv_lines(const ScenarioResults& results, bool header);

// 93 .. 98 % where at least 10 cases are expected and df >= 20; else at least 95 % less three Monte Carlo SE.
bool meets_criterion(const EstimateTally& estimate, const IntervalTally& interval);

}  // namespace cifra::coverage
