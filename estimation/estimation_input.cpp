#include "estimation/estimation_input.h"

#include "engine/study.h"

namespace cifra {

namespace {

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
void note_weights_as_given(const EstimationInput& input, Diagnostics& faults) {
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
EstimationInput from_study(Context& context, Diagnostics& faults) {
    const Study study = context.study();
    const Section section = read_section(study, "estimation", faults);
    faults.throw_if_errors();
    if (!section.present())
        fail_input({study.file.string(), 0, 0}, "missing-section", "the study has no 'estimation' section",
                   "add 'estimation: {design: design.yaml, tables: tables.yaml}'");
    EstimationInput input{{}, {}, section.directory, study.out, study.threads, study.seed};
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
EstimationInput from_files(Context& context, Diagnostics& faults) {
    const std::filesystem::path design = context.options.value("design"), tables = context.options.value("tables");
    if (design.empty() || tables.empty())
        fail_input({}, "missing-option", "both --design and --tables are needed without a study",
                   "cifra estimate --design design.yaml --tables tables.yaml --out results");
    if (!context.options.input.empty())
        fail_input({}, "study-unused", "--design and --tables are for data without a study, and one is named",
                   "leave out the study, or write both files under its 'estimation:'");
    context.inputs.push_back(design);
    context.inputs.push_back(tables);
    EstimationInput input{
        read_yaml(design, faults),           read_yaml(tables, faults),           design.parent_path(),
        context.options.out.value_or("out"), context.options.threads.value_or(0), context.options.seed.value_or(1)};
    faults.throw_if_errors();
    return input;
}

}  // namespace

EstimationInput estimation_input(Context& context, Diagnostics& faults) {
    const bool alone = context.options.has("design") || context.options.has("tables");
    EstimationInput input = alone ? from_files(context, faults) : from_study(context, faults);
    if (context.options.data) input.directory = *context.options.data;
    return input;
}

}  // namespace cifra
