// Allocation: Bethel's for 12 indicators, alone in each of 100 domains and with a second partition across them.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>

#include "engine/random.h"
#include "sampling/allocation/bethel.h"

namespace cifra::benchmark {
namespace {

// Prevalences from 0.3 % to 12 %, spread over the strata by a factor of e^±0.35; sizes near e^8.5.
BethelProblem victimization(std::size_t strata, std::size_t domains, std::size_t across) {
    const std::vector<double> rates = {.003, .005, .008, .012, .018, .025, .032, .045, .06, .075, .095, .12};
    Stream stream({.seed = 3, .purpose = Purpose::test, .stage = 0, .unit = 0});
    BethelProblem problem;
    const auto columns = static_cast<Eigen::Index>(rates.size());
    problem.mean.resize(static_cast<Eigen::Index>(strata), columns);
    for (std::size_t j = 0; j < rates.size(); ++j) problem.indicators.push_back(std::to_string(j));
    for (std::size_t h = 0; h < strata; ++h) {
        const double size = std::floor(std::exp(8.5 + 0.7 * stream.normal()));
        problem.strata.push_back({size, 1, 2, static_cast<std::uint64_t>(size)});
        for (Eigen::Index j = 0; j < columns; ++j)
            problem.mean(static_cast<Eigen::Index>(h), j) =
                std::min(0.6, rates[static_cast<std::size_t>(j)] * std::exp(0.35 * stream.normal()));
    }
    problem.deviation = (problem.mean.array() * (1 - problem.mean.array())).sqrt();
    const auto partition = [&](std::size_t count, double cv, auto place) {
        DomainPartition each{"partition", std::vector<std::string>(count), {}, {}};
        for (std::size_t h = 0; h < strata; ++h) each.domain.push_back(static_cast<std::uint32_t>(place(h)));
        each.cv.setConstant(static_cast<Eigen::Index>(count), columns, cv);
        problem.partitions.push_back(each);
    };
    partition(domains, 0.3, [&](std::size_t h) { return h % domains; });
    // The same number of interviews by domain would do for both.
    const double looser = 0.27 * std::sqrt(static_cast<double>(across) / static_cast<double>(domains));
    if (across > 0) partition(across, looser, [&](std::size_t h) { return h / domains % across; });
    return problem;
}

void bethel(::benchmark::State& state) {
    const BethelProblem problem = victimization(2000, 100, static_cast<std::size_t>(state.range(0)));
    BethelAllocation found;
    for (auto _ : state) ::benchmark::DoNotOptimize(found = bethel_allocation(problem));
    state.counters["sample"] = found.cost;
    state.counters["gap"] = found.cost / found.lower_bound - 1;
    state.counters["binding"] = static_cast<double>(std::count_if(
        found.targets.begin(), found.targets.end(), [&](const auto& each) { return each.cost_by_log_cv < -1e-3; }));
}
BENCHMARK(bethel)->Arg(0)->Arg(4)->Arg(20)->Unit(::benchmark::kMillisecond);

}  // namespace
}  // namespace cifra::benchmark
