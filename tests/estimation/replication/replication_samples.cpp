#include "tests/estimation/replication/replication_samples.h"

#include <fmt/format.h>

#include <cmath>

namespace cifra::testing {

namespace {

DesignColumns columns_of(const SampleShape& shape) {
    DesignColumns columns;
    columns.strata = "h";
    columns.psu = {"i"};
    if (shape.ssu_population > 0) columns.psu.emplace_back("j");
    if (!shape.probability.empty())
        columns.unequal = {.method = unequal_from_text(shape.probability), .probability = "p"};
    if (!shape.populations.empty() && shape.probability.empty()) columns.fpc.emplace_back("N");
    if (shape.ssu_population > 0) columns.fpc.emplace_back("M");
    if (shape.ordered) columns.successive = {true, true, "order"};
    return columns;
}

}  // namespace

MadeUpSample made_up_sample(const SampleShape& shape) {
    std::map<std::string, std::vector<std::string>> texts;
    std::map<std::string, std::vector<double>> numbers;
    for (std::size_t h = 0; h < shape.psus.size(); ++h)
        for (std::size_t i = 0; i < shape.psus[h]; ++i)
            for (std::size_t j = 0; j < shape.ssus; ++j) {
                texts["h"].push_back(fmt::format("h{:02}", h));
                texts["i"].push_back(fmt::format("i{:03}", i));
                texts["j"].push_back(fmt::format("j{:03}", j));
                numbers["N"].push_back(shape.populations.empty() ? 0 : shape.populations[h]);
                numbers["M"].push_back(shape.ssu_population);
                numbers["p"].push_back(i == 0 ? 1 : 0.2 + 0.02 * static_cast<double>(i % 5));
                numbers["order"].push_back(static_cast<double>(i * 7 % shape.psus[h]) + 0.001 * static_cast<double>(i));
            }
    MadeUpSample sample;
    for (auto& [name, values] : texts) {
        if (shape.reversed) values = {values.rbegin(), values.rend()};
        sample.table.set(name, Column::of_texts(values));
    }
    for (auto& [name, values] : numbers) {
        if (shape.reversed) values = {values.rbegin(), values.rend()};
        sample.table.set(name, Column::of_numbers(values));
    }
    Diagnostics faults;
    sample.declared = declare_design(sample.table, columns_of(shape), faults);
    faults.throw_if_errors();
    for (std::size_t u = 0; u < sample.declared.design.units(); ++u)
        sample.z.push_back(10 + 6 * std::sin(2.3 * static_cast<double>(u)) + static_cast<double>(u % 4));
    return sample;
}

ReplicateFactors factors_of(const MadeUpSample& sample, const ReplicationPlan& plan) {
    Diagnostics faults;
    ReplicateFactors factors = ReplicateFactors::make(plan, sample.declared.design, {}, faults);
    faults.throw_if_errors();
    return factors;
}

double replicate_variance(const ReplicateFactors& factors, const std::vector<double>& z) {
    std::vector<double> by_unit(factors.units());
    double variance = 0;
    for (std::size_t r = 0; r < factors.count(); ++r) {
        factors.of(r, by_unit);
        double deviation = 0;
        for (std::size_t u = 0; u < z.size(); ++u) deviation += z[u] * (by_unit[u] - 1);
        variance += factors.coefficients()[r] * deviation * deviation;
    }
    return variance;
}

}  // namespace cifra::testing
