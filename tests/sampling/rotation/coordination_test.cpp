// Shifted permanent random numbers: the circle by hand, overlaps over many seeds against arcs.
#include "sampling/rotation/coordination.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "sampling/selection/equal.h"

namespace cifra {
namespace {

using Numbers = std::vector<double>;

TEST(Coordination, NumbersTurnOnTheCircle) {
    const Numbers shifted = shifted_numbers(Numbers{0.125, 0.25, 0.75}, 0.25);
    EXPECT_EQ(shifted, (Numbers{0.875, 0, 0.5}));
    EXPECT_THROW(shifted_numbers(Numbers{0.5}, 1), std::invalid_argument);
}

TEST(Coordination, NumbersBelongToTheIdAlone) {
    const std::vector<std::string> before = {"a", "b", "c"}, after = {"c", "birth", "a"};
    const Numbers old = permanent_numbers(before, 8), renewed = permanent_numbers(after, 8);
    EXPECT_EQ(renewed[0], old[2]);
    EXPECT_EQ(renewed[2], old[0]);
    EXPECT_NE(permanent_numbers(before, 9), old);
}

TEST(Coordination, ExpectedOverlapOfArcsByHand) {
    const Numbers a = {0.5, 0.25}, b = {0.5, 0.5};
    EXPECT_DOUBLE_EQ(expected_overlap(a, 0, b, 0), 0.75);
    EXPECT_DOUBLE_EQ(expected_overlap(a, 0, b, 0.25), 0.25);
    EXPECT_DOUBLE_EQ(expected_overlap(a, 0, b, 0.5), 0);
    EXPECT_DOUBLE_EQ(expected_overlap(a, 0.25, b, 0), 0.5);  // [0.25, 0.75) and [0, 0.5); [0.25, 0.5) and [0, 0.5)
    EXPECT_DOUBLE_EQ(expected_overlap(a, 0, b, 0.75), 0.5);  // round the end of the circle
}

TEST(Coordination, PoissonSamplesOverlapAsTheArcsDo) {
    constexpr std::size_t units = 40, draws = 5000;
    std::vector<std::string> ids;
    Numbers a, b;
    for (std::size_t k = 0; k < units; ++k) {
        ids.push_back("u" + std::to_string(k));
        a.push_back(0.1 + 0.01 * static_cast<double>(k));
        b.push_back(0.6 - 0.01 * static_cast<double>(k));
    }
    for (const double start : {0.0, 0.2, 0.7}) {
        double common = 0;
        for (std::uint64_t seed = 0; seed < draws; ++seed) {
            const Numbers numbers = permanent_numbers(ids, seed);
            common += static_cast<double>(
                overlap(poisson_by_numbers(a, numbers), poisson_by_numbers(b, shifted_numbers(numbers, start))));
        }
        const double sd = std::sqrt(units * 0.25 / draws);  // a unit's variance is at most 1/4
        EXPECT_NEAR(common / draws, expected_overlap(a, 0, b, start), 4.5 * sd) << start;
    }
}

TEST(Coordination, SimpleSamplesWithOneStartAreNested) {
    std::vector<std::string> ids;
    for (int k = 0; k < 100; ++k) ids.push_back(std::to_string(k));
    const Numbers numbers = permanent_numbers(ids, 2);
    EXPECT_EQ(overlap(smallest_numbers(numbers, 20), smallest_numbers(numbers, 30)), 20u);
    EXPECT_LE(overlap(smallest_numbers(numbers, 10), smallest_numbers(shifted_numbers(numbers, 0.5), 10)), 0u);
}

}  // namespace
}  // namespace cifra
