#include "estimation/records/flow_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/csv.h"
#include "estimation/records/flow_caseload.h"
#include "estimation/records/records_markup.h"
#include "estimation/records/flow_sdg.h"

namespace cifra {

namespace {

class FlowRun {
public:
    FlowRun(const FlowPlan& plan, FlowInputs& inputs, Diagnostics& faults)
        : plan_(plan), inputs_(inputs), faults_(faults) {}

    FlowReport carry_out() {
        FlowReport report;
        report.plan = plan_;
        read_estimates();
        FlowEvents events;
        if (plan_.events) events = read_all_events();
        sources_.events = &events;
        for (const FlowStagePlan& stage : plan_.stages)
            sources_.counts.push_back(stage.source == FlowSource::counts ? counts(stage.counts)
                                                                         : std::vector<CountRow>());
        if (faults_.has_errors()) return report;
        for (const FlowCrime& crime : plan_.crimes) {
            report.funnels.push_back(make_funnel(plan_, crime, sources_, faults_));
            if (plan_.events) report.cohorts.push_back(cohort(crime, events));
        }
        tables(report);
        return report;
    }

private:
    bool needs_estimates() const {
        return !plan_.sdg_survey.empty() ||
               std::any_of(plan_.stages.begin(), plan_.stages.end(),
                           [](const FlowStagePlan& stage) { return stage.source == FlowSource::survey; });
    }

    void read_estimates() {
        if (!needs_estimates()) return;
        CsvOptions options;
        for (const char* name : {"table", "indicator", "domain", "indicator_2", "domain_2", "period", "quality"})
            options.types[name] = ColumnType::text;
        inputs_.files.push_back(plan_.estimates);
        sources_.estimates = read_csv(plan_.estimates, options, faults_);
        if (!std::filesystem::exists(plan_.covariances)) return;
        inputs_.files.push_back(plan_.covariances);
        sources_.covariances = read_csv(plan_.covariances, options, faults_);
    }

    FlowEvents read_all_events() {
        FlowEvents events = read_events(*plan_.events, faults_);
        for (const EventFile& file : plan_.events->files) inputs_.files.push_back(file.file);
        inputs_.digests.insert(events.digests.begin(), events.digests.end());
        return events;
    }

    // A file that serves several stages is read once, and its faults are told once.
    std::vector<CountRow> counts(const std::filesystem::path& file) {
        if (file.empty()) return {};
        const auto known = tables_.find(file);
        if (known != tables_.end()) return known->second;
        inputs_.files.push_back(file);
        return tables_[file] = read_counts(file, plan_.codes, faults_);
    }

    Cohort cohort(const FlowCrime& crime, const FlowEvents& events) {
        Cohort cohort = make_cohort(*plan_.events, crime, events, plan_.level);
        if (cohort.out_of_order > 0)
            faults_.warning({plan_.file.string(), 0, 0}, "events-out-of-order",
                            fmt::format("{} events of the cohort '{}' reached a later stage before they entered",
                                        cohort.out_of_order, crime.id),
                            "they count as having reached it on the day of entering; see their dates");
        return cohort;
    }

    void tables(FlowReport& report) {
        SdgSources sdg{counts(plan_.homicide), counts(plan_.trafficking), counts(plan_.population),
                       plan_.prison ? counts(plan_.prison->file) : std::vector<CountRow>(), sources_.estimates};
        const auto block = [&](const std::string& name, const std::vector<CountRow>& rows, int year) {
            report.blocks.emplace_back(name, chosen(rows, {year, plan_.area, {}}));
        };
        for (const auto& [name, file] : plan_.uncts) block(name, counts(file), plan_.year);
        if (plan_.prison && !plan_.uncts.empty()) block("prison", sdg.prison, civil(plan_.prison->date).year);
        if (!plan_.caseload.empty()) {
            inputs_.files.push_back(plan_.caseload);
            report.caseload = caseload_table(plan_.caseload, faults_);
        }
        if (faults_.has_errors()) return;
        report.sdg = sdg_table(plan_, sdg, faults_);
    }

    const FlowPlan& plan_;
    FlowInputs& inputs_;
    Diagnostics& faults_;
    FunnelSources sources_;
    std::map<std::filesystem::path, std::vector<CountRow>> tables_;
};

}  // namespace

FlowReport run_flow(const std::filesystem::path& file, const std::filesystem::path& out, FlowInputs& inputs,
                    Diagnostics& faults) {
    inputs.files.push_back(file);
    const FlowPlan plan = read_flow_plan(file, out, faults);
    if (faults.has_errors()) return {};
    return FlowRun(plan, inputs, faults).carry_out();
}

std::vector<std::pair<std::string, std::string>> flow_files(const FlowReport& report,
                                                            const std::vector<std::string>& languages) {
    std::vector<std::pair<std::string, std::string>> files;
    const auto add = [&](const char* name, const Table& table) {
        if (table.rows() > 0) files.emplace_back(name, to_csv(table, digits17));
    };
    add("funnel.csv", funnel_table(report.plan, report.funnels, languages.front()));
    add("impunity.csv", impunity_table(report.plan, report.funnels));
    if (report.plan.events) {
        add("cohort.csv", cohort_table(*report.plan.events, report.cohorts));
        add("time_to_stage.csv", time_table(*report.plan.events, report.cohorts, report.plan.level));
    }
    add("caseload.csv", report.caseload);
    add("sdg16_records.csv", report.sdg);
    add("uncts.csv", uncts_table(report.blocks, languages.front()));
    for (std::size_t k = 0; k < languages.size(); ++k)
        files.emplace_back(page_file("flow", languages, k), flow_page(report, languages, k));
    return files;
}

}  // namespace cifra
