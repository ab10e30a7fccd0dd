// benchmark_read memory|blocks DESIGN TABLES FOLDER: the first part of `cifra estimate` and nothing more. What a task
// takes beyond this is its computation.
//
//   memory   reads the columns that the task needs, and declares the design: tasks that hold all rows
//   blocks   reads the columns block by block and drops them: tasks that stream
#include <fmt/format.h>

#include "engine/microdata/csv_rows.h"
#include "estimation/survey_data.h"

namespace cifra::benchmark {

namespace {

struct Task {
    YamlValue design, tables;
    std::filesystem::path folder;
};

std::size_t rows_in_memory(const Task& task, Diagnostics& faults) {
    const SurveyData data =
        read_survey_data(task.design, {task.folder, {}, mentioned_names(task.tables), 0, 1}, faults);
    faults.throw_if_errors();
    return data.hierarchy[0].rows();
}

std::size_t rows_by_blocks(const Task& task, Diagnostics& faults) {
    CsvOptions options;
    options.columns = {"stratum", "psu", "weight"};
    options.optional_columns = mentioned_names(task.tables);
    options.types = {{"stratum", ColumnType::text}, {"psu", ColumnType::text}};
    const auto source = open_csv_rows({task.folder / "persons.csv"}, options, faults);
    faults.throw_if_errors();
    std::size_t rows = 0;
    while (const auto piece = source->next(faults)) rows += source->read(*piece).table.rows();
    faults.throw_if_errors();
    return rows;
}

int read_only(const std::string& way, const std::filesystem::path& design, const std::filesystem::path& tables,
              const std::filesystem::path& folder) {
    Diagnostics faults;
    const Task task{read_yaml(design, faults), read_yaml(tables, faults), folder};
    faults.throw_if_errors();
    fmt::print("{} rows\n", way == "memory" ? rows_in_memory(task, faults) : rows_by_blocks(task, faults));
    return 0;
}

}  // namespace

int run(const std::vector<std::string>& words) {
    if (words.size() != 4 || (words[0] != "memory" && words[0] != "blocks")) {
        fmt::print(stderr, "usage: benchmark_read memory|blocks DESIGN TABLES FOLDER\n");
        return 2;
    }
    try {
        return read_only(words[0], words[1], words[2], words[3]);
    } catch (const std::exception& fault) {
        fmt::print(stderr, "benchmark_read: {}\n", fault.what());
        return 1;
    }
}

}  // namespace cifra::benchmark

int main(int count, char** words) { return cifra::benchmark::run({words + 1, words + count}); }
