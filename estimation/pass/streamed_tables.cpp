#include "estimation/pass/streamed_tables.h"

#include "estimation/tabulate.h"

namespace cifra {

namespace {

std::string needs_memory(const StreamedSurvey& survey, const TabulationPlan& plan, const PlannedRequests& planned) {
    if (!plan.changes.empty()) return "'changes'";
    if (!plan.jobs.empty()) return "models, tests and the like";
    return survey.cannot_pass(planned.requests, planned.covariances);
}

}  // namespace

std::optional<StreamedTables> stream_tables(const YamlValue& design, const YamlValue& tables,
                                            const SurveyDataOptions& options,
                                            const std::function<void(double)>& progress, std::string& why,
                                            Diagnostics& faults) {
    ColumnTypes types;
    for (;;) {
        std::optional<StreamedSurvey> survey = StreamedSurvey::open(design, options, types, why, faults);
        if (!survey) return std::nullopt;
        Diagnostics of_plan;
        StreamedTables result{std::move(*survey), {}};
        result.plan = read_tabulation_plan(tables, result.survey.prototype(), of_plan);
        ColumnTypes late;
        if (of_plan.has_errors()) {
            late = result.survey.check_types();
            if (late.empty()) faults.append(of_plan);
        } else {
            const PlannedRequests planned = planned_requests(result.plan);
            why = needs_memory(result.survey, result.plan, planned);
            if (!why.empty()) return std::nullopt;
            late = result.survey.run(planned.requests, {planned.covariances, options.threads, progress}, faults);
        }
        if (late.empty() || faults.has_errors()) return result;
        types.insert(late.begin(), late.end());
    }
}

}  // namespace cifra
