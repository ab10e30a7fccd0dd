#include <fmt/format.h>

#include "engine/csv.h"
#include "engine/design_columns.h"
#include "estimation/verbs.h"
#include "estimation/weighting/chain.h"

namespace cifra {

namespace {

struct WeightFiles {
    WeightingPlan plan;
    std::filesystem::path sample, household, person, benchmarks;  // benchmarks: the folder their names start from
    std::filesystem::path out;
};

std::filesystem::path place(bool given, const std::string& name, const std::filesystem::path& directory,
                            const std::filesystem::path& out) {
    return resolve(given ? directory : out, name, out);
}

WeightFiles files_of(const YamlValue& section, const std::filesystem::path& directory, const std::filesystem::path& out,
                     Diagnostics& faults) {
    WeightFiles files;
    files.plan = read_weighting(section, faults);
    files.sample = place(files.plan.sample_given, files.plan.sample, directory, out);
    files.household = place(files.plan.household_given, files.plan.household, directory, out);
    files.person = place(files.plan.person_given, files.plan.person, directory, out);
    files.benchmarks = directory;
    files.out = out;
    return files;
}

WeightFiles from_study(Context& context, Diagnostics& faults) {
    const Study study = context.study();
    const Section section = read_section(study, "weighting", faults);
    faults.throw_if_errors();
    if (!section.present())
        fail_input({study.file.string(), 0, 0}, "missing-section", "the study has no 'weighting' section",
                   "add 'weighting: {steps: [...]}', see estimation/weighting/README.md");
    if (section.file != study.file) context.inputs.push_back(section.file);
    return files_of(section.value, section.directory, study.out, faults);
}

WeightFiles from_plan(Context& context, Diagnostics& faults) {
    const std::filesystem::path plan = context.options.value("plan");
    context.inputs.push_back(plan);
    const YamlValue section = read_yaml(plan, faults);
    faults.throw_if_errors();
    return files_of(section, plan.parent_path(), context.options.out.value_or("out"), faults);
}

// Numbers of 16 or 17 digits would be taken for ids if their type were not declared.
Table read_table(const std::filesystem::path& file, const std::vector<std::string>& numbers, Context& context,
                 Diagnostics& faults) {
    namespace c = design_columns;
    CsvOptions options;
    for (const char* id : {c::stratum, c::psu, c::dwelling, "household", "line"}) options.types[id] = ColumnType::text;
    for (const char* name : {c::psu_probability, c::dwelling_probability, c::person_probability, c::base_weight})
        options.types[name] = ColumnType::number;
    for (const std::string& name : numbers) options.types[name] = ColumnType::number;
    context.inputs.push_back(file);
    return read_csv(file, options, faults);
}

WeightingInputs read_inputs(const WeightFiles& files, Context& context, Diagnostics& faults) {
    WeightingInputs inputs;
    inputs.sample = read_table(files.sample, {design_columns::selection_number}, context, faults);
    inputs.household = read_table(files.household, {files.plan.eligible}, context, faults);
    if (files.plan.weighs_persons()) inputs.person = read_table(files.person, {files.plan.eligible}, context, faults);
    for (const WeightingStep& step : files.plan.steps)
        if (!step.benchmarks.empty() && !inputs.benchmarks.contains(step.benchmarks))
            inputs.benchmarks[step.benchmarks] =
                read_table(resolve(files.benchmarks, step.benchmarks, files.out), {step.total}, context, faults);
    return inputs;
}

void tell(Context& context, const std::vector<AuditRecord>& audit) {
    for (const AuditRecord& record : audit)
        if (record.cell.empty())
            context.say(fmt::format("  {:<30} {:>9} weighted, sum {:.0f}, deff {:.3f}", record.step, record.after.n,
                                    record.after.sum, record.after.deff));
}

void override_files(const Options& options, WeightFiles& files) {
    if (options.has("sample")) files.sample = options.value("sample");
    if (options.has("household")) files.household = options.value("household");
    if (options.has("person")) files.person = options.value("person");
}

void run_weight(Context& context) {
    Diagnostics faults;
    WeightFiles files = context.options.has("plan") ? from_plan(context, faults) : from_study(context, faults);
    faults.throw_if_errors();
    override_files(context.options, files);
    const WeightingInputs inputs = read_inputs(files, context, faults);
    faults.throw_if_errors();
    const WeightingResult result = weigh(files.plan, inputs, faults);
    faults.throw_if_errors();
    for (const Diagnostic& item : faults.items()) context.report(item);
    Outputs outputs(files.out);
    outputs.write("weights.csv", to_csv(result.weights));
    outputs.write("weights_audit.csv", to_csv(audit_table(result.audit)));
    context.commit(outputs, {"weights.csv", "weights_audit.csv"});
    tell(context, result.audit);
}

}  // namespace

Verb weight_verb() {
    return {.name = "weight",
            .summary = "weights from selection, nonresponse and population totals",
            .manual =
                "Multiplies the base weights step by step and records each step.\n\n"
                "With a study:  cifra weight study.yaml\n"
                "With files:    cifra weight --plan weighting.yaml --sample sample.csv --household household.csv\n"
                "                   --person person.csv --out results\n\n"
                "weighting:\n"
                "  groups:\n"
                "    age_group: [{code: 18-39, when: age < 40}, {code: 40+, when: age >= 40}]\n"
                "  steps:\n"
                "    - {step: household_nonresponse, cells: [region, area]}\n"
                "    - {step: person_selection, cap: 5}\n"
                "    - {step: person_poststratification, cells: [region, sex, age_group], benchmarks: people.csv}\n\n"
                "Every key and formula stands in estimation/weighting/README.md.",
            .reads = "sample.csv, household.csv, person.csv, benchmark files",
            .writes = "weights.csv (a row per drawn dwelling), weights_audit.csv (a row per step and cell)",
            .options = {{"plan", "the weighting section in a file of its own, without a study", false},
                        {"sample", "the drawn dwellings, in place of the plan's file", false},
                        {"household", "the coded households, in place of the plan's file", false},
                        {"person", "the coded persons, in place of the plan's file", false}},
            .run = run_weight,
            .applies = [](const Study& study) { return study.root.find("weighting") != nullptr; }};
}

}  // namespace cifra
