#include "estimation/table_run.h"

#include <memory>
#include <optional>

#include "estimation/first_texts.h"
#include "estimation/pass/streamed_tables.h"
#include "estimation/pass/warehouse_tables.h"
#include "estimation/tabulate.h"

namespace cifra {

namespace {

// The survey as it was opened, one of the three, and the plan read against it.
struct OpenedSurvey {
    std::optional<WarehouseTables> asked;
    std::optional<StreamedTables> streamed;
    std::unique_ptr<const SurveyData> own;  // the plan refers to it
    TabulationPlan plan;
    const SurveyData& data() {
        return asked ? asked->survey.prototype() : streamed ? streamed->survey.prototype() : *own;
    }
};

OpenedSurvey open_survey(const YamlValue& design, const YamlValue& tables, const SurveyDataOptions& options,
                         const RunProgress& progress, Diagnostics& faults) {
    const auto reading = [&](double share) { progress("reading", 0.9 * share); };
    const auto settle = [&] {
        if (faults.has_errors()) note_first_texts(design, options, faults);
        faults.throw_if_errors();
    };
    OpenedSurvey survey;
    std::string why;
    survey.asked = warehouse_tables(design, tables, options, reading, faults);
    settle();
    if (!survey.asked) survey.streamed = stream_tables(design, tables, options, reading, why, faults);
    settle();
    if (survey.asked) {
        survey.plan = std::move(survey.asked->plan);
    } else if (survey.streamed) {
        survey.plan = std::move(survey.streamed->plan);
    } else {
        progress("reading", 0.05);
        survey.own = std::make_unique<const SurveyData>(read_survey_data(design, options, faults));
        settle();
        survey.plan = read_tabulation_plan(tables, *survey.own, faults);
        settle();
    }
    return survey;
}

void note_inputs(OpenedSurvey& survey, TableRun& run) {
    const SurveyData& data = survey.data();
    run.inputs = data.inputs;
    run.digests = data.digests;
    for (const auto& [file, job] : survey.plan.jobs)
        run.inputs.insert(run.inputs.end(), job.inputs.begin(), job.inputs.end());
    for (const ChangePlan& change : survey.plan.changes)
        for (const Wave& wave : *change.all)
            if (wave.data) run.inputs.insert(run.inputs.end(), wave.data->inputs.begin(), wave.data->inputs.end());
}

}  // namespace

TableRun run_tables(const YamlValue& design, const YamlValue& tables, SurveyDataOptions options,
                    const RunProgress& progress, Diagnostics& faults) {
    const std::vector<std::string> names = mentioned_names(tables);
    options.mentioned.insert(options.mentioned.end(), names.begin(), names.end());
    OpenedSurvey survey = open_survey(design, tables, options, progress, faults);
    TableRun run;
    note_inputs(survey, run);
    const auto estimating = [&](double share) { progress("estimating", share); };
    Tabulation tabulation = tabulate_all(survey.data(), survey.plan, {options.threads, estimating}, faults);
    run.files = tabulate_rest(survey.data(), survey.plan, tabulation, options.threads, faults);
    run.files.emplace(run.files.begin(), "estimates.csv", std::move(tabulation.estimates));
    for (const std::string& notice : survey.data().design.notices) faults.note({}, "design-notice", notice);
    faults.throw_if_errors();
    run.labels = survey.data().labels;
    run.tables = survey.plan.tables.size();
    return run;
}

}  // namespace cifra
