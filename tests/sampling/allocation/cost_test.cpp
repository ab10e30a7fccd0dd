#include "sampling/allocation/cost.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "engine/diagnostics.h"
#include "engine/random.h"
#include "sampling/allocation/allocation.h"
#include "sampling/allocation/compromise.h"
#include "tests/support/shared_data.h"

namespace cifra {
namespace {

using Counts = std::vector<std::uint64_t>;

std::vector<CostStratum> random_strata(Stream& stream, bool equal_costs) {
    std::vector<CostStratum> strata;
    for (int h = 0; h < 4; ++h) {
        const std::uint64_t units = 4 + stream.below(10);
        strata.push_back({static_cast<double>(units), 0.2 + stream.uniform(),
                          equal_costs ? 2 : static_cast<double>(1 + stream.below(5)), 1 + stream.below(2), units});
    }
    return strata;
}

void each_allocation(const std::vector<CostStratum>& strata, const std::function<void(const Counts&)>& visit) {
    Counts n(strata.size());
    const std::function<void(std::size_t)> fill = [&](std::size_t h) {
        if (h == strata.size()) return visit(n);
        for (n[h] = strata[h].minimum; n[h] <= strata[h].maximum; ++n[h]) fill(h + 1);
    };
    fill(0);
}

TEST(CostAllocation, SpendsABudgetBest) {
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        Stream stream({3, Purpose::test, 1, trial});
        const bool equal = trial % 2 == 0;
        const std::vector<CostStratum> strata = random_strata(stream, equal);
        const double budget = 30 + 40 * stream.uniform();
        double best = std::numeric_limits<double>::infinity();
        each_allocation(strata, [&](const Counts& n) {
            if (allocation_cost(strata, n) <= budget) best = std::min(best, allocation_variance(strata, n));
        });
        const Counts found = allocate_budget(strata, budget);
        const double variance = allocation_variance(strata, found);
        EXPECT_LE(allocation_cost(strata, found), budget);
        EXPECT_TRUE(!equal || variance <= best + 1e-12) << trial;
        // What the manual promises for unequal costs: within the gain of one unit more anywhere.
        double gain = 0;
        for (std::size_t h = 0; h < strata.size(); ++h) {
            const double n = static_cast<double>(found[h]), spread = strata[h].size * strata[h].deviation;
            if (found[h] < strata[h].maximum) gain = std::max(gain, spread * spread / (n * (n + 1)));
        }
        EXPECT_LE(variance, best + gain + 1e-12) << trial;
    }
}

TEST(CostAllocation, MeetsAVarianceMostCheaply) {
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        Stream stream({3, Purpose::test, 2, trial});
        const std::vector<CostStratum> strata = random_strata(stream, trial % 2 == 0);
        const double variance = 1 + 20 * stream.uniform();
        double best = std::numeric_limits<double>::infinity();
        each_allocation(strata, [&](const Counts& n) {
            if (allocation_variance(strata, n) <= variance) best = std::min(best, allocation_cost(strata, n));
        });
        const Counts found = allocate_variance(strata, variance);
        EXPECT_LE(allocation_variance(strata, found), variance * (1 + 1e-8));
        EXPECT_DOUBLE_EQ(allocation_cost(strata, found), best) << trial;
    }
}

TEST(CostAllocation, RefusesWhatCannotBeMet) {
    const std::vector<CostStratum> strata = {{10, 1, 2, 2, 5}, {10, 1, 3, 2, 10}};
    EXPECT_THROW(allocate_budget(strata, 9), Refusal);
    EXPECT_THROW(allocate_variance(strata, 1), Refusal);
    EXPECT_EQ(allocate_budget(strata, 1000), (Counts{5, 10}));
    EXPECT_THROW(allocate_budget(std::vector<CostStratum>{{10, 1, 0, 2, 5}}, 9), std::invalid_argument);
}

std::vector<nlohmann::json> frames_with_costs() {
    std::ifstream file(testing::shared_data("frames") / "oracle.json");
    std::vector<nlohmann::json> found;
    const nlohmann::json all = nlohmann::json::parse(file);
    for (const auto& each : all["cases"])
        if (each.contains("optimal_cost")) found.push_back(each);
    return found;
}

// Real-valued allocations of R on two public frames: power and least cost.
TEST(CostAllocation, NearsTheRealValuedOptimumOfPublicFrames) {
    CIFRA_NEEDS_DATA("frames");
    const std::vector<nlohmann::json> frames = frames_with_costs();
    EXPECT_EQ(frames.size(), 2u);
    for (const auto& each : frames) {
        std::vector<CostStratum> strata;
        std::vector<double> total;
        const std::vector<double> mean = each["mean"], deviation = each["S"];
        double cost = 0;
        for (std::size_t h = 0; h < mean.size(); ++h) {
            const std::uint64_t units = each["N"][h];
            strata.push_back({static_cast<double>(units), deviation[h], each["cost"][h], 1, units});
            total.push_back(static_cast<double>(units) * mean[h]);
            cost += strata[h].cost * each["optimal_cost"][h].get<double>();
        }
        const Counts cheap = allocate_variance(strata, each["var_total_optimal_cost"]);
        EXPECT_GE(allocation_cost(strata, cheap), cost * (1 - 1e-9));
        EXPECT_LE(allocation_cost(strata, cheap), cost * 1.01);  // 60 units, some strata 1 or 2
        const Counts spent = allocate_budget(strata, cost);
        EXPECT_GE(allocation_variance(strata, spent), each["var_total_optimal_cost"].get<double>() * (1 - 1e-9));
        EXPECT_LE(allocation_variance(strata, spent), each["var_total_optimal_cost"].get<double>() * 1.02);
        std::vector<AllocationStratum> power;
        const std::vector<double> spreads = power_spreads(total, mean, deviation, 0.5);
        for (std::size_t h = 0; h < mean.size(); ++h) power.push_back({spreads[h], 1, 1, strata[h].maximum});
        const Counts n = allocate(AllocationMethod::neyman, power, each["n"]);
        for (std::size_t h = 0; h < mean.size(); ++h)
            EXPECT_LT(std::abs(static_cast<double>(n[h]) - each["power_half"][h].get<double>()), 1) << h;
    }
}

TEST(Compromise, PowersEndAtNeymanAndAtEqualCvs) {
    const std::vector<double> size = {100, 400, 50}, mean = {2, 3, 8}, deviation = {1, 4, 2};
    std::vector<double> total;
    for (std::size_t h = 0; h < 3; ++h) total.push_back(size[h] * mean[h]);
    const std::vector<double> neyman = power_spreads(total, mean, deviation, 1);
    const std::vector<double> even = power_spreads(total, mean, deviation, 0);
    for (std::size_t h = 0; h < 3; ++h) {
        EXPECT_DOUBLE_EQ(neyman[h], size[h] * deviation[h]);
        EXPECT_DOUBLE_EQ(even[h], deviation[h] / mean[h]);
    }
    EXPECT_THROW(power_spreads(total, std::vector<double>{1, 0, 1}, deviation, 0.5), std::invalid_argument);
}

TEST(Compromise, MixesProportionalAndEqual) {
    const std::vector<double> mixed = mixed_sizes(std::vector<double>{10, 30, 60}, 0.4);
    EXPECT_DOUBLE_EQ(mixed[0], 0.4 * 0.1 + 0.2);
    EXPECT_DOUBLE_EQ(mixed[2], 0.4 * 0.6 + 0.2);
    EXPECT_THROW(mixed_sizes(std::vector<double>{1}, 1.1), std::invalid_argument);
}

// The mean relative loss of every allocation of 20 units, by its definition.
TEST(Compromise, HasTheLeastMeanRelativeLoss) {
    const std::vector<double> size = {100, 400, 50}, weight = {2, 1};
    const Eigen::MatrixXd deviation{{1, 9}, {4, 1}, {2, 7}};
    const auto loss = [&](const Counts& n) {
        double sum = 0;
        for (Eigen::Index j = 0; j < 2; ++j) {
            double variance = 0, alone = 0;
            for (std::size_t h = 0; h < 3; ++h) {
                const double spread = size[h] * deviation(static_cast<Eigen::Index>(h), j);
                variance += spread * spread / static_cast<double>(n[h]);
                alone += spread;
            }
            sum += weight[static_cast<std::size_t>(j)] * variance / (alone * alone / 20);
        }
        return sum;
    };
    double best = std::numeric_limits<double>::infinity();
    for (std::uint64_t a = 1; a < 19; ++a)
        for (std::uint64_t b = 1; a + b < 20; ++b) best = std::min(best, loss({a, b, 20 - a - b}));
    const std::vector<double> spreads = compromise_spreads(size, deviation, weight);
    std::vector<AllocationStratum> strata;
    for (std::size_t h = 0; h < 3; ++h) strata.push_back({spreads[h], 1, 1, 20});
    EXPECT_NEAR(loss(allocate(AllocationMethod::neyman, strata, 20)), best, 1e-12);
}

}  // namespace
}  // namespace cifra
