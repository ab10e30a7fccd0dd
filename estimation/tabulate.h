// Carries out a table file: estimates.csv, and what goes with it.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/survey_data.h"
#include "estimation/table_plan.h"

namespace cifra {

struct TabulationOptions {
    int threads = 0;
    std::function<void(double)> progress = [](double) {};  // share done; called from one thread
};

struct Tabulation {
    // Columns: table, indicator, domain, period, estimate, se, cv, lower, upper, level, interval, df, deff, n, n_cases,
    // n_eff, weight_set, variance_method, quality, notices. Rows in the order of tables, indicators, breakdowns, cells;
    // the same bytes at any number of threads.
    Table estimates;
    // Of the tables with `covariance: true`: table, indicator, domain, indicator_2, domain_2, covariance; the upper
    // triangle with the diagonal. Without rows when no table asks.
    Table covariances;
};

// All indicators of all tables in one pass per level of the data. Throws Refusal under LonelyPsu::fail.
Tabulation tabulate_all(const SurveyData& data, const TabulationPlan& plan, const TabulationOptions& options,
                        Diagnostics& faults);

// Every estimate that the tables and comparisons of a plan are made of: what one pass over the data has to give.
struct PlannedRequests {
    std::deque<Indicator> under_rules;  // indicators counted by another rule than their own: keeps their addresses
    std::vector<EstimateRequest> requests;
    bool covariances = false;  // between some of them
};
PlannedRequests planned_requests(const TabulationPlan& plan);

// The estimates alone.
Table tabulate(const SurveyData& data, const TabulationPlan& plan, const TabulationOptions& options,
               Diagnostics& faults);

// Every file the plan makes beside estimates.csv: name and table, in the order of the plan.
std::vector<std::pair<std::string, Table>> tabulate_rest(const SurveyData& data, const TabulationPlan& plan,
                                                         const Tabulation& tabulation, int threads,
                                                         Diagnostics& faults);

}  // namespace cifra
