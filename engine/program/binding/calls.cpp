#include "engine/program/binding/calls.h"

#include <fmt/format.h>

#include <optional>

#include "engine/study.h"
#include "estimation/table_run.h"
#include "estimation/weighting/chain.h"
#include "estimation/weighting/chain_files.h"
#include "estimation/weighting/response.h"
#include "sampling/draw_files.h"

namespace cifra::binding {

namespace {

void add(Answer& answer, const std::string& name, Table table) {
    if (table.width() > 0) answer.tables.emplace_back(name, std::move(table));
}

std::string name_of(const SamplePlan& plan, const std::string& unit) {
    const auto named = plan.frame.files.find(unit);
    return named == plan.frame.files.end() ? unit : named->second;
}

std::vector<DrawFile> files_of(const SamplePlan& plan, const TablesInMemory& tables, const Settings& settings) {
    std::vector<DrawFile> files;
    const auto place = [&](const std::string& name) { return resolve(settings.directory, name, settings.out); };
    for (const StagePlan& stage : plan.draw->stages) files.push_back({stage.unit, place(name_of(plan, stage.unit))});
    const std::filesystem::path persons = place(name_of(plan, "person"));
    const bool known = plan.frame.files.contains("person") || tables.contains(persons);
    if (known && plan.draw->stages.back().unit != "person") files.push_back({"person", persons});
    const std::string& means = plan.draw->stages.front().allocation.means_file;
    if (!means.empty()) files.push_back({"means", place(means)});
    return files;
}

// Frames of these names stand for the files of the plan, however it calls them.
void put_frames(ChainFiles& files, const TablesInMemory& tables, const Settings& settings) {
    for (auto [file, name] : {std::pair(&files.sample, "sample"), std::pair(&files.household, "household"),
                              std::pair(&files.person, "person")}) {
        const std::filesystem::path place = resolve(settings.directory, name, settings.out);
        if (tables.contains(place)) *file = place;
    }
}

}  // namespace

TablesInMemory tables_of(const Frames& frames, const Settings& settings) {
    TablesInMemory tables;
    for (const auto& [name, table] : frames) {
        Table& own = tables[resolve(settings.directory, name, settings.out)] = table;
        own.source = name;
    }
    return tables;
}

Answer estimate(const YamlValue& design, const YamlValue& tables, const Frames& frames, const Settings& settings) {
    const TablesInMemory in_memory = tables_of(frames, settings);
    SurveyDataOptions options{settings.directory, settings.out, {}, settings.threads, settings.seed};
    options.tables = &in_memory;
    options.weighting = settings.weighting;
    options.weighting_directory = settings.directory;
    Answer answer;
    TableRun run = run_tables(
        design, tables, options, [](std::string_view, double) {}, answer.notes);
    for (auto& [file, table] : run.files) add(answer, std::filesystem::path(file).stem(), std::move(table));
    return answer;
}

Answer weigh(const YamlValue& plan, const Frames& frames, const Settings& settings) {
    const TablesInMemory tables = tables_of(frames, settings);
    Answer answer;
    std::vector<std::filesystem::path> read;
    ChainFiles files = chain_files(plan, settings.directory, settings.out, answer.notes);
    put_frames(files, tables, settings);
    answer.notes.throw_if_errors();
    const WeightingInputs inputs = read_inputs(files, &tables, read, answer.notes);
    answer.notes.throw_if_errors();
    const WeightingResult result = cifra::weigh(files.plan, inputs, answer.notes);
    answer.notes.throw_if_errors();
    add(answer, "weights", weights_table(files.plan, inputs, result));
    if (auto persons = person_weights_table(files.plan, inputs, result))
        add(answer, "weights_persons", std::move(*persons));
    add(answer, "weights_audit", audit_table(result.audit));
    add(answer, "outcome_rates", outcome_rate_table(files.plan, result.units));
    add(answer, "response", response_table(files.plan, result.units, answer.notes));
    return answer;
}

Answer draw(const YamlValue& plan, const Frames& frames, const Settings& settings) {
    const TablesInMemory tables = tables_of(frames, settings);
    Answer answer;
    DrawRequest request{plan, read_plan(plan, answer.notes), settings.seed, {}};
    answer.notes.throw_if_errors();
    if (!request.plan.draw)
        fail_input(plan.where, "missing-key", "the sample plan needs the key 'draw'",
                   "add 'draw' with the number of dwellings or PSUs");
    request.files = files_of(request.plan, tables, settings);
    request.tables = &tables;
    DrawResult result = carry_out(request);
    answer.notes.append(result.notes);
    add(answer, "sample", std::move(result.drawn.sample));
    add(answer, "sample_strata", std::move(result.drawn.strata));
    add(answer, "sample_reserves", std::move(result.drawn.reserves));
    add(answer, "joint", std::move(result.drawn.joint));
    add(answer, "sample_cut", std::move(result.drawn.cut));
    return answer;
}

}  // namespace cifra::binding
