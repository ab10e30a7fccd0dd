// sampling/selection/inclusion, unequal, equal and household: probabilities, fixed size, agreement with R package
// sampling.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <stdexcept>

#include "engine/random.h"
#include "sampling/household.h"
#include "sampling/selection/equal.h"
#include "sampling/selection/inclusion.h"
#include "sampling/selection/unequal.h"
#include "tests/support/inclusion_check.h"

namespace cifra {
namespace {

using testing::check_inclusion;
using testing::InclusionVerdict;
using testing::Matrix;
using Indices = std::vector<std::size_t>;

constexpr std::size_t draws = 100000;

nlohmann::json oracle() {
    std::ifstream file(CIFRA_SOURCE_DIR "/tests/oracle/sampling_unequal.json");
    return nlohmann::json::parse(file);
}

nlohmann::json public_frames() {
    const char* data = std::getenv("CIFRA_TEST_DATA");
    std::ifstream file(std::filesystem::path(data ? data : CIFRA_SOURCE_DIR "/../shared/data") / "frames" /
                       "oracle.json");
    return file ? nlohmann::json::parse(file) : nlohmann::json();
}

// The exact joint probabilities of systematic sampling: between two neighbouring fractional parts of the cumulated π
// the sample does not change, so each stretch of starts counts with its length.
Matrix joint_by_integration(const std::vector<double>& probability) {
    std::vector<double> breaks = {0, 1};
    double cumulated = 0;
    for (const double pi : probability) {
        cumulated += pi;
        breaks.push_back(cumulated - std::floor(cumulated));
    }
    std::sort(breaks.begin(), breaks.end());
    Matrix joint(probability.size(), std::vector<double>(probability.size()));
    for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
        const double length = breaks[i + 1] - breaks[i];
        if (length < 1e-12) continue;
        const Indices taken = pps_systematic(probability, breaks[i] + length / 2);
        for (const std::size_t k : taken)
            for (const std::size_t l : taken) joint[k][l] += length;
    }
    return joint;
}

TEST(Inclusion, AgreesWithR) {
    const nlohmann::json cases = oracle()["cases"];
    ASSERT_EQ(cases.size(), 15u);
    for (const auto& each : cases) {
        const auto sizes = each["sizes"].get<std::vector<double>>(), expected = each["pik"].get<std::vector<double>>();
        const Inclusion inclusion = inclusion_by_size(sizes, each["n"].get<std::uint64_t>());
        std::uint64_t certain = 0;
        for (std::size_t k = 0; k < sizes.size(); ++k) {
            EXPECT_NEAR(inclusion.probability[k], expected[k], 1e-12 * expected[k]) << each["name"] << each["n"] << k;
            EXPECT_EQ(inclusion.certain[k], inclusion.probability[k] == 1);
            certain += expected[k] > 1 - 1e-12;
        }
        EXPECT_EQ(inclusion.certain_count, certain);
        const double sum = std::accumulate(inclusion.probability.begin(), inclusion.probability.end(), 0.0);
        EXPECT_NEAR(sum, each["n"].get<double>(), 1e-12 * sum);
    }
}

TEST(Inclusion, AgreesWithPublicFrame) {
    const nlohmann::json frames = public_frames();
    if (frames.is_null()) GTEST_SKIP() << "no public frames";
    std::size_t seen = 0;
    for (const auto& each : frames["cases"]) {
        if (!each["id"].get<std::string>().starts_with("pik_mu284_P75")) continue;
        ++seen;
        const auto pik = each["pik"].get<std::vector<double>>();
        std::vector<double> free;  // sizes are known up to a factor from the free π; certain ones only as "large"
        for (const double pi : pik) free.push_back(pi < 1 ? pi : 1e6);
        const Inclusion inclusion =
            inclusion_by_size(free, static_cast<std::uint64_t>(std::round(each["sum"].get<double>())));
        EXPECT_EQ(inclusion.certain_count, each["n_certainty"].get<std::uint64_t>());
        for (std::size_t k = 0; k < pik.size(); ++k) EXPECT_NEAR(inclusion.probability[k], pik[k], 1e-10 * pik[k]);
    }
    EXPECT_EQ(seen, 2u);
}

TEST(Inclusion, ScaleOfTheSizesDoesNotMatterAndAllCanBeTaken) {
    const std::vector<double> sizes = {5, 1, 9, 2}, scaled = {5e-7, 1e-7, 9e-7, 2e-7};
    for (std::uint64_t n = 0; n <= 4; ++n) {
        const Inclusion a = inclusion_by_size(sizes, n), b = inclusion_by_size(scaled, n);
        EXPECT_EQ(a.certain, b.certain);
        for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(a.probability[k], b.probability[k], 1e-15);
    }
    EXPECT_EQ(inclusion_by_size(sizes, 4).certain_count, 4u);
    EXPECT_THROW(inclusion_by_size(sizes, 5), std::invalid_argument);
    const std::vector<double> bad = {1, 0};
    EXPECT_THROW(inclusion_by_size(bad, 1), std::invalid_argument);
}

TEST(PpsSystematic, TakesWhatRTakesFromTheSameStart) {
    std::size_t compared = 0;
    const nlohmann::json cases = oracle()["cases"];
    for (const auto& each : cases) {
        const Inclusion inclusion =
            inclusion_by_size(each["sizes"].get<std::vector<double>>(), each["n"].get<std::uint64_t>());
        for (const auto& draw : each["draws"]) {
            const nlohmann::json& list = draw["taken"];
            const Indices expected = list.is_array() ? list.get<Indices>() : Indices{list.get<std::size_t>()};
            EXPECT_EQ(pps_systematic(inclusion.probability, draw["start"].get<double>()), expected)
                << each["name"] << each["n"];
            ++compared;
        }
    }
    EXPECT_EQ(compared, 60u);
}

void expect_joint(const std::vector<double>& probability, const nlohmann::json& expected) {
    const Matrix joint = joint_by_integration(probability);
    for (std::size_t k = 0; k < probability.size(); ++k)
        for (std::size_t l = 0; l < probability.size(); ++l) {
            const double value = expected[k][l].get<double>();
            EXPECT_NEAR(joint[k][l], value, 1e-10 * value + 1e-13) << k << " " << l;
        }
}

// Absolute slack only near the joint probabilities that are 0.
TEST(PpsSystematic, JointProbabilitiesAreThoseOfR) {
    const nlohmann::json each = oracle()["joint"];
    expect_joint(
        inclusion_by_size(each["sizes"].get<std::vector<double>>(), each["n"].get<std::uint64_t>()).probability,
        each["matrix"]);
}

TEST(PpsSystematic, JointProbabilitiesOfPublicFrame) {
    const nlohmann::json frames = public_frames();
    if (frames.is_null()) GTEST_SKIP() << "no public frames";
    std::size_t seen = 0;
    for (const auto& each : frames["cases"]) {
        if (each["id"] != "joint_UPsystematicpi2") continue;
        ++seen;
        expect_joint(each["pik"].get<std::vector<double>>(), each["joint"]);
    }
    EXPECT_EQ(seen, 1u);
}

TEST(PpsSystematic, EveryUnitHasItsProbability) {
    const std::vector<double> sizes = {3, 9, 4, 1, 7, 2, 6, 8, 40};
    const Inclusion inclusion = inclusion_by_size(sizes, 4);
    ASSERT_EQ(inclusion.certain_count, 1u);
    const auto sampler = [&](std::uint64_t draw) {
        Stream stream({11, Purpose::test, 2, draw});
        const Indices taken = pps_systematic(inclusion.probability, stream);
        EXPECT_EQ(taken.size(), 4u);
        return taken;
    };
    const InclusionVerdict verdict =
        check_inclusion(inclusion.probability, draws, sampler, joint_by_integration(inclusion.probability));
    EXPECT_TRUE(verdict.passes) << verdict.failure;
}

// Ten thousand π of awkward fractions and starts at both ends: the size is n, nothing twice.
TEST(PpsSystematic, SizeIsFixedWhateverTheRounding) {
    std::vector<double> sizes;
    Stream stream({12, Purpose::test, 3, 0});
    for (int k = 0; k < 10000; ++k) sizes.push_back(0.1 + stream.uniform());
    for (const std::uint64_t n : {1u, 333u, 5000u, 9999u}) {
        const Inclusion inclusion = inclusion_by_size(sizes, n);
        for (const double start : {0.0, 0x1p-53, 0.5, 1 - 0x1p-53}) {
            const Indices taken = pps_systematic(inclusion.probability, start);
            EXPECT_EQ(taken.size(), n);
            EXPECT_TRUE(std::adjacent_find(taken.begin(), taken.end(), std::greater_equal<>()) == taken.end());
        }
    }
}

TEST(PpsSystematic, RefusesProbabilitiesThatAreNone) {
    const std::vector<double> odd = {0.5, 0.4}, zero = {0.0, 1.0}, fine = {0.5, 0.5};
    EXPECT_THROW(pps_systematic(odd, 0.5), std::invalid_argument);
    EXPECT_THROW(pps_systematic(zero, 0.5), std::invalid_argument);
    EXPECT_THROW(pps_systematic(fine, 1.0), std::invalid_argument);
}

// Over all starts each unit is taken exactly n times of N, and every sample has n units: no tolerance at all.
TEST(Systematic, IsExactOverAllStarts) {
    for (std::uint64_t population = 1; population <= 40; ++population)
        for (std::uint64_t n = 0; n <= population; ++n) {
            std::vector<std::uint64_t> times(population);
            for (std::uint64_t r = 0; r < population; ++r) {
                const Indices taken = systematic(population, n, r);
                ASSERT_EQ(taken.size(), n);
                ASSERT_EQ(std::set<std::size_t>(taken.begin(), taken.end()).size(), n);
                for (const std::size_t k : taken) ++times.at(k);
            }
            for (const std::uint64_t count : times) ASSERT_EQ(count, n);
        }
}

TEST(Systematic, AtARateTakesFloorOrCeiling) {
    for (std::uint64_t population = 1; population <= 30; ++population)
        for (std::uint64_t denominator = 1; denominator <= 12; ++denominator)
            for (std::uint64_t numerator = 0; numerator <= denominator; ++numerator) {
                std::vector<std::uint64_t> times(population);
                const std::uint64_t floor = population * numerator / denominator;
                const std::uint64_t ceiling = (population * numerator + denominator - 1) / denominator;
                for (std::uint64_t r = 0; r < denominator; ++r) {
                    const Indices taken = systematic_at_rate(population, numerator, denominator, r);
                    ASSERT_GE(taken.size(), floor);
                    ASSERT_LE(taken.size(), ceiling);
                    for (const std::size_t k : taken) ++times.at(k);
                }
                for (const std::uint64_t count : times) ASSERT_EQ(count, numerator);
            }
}

TEST(Systematic, LargePopulationsDoNotOverflow) {
    const std::uint64_t population = 4294967295u;
    const Indices taken = systematic(population, 3, population - 1);
    EXPECT_EQ(taken, (Indices{1431655764, 2863311529, 4294967294}));
    EXPECT_THROW(systematic(std::uint64_t{1} << 32, 3, 0), std::invalid_argument);
    EXPECT_THROW(systematic(5, 6, 0), std::invalid_argument);
}

TEST(Systematic, EveryUnitHasItsProbabilityFromAStream) {
    const std::vector<double> probability(17, 5.0 / 17);
    const InclusionVerdict verdict = check_inclusion(probability, draws, [](std::uint64_t draw) {
        Stream stream({13, Purpose::test, 4, draw});
        return systematic(17, 5, stream);
    });
    EXPECT_TRUE(verdict.passes) << verdict.failure;
}

TEST(SimpleRandom, UnitsAndPairsHaveTheirProbabilities) {
    const std::size_t units = 11, n = 4;
    const Matrix joint(units, std::vector<double>(units, 4.0 * 3 / (11 * 10)));
    const InclusionVerdict verdict = check_inclusion(
        std::vector<double>(units, 4.0 / 11), draws,
        [&](std::uint64_t draw) {
            std::vector<double> numbers;
            for (std::uint64_t unit = 0; unit < units; ++unit)
                numbers.push_back(uniform({draw, Purpose::test, 5, unit}, 0));
            return smallest_numbers(numbers, n);
        },
        joint);
    EXPECT_TRUE(verdict.passes) << verdict.failure;
}

TEST(SimpleRandom, ANewUnitDisturbsAtMostOne) {
    for (std::uint64_t trial = 0; trial < 200; ++trial) {
        std::vector<double> numbers;
        for (std::uint64_t unit = 0; unit < 30; ++unit) numbers.push_back(uniform({trial, Purpose::test, 6, unit}, 0));
        const Indices before = smallest_numbers(numbers, 8);
        numbers.push_back(uniform({trial, Purpose::test, 6, 30}, 0));
        const Indices after = smallest_numbers(numbers, 8);
        Indices common;
        std::set_intersection(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(common));
        EXPECT_GE(common.size(), 7u);
    }
}

TEST(Household, EveryAdultHasTheSameProbability) {
    const std::vector<std::uint8_t> eligible = {1, 0, 1, 1, 0, 0, 1, 1};
    const std::vector<double> probability = {0.2, 0, 0.2, 0.2, 0, 0, 0.2, 0.2};
    const InclusionVerdict verdict = check_inclusion(probability, draws, [&](std::uint64_t draw) {
        const PersonSelection chosen = select_person(eligible, uniform({14, Purpose::test, 7, draw}, 0));
        EXPECT_EQ(chosen.probability, 0.2);
        return Indices{chosen.person.value()};
    });
    EXPECT_TRUE(verdict.passes) << verdict.failure;
}

TEST(Household, EndsOfTheNumberAndNobody) {
    const std::vector<std::uint8_t> eligible = {0, 1, 1, 0, 1}, nobody = {0, 0};
    EXPECT_EQ(select_person(eligible, 0x1p-53).person, std::optional<std::size_t>(1));
    EXPECT_EQ(select_person(eligible, 1 - 0x1p-53).person, std::optional<std::size_t>(4));
    EXPECT_EQ(select_person(nobody, 0.5).person, std::nullopt);
    EXPECT_EQ(select_person(nobody, 0.5).eligible, 0u);
}

// The check itself must see a sampler that is a little wrong.
TEST(InclusionCheck, CatchesAWrongSampler) {
    const std::vector<double> probability(10, 0.3);
    const auto biased = [](std::uint64_t draw) {
        Stream stream({15, Purpose::test, 8, draw});
        if (stream.uniform() < 0.03) return Indices{0, 1, 2};
        return systematic(10, 3, stream);
    };
    EXPECT_FALSE(check_inclusion(probability, draws, biased).passes);
    EXPECT_NEAR(testing::binomial_tail(10, 0.5, 0), 2.0 / 1024, 1e-15);
    EXPECT_NEAR(testing::binomial_tail(4, 0.25, 4), 2.0 / 256, 1e-15);
}

}  // namespace
}  // namespace cifra
