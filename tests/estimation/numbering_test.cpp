// Numbers and ranks of keys against maps over random columns with ties, missing cells and every kind of number.
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>

#include "estimation/numbering.h"

namespace cifra::testing {
namespace {

const std::vector<double> hostile = {0.0,
                                     -0.0,
                                     1.0,
                                     65535.0,
                                     65536.0,
                                     0.5,
                                     -1.0,
                                     1e300,
                                     -1e300,
                                     std::numeric_limits<double>::denorm_min(),
                                     -std::numeric_limits<double>::denorm_min(),
                                     1048576.0,
                                     1048577.0};

TEST(Numbering, NumbersComeInTheOrderOfFirstAppearance) {
    std::mt19937_64 random(1);
    Numbering numbering;
    std::map<double, std::uint32_t> seen;
    for (int i = 0; i < 20000; ++i) {
        const double value = i % 3 ? hostile[random() % hostile.size()] : static_cast<double>(random() % 5000) / 8;
        const auto expected = seen.emplace(value, static_cast<std::uint32_t>(seen.size())).first->second;
        ASSERT_EQ(numbering.of(key_of(value)), expected) << value;
    }
    EXPECT_EQ(numbering.size(), seen.size());
}

TEST(Numbering, KeysOfEverySizeAreKeptApart) {
    Numbering numbering;
    const std::vector<std::uint64_t> keys = {7, 1U << 20, (1U << 20) - 1, ~std::uint64_t{0}, 0};
    for (int round = 0; round < 2; ++round)
        for (std::uint32_t i = 0; i < keys.size(); ++i) EXPECT_EQ(numbering.of(keys[i]), i);
}

TEST(Ranking, NumbersAreRankedByValueAsAMapRanksThem) {
    std::mt19937_64 random(2);
    std::vector<double> values;
    std::vector<Missing> missing;
    std::map<double, std::uint32_t> rank;
    for (int i = 0; i < 5000; ++i) {
        values.push_back(i % 2 ? hostile[random() % hostile.size()] : static_cast<double>(random() % 300) - 150);
        missing.push_back(random() % 5 ? Missing::none : Missing::refused);
        if (missing.back() == Missing::none) rank.emplace(values.back(), 0);
    }
    std::uint32_t next = 0;
    for (auto& [value, at] : rank) at = next++;
    const Column column = Column::of_numbers(values, missing);
    const Ranking ranking = rank_cells(column);
    ASSERT_EQ(ranking.example.size(), rank.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!column.present(i)) {
            EXPECT_EQ(ranking.rank[i], no_rank);
            continue;
        }
        ASSERT_EQ(ranking.rank[i], rank.at(values[i])) << values[i];
        EXPECT_EQ(values[ranking.example[ranking.rank[i]]], values[i]);
        EXPECT_LE(ranking.example[ranking.rank[i]], i);
    }
}

TEST(Ranking, TextIsRankedByBytesAmongTheRowsGiven) {
    const Column column = Column::of_texts({"b", "a", "10", "9", "a", "\xC3\xA9", "Z"});
    EXPECT_EQ(rank_cells(column).rank, (std::vector<std::uint32_t>{4, 3, 0, 1, 3, 5, 2}));
    const Ranking some = rank_cells(column, std::vector<std::uint32_t>{5, 3, 0, 3});
    EXPECT_EQ(some.rank, (std::vector<std::uint32_t>{2, 0, 1, 0}));
    EXPECT_EQ(some.example, (std::vector<std::uint32_t>{1, 2, 0}));
}

}  // namespace
}  // namespace cifra::testing
