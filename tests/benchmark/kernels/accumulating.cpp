// The sums by PSU of 12 prevalences in 64 domains: by the pass over a block of rows, and over rows held in memory.
#include <benchmark/benchmark.h>

#include "estimation/accumulate.h"
#include "estimation/pass/block_pass.h"
#include "tests/benchmark/kernels/survey.h"

namespace cifra::benchmark {
namespace {

void sums_of_a_block(::benchmark::State& state) {
    const Task task = read_task("t2");
    std::vector<EstimateRequest> requests;
    for (const Indicator& indicator : task.plan.indicators) requests.push_back({&indicator, {"region", "sex"}, {}});
    Diagnostics faults;
    const PassPlan plan = plan_pass(task.data.hierarchy, 0, requests, false, faults);
    for (auto _ : state) ::benchmark::DoNotOptimize(pass_block(plan, task.data.hierarchy, {"stratum", "psu"}, faults));
    faults.throw_if_errors();
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * task.data.hierarchy[0].rows()));
}
BENCHMARK(sums_of_a_block);

void sums_in_memory(::benchmark::State& state) {
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
BENCHMARK(sums_in_memory);

}  // namespace
}  // namespace cifra::benchmark
