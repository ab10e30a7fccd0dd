// A survey whose rows are a table of a ClickHouse server: `source: clickhouse://host/database/table` in the place of a
// file. The server makes the sums (warehouse_pass.h), the rest is as for files; estimation/pass/WAREHOUSE.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/pass/streamed_survey.h"
#include "estimation/statistics.h"
#include "estimation/survey_data.h"

namespace cifra {

class WarehouseSurvey {
public:
    // Nothing where no level of the design file is a table of a server, or with faults: those of the design file and of
    // the server; not-in-warehouse for what only rows in memory can do.
    static std::optional<WarehouseSurvey> open(const YamlValue& design_file, const SurveyDataOptions& options,
                                               Diagnostics& faults);
    WarehouseSurvey(WarehouseSurvey&&) noexcept;
    WarehouseSurvey& operator=(WarehouseSurvey&&) noexcept;
    ~WarehouseSurvey();

    // The level with its columns and types, derived ones too, and no rows: enough to read a table file.
    SurveyData& prototype();

    // All estimates, which estimate_all then finds in `prototype().passed`. Faults: not-in-warehouse for indicators
    // that are not sums of the rows; those of warehouse_pass.h; undeclared missing items; those of the design. Throws
    // InputError where the server does not answer, Refusal under LonelyPsu::fail.
    void run(const std::vector<EstimateRequest>& requests, const PassOptions& options, Diagnostics& faults);

    // The rows grouped by these variables (warehouse_groups.h), for models. It lives as long as the survey. nullptr
    // after a fault.
    const SurveyData* grouped_by(const std::vector<std::string>& names, Diagnostics& faults);

private:
    struct Parts;
    explicit WarehouseSurvey(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace cifra
