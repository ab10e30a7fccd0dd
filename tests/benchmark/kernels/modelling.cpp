// The logistic regression of T8 from its columns: all steps of scoring and the covariance under the design.
#include <benchmark/benchmark.h>

#include <string>

#include "estimation/inference/model_matrix.h"
#include "estimation/inference/regression.h"
#include "tests/benchmark/kernels/survey.h"

namespace cifra::benchmark {
namespace {

ModelVariable factor(const std::string& name) {
    const std::span<const double> values = survey_table().at(name).numbers();
    ModelVariable variable{name, true, {}, {}, {}, 0};
    const auto levels = static_cast<int>(*std::max_element(values.begin(), values.end()));
    for (int level = 1; level <= levels; ++level) variable.levels.push_back(std::to_string(level));
    for (const double value : values) variable.code.push_back(static_cast<std::uint32_t>(value) - 1);
    return variable;
}

ModelTerms terms_of_t8() {
    ModelTerms model;
    for (const char* name : {"age_group", "income_q", "sex", "area", "cal2"}) model.variables.push_back(factor(name));
    const std::span<const double> owner = survey_table().at("cal1").numbers();
    model.variables.push_back({"cal1", false, {owner.begin(), owner.end()}, {}, {}, 0});
    for (std::size_t i = 0; i < model.variables.size(); ++i) model.terms.push_back({{i}});
    model.records = survey_rows;
    return model;
}

void logistic_regression(::benchmark::State& state) {
    const DeclaredDesign& declared = survey_design();
    const std::span<const double> weight = survey_table().at("weight").numbers();
    const InferenceSample sample = make_sample(declared.design, declared.unit_of_row, {weight.begin(), weight.end()});
    const ModelMatrix matrix = model_matrix(terms_of_t8());
    RegressionInput input;
    input.columns.resize(static_cast<Eigen::Index>(sample.rows.size()), matrix.columns.cols());
    input.outcome.resize(input.columns.rows());
    for (std::size_t i = 0; i < sample.rows.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(sample.rows[i]);
        input.columns.row(static_cast<Eigen::Index>(i)) = matrix.columns.row(row);
        input.outcome(static_cast<Eigen::Index>(i)) = survey_table().at("v12").number(sample.rows[i]);
    }
    int steps = 0;
    for (auto _ : state) steps = fit_regression(sample, input, {Family::binomial, Link::logit}).iterations;
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * sample.rows.size()));
    state.counters["steps"] = steps;
}
BENCHMARK(logistic_regression);

}  // namespace
}  // namespace cifra::benchmark
