// Sums against whole numbers of 128 bits, in any order and cut anywhere.
#include "engine/summation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "engine/random.h"

namespace cifra {
namespace {

__extension__ using Whole = __int128;

// Multiples of 2^-80 that doubles hold, of both signs and of sizes that differ by 2^20.
std::vector<double> made_up(std::size_t count, bool positive) {
    Stream chance({.seed = 3, .purpose = Purpose::test, .unit = 21});
    std::vector<double> terms;
    for (std::size_t i = 0; i < count; ++i) {
        const double size = std::ldexp(1 + chance.uniform(), static_cast<int>(chance.below(20)) - 27);
        terms.push_back(positive || chance.bernoulli(0.6) ? size : -size);
    }
    return terms;
}

// Of the exact sum, rounded once.
double exact_sum(const std::vector<double>& terms) {
    Whole sum = 0;
    for (const double term : terms) sum += static_cast<Whole>(std::ldexp(term, 80));
    return std::ldexp(static_cast<double>(sum), -80);
}

CompensatedSum sum_of(const std::vector<double>& terms) {
    CompensatedSum sum;
    for (const double term : terms) sum.add(term);
    return sum;
}

TEST(Summation, RoundsTheExactSumOnceInAnyOrder) {
    for (const bool positive : {true, false}) {
        std::vector<double> terms = made_up(20000, positive);
        const double exact = exact_sum(terms);
        double plain = 0;
        for (const double term : terms) plain += term;
        ASSERT_NE(plain, exact) << "terms that add without rounding would show nothing";
        EXPECT_EQ(sum_of(terms).value(), exact);
        std::sort(terms.begin(), terms.end());
        EXPECT_EQ(sum_of(terms).value(), exact);
        std::reverse(terms.begin(), terms.end());
        EXPECT_EQ(sum_of(terms).value(), exact);
    }
}

TEST(Summation, PartsOfAnySizeMergeToTheSameBits) {
    const std::vector<double> terms = made_up(20000, true);
    const double exact = exact_sum(terms);
    for (const std::size_t part : {1UL, 3UL, 1000UL, 19999UL}) {
        CompensatedSum forwards, backwards;
        std::vector<CompensatedSum> parts;
        for (std::size_t begin = 0; begin < terms.size(); begin += part) {
            const auto from = terms.begin() + static_cast<std::ptrdiff_t>(begin);
            parts.push_back(sum_of({from, from + static_cast<std::ptrdiff_t>(std::min(part, terms.size() - begin))}));
        }
        for (const CompensatedSum& one : parts) forwards.merge(one);
        for (auto one = parts.rbegin(); one != parts.rend(); ++one) backwards.merge(*one);
        EXPECT_EQ(std::bit_cast<std::uint64_t>(forwards.value()), std::bit_cast<std::uint64_t>(exact)) << part;
        EXPECT_EQ(std::bit_cast<std::uint64_t>(backwards.value()), std::bit_cast<std::uint64_t>(exact)) << part;
    }
}

// Σ x² of numbers of 41 bits, of which a double holds half, less a number that is nearly as large.
TEST(Summation, ProductsLoseNoDigit) {
    Stream chance({.seed = 3, .purpose = Purpose::test, .unit = 22});
    CompensatedSum sum;
    Whole exact = 0;
    for (int i = 0; i < 1000; ++i) {
        const Whole x = (Whole{1} << 40) + static_cast<Whole>(chance.below(std::uint64_t{1} << 20));
        sum.add_product(static_cast<double>(x), static_cast<double>(x));
        exact += x * x - (Whole{1} << 80);
    }
    EXPECT_EQ(sum.value(), static_cast<double>(exact + 1000 * (Whole{1} << 80)));
    sum.add(-1000 * std::ldexp(1, 80));
    EXPECT_EQ(sum.value(), static_cast<double>(exact));
}

TEST(Summation, TheRemainderIsWhatRoundingLeaves) {
    CompensatedSum sum;
    for (const double term : {1.0, 0x1p-60, 0x1p-54}) sum.add(term);
    EXPECT_EQ(sum.value(), 1.0);
    EXPECT_EQ(sum.remainder(), 0x1p-60 + 0x1p-54);
    sum.add(-1);
    EXPECT_EQ(sum.value(), 0x1p-60 + 0x1p-54);
    EXPECT_EQ(sum.remainder(), 0);
    EXPECT_EQ(CompensatedSum(-3).value(), -3);
}

}  // namespace
}  // namespace cifra
