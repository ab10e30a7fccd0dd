// Tables made in one pass over files that are not held in memory.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/pass/streamed_survey.h"
#include "estimation/table_plan.h"

namespace cifra {

struct StreamedTables {
    StreamedSurvey survey;  // its prototype is the SurveyData that tabulate_all and the like take
    TabulationPlan plan;
};

// Nothing, with the reason in `why`, where design or tables need the data in memory: the faults of those files are told
// by the reading into memory. Faults of the data are in `faults`; the result is void then. Throws Refusal.
std::optional<StreamedTables> stream_tables(const YamlValue& design, const YamlValue& tables,
                                            const SurveyDataOptions& options,
                                            const std::function<void(double)>& progress, std::string& why,
                                            Diagnostics& faults);

}  // namespace cifra
