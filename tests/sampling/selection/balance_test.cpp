// sampling/selection/balance: all pairs of units and sample units; a table worked by hand.
#include "sampling/selection/balance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/support/made_up_units.h"

namespace cifra {
namespace {

using Indices = std::vector<std::size_t>;

double spatial_balance_slowly(const std::vector<double>& probability, const UnitMatrix& places, const Indices& sample) {
    std::vector<double> polygon(sample.size());
    for (std::size_t k = 0; k < probability.size(); ++k) {
        std::vector<double> distance;
        for (const std::size_t i : sample)
            distance.push_back(
                (places.row(static_cast<Eigen::Index>(k)) - places.row(static_cast<Eigen::Index>(i))).squaredNorm());
        const double least = *std::min_element(distance.begin(), distance.end());
        const auto ties = static_cast<double>(std::count(distance.begin(), distance.end(), least));
        for (std::size_t i = 0; i < sample.size(); ++i)
            if (distance[i] == least) polygon[i] += probability[k] / ties;
    }
    double sum = 0;
    for (const double v : polygon) sum += (v - 1) * (v - 1);
    return sum / static_cast<double>(sample.size());
}

TEST(SpatialBalance, AgreesWithAllPairs) {
    const Indices sample = {0, 7, 20, 33, 34, 35, 90, 119};
    const std::vector<double> probability = testing::uneven_probabilities(120, 8, 1);
    for (const UnitMatrix& places :
         {UnitMatrix(testing::random_values(120, 2, 2)), UnitMatrix(testing::lattice_places(120, 2, 5, 3)),
          UnitMatrix(testing::lattice_places(120, 1, 3, 4))})
        EXPECT_NEAR(spatial_balance(probability, places, sample), spatial_balance_slowly(probability, places, sample),
                    1e-12);
}

// Four villages in a row, π = 1/2. {1, 4}: polygons of two each, v = 1 and 1. {1, 2}: village 1 alone, v = 1/2 and 3/2.
TEST(SpatialBalance, ByHand) {
    const std::vector<double> half(4, 0.5);
    UnitMatrix row(4, 1);
    row << 1, 2, 3, 4;
    EXPECT_EQ(spatial_balance(half, row, Indices{0, 3}), 0);
    EXPECT_EQ(spatial_balance(half, row, Indices{0, 1}), 0.25);
    EXPECT_THROW(spatial_balance(half, row, Indices{}), std::invalid_argument);
    EXPECT_THROW(spatial_balance(half, row, Indices{4}), std::invalid_argument);
}

TEST(BalanceDeviations, ByHand) {
    const std::vector<double> probability = {0.5, 0.25, 1, 0.25};
    UnitMatrix values(4, 2);
    values << 1, -1, 2, -2, 3, -3, 4, -2;
    const std::vector<BalanceDeviation> table = balance_deviations(probability, values, Indices{1, 2});
    ASSERT_EQ(table.size(), 2u);
    EXPECT_EQ(table[0].total, 10);
    EXPECT_EQ(table[0].estimate, 11);
    EXPECT_EQ(table[0].relative, 0.1);
    EXPECT_EQ(table[1].total, -8);
    EXPECT_EQ(table[1].estimate, -11);
    EXPECT_EQ(table[1].relative, -0.375);
}

}  // namespace
}  // namespace cifra
