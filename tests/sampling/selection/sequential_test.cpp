// sampling/selection: Chromy's hits, random groups and orders of the frame.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>

#include "engine/random.h"
#include "sampling/selection/chromy.h"
#include "sampling/selection/order.h"
#include "sampling/selection/random_groups.h"
#include "tests/sampling/selection/all_samples.h"
#include "tests/support/inclusion_check.h"

namespace cifra {
namespace {

using testing::Indices;
using testing::Probabilities;

constexpr std::size_t draws = 100000;

using Hits = std::vector<std::uint64_t>;

// The outcome of every draw among all outcomes there are, each with its exact binomial tail.
void expect_outcomes(const std::map<Hits, double>& outcomes, const std::function<Hits(Stream&)>& draw_hits) {
    std::map<Hits, std::size_t> counts;
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
        Stream stream({41, Purpose::test, 28, draw});
        ++counts[draw_hits(stream)];
    }
    for (const auto& [hits, count] : counts) ASSERT_TRUE(outcomes.contains(hits));
    double sum = 0;
    for (const auto& [hits, chance] : outcomes) {
        sum += chance;
        EXPECT_GT(testing::binomial_tail(draws, chance, counts[hits]), 1e-4 / static_cast<double>(outcomes.size()));
    }
    EXPECT_NEAR(sum, 1, 1e-12);
}

// The sizes 6, 25, 3, 10, 4, 12 with n = 6: a unit hit twice or three times, and sums that are whole on the way.
TEST(Chromy, HitsHaveTheDistributionOfAllBranches) {
    const Hits sizes = {6, 25, 3, 10, 4, 12};
    Probabilities expected;
    for (const std::uint64_t size : sizes) expected.push_back(static_cast<double>(size) / 10);
    const auto outcomes = testing::chromy_outcomes(expected);
    ASSERT_GT(outcomes.size(), 5u);
    Probabilities mean(sizes.size());
    for (const auto& [hits, chance] : outcomes)
        for (std::size_t k = 0; k < sizes.size(); ++k) mean[k] += chance * static_cast<double>(hits[k]);
    for (std::size_t k = 0; k < sizes.size(); ++k) EXPECT_NEAR(mean[k], expected[k], 1e-12);
    expect_outcomes(outcomes, [&](Stream& stream) { return chromy_hits(expected, stream); });
    expect_outcomes(outcomes, [&](Stream& stream) { return chromy_hits(sizes, 6, stream); });
}

TEST(Chromy, HitsAreTheExpectedOnesRoundedDownOrUp) {
    for (std::uint64_t trial = 0; trial < 300; ++trial) {
        Stream stream({trial, Purpose::test, 29, 0});
        Hits sizes(1 + stream.below(2000));
        for (std::uint64_t& size : sizes) size = 1 + stream.below(1000);
        const std::uint64_t n = 1 + stream.below(3000),
                            total = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
        Probabilities expected;
        for (const std::uint64_t size : sizes)
            expected.push_back(static_cast<double>(size * n) / static_cast<double>(total));
        for (const Hits& hits : {chromy_hits(sizes, n, stream), chromy_hits(expected, stream)}) {
            EXPECT_EQ(std::accumulate(hits.begin(), hits.end(), std::uint64_t{0}), n);
            for (std::size_t k = 0; k < sizes.size(); ++k) {
                ASSERT_GE(hits[k], sizes[k] * n / total);
                ASSERT_LE(hits[k], (sizes[k] * n + total - 1) / total);
            }
        }
    }
}

TEST(Chromy, RefusesWhatAreNoSizes) {
    Stream stream({1, Purpose::test, 29, 0});
    EXPECT_THROW(chromy_hits(Probabilities{0.5, 0.4}, stream), std::invalid_argument);
    EXPECT_THROW(chromy_hits(Probabilities{-1, 2}, stream), std::invalid_argument);
    EXPECT_THROW(chromy_hits(Hits{1, 0}, 1, stream), std::invalid_argument);
    EXPECT_THROW(chromy_hits(Hits{std::uint64_t{1} << 40}, std::uint64_t{1} << 30, stream), std::invalid_argument);
    EXPECT_TRUE(chromy_hits(Probabilities{}, stream).empty());
}

// Over all partitions of five units into groups of three and two: Ŷ and its variance estimator have the right means.
TEST(RandomGroups, EstimatorsAreUnbiasedOverAllPartitions) {
    const Probabilities x = {2, 5, 1, 4, 3}, y = {7, 11, 2, 13, 5};
    const double total_x = 15, total_y = 38;
    double mean = 0, square = 0, mean_variance = 0, partitions = 0;
    for (std::size_t bits = 0; bits < 32; ++bits) {
        if (__builtin_popcountll(bits) != 3) continue;
        ++partitions;
        double size[2] = {0, 0};
        for (std::size_t k = 0; k < 5; ++k) size[(bits >> k) % 2] += x[k];
        for (std::size_t a = 0; a < 5; ++a)
            for (std::size_t b = 0; b < 5; ++b) {
                if ((bits >> a) % 2 == 0 || (bits >> b) % 2 == 1) continue;
                const std::vector<GroupUnit> taken = {{a, 3, size[1], size[1] / x[a]}, {b, 2, size[0], size[0] / x[b]}};
                const double chance = x[a] / size[1] * x[b] / size[0];
                const double estimate = taken[0].weight * y[a] + taken[1].weight * y[b];
                mean += chance * estimate;
                square += chance * estimate * estimate;
                mean_variance += chance * random_groups_variance(taken, Probabilities{y[a], y[b]}, total_x);
            }
    }
    mean /= partitions;
    double formula = -total_y * total_y;
    for (std::size_t k = 0; k < 5; ++k) formula += y[k] * y[k] * total_x / x[k];
    formula *= (9.0 + 4 - 5) / (5 * 4);
    EXPECT_NEAR(mean, total_y, 1e-12 * total_y);
    EXPECT_NEAR(square / partitions - mean * mean, formula, 1e-11 * formula);
    EXPECT_NEAR(mean_variance / partitions, formula, 1e-12 * formula);
}

TEST(RandomGroups, UnitsHaveTheProbabilitiesOfAllPartitions) {
    const Probabilities x = {2, 5, 1, 4, 3};
    Probabilities pi(5);
    for (std::size_t bits = 0; bits < 32; ++bits) {
        if (__builtin_popcountll(bits) != 3) continue;
        double size[2] = {0, 0};
        for (std::size_t k = 0; k < 5; ++k) size[(bits >> k) % 2] += x[k];
        for (std::size_t k = 0; k < 5; ++k) pi[k] += x[k] / size[(bits >> k) % 2] / 10;
    }
    const auto verdict = testing::check_inclusion(pi, draws, [&](std::uint64_t draw) {
        Stream stream({43, Purpose::test, 28, draw});
        Indices taken;
        for (const GroupUnit& each : random_groups(x, 2, stream)) {
            EXPECT_DOUBLE_EQ(each.weight * x[each.unit], each.group_size);
            taken.push_back(each.unit);
        }
        return taken;
    });
    EXPECT_TRUE(verdict.passes) << verdict.failure;
    Stream stream({1, Purpose::test, 28, 0});
    EXPECT_EQ(random_groups(x, 5, stream).size(), 5u);
    EXPECT_THROW(random_groups(x, 6, stream), std::invalid_argument);
    EXPECT_THROW(random_groups(Probabilities{1, 0}, 1, stream), std::invalid_argument);
    EXPECT_THROW(random_groups_variance({}, {}, 1), std::invalid_argument);
}

TEST(SerpentineOrder, ChangesDirectionFromGroupToGroup) {
    Table table;
    table.set("region", Column::of_texts({"b", "a", "b", "a", "a", "b", "a", "b", "a"}));
    table.set("area", Column::of_numbers({1, 2, 2, 1, 2, 2, 1, 1, 10}));
    table.set("size", Column::of_numbers({5, 3, 8, 9, 4, 7, 6, 2, 1}));
    const std::vector<std::string> columns = {"region", "area", "size"}, one = {"region"};
    // a: areas 1, 2, 10 rising; b: 2, 1 falling. Sizes rise and fall in turn: 6 9 | 4 3 | 1 | 8 7 | 2 5
    EXPECT_EQ(serpentine_order(table, columns), (Indices{6, 3, 4, 1, 8, 2, 5, 7, 0}));
    EXPECT_EQ(serpentine_order(table, one), (Indices{1, 3, 4, 6, 8, 0, 2, 5, 7}));
    EXPECT_EQ(serpentine_order(table, {}), (Indices{0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

// With all combinations of levels once, as in a grid, neighbours differ in one column only, by one step.
TEST(SerpentineOrder, NeighboursDifferInOneColumnOnly) {
    Probabilities a, b, c;
    for (std::size_t i = 0; i < 60; ++i) {
        const std::size_t k = i * 37 % 60;
        const std::size_t first = k / 20, second = k / 4 % 5;
        a.push_back(static_cast<double>(first));
        b.push_back(static_cast<double>(second));
        c.push_back(static_cast<double>(k % 4));
    }
    Table table;
    table.set("a", Column::of_numbers(a));
    table.set("b", Column::of_numbers(b));
    table.set("c", Column::of_numbers(c));
    const std::vector<std::string> columns = {"a", "b", "c"};
    const Indices order = serpentine_order(table, columns);
    for (std::size_t i = 1; i < order.size(); ++i) {
        const std::size_t k = order[i - 1], l = order[i];
        EXPECT_EQ(std::abs(a[k] - a[l]) + std::abs(b[k] - b[l]) + std::abs(c[k] - c[l]), 1);
    }
}

TEST(RandomOrder, EveryPermutationIsAsLikely) {
    std::map<Indices, std::size_t> counts;
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
        Stream stream({44, Purpose::test, 28, draw});
        ++counts[random_order(4, stream)];
    }
    EXPECT_EQ(counts.size(), 24u);
    for (const auto& [order, count] : counts) EXPECT_GT(testing::binomial_tail(draws, 1.0 / 24, count), 1e-4 / 24);
}

}  // namespace
}  // namespace cifra
