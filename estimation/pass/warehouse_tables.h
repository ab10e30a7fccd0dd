// Tables whose sums a ClickHouse server made.
#pragma once

#include <functional>
#include <optional>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/pass/warehouse_survey.h"
#include "estimation/table_plan.h"

namespace cifra {

struct WarehouseTables {
    WarehouseSurvey survey;  // its prototype is the SurveyData that tabulate_all and the like take
    TabulationPlan plan;
};

// Nothing where the data are files, or with faults: not-in-warehouse where the tables need the rows in memory, those of
// the table file and of warehouse_survey.h. Throws InputError where the server does not answer, and Refusal.
std::optional<WarehouseTables> warehouse_tables(const YamlValue& design, const YamlValue& tables,
                                                const SurveyDataOptions& options,
                                                const std::function<void(double)>& progress, Diagnostics& faults);

}  // namespace cifra
