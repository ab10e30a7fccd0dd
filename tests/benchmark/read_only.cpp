// benchmark_read DESIGN TABLES FOLDER: the first part of `cifra estimate` and nothing more: reads the columns that a
// task needs and declares the design. What a task takes beyond this is its computation.
#include <fmt/format.h>

#include "estimation/survey_data.h"

namespace cifra::benchmark {

int read_only(const std::filesystem::path& design, const std::filesystem::path& tables,
              const std::filesystem::path& folder) {
    Diagnostics faults;
    const YamlValue design_file = read_yaml(design, faults), table_file = read_yaml(tables, faults);
    faults.throw_if_errors();
    const SurveyData data = read_survey_data(design_file, {folder, {}, mentioned_names(table_file), 0, 1}, faults);
    faults.throw_if_errors();
    fmt::print("{} rows\n", data.hierarchy[0].rows());
    return 0;
}

}  // namespace cifra::benchmark

int main(int count, char** words) {
    if (count != 4) {
        fmt::print(stderr, "usage: benchmark_read DESIGN TABLES FOLDER\n");
        return 2;
    }
    try {
        return cifra::benchmark::read_only(words[1], words[2], words[3]);
    } catch (const std::exception& fault) {
        fmt::print(stderr, "benchmark_read: {}\n", fault.what());
        return 1;
    }
}
