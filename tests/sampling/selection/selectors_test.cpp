// Every selector of sampling/selection: how often units and pairs are taken, against theory; size, order, certainty.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "engine/random.h"
#include "sampling/selection/brewer.h"
#include "sampling/selection/chromy.h"
#include "sampling/selection/elimination.h"
#include "sampling/selection/equal.h"
#include "sampling/selection/high_entropy.h"
#include "sampling/selection/inclusion.h"
#include "sampling/selection/joint.h"
#include "sampling/selection/pivotal.h"
#include "sampling/selection/unequal.h"
#include "tests/sampling/selection/all_samples.h"
#include "tests/support/inclusion_check.h"

namespace cifra {
namespace {

using testing::Indices;
using testing::Matrix;
using testing::Probabilities;

constexpr std::size_t draws = 100000;

struct Selector {
    std::string name;
    Selection select;
    std::function<Matrix(const Probabilities&)> joint;  // π_k in the diagonal
};

Matrix plain(const Eigen::MatrixXd& matrix) {
    const auto units = static_cast<std::size_t>(matrix.rows());
    Matrix result(units, std::vector<double>(units));
    for (std::size_t k = 0; k < units; ++k)
        for (std::size_t l = 0; l < units; ++l)
            result[k][l] = matrix(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(l));
    return result;
}

using Joint = Eigen::MatrixXd (*)(std::span<const double>, std::span<const std::size_t>);

std::function<Matrix(const Probabilities&)> by_formula(Joint joint) {
    return [joint](const Probabilities& pi) {
        Indices units(pi.size());
        std::iota(units.begin(), units.end(), std::size_t{0});
        return plain(joint(pi, units));
    };
}

std::function<Matrix(const Probabilities&)> by_samples(
    const std::function<testing::SampleDistribution(const Probabilities&)>& samples) {
    return
        [samples](const Probabilities& pi) { return testing::joint_of(testing::with_certain(pi, samples), pi.size()); };
}

std::function<Matrix(const Probabilities&)> over_orders(testing::SampleDistribution (*samples)(const Probabilities&)) {
    return by_samples([samples](const Probabilities& pi) { return testing::over_all_orders(pi, samples); });
}

testing::SampleDistribution chromy_samples(const Probabilities& pi) {
    testing::SampleDistribution samples;
    for (const auto& [hits, chance] : testing::chromy_outcomes(pi)) {
        Indices sample;
        for (std::size_t k = 0; k < hits.size(); ++k)
            if (hits[k] > 0) sample.push_back(k);
        samples[sample] += chance;
    }
    return samples;
}

const std::vector<Selector>& fixed_size_selectors() {
    static const std::vector<Selector> selectors = {
        {"pps_systematic", pps_systematic, by_formula(joint_pps_systematic)},
        {"random_systematic", random_systematic, over_orders(testing::systematic_samples)},
        {"brewer", brewer, by_samples(testing::brewer_samples)},
        {"sampford", sampford, by_formula(joint_sampford)},
        {"conditional_poisson", conditional_poisson, by_formula(joint_conditional_poisson)},
        {"pareto", pareto, by_formula(joint_pareto)},
        {"elimination", elimination, by_formula(joint_elimination)},
        {"midzuno", midzuno, by_formula(joint_midzuno)},
        {"ordered_pivotal", ordered_pivotal, by_samples(testing::pivotal_samples)},
        {"random_pivotal", random_pivotal, over_orders(testing::pivotal_samples)},
        {"chromy", chromy, by_samples(chromy_samples)}};
    return selectors;
}

Probabilities diagonal(const Matrix& joint) {
    Probabilities pi;
    for (std::size_t k = 0; k < joint.size(); ++k) pi.push_back(joint[k][k]);
    return pi;
}

void expect_inclusion(const Selector& selector, const Probabilities& pi, std::uint64_t seed, std::size_t times) {
    const Matrix joint = selector.joint(pi);
    const auto sampler = [&](std::uint64_t draw) {
        Stream stream({seed, Purpose::test, 22, draw});
        return selector.select(pi, stream);
    };
    const auto verdict = testing::check_inclusion(diagonal(joint), times, sampler, joint);
    EXPECT_TRUE(verdict.passes) << selector.name << ": " << verdict.failure;
}

TEST(Selectors, UnitsAndPairsHaveTheirProbabilities) {
    const Probabilities pi = inclusion_by_size(std::vector<double>{3, 8, 4, 2, 7, 2, 30}, 4).probability;
    ASSERT_EQ(std::count(pi.begin(), pi.end(), 1.0), 1);
    for (const Selector& selector : fixed_size_selectors()) {
        const Probabilities true_pi = diagonal(selector.joint(pi));
        for (std::size_t k = 0; k < pi.size(); ++k)
            EXPECT_NEAR(true_pi[k], pi[k], selector.name == "pareto" ? 0.01 : 1e-10) << selector.name << k;
        expect_inclusion(selector, pi, 31, draws);
    }
    expect_inclusion({"poisson", poisson, by_formula(joint_poisson)}, pi, 32, draws);
}

TEST(Selectors, OneOfThemAndAllButOne) {
    const std::vector<double> sizes = {3, 9, 4, 6, 7, 5};
    for (const std::uint64_t n : {1u, 5u})
        for (const Selector& selector : fixed_size_selectors())
            expect_inclusion(selector, inclusion_by_size(sizes, n).probability, 33 + n, draws / 10);
}

// Enough units that lists are halved (size_tree) and classes of units differ (brewer); fewer draws, as they cost more.
TEST(Selectors, UnitsAndPairsOfALongerList) {
    std::vector<double> sizes;
    for (std::size_t k = 0; k < 45; ++k) sizes.push_back(20 + static_cast<double>((k * k * 37) % 171));
    const Probabilities pi = inclusion_by_size(sizes, 16).probability;
    for (const Selector& selector : fixed_size_selectors())
        if (selector.name == "sampford" || selector.name == "conditional_poisson" || selector.name == "elimination" ||
            selector.name == "pareto" || selector.name == "midzuno")
            expect_inclusion(selector, pi, 35, draws / 5);
    const auto brewer_once = [&](std::uint64_t draw) {
        Stream stream({36, Purpose::test, 22, draw});
        return brewer(pi, stream);
    };
    const auto verdict = testing::check_inclusion(pi, draws / 5, brewer_once);
    EXPECT_TRUE(verdict.passes) << verdict.failure;
}

Probabilities random_probabilities(std::uint64_t trial) {
    Stream stream({trial, Purpose::test, 23, 0});
    std::vector<double> sizes(2 + stream.below(300));
    const double spread = 2 * stream.uniform();
    for (double& x : sizes) x = std::exp(spread * stream.normal());
    return inclusion_by_size(sizes, 1 + stream.below(sizes.size())).probability;
}

TEST(Selectors, SizeIsFixedUnitsAscendAndCertainOnesAreTaken) {
    for (std::uint64_t trial = 0; trial < 200; ++trial) {
        const Probabilities pi = random_probabilities(trial);
        const auto n = static_cast<std::size_t>(std::lround(std::accumulate(pi.begin(), pi.end(), 0.0)));
        for (const Selector& selector : fixed_size_selectors()) {
            Stream stream({trial, Purpose::test, 24, 0});
            const Indices taken = selector.select(pi, stream);
            ASSERT_EQ(taken.size(), n) << selector.name << trial;
            ASSERT_TRUE(std::adjacent_find(taken.begin(), taken.end(), std::greater_equal<>()) == taken.end());
            ASSERT_LT(taken.back(), pi.size());
            for (std::size_t k = 0; k < pi.size(); ++k)
                ASSERT_TRUE(pi[k] < 1 || std::binary_search(taken.begin(), taken.end(), k)) << selector.name;
        }
    }
}

TEST(Selectors, CertainUnitsDoNotDisturbTheOthers) {
    const Probabilities pi = {0.2, 0.7, 0.4, 0.1, 0.6}, more = {0.2, 1, 0.7, 0.4, 1, 0.1, 0.6};
    const Indices places = {0, 2, 3, 5, 6};
    for (const Selector& selector : fixed_size_selectors()) {
        if (selector.name == "pareto") continue;  // its numbers belong to units, certain or not: the next test
        for (std::uint64_t draw = 0; draw < 50; ++draw) {
            Stream one({draw, Purpose::test, 25, 0}), other({draw, Purpose::test, 25, 0});
            Indices expected = {1, 4};
            for (const std::size_t k : selector.select(pi, one)) expected.push_back(places[k]);
            std::sort(expected.begin(), expected.end());
            EXPECT_EQ(selector.select(more, other), expected) << selector.name;
        }
    }
}

TEST(Selectors, ParetoByPermanentNumbers) {
    const Probabilities pi = {0.2, 0.7, 0.4, 0.1, 0.6}, u = {0.19, 0.71, 0.41, 0.01, 0.9};
    // [u/(1−u)]/[π/(1−π)]: 0.94, 1.05, 1.04, 0.09, 6
    EXPECT_EQ(pareto(pi, u), (Indices{0, 3}));
    const Probabilities more = {0.2, 1, 0.7, 0.4, 0.1, 0.6}, numbers = {0.19, 0.5, 0.71, 0.41, 0.01, 0.9};
    EXPECT_EQ(pareto(more, numbers), (Indices{0, 1, 4}));
    EXPECT_THROW(pareto(pi, numbers), std::invalid_argument);
    EXPECT_THROW(pareto(pi, Probabilities{0, 0.1, 0.1, 0.1, 0.1}), std::invalid_argument);
}

TEST(Selectors, RefuseProbabilitiesThatAreNone) {
    const Probabilities odd = {0.5, 0.4}, zero = {0.0, 1.0}, above = {0.5, 1.5}, nan = {std::nan(""), 0.5};
    for (const Selector& selector : fixed_size_selectors())
        for (const Probabilities& pi : {odd, zero, above, nan}) {
            Stream stream({1, Purpose::test, 26, 0});
            EXPECT_THROW(selector.select(pi, stream), std::invalid_argument) << selector.name;
        }
}

TEST(Selectors, NobodyAndEverybody) {
    for (const Selector& selector : fixed_size_selectors()) {
        Stream stream({1, Purpose::test, 27, 0});
        EXPECT_EQ(selector.select(Probabilities{}, stream), Indices{}) << selector.name;
        EXPECT_EQ(selector.select(Probabilities{1, 1, 1}, stream), (Indices{0, 1, 2})) << selector.name;
    }
}

TEST(SimpleRandom, FloydTakesUnitsAndPairsAlike) {
    const std::size_t units = 11;
    const Matrix joint(units, std::vector<double>(units, joint_simple_random(units, 4)));
    const auto sampler = [&](std::uint64_t draw) {
        Stream stream({37, Purpose::test, 22, draw});
        return simple_random(units, 4, stream);
    };
    const auto verdict = testing::check_inclusion(Probabilities(units, 4.0 / 11), draws, sampler, joint);
    EXPECT_TRUE(verdict.passes) << verdict.failure;
    Stream stream({1, Purpose::test, 22, 0});
    EXPECT_EQ(simple_random(5, 5, stream), (Indices{0, 1, 2, 3, 4}));
    EXPECT_EQ(simple_random(std::uint64_t{1} << 40, 1000, stream).size(), 1000u);
    EXPECT_THROW(simple_random(3, 4, stream), std::invalid_argument);
}

TEST(Bernoulli, UnitsAndPairsAreIndependent) {
    const std::size_t units = 8;
    for (const double rate : {0.05, 0.37, 0.95}) {
        const Matrix joint(units, std::vector<double>(units, rate * rate));
        const auto sampler = [&](std::uint64_t draw) {
            Stream stream({38, Purpose::test, 22, draw});
            return bernoulli(units, rate, stream);
        };
        const auto verdict = testing::check_inclusion(Probabilities(units, rate), draws, sampler, joint);
        EXPECT_TRUE(verdict.passes) << verdict.failure;
    }
    Stream stream({1, Purpose::test, 22, 0});
    EXPECT_EQ(bernoulli(3, 1, stream), (Indices{0, 1, 2}));
    EXPECT_EQ(bernoulli(1000, 0, stream), Indices{});
    EXPECT_THROW(bernoulli(3, 1.1, stream), std::invalid_argument);
}

}  // namespace
}  // namespace cifra
