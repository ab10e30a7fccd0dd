// Variances of the columns of T2 (768 domain cells, each in the PSUs of a region); covariance of the 24 columns of T7.
#include <benchmark/benchmark.h>

#include <charconv>
#include <string>

#include "engine/random.h"
#include "estimation/variance.h"
#include "tests/benchmark/kernels/survey.h"

namespace cifra::benchmark {
namespace {

constexpr std::uint32_t regions = 32;

// The region of each PSU: the thousands of its stratum's code.
std::vector<std::uint32_t> region_of_unit(const SurveyDesign& design) {
    std::vector<std::uint32_t> regions_of;
    for (const std::uint32_t stratum : design.stages[0].group) {
        const std::string& code = design.strata[stratum];
        std::uint32_t number = 0;
        std::from_chars(code.data(), code.data() + code.size(), number);
        regions_of.push_back(number / 1000);
    }
    return regions_of;
}

SparseColumn made_up_column(const std::vector<std::uint32_t>& region_of, std::uint32_t region, std::uint64_t number) {
    Stream chance({.seed = 1, .purpose = Purpose::test, .stage = 0, .unit = number});
    SparseColumn column;
    for (std::uint32_t unit = 0; unit < region_of.size(); ++unit) {
        if (region != 0 && region_of[unit] != region) continue;
        column.unit.push_back(unit);
        column.total.push_back(chance.uniform() - 0.5);
    }
    return column;
}

void variances_of_domains(::benchmark::State& state) {
    const SurveyDesign& design = survey_design().design;
    const auto region_of = region_of_unit(design);
    std::vector<SparseColumn> columns;
    for (std::uint32_t number = 0; number < 24 * regions; ++number)
        columns.push_back(made_up_column(region_of, 1 + number % regions, number));
    for (auto _ : state) ::benchmark::DoNotOptimize(variances(design, columns));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * columns.size()));
}
BENCHMARK(variances_of_domains);

void covariance_of_years(::benchmark::State& state) {
    const SurveyDesign& design = survey_design().design;
    std::vector<SparseColumn> columns;
    for (std::uint32_t number = 0; number < 24; ++number)
        columns.push_back(made_up_column(region_of_unit(design), 0, number));
    for (auto _ : state) ::benchmark::DoNotOptimize(covariance(design, columns));
}
BENCHMARK(covariance_of_years);

}  // namespace
}  // namespace cifra::benchmark
