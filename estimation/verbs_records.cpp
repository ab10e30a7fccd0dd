#include <fmt/format.h>

#include <utility>

#include "engine/crosswalk/crosswalk_check.h"
#include "engine/crosswalk/records_reports.h"
#include "engine/crosswalk/report_table.h"
#include "engine/crosswalk/suggest.h"
#include "engine/iccs.h"
#include "estimation/records/comparison_step.h"
#include "estimation/records/flow_plan.h"
#include "estimation/records/flow_run.h"
#include "estimation/records/records_markup.h"
#include "estimation/records/system_page.h"
#include "estimation/verbs.h"

namespace cifra {

namespace {

constexpr const char* manual =
    "Checks a crosswalk from the offences of national law to the International Classification of Crime (ICCS):\n"
    "unknown codes, days without or with two mappings, conditions that overlap or leave records out (proved, with\n"
    "values that show it), shares, reviewers, names that mislead. Then recodes the records that the section\n"
    "'records' names, files or a table of a server, with their disaggregating variables ('tags'), in one pass and "
    "small\n"
    "memory, and reports on coverage, completeness and stability. With 'comparison' it sets the survey against "
    "recorded\n"
    "crime: reporting, recording, capture, dark figure.\n\n"
    "  cifra records study.yaml              check, recode, report\n"
    "  cifra records study.yaml --check      only check\n"
    "  cifra records study.yaml --suggest    propose codes for the offences of the crosswalk that have no row;\n"
    "                                        a person decides\n\n"
    "'comparison' names what is compared with the survey: reporting, recording and capture.\n"
    "'flow' names a plan of the stages from occurrence to prison: funnels, cohorts, caseload, SDG 16 and UN-CTS rows.\n"
    "'system' names a map of the institutions, their records and how mature these are.\n\n"
    "Every key is explained in engine/crosswalk/README.md, estimation/records/COMPARISON.md, FLOW.md and SYSTEM.md.";

void settle(Context& context, const Diagnostics& faults) {
    faults.throw_if_errors();
    for (const Diagnostic& one : faults.items()) context.report(one);
}

Crosswalk crosswalk_at(const std::filesystem::path& file, Context& context) {
    Diagnostics faults;
    Crosswalk crosswalk = read_crosswalk(file, faults);
    context.inputs.insert(context.inputs.end(), crosswalk.files.begin(), crosswalk.files.end());
    settle(context, faults);
    return crosswalk;
}

Crosswalk checked_crosswalk(const std::filesystem::path& file, Context& context) {
    Crosswalk crosswalk = crosswalk_at(file, context);
    Diagnostics faults;
    check_crosswalk(crosswalk, faults);
    settle(context, faults);
    std::size_t by_shares = 0;
    for (const CrosswalkRow& row : crosswalk.rows) by_shares += row.share.has_value() && *row.share < 1;
    if (by_shares > 0)
        context.report({Severity::note, crosswalk.where, "allocated-by-shares",
                        fmt::format("{} rows divide records by shares, not by what the records say", by_shares),
                        "a condition on the records is better, where they hold what it needs"});
    return crosswalk;
}

Table suggestions(const Crosswalk& crosswalk, const std::string& language) {
    const IccsSuggester suggester;
    ReportTable table({"offence", "iccs", "title", "like"}, {"rank", "score"});
    for (const std::string& code : offence_codes(crosswalk)) {
        if (!written_periods(crosswalk, code).empty()) continue;
        const auto offence = std::find_if(crosswalk.offences.rbegin(), crosswalk.offences.rend(),
                                          [&](const NationalOffence& one) { return one.code == code; });
        double rank = 0;
        for (const IccsSuggestion& one : suggester.suggest(label_in(offence->text, language, ""), 3))
            table.add({code, one.iccs, iccs_title(*find_iccs(one.iccs), language), one.likeness}, {++rank, one.score});
    }
    return table.finish();
}

Table rules_table(const RecordsPlan& plan, const Crosswalk& crosswalk) {
    ReportTable table({"topic", "rule"}, {});
    table.add({"crosswalk", crosswalk.name}, {});
    table.add({"version", crosswalk.version}, {});
    for (const auto& [topic, rule] : plan.counting) table.add({topic, rule}, {});
    return table.finish();
}

void write_reports(const RecordsPlan& plan, const Crosswalk& crosswalk, const RecodedFiles& recoded,
                   const std::string& language, Outputs& outputs, std::vector<std::string>& names) {
    std::vector<std::pair<std::string, Table>> reports = {{"counting_rules.csv", rules_table(plan, crosswalk)},
                                                          {"record_coverage.csv", record_coverage(crosswalk, recoded)},
                                                          {"roll_up.csv", roll_up(crosswalk, recoded, language)},
                                                          {"fields.csv", field_completeness(crosswalk, recoded)},
                                                          {"agreement.csv", agreement_table(crosswalk, recoded)},
                                                          {"confusion.csv", confusion_table(crosswalk, recoded)}};
    if (!plan.tags.empty()) {
        reports.emplace_back("tags.csv", tag_counts(recoded, language));
        reports.emplace_back("tag_completeness.csv", tag_completeness(recoded));
    }
    if (!plan.previous.empty()) reports.emplace_back("stability.csv", stability(recoded));
    for (const auto& [name, table] : reports) {
        names.push_back("records/" + name);
        outputs.write(names.back(), to_csv(table, digits17));
    }
}

void recode_and_report(const RecordsPlan& plan, const Crosswalk& crosswalk, Context& context, Outputs& outputs,
                       std::vector<std::string>& names) {
    std::optional<Crosswalk> previous;
    if (!plan.previous.empty()) previous = crosswalk_at(plan.previous, context);
    Diagnostics faults;
    RecodedFiles recoded;
    names.emplace_back("records/recoded.csv");
    outputs.write(names.back(), [&](std::ostream& stream) {
        const RecodeOptions options{context.options.threads.value_or(0),
                                    [&](double share) { context.progress("recoding", share); }, &stream};
        recoded = recode_files(plan, crosswalk, previous ? &*previous : nullptr, options, faults);
    });
    settle(context, faults);
    context.inputs.insert(context.inputs.end(), plan.files.begin(), plan.files.end());
    context.digests.insert(recoded.digests.begin(), recoded.digests.end());
    write_reports(plan, crosswalk, recoded, context.options.language, outputs, names);
    double mapped = 0;
    for (const RecordCount& count : recoded.counts.counts) {
        const RecordStatus status = recoded.outcomes[count.outcome].status;
        if (status == RecordStatus::assigned || status == RecordStatus::allocated)
            mapped += static_cast<double>(count.records);
    }
    const auto records = static_cast<double>(recoded.counts.records);
    context.say(fmt::format("{} records, {:.1f} % of them mapped", recoded.counts.records,
                            records > 0 ? 100 * mapped / records : 0.0));
}

// Before anything is made: what follows the recoding may be at fault, too.
void check_plans(const RecordsPlan& plan) {
    Diagnostics faults;
    if (!plan.flow.empty()) read_flow_plan(plan.flow, plan.out, faults);
    if (!plan.system.empty()) read_system_map(plan.system, faults);
    faults.throw_if_errors();
}

// What the parts of the verb share.
struct RecordsRun {
    const RecordsPlan& plan;
    const std::vector<std::string>& languages;  // of pages
    Context& context;
    Outputs& outputs;
    std::vector<std::string>& names;
};

void write_suggestions(const RecordsRun& run) {
    const Table proposed = suggestions(crosswalk_at(run.plan.crosswalk, run.context), run.context.options.language);
    run.names.emplace_back("records/suggestions.csv");
    run.outputs.write(run.names.back(), to_csv(proposed, digits17));
    run.context.say(fmt::format("{} suggestions, for a person to decide", proposed.rows()));
}

Crosswalk crosswalk_part(const RecordsRun& run, bool only_check) {
    Crosswalk crosswalk = checked_crosswalk(run.plan.crosswalk, run.context);
    run.context.say(fmt::format("{} {}: {} offences, {} rows, no errors", crosswalk.name, crosswalk.version,
                                offence_codes(crosswalk).size(), crosswalk.rows.size()));
    if (only_check) {
        Diagnostics faults;
        check_record_columns(run.plan, crosswalk, faults);
        bind_record_tags(run.plan.tags, crosswalk, faults);
        settle(run.context, faults);
        return crosswalk;
    }
    run.names.emplace_back("records/code_coverage.csv");
    run.outputs.write(run.names.back(), to_csv(code_coverage(crosswalk), digits17));
    if (run.plan.has_records()) recode_and_report(run.plan, crosswalk, run.context, run.outputs, run.names);
    return crosswalk;
}

void flow_part(const RecordsRun& run) {
    Diagnostics faults;
    FlowInputs inputs;
    const FlowReport report = run_flow(run.plan.flow, run.plan.out, inputs, faults);
    run.context.inputs.insert(run.context.inputs.end(), inputs.files.begin(), inputs.files.end());
    run.context.digests.insert(inputs.digests.begin(), inputs.digests.end());
    settle(run.context, faults);
    for (const auto& [name, bytes] : flow_files(report, run.languages)) {
        run.names.push_back("records/" + name);
        run.outputs.write(run.names.back(), bytes);
    }
    run.context.say(fmt::format("flow of {}: {} stages, {} events followed", report.plan.year,
                                report.plan.stages.size(), report.cohorts.empty() ? 0 : report.cohorts.front().events));
}

void system_part(const RecordsRun& run) {
    Diagnostics faults;
    run.context.inputs.push_back(run.plan.system);
    const SystemMap map = read_system_map(run.plan.system, faults);
    settle(run.context, faults);
    for (std::size_t k = 0; k < run.languages.size(); ++k) {
        run.names.push_back("records/" + page_file("system", run.languages, k));
        run.outputs.write(run.names.back(), system_page(map, run.languages, k));
    }
    run.context.say(fmt::format("system's map: {} institutions, {} files of records, {} of {} items judged",
                                map.institutions.size(), map.records.size(), map.answers.size(),
                                system_checklist().size()));
}

void run_records(Context& context) {
    const Study study = context.study();
    std::vector<std::string> languages = study.languages;
    if (!context.options.language.empty()) languages = {context.options.language};
    context.options.language = languages.front();
    Diagnostics faults;
    const RecordsPlan plan = read_records_plan(study, faults);
    settle(context, faults);
    Outputs outputs(plan.out);
    std::vector<std::string> names;
    const RecordsRun run{plan, languages, context, outputs, names};
    const bool only_check = context.options.has("check");
    if (context.options.has("suggest")) {
        if (plan.crosswalk.empty())
            fail_input({study.file.string(), 0, 0}, "missing-key", "'records' names no crosswalk to suggest for",
                       "add 'crosswalk: crosswalk.yaml'");
        write_suggestions(run);
        return context.commit(outputs, names);
    }
    check_plans(plan);
    // The survey's side first: nothing is recoded where the comparison is at fault.
    std::optional<ComparisonStart> start;
    if (!plan.comparison.empty() && !only_check) start = begin_comparison(plan, context);
    std::optional<Crosswalk> crosswalk;
    if (!plan.crosswalk.empty()) crosswalk = crosswalk_part(run, only_check);
    // What follows may read the recoded records.
    if (!only_check) context.commit(outputs, std::exchange(names, {}));
    if (start) finish_comparison(*start, plan, crosswalk ? &*crosswalk : nullptr, languages, context, outputs, names);
    if (!plan.flow.empty()) flow_part(run);
    if (!plan.system.empty()) system_part(run);
    if (!only_check) context.commit(outputs, names);
}

}  // namespace

Verb records_verb() {
    return {.name = "records",
            .summary = "administrative records by the ICCS: crosswalk, recoding, reports, flow to the sentence",
            .manual = manual,
            .reads = "the crosswalk and the records that the section 'records' names",
            .writes =
                "records/recoded.csv and reports beside it: code_coverage, record_coverage, roll_up, fields, tags,\n"
                "tag_completeness, stability, agreement, confusion, counting_rules; with --suggest suggestions;\n"
                "comparison, comparable_subset and comparison.html; funnel, impunity, cohort, time_to_stage,\n"
                "caseload, sdg16_records, uncts and flow.html; system.html",
            .options = {{"check", "only check, write nothing", true},
                        {"suggest", "propose codes for offences without a row", true}},
            .run = run_records,
            .applies = [](const Study& study) { return study.root.find("records") != nullptr; }};
}

}  // namespace cifra
