// Comparisons within one sample, with the covariance of what is compared.
//
//   comparisons:
//     - {id: sexes, indicators: [prevalence], by: SEXO, reference: SEXO=1, measure: percent, adjust: holm}
//     - {id: gap, combine: {"prevalence[SEXO=2]": 1, "prevalence[SEXO=1]": -1}}
//     - {id: log_ratio, formula: "log(rate[quarter=4] / rate[quarter=1])"}
//     - {id: regions_differ, indicators: [prevalence], by: region, test: equal}
//
// `by` compares every cell of the breakdown with `reference`, or all pairs; `test: equal` is one joint Wald test.
// `combine` and `formula` name cells as indicator[domain], the whole as indicator.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/comparison_rows.h"
#include "estimation/indicators.h"
#include "estimation/statistics.h"
#include "estimation/survey_data.h"

namespace cifra {

struct CellName {
    std::string indicator, domain;  // domain "" is the whole
    bool operator==(const CellName&) const = default;
    std::string text() const { return domain.empty() ? indicator : indicator + "[" + domain + "]"; }
    std::vector<std::string> variables() const;  // of "sex=F;region=N": sex, region
};

struct ComparisonPlan {
    std::string id;
    std::vector<std::string> indicators, by;
    std::string reference;  // a domain; "": all pairs
    bool equal = false;     // joint test
    ComparisonOptions options;
    std::optional<Formula> formula;  // of `cells`; combine is one too
    std::string text;                // of the formula, as the user wrote it
    std::vector<CellName> cells;
    Location where;
};

std::vector<ComparisonPlan> read_comparisons(const YamlValue* list, const std::vector<Indicator>& indicators,
                                             const SurveyData& data, Diagnostics& faults);

// The estimates that comparisons are made of.
std::vector<EstimateRequest> comparison_requests(const std::vector<ComparisonPlan>& plans,
                                                 const std::vector<Indicator>& indicators);

// Columns: id, measure, indicator, domain, reference, from, to, estimate, se, statistic, df, df2, p, p_adjusted,
// adjustment, lower, upper, level, significant (95, 90 or nothing, by the adjusted p), detectable, n, notices.
Table compare(const SurveyData& data, const std::vector<ComparisonPlan>& plans,
              const std::vector<Indicator>& indicators, double level, int threads, Diagnostics& faults);

// The cells `indicator[domain]` in a formula, replaced by variables cell_1, cell_2, ...
struct CellText {
    std::string formula;
    std::vector<CellName> cells;
    std::vector<std::string> variables;
};
CellText find_cells(const std::string& text, const std::vector<Indicator>& indicators);

}  // namespace cifra
