// The median of the cost of crime of all victims with Woodruff's interval.
#include <benchmark/benchmark.h>

#include "estimation/quantile_interval.h"
#include "estimation/variance.h"
#include "tests/benchmark/kernels/survey.h"

namespace cifra::benchmark {
namespace {

struct Victims {
    std::vector<double> cost, weight;
    std::vector<std::uint32_t> unit;
};

Victims victims() {
    const Table& table = survey_table();
    Victims found;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (table.at("cost").number(row) <= 0) continue;
        found.cost.push_back(table.at("cost").number(row));
        found.weight.push_back(table.at("weight").number(row));
        found.unit.push_back(survey_design().unit_of_row[row]);
    }
    return found;
}

MeanAndVariance share_below(const Victims& sample, double total, double threshold) {
    double below = 0;
    for (std::size_t i = 0; i < sample.cost.size(); ++i)
        if (sample.cost[i] <= threshold) below += sample.weight[i];
    const double share = below / total;
    SparseColumn deviations;
    for (std::size_t i = 0; i < sample.cost.size(); ++i) {
        if (deviations.unit.empty() || deviations.unit.back() != sample.unit[i]) {
            deviations.unit.push_back(sample.unit[i]);
            deviations.total.push_back(0);
        }
        deviations.total.back() += sample.weight[i] * ((sample.cost[i] <= threshold ? 1 : 0) - share) / total;
    }
    return {share, variances(survey_design().design, {deviations})(0)};
}

// Units in increasing order, as share_below wants them.
Victims by_unit(const Victims& sample) {
    Victims sorted;
    for (const std::uint32_t row : rows_by_unit(sample.unit, survey_design().design.units())) {
        sorted.cost.push_back(sample.cost[row]);
        sorted.weight.push_back(sample.weight[row]);
        sorted.unit.push_back(sample.unit[row]);
    }
    return sorted;
}

void median_with_interval(::benchmark::State& state) {
    const Victims sample = by_unit(victims());
    QuantileOptions options;
    options.df = 4000;
    options.n = static_cast<double>(sample.cost.size());
    for (auto _ : state) {
        const SortedSample sorted = sorted_sample(sample.cost, sample.weight);
        const auto below = [&](double threshold) { return share_below(sample, sorted.total, threshold); };
        ::benchmark::DoNotOptimize(quantile_estimate(sorted, 0.5, options, below));
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * sample.cost.size()));
}
BENCHMARK(median_with_interval);

}  // namespace
}  // namespace cifra::benchmark
