#include "estimation/level_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/expression.h"
#include "engine/microdata/table_rows.h"
#include "engine/study.h"

namespace cifra {

namespace {

void collect(const YamlValue& value, std::set<std::string>& names) {
    if (value.is_scalar()) {
        names.insert(value.scalar);
        for (const std::string& name : names_in(value.scalar)) {
            names.insert(name);
            if (const std::size_t dot = name.find('.'); dot != std::string::npos) names.insert(name.substr(dot + 1));
        }
    }
    for (const YamlValue& item : value.items) collect(item, names);
    for (const auto& [key, item] : value.entries) {
        names.insert(key);
        collect(item, names);
    }
}

bool is_replicate(const DesignPlan& design, const std::string& name) {
    const YamlValue* columns = design.replicates ? design.replicates->find("columns") : nullptr;
    if (!columns) return false;
    Diagnostics ignored;
    const std::vector<std::string> patterns = texts_of(*columns, ignored, "'columns'");
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return matches_pattern(name, pattern); });
}

}  // namespace

Codebook read_codebook_file(const std::filesystem::path& path, Diagnostics& faults) {
    const YamlValue value = read_yaml(path, faults);
    const YamlValue* variables = value.find("variables");
    return variables ? read_codebook(*variables, faults) : Codebook{};
}

LevelFile level_file(const LevelPlan& plan, const std::vector<LevelPlan>& plans, const DesignPlan& design,
                     const std::vector<std::string>& mentioned, const SurveyDataOptions& options, Diagnostics& faults) {
    LevelFile file;
    if (plan.source_at)
        faults.error(plan.source_at->where, "not-in-warehouse",
                     fmt::format("level '{}' is a table of a server, and files are needed here", plan.name),
                     "only 'cifra estimate' asks servers, for one level: estimation/pass/WAREHOUSE.md");
    for (const std::string& name : plan.files) file.files.push_back(resolve(options.directory, name, options.out));
    file.csv = plan.csv;
    if (!plan.codebook.empty()) {
        const std::filesystem::path path = resolve(options.directory, plan.codebook, options.out);
        file.inputs.push_back(path);
        file.codebook = read_codebook_file(path, faults);
        for (const Variable& variable : file.codebook.variables) file.csv.types[variable.name] = variable.type;
    }
    if (plan.codebook.empty() && !file.files.empty()) file.codebook = own_codebook(file.files);
    file.inputs.insert(file.inputs.end(), file.files.begin(), file.files.end());
    file.csv.columns = key_columns(plan, plans);
    Diagnostics ignored;
    if (options.tables && file.files.size() == 1)
        if (const auto found = options.tables->find(file.files.front()); found != options.tables->end())
            file.in_memory = &found->second;
    if (file.in_memory)
        file.header = file.in_memory->names();
    else if (!file.files.empty())
        file.header = row_header(file.files, plan.csv, ignored);
    for (const std::string& name : identity_columns(design))
        if (std::find(file.header.begin(), file.header.end(), name) != file.header.end())
            file.csv.columns.push_back(name);
    for (const std::string& key : file.csv.columns) file.csv.types[key] = ColumnType::text;
    file.csv.optional_columns = mentioned;
    for (const std::string& name : file.header)
        if (is_replicate(design, name)) file.csv.optional_columns.push_back(name);
    return file;
}

Table read_level(const LevelFile& file, SurveyData& data, Diagnostics& faults) {
    if (file.in_memory) return as_if_read(*file.in_memory, file.csv, faults);
    std::vector<std::string> digests;
    Table table = read_rows(file.files, file.csv, faults, &digests);
    for (std::size_t f = 0; f < digests.size() && digests.size() == file.files.size(); ++f)
        if (!digests[f].empty()) data.digests[file.files[f]] = digests[f];
    return table;
}

std::unique_ptr<RowSource> open_level(const LevelFile& file, std::size_t piece_bytes, Diagnostics& faults) {
    if (!file.in_memory) return open_rows(file.files, file.csv, faults, piece_bytes);
    Table table = as_if_read(*file.in_memory, file.csv, faults);
    return faults.has_errors() ? nullptr : open_table_rows(std::move(table), file.in_memory->names());
}

void note_file(const LevelFile& file, SurveyData& data) {
    data.inputs.insert(data.inputs.end(), file.inputs.begin(), file.inputs.end());
    for (const Variable& variable : file.codebook.variables)
        if (!data.labels.find(variable.name)) data.labels.variables.push_back(variable);
}

std::vector<std::string> mentioned_names(const YamlValue& value) {
    std::set<std::string> names;
    collect(value, names);
    return {names.begin(), names.end()};
}

}  // namespace cifra
