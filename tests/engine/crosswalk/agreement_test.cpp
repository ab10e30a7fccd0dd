#include "engine/crosswalk/agreement.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace cifra {
namespace {

// Two readers and fifty proposals: both yes 20, both no 15, one only 5 and 10. By chance 0.5 · 0.6 + 0.5 · 0.4.
TEST(CrosswalkAgreement, IsThatWorkedByHand) {
    std::vector<CodedPair> pairs;
    const auto add = [&](int times, const char* first, const char* second) {
        for (int k = 0; k < times; ++k) pairs.push_back({first, second, 1});
    };
    add(20, "yes", "yes");
    add(5, "yes", "no");
    add(10, "no", "yes");
    add(15, "no", "no");
    const Agreement found = agreement(pairs);
    EXPECT_NEAR(*found.accuracy, 0.7, 1e-15);
    EXPECT_NEAR(*found.kappa, 0.4, 1e-15);
    EXPECT_NEAR(*found.se, std::sqrt(0.7 * 0.3 / (50 * 0.25)), 1e-15);
}

TEST(CrosswalkAgreement, IsThatOfRAtEveryLevel) {
    std::ifstream file(std::string(CIFRA_SOURCE_DIR) + "/tests/oracle/kappa.json");
    const auto oracle = nlohmann::json::parse(file);
    std::vector<CodedPair> pairs;
    for (std::size_t k = 0; k < oracle["first"].size(); ++k)
        pairs.push_back({oracle["first"][k], oracle["second"][k], 1});
    ASSERT_EQ(pairs.size(), 300u);
    for (int level = 1; level <= 4; ++level) {
        const auto& expected = oracle["levels"][static_cast<std::size_t>(level - 1)];
        const Agreement found = agreement_at_level(pairs, level);
        EXPECT_NEAR(*found.accuracy, expected["accuracy"].get<double>(), 1e-12) << level;
        EXPECT_NEAR(*found.kappa, expected["kappa"].get<double>(), 1e-12) << level;
        EXPECT_NEAR(*found.se, expected["se"].get<double>(), 1e-12) << level;
    }
}

TEST(CrosswalkAgreement, OfWeightsIsThatOfRepeatedPairsWithoutAStandardError) {
    const std::vector<CodedPair> weighted = {{"0101", "0101", 3}, {"0401", "0502", 2}, {"0502", "0502", 4}};
    std::vector<CodedPair> repeated;
    for (const CodedPair& pair : weighted)
        for (int k = 0; k < static_cast<int>(pair.weight); ++k) repeated.push_back({pair.first, pair.second, 1});
    EXPECT_NEAR(*agreement(weighted).kappa, *agreement(repeated).kappa, 1e-14);
    EXPECT_FALSE(agreement(weighted).se);
}

TEST(CrosswalkAgreement, IsOpenWithoutPairsOrCategories) {
    EXPECT_FALSE(agreement({}).accuracy);
    const Agreement one = agreement({{"0101", "0101", 1}, {"0101", "0101", 1}});
    EXPECT_EQ(one.accuracy, 1.0);
    EXPECT_FALSE(one.kappa);
}

}  // namespace
}  // namespace cifra
