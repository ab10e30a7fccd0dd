// The table file: what is wanted. Every key is described in estimation/README.md.
//
//   level: 0.95
//   period: "2020"
//   quality: inegi_cv
//   indicators:
//     incidence: {statistic: incidence, of: crimes, where: counted, per: persons, scale: 100000}
//   tables:
//     - {id: by_sex, indicators: [incidence], by: [SEXO, [SEXO, age_group]], margins: true}
//   comparisons:
//     - {id: gap, indicators: [incidence], by: SEXO, measure: difference}
//   changes:
//     - {id: trend, indicators: [incidence], from: "2019", measure: percent}
//
// Each entry of `by` is one breakdown: a variable or a list of variables crossed. The whole is always given first
// (total: false leaves it out); `margins: true` adds every crossing of fewer of the variables. `numerator_by` breaks
// the records of a rate down by variables of their own level: the denominator stays that of the domain. `shares` adds
// to totals their shares of the row, the column or the whole (shares.h).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/change.h"
#include "estimation/comparisons.h"
#include "estimation/indicators.h"
#include "estimation/quality.h"
#include "estimation/shares.h"
#include "estimation/survey_data.h"
#include "estimation/table_sections.h"

namespace cifra {

struct TablePlan {
    std::string id;
    std::vector<std::size_t> indicators;  // positions in the plan's list
    bool total = true;
    bool covariance = false;                           // writes that of all its estimates
    std::vector<std::vector<std::string>> breakdowns;  // the first is empty where the total is wanted
    std::vector<std::string> numerator_by;
    std::vector<ShareOf> shares;              // of totals: written as indicators of their own
    std::vector<std::string> counting_rules;  // each rate under every one of these rules
    Location where;
};

struct TabulationPlan {
    double level = 0.95;
    std::string period;
    QualityRules quality;
    bool deff_without_replacement = false;  // deff against sampling without replacement
    std::vector<Indicator> indicators;
    std::vector<TablePlan> tables;
    std::vector<ComparisonPlan> comparisons;
    std::vector<ChangePlan> changes;
    std::vector<std::pair<std::string, SectionPlan>> jobs;  // file written, what makes it
    const Indicator* find(const std::string& id) const;     // nullptr when unknown
};

// Faults are collected; the plan is void then.
TabulationPlan read_tabulation_plan(const YamlValue& value, const SurveyData& data, Diagnostics& faults);

// The indicators alone, as they read against another wave's data.
std::vector<Indicator> read_indicators(const YamlValue& table_file, const SurveyData& data, Diagnostics& faults);

}  // namespace cifra
