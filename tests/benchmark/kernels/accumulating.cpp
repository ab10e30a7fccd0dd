// The sums by PSU of 12 prevalences in 64 domains.
#include <benchmark/benchmark.h>

#include "estimation/accumulate.h"
#include "tests/benchmark/kernels/survey.h"

namespace cifra::benchmark {
namespace {

void sums_by_psu(::benchmark::State& state) {
    const Task task = read_task("t2");
    const Level& persons = task.data.hierarchy[0];
    const Cells cells = cells_of(task.data.hierarchy, 0, {"region", "sex"});
    const auto order = rows_by_unit(persons.unit_of_row, task.data.design.units());
    Diagnostics faults;
    std::vector<Terms> terms;
    for (const Indicator& indicator : task.plan.indicators)
        terms.push_back(terms_of(task.data.hierarchy, indicator, nullptr, faults));
    faults.throw_if_errors();
    std::vector<AccumulateTask> tasks;
    for (const Terms& one : terms) tasks.push_back({&one, &cells});
    for (auto _ : state) ::benchmark::DoNotOptimize(accumulate(persons, order, tasks, nullptr, nullptr, 1));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * persons.rows()));
}
BENCHMARK(sums_by_psu);

}  // namespace
}  // namespace cifra::benchmark
