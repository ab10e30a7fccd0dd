// sampling/selection/stratified_cube: exact sizes in strata, exact binomial tails, balance beside samples without it.
#include "sampling/selection/stratified_cube.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "sampling/selection/balance.h"
#include "sampling/selection/order.h"
#include "tests/support/inclusion_check.h"
#include "tests/support/made_up_units.h"

namespace cifra {
namespace {

using testing::check_inclusion;
using testing::InclusionVerdict;
using testing::random_values;
using testing::uneven_probabilities;
using Indices = std::vector<std::size_t>;

struct Population {
    std::vector<double> probability;
    Indices stratum;
    UnitMatrix values;
};

// Strata one after another, of the given numbers of units and Σ π.
Population made_up(const std::vector<std::pair<std::size_t, double>>& strata, std::size_t variables) {
    Population population;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        const auto [units, sum] = strata[h];
        for (const double pi : uneven_probabilities(units, sum, 100 + h)) population.probability.push_back(pi);
        population.stratum.insert(population.stratum.end(), units, h);
    }
    population.values = random_values(population.stratum.size(), variables, 3);
    return population;
}

std::vector<double> sizes(const Population& population, const Indices& taken) {
    std::vector<double> counts(population.stratum.back() + 1);
    for (const std::size_t k : taken) ++counts.at(population.stratum[k]);
    return counts;
}

void expect_probabilities_and_sizes(const std::vector<std::pair<std::size_t, double>>& strata) {
    const Population population = made_up(strata, 2);
    const InclusionVerdict verdict = check_inclusion(population.probability, 20000, [&](std::uint64_t draw) {
        Stream stream({41, Purpose::test, 1, draw});
        const Indices taken = stratified_cube(population.probability, population.values, population.stratum, stream);
        const std::vector<double> counts = sizes(population, taken);
        for (std::size_t h = 0; h < strata.size(); ++h) EXPECT_LT(std::abs(counts[h] - strata[h].second), 1 - 1e-9);
        return taken;
    });
    EXPECT_TRUE(verdict.passes) << verdict.failure;
}

TEST(StratifiedCube, EveryUnitHasItsProbabilityAndEveryStratumItsSize) {
    expect_probabilities_and_sizes({{8, 2}, {6, 3}, {10, 1}, {5, 1}, {7, 2}});
}

TEST(StratifiedCube, SizesAreFloorOrCeilingWhereSumsAreNotWhole) {
    expect_probabilities_and_sizes({{8, 2.4}, {6, 3}, {10, 0.5}, {5, 1.9}, {7, 2}, {3, 0.3}});
}

// 2,000 strata of 4 with one to draw: sizes exact, and each total within what about p units contribute; samples without
// balance deviate by more than ten times that.
TEST(StratifiedCube, BalancesOverManySmallStrata) {
    const Population population = made_up(std::vector<std::pair<std::size_t, double>>(2000, {4, 1}), 4);
    double balanced = 0, by_chance = 0;
    for (std::uint64_t draw = 0; draw < 20; ++draw) {
        Stream stream({42, Purpose::test, 2, draw});
        const Indices taken = stratified_cube(population.probability, population.values, population.stratum, stream);
        EXPECT_EQ(sizes(population, taken), std::vector<double>(2000, 1.0));
        const Indices plain = stratified_cube(population.probability, UnitMatrix(8000, 0), population.stratum, stream);
        EXPECT_EQ(sizes(population, plain), std::vector<double>(2000, 1.0));
        for (const auto& d : balance_deviations(population.probability, population.values, taken))
            balanced += d.relative * d.relative;
        for (const auto& d : balance_deviations(population.probability, population.values, plain))
            by_chance += d.relative * d.relative;
    }
    EXPECT_LT(std::sqrt(balanced), 0.1 * std::sqrt(by_chance));
}

// Numbers of strata may leave gaps, and units of a stratum need not stand together.
TEST(StratifiedCube, NumbersOfStrataAreOnlyNames) {
    const std::vector<double> probability(12, 0.5);
    const Indices stratum = {11, 3, 11, 3, 0, 0, 3, 11, 0, 3, 11, 0};
    for (std::uint64_t draw = 0; draw < 100; ++draw) {
        Stream stream({43, Purpose::test, 3, draw});
        std::vector<int> counts(12);
        for (const std::size_t k : stratified_cube(probability, random_values(12, 2, 4), stratum, stream))
            ++counts[stratum[k]];
        EXPECT_EQ(counts[0] * 100 + counts[3] * 10 + counts[11], 222);
    }
}

TEST(StratifiedCube, RefusesWhatItCannotUse) {
    Stream stream({44, Purpose::test, 4, 0});
    const std::vector<double> half(4, 0.5);
    const UnitMatrix values = random_values(4, 1, 1);
    EXPECT_THROW(stratified_cube(half, values, Indices{0, 0, 1}, stream), std::invalid_argument);
    EXPECT_THROW(stratified_cube(half, values, Indices{0, 0, 1, 4}, stream), std::invalid_argument);
    EXPECT_THROW(stratified_cube(half, random_values(3, 1, 1), Indices{0, 0, 1, 1}, stream), std::invalid_argument);
    EXPECT_TRUE(stratified_cube({}, UnitMatrix(0, 1), Indices{}, stream).empty());
}

}  // namespace
}  // namespace cifra
