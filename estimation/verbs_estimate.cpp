#include <fmt/format.h>

#include "engine/csv.h"
#include "estimation/library.h"
#include "estimation/pass/streamed_tables.h"
#include "estimation/pass/warehouse_tables.h"
#include "estimation/survey_data.h"
#include "estimation/tabulate.h"
#include "estimation/verbs.h"

namespace cifra {

namespace {

struct EstimateInput {
    YamlValue design, tables;
    std::filesystem::path directory;  // of the design file
    std::filesystem::path out;
    int threads = 0;
    std::uint64_t seed = 1;
    Section weighting{};  // of the study
};

YamlValue read_part(const YamlValue* value, const std::filesystem::path& directory, Context& context,
                    Diagnostics& faults, std::filesystem::path* where) {
    if (!value) return {};
    if (!value->is_scalar()) return *value;
    const std::filesystem::path file = resolve(directory, value->scalar);
    context.inputs.push_back(file);
    if (where) *where = file.parent_path();
    return read_yaml(file, faults);
}

// The weights that `weight` made, without a word on how their variance knows the steps.
void note_weights_as_given(const EstimateInput& input, Diagnostics& faults) {
    const YamlValue *design = input.design.find("design"), *data = input.design.find("data");
    if (!input.weighting.present() || !design || !data || input.design.find("calibration") || design->find("chain") ||
        design->find("replicates"))
        return;
    for (const auto& [name, level] : data->entries) {
        const YamlValue* file = level.find("file");
        if (file && file->is_scalar() && file->scalar.starts_with("$out/weights"))
            return faults.note(design->where, "weights-as-given",
                               "standard errors take the weights as known, though the study's 'weighting' made them",
                               "add 'chain: {persons: LEVEL}' to the design");
    }
}

// From a study: estimation: {design: ..., tables: ...}, each a file or a map.
EstimateInput from_study(Context& context, Diagnostics& faults) {
    const Study study = context.study();
    const Section section = read_section(study, "estimation", faults);
    faults.throw_if_errors();
    if (!section.present())
        fail_input({study.file.string(), 0, 0}, "missing-section", "the study has no 'estimation' section",
                   "add 'estimation: {design: design.yaml, tables: tables.yaml}'");
    EstimateInput input{{}, {}, section.directory, study.out, study.threads, study.seed};
    input.weighting = read_section(study, "weighting", faults);
    Fields fields(section.value, faults, "the section 'estimation'");
    input.design = read_part(fields.require("design"), section.directory, context, faults, &input.directory);
    input.tables = read_part(fields.require("tables"), section.directory, context, faults, nullptr);
    fields.finish();
    faults.throw_if_errors();
    note_weights_as_given(input, faults);
    return input;
}

// Without a study: --design and --tables name the two files.
EstimateInput from_files(Context& context, Diagnostics& faults) {
    const std::filesystem::path design = context.options.value("design"), tables = context.options.value("tables");
    if (design.empty() || tables.empty())
        fail_input({}, "missing-option", "both --design and --tables are needed without a study",
                   "cifra estimate --design design.yaml --tables tables.yaml --out results");
    context.inputs.push_back(design);
    context.inputs.push_back(tables);
    EstimateInput input{
        read_yaml(design, faults),           read_yaml(tables, faults),           design.parent_path(),
        context.options.out.value_or("out"), context.options.threads.value_or(0), context.options.seed.value_or(1)};
    faults.throw_if_errors();
    return input;
}

void report(Context& context, const Diagnostics& faults) {
    faults.throw_if_errors();
    for (const Diagnostic& item : faults.items()) context.report(item);
}

SurveyData read_into_memory(const YamlValue& design, const SurveyDataOptions& options, Context& context,
                            Diagnostics& faults) {
    context.progress("reading", 0.05);
    SurveyData data = read_survey_data(design, options, faults);
    faults.throw_if_errors();
    return data;
}

void run_estimate(Context& context) {
    if (context.options.has("list-indicators")) return context.say(list_definitions(context.options.language));
    Diagnostics faults;
    const bool alone = context.options.has("design") || context.options.has("tables");
    EstimateInput input = alone ? from_files(context, faults) : from_study(context, faults);
    if (context.options.data) input.directory = *context.options.data;
    SurveyDataOptions reading{input.directory, input.out, mentioned_names(input.tables), input.threads, input.seed};
    reading.weighting = input.weighting.value;
    reading.weighting_directory = input.weighting.directory;
    const auto progress = [&](double share) { context.progress("reading", 0.9 * share); };
    std::optional<WarehouseTables> asked = warehouse_tables(input.design, input.tables, reading, progress, faults);
    faults.throw_if_errors();
    std::string why;
    std::optional<StreamedTables> streamed;
    if (!asked) streamed = stream_tables(input.design, input.tables, reading, progress, why, faults);
    faults.throw_if_errors();
    SurveyData own;
    if (!asked && !streamed) own = read_into_memory(input.design, reading, context, faults);
    const SurveyData& data = asked ? asked->survey.prototype() : streamed ? streamed->survey.prototype() : own;
    context.inputs.insert(context.inputs.end(), data.inputs.begin(), data.inputs.end());
    context.digests.insert(data.digests.begin(), data.digests.end());
    const TabulationPlan plan = asked      ? std::move(asked->plan)
                                : streamed ? std::move(streamed->plan)
                                           : read_tabulation_plan(input.tables, data, faults);
    faults.throw_if_errors();
    for (const auto& [file, job] : plan.jobs)
        context.inputs.insert(context.inputs.end(), job.inputs.begin(), job.inputs.end());
    for (const ChangePlan& change : plan.changes)
        for (const Wave& wave : *change.all)
            if (wave.data)
                context.inputs.insert(context.inputs.end(), wave.data->inputs.begin(), wave.data->inputs.end());
    TabulationOptions options;
    options.threads = input.threads;
    options.progress = [&](double share) { context.progress("estimating", share); };
    const Tabulation tabulation = tabulate_all(data, plan, options, faults);
    const Table& estimates = tabulation.estimates;
    const auto parts = tabulate_rest(data, plan, tabulation, input.threads, faults);
    for (const std::string& notice : data.design.notices) faults.note({}, "design-notice", notice);
    report(context, faults);
    Outputs files(input.out);
    files.write("estimates.csv", to_csv(estimates, digits17));
    files.write("estimates_codebook.yaml", to_yaml(data.labels));
    std::vector<std::string> written = {"estimates.csv", "estimates_codebook.yaml"};
    for (const auto& [file, table] : parts) {
        files.write(file, to_csv(table, digits17));
        written.push_back(file);
    }
    context.commit(files, written);
    context.say(fmt::format("{} estimates in {} tables -> {}", estimates.rows(), plan.tables.size(),
                            (input.out / "estimates.csv").string()));
}

}  // namespace

Verb estimate_verb() {
    return {
        .name = "estimate",
        .summary = "tables of weighted estimates with standard errors and intervals",
        .manual =
            "Estimates every table of the table file under the sample design of the design file.\n\n"
            "With a study:     cifra estimate study.yaml\n"
            "With data alone:  cifra estimate --design design.yaml --tables tables.yaml --out results\n\n"
            "The design file says which files there are, how they nest, their weights, strata and PSUs; the table\n"
            "file says which indicators are wanted, for which domains. Both are described in estimation/README.md.\n"
            "Indicators ready to use:  cifra estimate --list-indicators",
        .reads = "the section 'estimation' (or --design, --tables) and the CSV files it names",
        .writes =
            "estimates.csv (one row an estimate, 17 digits), estimates_codebook.yaml (labels); as the files ask,\n"
            "covariances.csv, comparisons.csv, changes.csv, models.csv, tests.csv, gvf.csv, small_areas.csv,\n"
            "imputation.csv",
        .options = {{"design", "design file, without a study", false},
                    {"tables", "table file, without a study", false},
                    {"list-indicators", "lists the indicators ready for 'use:' and what they need", true}},
        .run = run_estimate,
        .applies = [](const Study& study) { return study.root.find("estimation") != nullptr; }};
}

}  // namespace cifra
