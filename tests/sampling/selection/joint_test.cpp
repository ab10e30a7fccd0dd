// sampling/selection/joint and fixed_size: joint probabilities against R package sampling, sums over all samples, and
// identities that hold for large frames.
#include "sampling/selection/joint.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "engine/random.h"
#include "sampling/selection/elimination.h"
#include "sampling/selection/equal.h"
#include "sampling/selection/high_entropy.h"
#include "sampling/selection/inclusion.h"
#include "tests/sampling/selection/all_samples.h"

namespace cifra {
namespace {

using testing::Indices;
using testing::Matrix;
using testing::Probabilities;

using Joint = Eigen::MatrixXd (*)(std::span<const double>, std::span<const std::size_t>);

Indices all_units(std::size_t count) {
    Indices units(count);
    std::iota(units.begin(), units.end(), std::size_t{0});
    return units;
}

double cell(const Eigen::MatrixXd& matrix, std::size_t k, std::size_t l) {
    return matrix(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(l));
}

// Absolute slack only for joint probabilities that are 0.
template <class Expected>
void expect_joint(const Eigen::MatrixXd& joint, const Expected& expected, double tolerance, const std::string& name) {
    ASSERT_EQ(static_cast<std::size_t>(joint.rows()), expected.size()) << name;
    for (std::size_t k = 0; k < expected.size(); ++k)
        for (std::size_t l = 0; l < expected.size(); ++l) {
            const double value = expected[k][l];
            EXPECT_NEAR(cell(joint, k, l), value, tolerance * value + 1e-14) << name << " " << k << " " << l;
        }
}

Probabilities by_size(const Probabilities& sizes, std::uint64_t n) { return inclusion_by_size(sizes, n).probability; }

Probabilities random_probabilities(std::size_t units, std::uint64_t n, std::uint64_t seed) {
    Stream stream({seed, Purpose::test, 21, 0});
    Probabilities sizes;
    for (std::size_t k = 0; k < units; ++k) sizes.push_back(std::exp(1.2 * stream.normal()));
    return by_size(sizes, n);
}

Probabilities open_only(Probabilities probability) {
    std::erase(probability, 1.0);
    return probability;
}

nlohmann::json oracle() {
    std::ifstream file(CIFRA_SOURCE_DIR "/tests/oracle/sampling_joint.json");
    return nlohmann::json::parse(file);
}

TEST(Joint, AgreesWithR) {
    const nlohmann::json cases = oracle()["joint"];
    ASSERT_EQ(cases.size(), 4u);
    const std::vector<std::pair<std::string, Joint>> methods = {{"sampford", joint_sampford},
                                                                {"entropy", joint_conditional_poisson},
                                                                {"elimination", joint_elimination},
                                                                {"midzuno", joint_midzuno},
                                                                {"systematic", joint_pps_systematic}};
    for (const auto& [name, each] : cases.items()) {
        const auto pi = each["pik"].get<Probabilities>();
        for (const auto& [method, joint] : methods)  // R's odds are found within 1e-13, and divided by differences
            expect_joint(joint(pi, all_units(pi.size())), each[method].get<Matrix>(),
                         method == "entropy" ? 1e-8 : 1e-10, fmt::format("{} {}", name, method));
    }
}

TEST(Joint, ParetoAgreesWithIntegralsOverAllSubsets) {
    const nlohmann::json cases = oracle()["pareto"];
    ASSERT_EQ(cases.size(), 3u);
    for (const auto& [name, each] : cases.items()) {
        const auto pi = each["pik"].get<Probabilities>();
        expect_joint(joint_pareto(pi, all_units(pi.size())), each["matrix"].get<Matrix>(), 1e-10, name);
    }
}

TEST(Joint, OfPublicFrame) {
    const char* data = std::getenv("CIFRA_TEST_DATA");
    std::ifstream file(std::filesystem::path(data ? data : CIFRA_SOURCE_DIR "/../shared/data") / "frames" /
                       "oracle.json");
    if (!file) GTEST_SKIP() << "no public frames";
    const nlohmann::json frames = nlohmann::json::parse(file);
    std::size_t seen = 0;
    for (const auto& each : frames["cases"]) {
        const bool elimination = each["id"] == "joint_UPtillepi2", systematic = each["id"] == "joint_UPsystematicpi2";
        if (!elimination && !systematic) continue;
        ++seen;
        const auto pi = each["pik"].get<Probabilities>();
        expect_joint((elimination ? joint_elimination : joint_pps_systematic)(pi, all_units(pi.size())),
                     each["joint"].get<Matrix>(), 1e-10, each["id"]);
    }
    EXPECT_EQ(seen, 2u);
}

// n from 1 to N − 1 of steep, flat and equal sizes, with certain units where they arise.
TEST(Joint, ExactOnesAreSumsOverAllSamples) {
    const std::vector<Probabilities> frames = {
        {3, 9, 4, 1, 7, 2, 6}, {1, 2, 4, 8, 16, 32, 64}, {1, 1, 1, 1, 1, 1}, {1e-4, 1, 1, 50, 51, 1}};
    for (const Probabilities& sizes : frames)
        for (std::uint64_t n = 1; n < sizes.size(); ++n) {
            const Probabilities pi = by_size(sizes, n);
            const auto sums = [&](const auto& samples) {
                return testing::joint_of(testing::with_certain(pi, samples), pi.size());
            };
            const auto sampford = [](const Probabilities& p) {
                Probabilities c;
                for (const double x : p) c.push_back(1 - x);
                return testing::weighted_subsets(
                    p, c, static_cast<std::size_t>(std::lround(std::accumulate(p.begin(), p.end(), 0.0))));
            };
            const Indices units = all_units(pi.size());
            expect_joint(joint_sampford(pi, units), sums(sampford), 1e-11, "sampford");
            expect_joint(joint_elimination(pi, units), sums(testing::elimination_samples), 1e-11, "elimination");
            expect_joint(joint_pps_systematic(pi, units), sums(testing::systematic_samples), 1e-10, "systematic");
        }
}

TEST(Joint, ConditionalPoissonHasTheWantedProbabilities) {
    const std::vector<Probabilities> frames = {{0.5, 0.5},
                                               {0.9, 0.1},
                                               {0.999, 0.5, 0.5, 0.001},
                                               {0.2, 0.3, 0.5},
                                               {0.99, 0.98, 0.97, 0.06},
                                               by_size({1, 2, 4, 8, 16, 32, 33}, 2)};
    for (const Probabilities& pi : frames) {
        const FixedSizeDesign design = conditional_poisson_design(pi);
        const auto samples = testing::weighted_subsets(design.p, design.c, design.n);
        const Matrix sums = testing::joint_of(samples, pi.size());
        for (std::size_t k = 0; k < pi.size(); ++k) EXPECT_NEAR(sums[k][k], pi[k], 2e-11 * pi[k]) << k;
        expect_joint(joint_conditional_poisson(pi, all_units(pi.size())), sums, 1e-10, "conditional Poisson");
    }
}

// P(S = n) of Poisson sampling by adding unit after unit, without unit `left_out`.
double chance_of_size(const Probabilities& p, std::size_t n, std::size_t left_out) {
    Probabilities chance(n + 1);
    chance[0] = 1;
    for (std::size_t k = 0; k < p.size(); ++k)
        for (std::size_t r = n + 1; k != left_out && r-- > 0;)
            chance[r] = chance[r] * (1 - p[k]) + (r > 0 ? chance[r - 1] * p[k] : 0);
    return chance[n];
}

TEST(Joint, ConditionalPoissonAgreesWithTheRecursion) {
    for (const std::uint64_t n : {40u, 60u, 200u}) {
        const Probabilities pi = open_only(random_probabilities(300, n, n));
        const FixedSizeDesign design = conditional_poisson_design(pi);
        const double total = chance_of_size(design.p, design.n, pi.size());
        for (std::size_t k = 0; k < pi.size(); ++k)
            ASSERT_NEAR(design.p[k] * chance_of_size(design.p, design.n - 1, k) / total, pi[k], 2e-11 * pi[k]) << k;
    }
}

// Sampford's π are the wanted ones, whatever the size of the frame; joint probabilities of a row sum to (n − 1) π_k.
TEST(Joint, IdentitiesHoldInLargeFrames) {
    for (const auto& [units, n] : {std::pair<std::size_t, std::uint64_t>{700, 90}, {2000, 3}, {1500, 1400}}) {
        const Probabilities pi = random_probabilities(units, n, units);
        const Indices all = all_units(units);
        for (const Joint joint : {joint_sampford, joint_conditional_poisson, joint_elimination, joint_midzuno}) {
            const Eigen::MatrixXd matrix = joint(pi, all);
            for (std::size_t k = 0; k < units; ++k) {
                ASSERT_NEAR(cell(matrix, k, k), pi[k], 1e-10 * pi[k]);
                const double row = matrix.row(static_cast<Eigen::Index>(k)).sum();
                // Midzuno's are differences of numbers near 1: each has an absolute error of a rounding.
                ASSERT_NEAR(row, static_cast<double>(n) * pi[k], 1e-9 * row + 2e-16 * static_cast<double>(units));
            }
        }
    }
    const Probabilities open = open_only(random_probabilities(100000, 20000, 3));
    const Probabilities reached = inclusion_probabilities(sampford_design(open));
    for (std::size_t k = 0; k < open.size(); ++k) ASSERT_NEAR(reached[k], open[k], 1e-11 * open[k]);
}

TEST(Joint, UnitsOfASampleHaveTheirCellsOfTheWholeMatrix) {
    const Probabilities pi = by_size({3, 9, 4, 1, 7, 2, 6, 40}, 4);
    const Indices some = {7, 1, 5};
    for (const Joint joint :
         {joint_sampford, joint_conditional_poisson, joint_elimination, joint_midzuno, joint_pps_systematic,
          joint_poisson, joint_pareto, joint_hajek, joint_brewer_donadio, joint_hartley_rao, joint_overton}) {
        const Eigen::MatrixXd whole = joint(pi, all_units(pi.size())), part = joint(pi, some);
        for (std::size_t i = 0; i < some.size(); ++i)
            for (std::size_t j = 0; j < some.size(); ++j)
                EXPECT_NEAR(cell(part, i, j), cell(whole, some[i], some[j]), 1e-14);
        EXPECT_NEAR(cell(part, 0, 1), cell(part, 1, 1), 1e-15) << "7 is certain";
    }
}

TEST(Joint, SystematicCountsOverAllStarts) {
    for (const auto& [population, n] : {std::pair<std::uint64_t, std::uint64_t>{12, 4}, {17, 5}, {9, 7}, {10, 10}}) {
        testing::SampleDistribution samples;
        for (std::uint64_t r = 0; r < population; ++r)
            samples[systematic(population, n, r)] += 1 / static_cast<double>(population);
        expect_joint(joint_systematic(population, n, all_units(population)), testing::joint_of(samples, population),
                     1e-12, "systematic");
    }
}

TEST(Joint, ElementarySelectors) {
    EXPECT_DOUBLE_EQ(joint_simple_random(11, 4), 4.0 * 3 / 110);
    EXPECT_EQ(joint_simple_random(11, 1), 0);
    EXPECT_THROW(joint_simple_random(3, 4), std::invalid_argument);
    const Probabilities pi = {0.3, 1, 0.45};
    const Eigen::MatrixXd poisson = joint_poisson(pi, all_units(3));
    EXPECT_DOUBLE_EQ(poisson(0, 2), 0.3 * 0.45);
    EXPECT_DOUBLE_EQ(poisson(1, 2), 0.45);
    EXPECT_DOUBLE_EQ(poisson(0, 0), 0.3);
}

// Equal π: every approximation but Hájek's gives n (n − 1)/(N (N − 1)) up to its order; all are near Sampford's where
// no unit dominates, and each near the design it is made for.
TEST(Joint, ApproximationsAreNearTheExactOnes) {
    const Probabilities pi = by_size({3, 9, 4, 5, 7, 4, 6}, 3);
    const Indices units = all_units(pi.size());
    const Eigen::MatrixXd sampford = joint_sampford(pi, units);
    const Matrix sum = testing::joint_of(testing::over_all_orders(pi, testing::systematic_samples), pi.size());
    const Matrix brewer = testing::joint_of(testing::brewer_samples(pi), pi.size());
    const Eigen::MatrixXd hajek = joint_hajek(pi, units), donadio = joint_brewer_donadio(pi, units);
    const Eigen::MatrixXd hartley = joint_hartley_rao(pi, units), overton = joint_overton(pi, units);
    const Eigen::MatrixXd pareto = joint_pareto(pi, units);
    for (std::size_t k = 0; k < pi.size(); ++k)
        for (std::size_t l = 0; l < k; ++l) {
            EXPECT_NEAR(cell(hajek, k, l) / cell(sampford, k, l), 1, 0.16);
            EXPECT_NEAR(cell(donadio, k, l) / brewer[k][l], 1, 0.05);
            EXPECT_NEAR(cell(hartley, k, l) / sum[k][l], 1, 0.16);
            EXPECT_NEAR(cell(overton, k, l) / sum[k][l], 1, 0.2);
            EXPECT_NEAR(cell(pareto, k, l) / cell(sampford, k, l), 1, 0.05);
        }
}

TEST(Joint, RefusesProbabilitiesThatAreNone) {
    const Probabilities odd = {0.5, 0.4}, zero = {0.0, 1.0}, one = {0.5, 0.5};
    for (const Joint joint : {joint_sampford, joint_pps_systematic, joint_elimination, joint_hajek}) {
        EXPECT_THROW(joint(odd, all_units(2)), std::invalid_argument);
        EXPECT_THROW(joint(zero, all_units(2)), std::invalid_argument);
    }
    for (const auto design : {conditional_poisson_design, sampford_design, pareto_design})
        for (const Probabilities& pi : {odd, Probabilities{1, 0.5, 0.5}, Probabilities{1 - 1e-12, 1 - 1e-12}})
            EXPECT_THROW(design(pi), std::invalid_argument);
    EXPECT_THROW(joint_brewer_donadio(one, all_units(2)), std::invalid_argument);
}

}  // namespace
}  // namespace cifra
