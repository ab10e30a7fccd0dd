// The table file: indicators and the tables made of them → one long table of estimates, estimates.csv.
//
//   level: 0.95
//   period: "2020"
//   quality: inegi_cv
//   indicators:
//     incidence: {statistic: incidence, of: crimes, where: counted, per: persons, scale: 100000}
//   tables:
//     - {id: by_sex, indicators: [incidence], by: [SEXO, [SEXO, age_group]]}
//
// Each entry of `by` is one breakdown: a variable or a list of variables crossed. The whole is always given first
// (total: false leaves it out). `numerator_by` breaks the records of a rate down by variables of their own level: the
// denominator stays that of the domain.
#pragma once

#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/indicators.h"
#include "estimation/quality.h"
#include "estimation/survey_data.h"
#include "estimation/table_sections.h"

namespace cifra {

struct TablePlan {
    std::string id;
    std::vector<std::size_t> indicators;  // positions in the plan's list
    bool total = true;
    std::vector<std::vector<std::string>> breakdowns;  // the first is empty where the total is wanted
    std::vector<std::string> numerator_by;
    Location where;
};

struct TabulationPlan {
    double level = 0.95;
    std::string period;
    QualityRules quality;
    std::vector<Indicator> indicators;
    std::vector<TablePlan> tables;
    std::vector<std::pair<std::string, SectionJob>> jobs;  // file written, what makes it
};

TabulationPlan read_tabulation_plan(const YamlValue& value, const SurveyData& data, Diagnostics& faults);

struct TabulationOptions {
    int threads = 0;
    std::function<void(double)> progress = [](double) {};  // share done; called from one thread at a time
};

// Columns: table, indicator, domain, period, estimate, se, cv, lower, upper, level, interval, df, deff, n, n_cases,
// n_eff, weight_set, variance_method, quality, notices. Rows in the order of tables, indicators, breakdowns, cells;
// the same bytes at any number of threads. Throws Refusal under LonelyPsu::fail.
Table tabulate(const SurveyData& data, const TabulationPlan& plan, const TabulationOptions& options,
               Diagnostics& faults);

}  // namespace cifra
