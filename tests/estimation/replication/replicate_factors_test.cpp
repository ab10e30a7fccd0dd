// Factors of replicates: matrices by their definition, exact variances of totals for the balanced methods, Monte Carlo
// against the linearized variance for the bootstraps, and what must not change them.
#include "estimation/replication/replicate_factors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "estimation/replication/hadamard.h"
#include "estimation/variance.h"
#include "tests/estimation/replication/replication_samples.h"

namespace cifra::testing {
namespace {

using Method = ReplicationMethod;

double linearized(const MadeUpSample& sample) {
    SparseColumn column;
    for (std::uint32_t u = 0; u < sample.z.size(); ++u) column.unit.push_back(u), column.total.push_back(sample.z[u]);
    return variances(sample.declared.design, {column})(0);
}

TEST(Hadamard, RowsAndColumnsAreOrthogonal) {
    std::size_t orders = 0;
    for (std::size_t rows = 4, order = 0; rows <= 200; rows = order + 1, ++orders) {
        const Hadamard matrix = Hadamard::at_least(rows);
        order = matrix.order();
        Eigen::MatrixXd h(order, order);
        for (std::size_t i = 0; i < order; ++i)
            for (std::size_t j = 0; j < order; ++j)
                h(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = matrix.sign(i, j);
        const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(h.rows(), h.rows());
        ASSERT_EQ((h * h.transpose() - static_cast<double>(order) * identity).cwiseAbs().maxCoeff(), 0) << order;
        ASSERT_EQ((h.transpose() * h - static_cast<double>(order) * identity).cwiseAbs().maxCoeff(), 0) << order;
        for (std::size_t a = 0; a < order; ++a) ASSERT_EQ(matrix.sign(a, 0), 1) << order;
    }
    EXPECT_EQ(orders, 50 - 6) << "multiples of 4 to 200 but 92 116 156 172 184 188";
}

// (z1 - z2)² and its like, written out: every balanced method gives the textbook variance of a total to rounding.
TEST(ReplicateFactors, BalancedMethodsGiveTheLinearizedVarianceOfTotals) {
    const MadeUpSample strata = made_up_sample({.psus = {2, 2, 2, 2, 2}, .populations = {20, 10, 5, 40, 2}});
    for (const Method method : {Method::jkn, Method::jk2, Method::brr, Method::fay})
        EXPECT_NEAR(
            replicate_variance(factors_of(strata, {.method = method, .fay = 0.3}), strata.z) / linearized(strata), 1,
            1e-12)
            << replication_names()[static_cast<std::size_t>(method)];
    const MadeUpSample single = made_up_sample({.psus = {7}, .populations = {30}});
    EXPECT_NEAR(replicate_variance(factors_of(single, {.method = Method::jk1}), single.z) / linearized(single), 1,
                1e-12);
    const MadeUpSample ordered = made_up_sample({.psus = {5, 2, 9, 4}, .populations = {30, 2, 90, 8}, .ordered = true});
    EXPECT_NEAR(replicate_variance(factors_of(ordered, {.method = Method::sdr}), ordered.z) / linearized(ordered), 1,
                1e-12);
}

// Half-samples of four units a stratum: two pairs of neighbours each.
TEST(ReplicateFactors, PairsOfNeighbours) {
    const MadeUpSample sample = made_up_sample({.psus = {4, 2}, .populations = {16, 4}});
    const auto& z = sample.z;
    const double expected =
        0.75 * (std::pow(z[0] - z[1], 2) + std::pow(z[2] - z[3], 2)) + 0.5 * std::pow(z[4] - z[5], 2);
    for (const Method method : {Method::jk2, Method::brr, Method::fay}) {
        const ReplicateFactors factors = factors_of(sample, {.method = method});
        EXPECT_NEAR(replicate_variance(factors, z), expected, 1e-10);
        EXPECT_EQ(factors.degrees_of_freedom(), 3);
    }
    EXPECT_EQ(factors_of(sample, {.method = Method::brr}).count(), 4U);
}

// The mean variance over `replicates` draws, each a variance estimate of one replicate, against the expectation.
void expect_mean_variance(const MadeUpSample& sample, Method method, double expected, std::size_t replicates,
                          double tolerance = 0) {
    const ReplicateFactors factors = factors_of(sample, {.method = method, .count = replicates, .seed = 11});
    std::vector<double> by_unit(factors.units());
    double sum = 0, squares = 0, smallest = 1, mean = 0, fraction = 0;
    for (std::size_t r = 0; r < replicates; ++r) {
        factors.of(r, by_unit);
        double deviation = 0;
        for (std::size_t u = 0; u < by_unit.size(); ++u) {
            deviation += sample.z[u] * (by_unit[u] - 1);
            smallest = std::min(smallest, by_unit[u]);
            fraction = std::max(fraction, std::abs(by_unit[u] - std::round(by_unit[u])));
        }
        const double v = factors.coefficients()[r] * static_cast<double>(replicates) * deviation * deviation;
        sum += v, squares += v * v, mean += deviation;
    }
    const double n = static_cast<double>(replicates), average = sum / n;
    const double error = std::sqrt((squares / n - average * average) / n);
    EXPECT_NEAR(average, expected, 3 * error + tolerance * expected)
        << replication_names()[static_cast<std::size_t>(method)] << " SE " << error << " ratio " << average / expected;
    EXPECT_GE(smallest, method == Method::rao_wu ? -0.1 : -1e-12);
    if (method == Method::antal_tille) {
        EXPECT_EQ(fraction, 0) << "whole numbers";
    }
    const double scale = factors.coefficients()[0] * n;
    EXPECT_NEAR(mean / n, 0, 4 * std::sqrt(average / scale / n)) << "mean factor 1";
}

constexpr Method bootstraps[] = {Method::rao_wu, Method::rwyb, Method::antal_tille, Method::generalized};

TEST(ReplicateFactors, BootstrapsOfStrataOddAndCertain) {
    const MadeUpSample sample = made_up_sample({.psus = {2, 3, 5, 4, 3}, .populations = {10, 4, 50, 6, 3}});
    for (const Method method : bootstraps) expect_mean_variance(sample, method, linearized(sample), 10000);
}

TEST(ReplicateFactors, BootstrapsOfTwoStages) {
    const MadeUpSample sample =
        made_up_sample({.psus = {2, 5, 3}, .populations = {4, 8, 3}, .ssus = 3, .ssu_population = 10});
    for (const Method method : bootstraps) expect_mean_variance(sample, method, linearized(sample), 10000);
}

TEST(ReplicateFactors, BootstrapsOfUnequalProbabilities) {
    for (const char* name : {"hajek_deville", "brewer", "poisson"}) {
        const MadeUpSample sample =
            made_up_sample({.psus = {9, 6}, .ssus = 2, .ssu_population = 8, .probability = name});
        expect_mean_variance(sample, Method::generalized, linearized(sample), 10000);
    }
    const MadeUpSample poisson =
        made_up_sample({.psus = {9, 6}, .ssus = 2, .ssu_population = 8, .probability = "poisson"});
    expect_mean_variance(poisson, Method::rwyb, linearized(poisson), 10000);
}

// Of the linearized total of factors that were made to sum to the number of units open to chance.
double of_rescaled(const MadeUpSample& sample) {
    const std::vector<double>& p = sample.declared.design.unequal.probability;
    double variance = 0;
    for (std::uint32_t stratum = 0; stratum < sample.declared.design.strata.size(); ++stratum) {
        std::vector<double> z, s;
        for (std::size_t u = 0; u < p.size(); ++u)
            if (sample.declared.design.stages[0].group[u] == stratum && p[u] < 1)
                z.push_back(sample.z[u]), s.push_back(std::sqrt(1 - p[u]));
        const auto m = static_cast<double>(z.size());
        double mean = 0, squares = 0, sum = 0;
        for (const double value : z) mean += value / m;
        for (std::size_t i = 0; i < z.size(); ++i) {
            const double e = s[i] * (z[i] - mean);
            squares += e * e, sum += e;
        }
        variance += m / (m - 1) * (squares - sum * sum / m);
    }
    return variance;
}

// Ratio-adjusted, so its mean is known to the second order only: 2 % wider.
TEST(ReplicateFactors, RescaledFactorsOfUnequalProbabilities) {
    const MadeUpSample sample = made_up_sample({.psus = {19, 26}, .probability = "brewer"});
    expect_mean_variance(sample, Method::rwyb, of_rescaled(sample), 10000, 0.02);
    EXPECT_NEAR(of_rescaled(sample) / linearized(sample), 1, 0.05);
}

// The same by hundreds of thousands of draws: tests/long.sh.
TEST(ReplicateFactors, DISABLED_ManyDraws) {
    const SampleShape shapes[] = {{.psus = {2, 3, 5, 4, 3}, .populations = {10, 4, 50, 6, 3}},
                                  {.psus = {2, 5, 3}, .populations = {4, 8, 3}, .ssus = 3, .ssu_population = 10},
                                  {.psus = {7, 11}, .populations = {7, 12}, .ssus = 5, .ssu_population = 6},
                                  {.psus = {31, 2}, .populations = {33, 3}}};
    for (const SampleShape& shape : shapes)
        for (const Method method : bootstraps) {
            const MadeUpSample sample = made_up_sample(shape);
            expect_mean_variance(sample, method, linearized(sample), 400000);
        }
}

// Certain strata lead with their second stage: the factors are those of the units inside, as strata of their own.
TEST(ReplicateFactors, UnitsOfCertainStrataLead) {
    const MadeUpSample sample =
        made_up_sample({.psus = {2, 3}, .populations = {2, 12}, .ssus = 4, .ssu_population = 20});
    const ReplicateFactors factors = factors_of(sample, {.method = Method::jkn});
    EXPECT_EQ(factors.count(), 2U * 4 + 3);
    EXPECT_EQ(factors.degrees_of_freedom(), 2 * 3 + 2);
    std::vector<double> by_unit(factors.units());
    factors.of(1, by_unit);
    EXPECT_DOUBLE_EQ(by_unit[0], 4.0 / 3);
    EXPECT_DOUBLE_EQ(by_unit[1], 0);
    EXPECT_DOUBLE_EQ(by_unit[4], 1);
    EXPECT_DOUBLE_EQ(factors.coefficients()[1], 0.75 * 0.8);
    factors.of(8, by_unit);
    EXPECT_DOUBLE_EQ(by_unit[8], 0);
    EXPECT_DOUBLE_EQ(by_unit[15], 1.5);
}

TEST(ReplicateFactors, NeitherRowsNorBlocksNorOtherStrataChangeThem) {
    const SampleShape shape{.psus = {3, 4, 5}, .populations = {9, 8, 20}, .ssus = 2, .ssu_population = 6};
    SampleShape backwards = shape, longer = shape;
    backwards.reversed = true;
    longer.psus.push_back(3), longer.populations.push_back(30);
    for (const Method method : bootstraps) {
        const ReplicationPlan plan{.method = method, .count = 40, .seed = 3};
        const ReplicateFactors factors = factors_of(made_up_sample(shape), plan),
                               same = factors_of(made_up_sample(backwards), plan),
                               more = factors_of(made_up_sample(longer), plan);
        std::vector<double> block(factors.units() * 7), one(factors.units()), other(factors.units()),
            larger(more.units());
        factors.block(5, 7, block);
        for (std::size_t r = 5; r < 12; ++r) {
            factors.of(r, one), same.of(r, other), more.of(r, larger);
            EXPECT_EQ(one, other);
            for (std::size_t u = 0; u < one.size(); ++u) {
                EXPECT_EQ(one[u], block[u * 7 + r - 5]);
                EXPECT_EQ(one[u], larger[u]);
            }
        }
        factors.of(0, other);
        EXPECT_NE(one, other);
    }
}

void expect_fault(const MadeUpSample& sample, const ReplicationPlan& plan, const char* code) {
    Diagnostics faults;
    ReplicateFactors::make(plan, sample.declared.design, {"design.yaml", 3, 1}, faults);
    EXPECT_TRUE(faults.contains(code)) << code;
}

TEST(ReplicateFactors, Faults) {
    const MadeUpSample odd = made_up_sample({.psus = {3, 2}});
    for (const Method method : {Method::jk2, Method::brr, Method::fay})
        expect_fault(odd, {.method = method}, "odd-psus");
    expect_fault(odd, {.method = Method::jk1}, "strata-under-jk1");
    expect_fault(odd, {.method = Method::sdr}, "order-missing");
    expect_fault(odd, {.method = Method::rao_wu, .count = 1}, "replicate-count");
    expect_fault(odd, {.method = Method::jkn, .count = 9}, "replicate-count");
    expect_fault(odd, {.method = Method::fay, .fay = 1}, "out-of-range");
    MadeUpSample lonely = made_up_sample({.psus = {1, 2}});
    expect_fault(lonely, {.method = Method::jkn}, "lonely-psu");
    lonely.declared.design.lonely = LonelyPsu::average;
    expect_fault(lonely, {.method = Method::jkn}, "lonely-policy");
    lonely.declared.design.lonely = LonelyPsu::certainty;
    EXPECT_EQ(factors_of(lonely, {.method = Method::jkn}).count(), 2U);
    const MadeUpSample inner = made_up_sample({.psus = {4, 4}, .populations = {9, 9}, .ssus = 1, .ssu_population = 5});
    expect_fault(inner, {.method = Method::rwyb, .count = 9}, "lonely-psu");
    const MadeUpSample unequal = made_up_sample({.psus = {4, 4}, .probability = "brewer"});
    expect_fault(unequal, {.method = Method::rao_wu, .count = 9}, "replicates-unequal");
}

}  // namespace
}  // namespace cifra::testing
