#include "estimation/weighting/chain_files.h"

#include <string>

#include "engine/design_columns.h"
#include "engine/microdata/microdata.h"
#include "engine/study.h"

namespace cifra {

namespace {

std::filesystem::path place(bool given, const std::string& name, const std::filesystem::path& directory,
                            const std::filesystem::path& out) {
    return resolve(given ? directory : out, name, out);
}

// Numbers of 16 or 17 digits would be taken for ids if their type were not declared.
Table read_table(const std::filesystem::path& file, const WeightingPlan& plan, const std::vector<std::string>& numbers,
                 const TablesInMemory* tables, std::vector<std::filesystem::path>& read, Diagnostics& faults) {
    namespace c = design_columns;
    CsvOptions options;
    for (const std::string& id : std::vector<std::string>{c::stratum, c::psu, c::dwelling, "household", plan.unit})
        options.types[id] = ColumnType::text;
    for (const std::string& name :
         std::vector<std::string>{c::psu_probability, c::dwelling_probability, c::person_probability, plan.base_weight})
        options.types[name] = ColumnType::number;
    for (const std::string& name : numbers) options.types[name] = ColumnType::number;
    if (tables)
        if (const auto found = tables->find(file); found != tables->end())
            return as_if_read(found->second, options, faults);
    read.push_back(file);
    return read_rows({file}, options, faults);
}

}  // namespace

ChainFiles chain_files(const YamlValue& section, const std::filesystem::path& directory,
                       const std::filesystem::path& out, Diagnostics& faults) {
    ChainFiles files;
    files.plan = read_weighting(section, {directory, out}, faults);
    files.sample = place(files.plan.sample_given, files.plan.sample, directory, out);
    files.household = place(files.plan.household_given, files.plan.household, directory, out);
    files.person = place(files.plan.person_given, files.plan.person, directory, out);
    files.benchmarks = directory;
    files.out = out;
    return files;
}

std::vector<std::filesystem::path> control_files(const WeightingPlan& plan) {
    std::vector<std::filesystem::path> files;
    for (const WeightingStep& step : plan.steps) {
        if (!step.calibration) continue;
        if (!step.calibration->file.empty()) files.push_back(step.calibration->file);
        const auto& variance = step.calibration->controls_variance;
        if (variance && !variance->file.empty()) files.push_back(variance->file);
    }
    return files;
}

WeightingInputs read_inputs(const ChainFiles& files, const TablesInMemory* tables,
                            std::vector<std::filesystem::path>& read, Diagnostics& faults) {
    const WeightingPlan& plan = files.plan;
    WeightingInputs inputs;
    const std::vector<std::filesystem::path> controls = control_files(plan);
    read.insert(read.end(), controls.begin(), controls.end());
    inputs.sample = read_table(files.sample, plan, {design_columns::selection_number}, tables, read, faults);
    if (plan.has_household) inputs.household = read_table(files.household, plan, {plan.eligible}, tables, read, faults);
    if (plan.weighs_persons()) inputs.person = read_table(files.person, plan, {plan.eligible}, tables, read, faults);
    for (const WeightingStep& step : plan.steps)
        if (!step.benchmarks.empty() && !inputs.benchmarks.contains(step.benchmarks))
            inputs.benchmarks[step.benchmarks] = read_table(resolve(files.benchmarks, step.benchmarks, files.out), plan,
                                                            {step.total}, tables, read, faults);
    return inputs;
}

}  // namespace cifra
