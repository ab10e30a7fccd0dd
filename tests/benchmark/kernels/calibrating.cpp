// T4: a million persons (the survey ten times over) calibrated to region, age group and sex; the same with the total of
// a number; a replicate of a prepared problem.
#include <benchmark/benchmark.h>

#include <cmath>

#include "engine/random.h"
#include "estimation/weighting/calibration_problem.h"
#include "tests/benchmark/kernels/survey.h"

namespace cifra::benchmark {
namespace {

constexpr std::size_t times = 10, persons = times * survey_rows;

std::vector<double> repeated(const std::string& name) {
    const std::span<const double> values = survey_table().at(name).numbers();
    std::vector<double> result;
    for (std::size_t i = 0; i < times; ++i) result.insert(result.end(), values.begin(), values.end());
    return result;
}

// Totals that differ from the weighted sample by up to a tenth, and sum to 100 million.
Control margin(const std::string& name, const std::vector<double>& d) {
    Control control;
    for (const double value : repeated(name)) control.category.push_back(static_cast<std::uint32_t>(value) - 1);
    for (std::size_t k = 0; k < d.size(); ++k) {
        control.totals.resize(std::max<std::size_t>(control.totals.size(), control.category[k] + 1));
        control.totals[control.category[k]] += d[k];
    }
    double sum = 0;
    for (std::size_t i = 0; i < control.totals.size(); ++i) {
        control.names.push_back(name + "=" + std::to_string(i + 1));
        sum += control.totals[i] *= 1 + 0.1 * std::sin(static_cast<double>(i + 1));
    }
    for (double& total : control.totals) total *= 1e8 / sum;
    return control;
}

struct Calibration {
    std::vector<double> d = repeated("weight");
    Controls controls;
    CalibrationOptions options;
};

Calibration calibration_of_t4(bool with_number) {
    Calibration t4;
    for (const char* name : {"region", "age_group", "sex"}) t4.controls.add(margin(name, t4.d));
    t4.options.method = CalibrationMethod::raking;
    if (!with_number) return t4;
    Control exposure{{"cal3"}, {0}, {}, repeated("cal3")};
    for (std::size_t k = 0; k < persons; ++k) exposure.totals[0] += 1.01 * t4.d[k] * exposure.value[k];
    double sum = 0;
    for (const double weight : t4.d) sum += weight;
    exposure.totals[0] *= 1e8 / sum;
    t4.controls.add(std::move(exposure));
    return t4;
}

void calibrating(::benchmark::State& state, bool fitting, bool with_number) {
    Calibration t4 = calibration_of_t4(with_number);
    t4.options.proportional_fitting = fitting;
    std::size_t iterations = 0;
    for (auto _ : state) iterations = calibrate(t4.d, t4.controls, {}, t4.options).iterations;
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * persons));
    state.counters["iterations"] = static_cast<double>(iterations);
}
BENCHMARK_CAPTURE(calibrating, margins_by_fitting, true, false);
BENCHMARK_CAPTURE(calibrating, margins_by_newton, false, false);
BENCHMARK_CAPTURE(calibrating, margins_and_a_number, false, true);

void calibrating_replicate(::benchmark::State& state) {
    const Calibration t4 = calibration_of_t4(false);
    const CalibrationProblem problem = prepare_calibration(t4.controls, {}, t4.options);
    const std::vector<double> start = calibrate(problem, t4.d).lambda;
    Stream chance({.seed = 1, .purpose = Purpose::test, .stage = 0, .unit = 1});
    std::vector<double> d = t4.d;
    for (double& weight : d) weight *= static_cast<double>(chance.below(3));
    for (auto _ : state) ::benchmark::DoNotOptimize(calibrate(problem, d, start));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * persons));
}
BENCHMARK(calibrating_replicate);

}  // namespace
}  // namespace cifra::benchmark
