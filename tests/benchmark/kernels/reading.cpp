// Reading 17 of 33 columns: the whole file in memory, and by blocks.
#include <benchmark/benchmark.h>

#include "engine/csv.h"
#include "engine/microdata/columnar_convert.h"
#include "engine/microdata/columnar_rows.h"
#include "engine/microdata/csv_rows.h"
#include "tests/benchmark/kernels/survey.h"

namespace cifra::benchmark {
namespace {

CsvOptions options_of_t2() {
    CsvOptions options;
    options.columns = {"stratum", "psu", "weight", "region", "sex", "v1",  "v2",  "v3", "v4",
                       "v5",      "v6",  "v7",     "v8",     "v9",  "v10", "v11", "v12"};
    options.types = {{"stratum", ColumnType::text}, {"psu", ColumnType::text}};
    return options;
}

void report_speed(::benchmark::State& state, std::size_t rows) {
    const auto rounds = static_cast<std::int64_t>(state.iterations());
    state.SetItemsProcessed(rounds * static_cast<std::int64_t>(rows));
    state.SetBytesProcessed(rounds * static_cast<std::int64_t>(std::filesystem::file_size(survey_file())));
}

void csv_in_memory(::benchmark::State& state) {
    const CsvOptions options = options_of_t2();
    std::size_t rows = 0;
    for (auto _ : state) {
        Diagnostics faults;
        rows = read_csv(survey_file(), options, faults).rows();
        faults.throw_if_errors();
    }
    report_speed(state, rows);
}
BENCHMARK(csv_in_memory);

std::size_t rows_of(RowSource& source) {
    Diagnostics faults;
    std::size_t rows = 0;
    while (const auto piece = source.next(faults)) rows += source.read(*piece).table.rows();
    faults.throw_if_errors();
    return rows;
}

void csv_by_blocks(::benchmark::State& state) {
    const CsvOptions options = options_of_t2();
    std::size_t rows = 0;
    for (auto _ : state) {
        Diagnostics faults;
        const auto source = open_csv_rows({survey_file()}, options, faults);
        faults.throw_if_errors();
        rows = rows_of(*source);
    }
    report_speed(state, rows);
}
BENCHMARK(csv_by_blocks);

void columnar_by_blocks(::benchmark::State& state) {
    const CsvOptions options = options_of_t2();
    const std::filesystem::path file = survey_file().parent_path() / "persons.cifra";
    Diagnostics faults;
    convert_csv({survey_file()}, file, {}, faults);
    faults.throw_if_errors();
    std::size_t rows = 0;
    for (auto _ : state) {
        const auto source = open_columnar_rows(file, options, faults);
        faults.throw_if_errors();
        rows = rows_of(*source);
    }
    report_speed(state, rows);
}
BENCHMARK(columnar_by_blocks);

}  // namespace
}  // namespace cifra::benchmark
