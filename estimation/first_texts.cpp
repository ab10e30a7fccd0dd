#include "estimation/first_texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/microdata/microdata.h"
#include "engine/study.h"
#include "estimation/level_file.h"
#include "estimation/level_plan.h"

namespace cifra {

namespace {

bool called_text(const std::string& level, const std::string& column, const Diagnostics& faults) {
    return std::ranges::any_of(faults.items(), [&](const Diagnostic& item) {
        return item.code == "type-mismatch" &&
               (item.message.find(fmt::format("'{}' is text", column)) != std::string::npos ||
                item.message.find(fmt::format("'{}.{}' is text", level, column)) != std::string::npos);
    });
}

// A column of words alone is text by right.
bool holds_numbers(const Column& column) {
    for (std::size_t row = 0; row < column.size(); ++row)
        if (column.present(row)) return true;
    return false;
}

// The columns of a level's files in question, declared as numbers.
CsvOptions as_numbers(const LevelPlan& plan, const Codebook& codebook, const std::vector<std::string>& header,
                      const Diagnostics& faults) {
    CsvOptions csv = plan.csv;
    for (const std::string& name : header)
        if (!codebook.find(name) && called_text(plan.name, name, faults)) {
            csv.columns.push_back(name);
            csv.types[name] = ColumnType::number;
        }
    return csv;
}

void note_of_level(const LevelPlan& plan, const SurveyDataOptions& options, Diagnostics& faults) {
    Diagnostics ignored, found;
    MicrodataFiles files;
    for (const std::string& name : plan.files) files.push_back(resolve(options.directory, name, options.out));
    Codebook codebook;
    if (!plan.codebook.empty())
        codebook = read_codebook_file(resolve(options.directory, plan.codebook, options.out), ignored);
    const CsvOptions all = as_numbers(plan, codebook, row_header(files, plan.csv, ignored), faults);
    for (const std::string& name : all.columns) {
        CsvOptions one = all;
        one.columns = {name};
        const Table read = read_rows(files, one, found);
        const auto first =
            std::ranges::find_if(found.items(), [](const Diagnostic& item) { return item.code == "not-a-number"; });
        if (first != found.items().end() && holds_numbers(read.column(0)))
            faults.note(first->where, "first-text",
                        fmt::format("'{}' is text because of this cell, the first that is no number", name),
                        "correct it; where the value is missing leave the cell empty");
        found = {};
    }
}

}  // namespace

void note_first_texts(const YamlValue& design, const SurveyDataOptions& options, Diagnostics& faults) {
    const YamlValue* data = design.find("data");
    if (!faults.contains("type-mismatch") || !data || options.tables) return;
    Diagnostics ignored;
    for (const LevelPlan& plan : read_level_plans(*data, ignored))
        if (!plan.files.empty()) note_of_level(plan, options, faults);
}

}  // namespace cifra
