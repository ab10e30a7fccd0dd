// Random numbers by counter.
#include <benchmark/benchmark.h>

#include "engine/random.h"

namespace cifra::benchmark {
namespace {

void philox_uniform(::benchmark::State& state) {
    const Draw draw{.seed = 1, .purpose = Purpose::test, .stage = 0, .unit = stable_hash("unit")};
    std::uint32_t index = 0;
    for (auto _ : state) ::benchmark::DoNotOptimize(uniform(draw, index++));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(philox_uniform);

void philox_normal(::benchmark::State& state) {
    Stream stream({.seed = 1, .purpose = Purpose::test, .stage = 0, .unit = 0});
    for (auto _ : state) ::benchmark::DoNotOptimize(stream.normal());
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(philox_normal);

}  // namespace
}  // namespace cifra::benchmark
