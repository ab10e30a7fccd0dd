// Change between waves and averages over waves, with the covariance of the PSUs they share (wave_pair.h).
//
//   waves:
//     "2019": {design: design_2019.yaml, folder: y2019}
//     "2020": {design: design_2020.yaml, folder: y2020, break: "screener reworded"}
//   changes:
//     - {id: trend, indicators: [incidence], by: [sex], from: "2019", measure: percent, force: true}
//     - {id: mean, indicators: [incidence], average: ["2018", "2019", "2020"]}
//
// Each wave has its own design file and data, in which the same indicators are read; the wave named by `period` is this
// survey. g(theta_1, theta_2) has variance g_1^2 V_1 + g_2^2 V_2 + 2 g_1 g_2 C, df those of the union of the PSUs. A
// change across a wave that declares a `break` is refused unless `force: true`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/comparison_rows.h"
#include "estimation/indicators.h"
#include "estimation/survey_data.h"

namespace cifra {

struct Wave {
    std::string name;
    std::shared_ptr<const SurveyData> data;  // nullptr: this survey
    std::vector<Indicator> indicators;       // as read against this wave's data
    std::string break_text;                  // "": comparable with the wave before
};

struct ChangePlan {
    std::string id;
    std::vector<std::size_t> indicators;  // positions in the table file
    std::vector<std::vector<std::string>> breakdowns;
    std::vector<std::string> numerator_by;
    std::vector<std::size_t> waves;  // positions in `all`: from, to; or those averaged
    bool average = false, force = false;
    ComparisonOptions options;
    Location where;
    std::shared_ptr<const std::vector<Wave>> all;  // in the order of time
};

std::vector<ChangePlan> read_changes(const YamlValue* list, const YamlValue* waves, const YamlValue& table_file,
                                     const std::string& period, const SurveyData& data, Diagnostics& faults);

// Columns as those of comparisons; `from` and `to` name the waves. Throws Refusal for a change across a break.
Table estimate_changes(const SurveyData& data, const std::vector<ChangePlan>& plans, double level, int threads,
                       Diagnostics& faults);

}  // namespace cifra
