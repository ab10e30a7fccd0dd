#include "estimation/pass/warehouse_tables.h"

#include "estimation/tabulate.h"

namespace cifra {

std::optional<WarehouseTables> warehouse_tables(const YamlValue& design, const YamlValue& tables,
                                                const SurveyDataOptions& options,
                                                const std::function<void(double)>& progress, Diagnostics& faults) {
    std::optional<WarehouseSurvey> survey = WarehouseSurvey::open(design, options, faults);
    if (!survey) return std::nullopt;
    WarehouseTables result{std::move(*survey), {}};
    result.plan = read_tabulation_plan(tables, result.survey.prototype(), faults);
    if (!result.plan.changes.empty() || !result.plan.jobs.empty())
        faults.error(tables.where, "not-in-warehouse", "only tables and comparisons can be made by a server",
                     "leave models, tests and changes out, or write the table to a file and name it under 'file'");
    if (faults.has_errors()) return std::nullopt;
    const PlannedRequests planned = planned_requests(result.plan);
    result.survey.run(planned.requests, {planned.covariances, options.threads, progress}, faults);
    return faults.has_errors() ? std::nullopt : std::optional(std::move(result));
}

}  // namespace cifra
