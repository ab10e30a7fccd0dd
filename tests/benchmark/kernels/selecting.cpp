// Balanced and spread selection: growth with the number of units. One in twenty is drawn.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/random.h"
#include "sampling/selection/cube.h"
#include "sampling/selection/local_pivotal.h"
#include "sampling/selection/stratified_cube.h"

namespace cifra::benchmark {
namespace {

struct Units {
    std::vector<double> probability;
    UnitMatrix values;
    std::vector<std::size_t> stratum;  // of 50 units
};

// Log-normal sizes with π proportional to them, cut at 0.9; then values of about the same order.
Units made_up(std::size_t units, std::size_t variables) {
    Units made{std::vector<double>(units), UnitMatrix(units, variables), std::vector<std::size_t>(units)};
    Stream stream({1, Purpose::test, 0, units});
    for (std::size_t k = 0; k < units; ++k) {
        made.probability[k] = std::min(0.9, 0.05 * std::exp(stream.normal() - 0.5));
        for (Eigen::Index j = 0; j < made.values.cols(); ++j)
            made.values(static_cast<Eigen::Index>(k), j) = stream.uniform() + (j == 0 ? made.probability[k] : 0);
        made.stratum[k] = k / 50;
    }
    double sum = 0;
    for (const double pi : made.probability) sum += pi;
    for (double& pi : made.probability) pi *= std::floor(sum) / sum;
    return made;
}

void report(::benchmark::State& state) { state.SetItemsProcessed(state.iterations() * state.range(0)); }

void cube(::benchmark::State& state) {
    const Units units = made_up(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
    std::uint64_t draw = 0;
    for (auto _ : state) {
        Stream stream({2, Purpose::test, 0, draw++});
        ::benchmark::DoNotOptimize(cifra::cube(units.probability, units.values, stream));
    }
    report(state);
}
BENCHMARK(cube)->ArgsProduct({{10'000, 100'000, 1'000'000}, {5}})->Args({10'000, 20})->Args({10'000, 50});

void stratified_cube(::benchmark::State& state) {
    const Units units = made_up(static_cast<std::size_t>(state.range(0)), 5);
    std::uint64_t draw = 0;
    for (auto _ : state) {
        Stream stream({3, Purpose::test, 0, draw++});
        ::benchmark::DoNotOptimize(cifra::stratified_cube(units.probability, units.values, units.stratum, stream));
    }
    report(state);
}
BENCHMARK(stratified_cube)->Arg(10'000)->Arg(100'000)->Arg(1'000'000);

void spread(::benchmark::State& state, LocalPivotalMethod method, bool one_place) {
    Units units = made_up(static_cast<std::size_t>(state.range(0)), 2);
    if (one_place) units.values.setConstant(1);
    std::uint64_t draw = 0;
    for (auto _ : state) {
        Stream stream({4, Purpose::test, 0, draw++});
        ::benchmark::DoNotOptimize(local_pivotal(units.probability, units.values, stream, {.method = method}));
    }
    report(state);
}
BENCHMARK_CAPTURE(spread, nearest, LocalPivotalMethod::nearest, false)->Arg(10'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(spread, mutual, LocalPivotalMethod::mutual, false)->Arg(10'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK_CAPTURE(spread, nearest_all_at_one_place, LocalPivotalMethod::nearest, true)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace cifra::benchmark
