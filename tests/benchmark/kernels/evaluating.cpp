// Expressions over whole columns, as indicators and domains use them.
#include <benchmark/benchmark.h>

#include <string>

#include "engine/evaluate.h"
#include "tests/benchmark/kernels/survey.h"

namespace cifra::benchmark {
namespace {

void evaluate_columns(::benchmark::State& state, const std::string& text) {
    const Table& table = survey_table();
    Diagnostics faults;
    const auto expression = parse_expression(text, {}, schema_of(table), faults);
    faults.throw_if_errors();
    const ColumnLookup lookup = [&](std::string_view name) -> const Column& { return table.at(name); };
    for (auto _ : state) ::benchmark::DoNotOptimize(evaluate(*expression, table.rows(), lookup));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * table.rows()));
}
BENCHMARK_CAPTURE(evaluate_columns, comparison, "v12 = 1");
BENCHMARK_CAPTURE(evaluate_columns, sum, "n1 + n2 + n3 + n4 + n5 + n6");
BENCHMARK_CAPTURE(evaluate_columns, any_of_four, "v1 = 1 or v2 = 1 or v3 = 1 or v4 = 1");
BENCHMARK_CAPTURE(evaluate_columns, range, "age_group in [2..4] and cost > 100");
BENCHMARK_CAPTURE(evaluate_columns, text_in_list, "stratum in ['1100', '1205', '17302', '32306']");
BENCHMARK_CAPTURE(evaluate_columns, recoding, "if(income_q <= 2, 'low', if(income_q <= 4, 'middle', 'high'))");

}  // namespace
}  // namespace cifra::benchmark
