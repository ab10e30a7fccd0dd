// sampling/selection/nearest: a search through all points left, after every removal.
#include "sampling/selection/nearest.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "sampling/selection/order.h"
#include "tests/support/made_up_units.h"

namespace cifra {
namespace {

using testing::lattice_places;
using testing::random_values;

double squared_distance(const UnitMatrix& points, std::size_t k, std::span<const double> place) {
    double sum = 0;
    for (std::size_t d = 0; d < place.size(); ++d) {
        const double gap = points(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(d)) - place[d];
        sum += gap * gap;
    }
    return sum;
}

std::vector<std::uint32_t> all_nearest_slowly(const UnitMatrix& points, const std::vector<char>& left,
                                              std::span<const double> place, std::uint32_t itself) {
    double least = std::numeric_limits<double>::infinity();
    std::vector<std::uint32_t> found;
    for (std::uint32_t k = 0; k < left.size(); ++k) {
        if (!left[k] || k == itself) continue;
        const double distance = squared_distance(points, k, place);
        if (distance < least) found.clear();
        if (distance <= least) found.push_back(k);
        least = std::min(least, distance);
    }
    return found;
}

std::span<const double> row(const UnitMatrix& points, std::size_t k) {
    return {points.data() + k * static_cast<std::size_t>(points.cols()), static_cast<std::size_t>(points.cols())};
}

// Removes the points one by one in a random order and asks about some of them before each, and about any place.
void expect_agreement(const UnitMatrix& points, std::uint64_t seed) {
    NearestTree tree(points);
    Stream stream({seed, Purpose::test, 32, 0});
    const auto units = static_cast<std::size_t>(points.rows());
    std::vector<std::uint32_t> seat_of(units, Neighbour::none);
    for (std::uint32_t seat = 0; seat < units; ++seat) seat_of[tree.points()[seat]] = seat;
    std::vector<char> left(units, 1);
    for (const std::size_t removed : random_order(units, stream)) {
        for (int question = 0; question < 3; ++question) {
            const auto k = static_cast<std::uint32_t>(stream.below(units));
            ASSERT_EQ(tree.all_nearest(row(points, k)),
                      all_nearest_slowly(points, left, row(points, k), Neighbour::none));
            if (!left[k]) continue;
            const std::vector<std::uint32_t> others = all_nearest_slowly(points, left, row(points, k), k);
            const Neighbour neighbour = tree.nearest(seat_of[k]);
            if (others.empty()) {
                ASSERT_EQ(neighbour.seat, Neighbour::none);
                continue;
            }
            ASSERT_EQ(tree.points()[neighbour.seat], others.front());
            ASSERT_EQ(neighbour.squared_distance, squared_distance(points, others.front(), row(points, k)));
        }
        tree.remove(seat_of[removed]);
        left[removed] = 0;
    }
    EXPECT_TRUE(tree.all_nearest(row(points, 0)).empty());
}

TEST(Nearest, AgreesWithASearchThroughAllPoints) {
    for (const std::size_t units : {1u, 2u, 8u, 9u, 17u, 100u, 333u})
        for (const std::size_t dimensions : {1u, 2u, 3u, 7u})
            expect_agreement(random_values(units, dimensions, units), dimensions);
}

TEST(Nearest, TiesAndCoincidingPointsGoToTheSmallestIndex) {
    for (const double side : {1.0, 2.0, 5.0, 20.0}) {
        expect_agreement(lattice_places(300, 2, side, 1), 5);
        expect_agreement(lattice_places(200, 3, side, 2), 6);
    }
    expect_agreement(UnitMatrix(50, 0), 7);
}

TEST(Nearest, PointsOnALineAndFarOutliers) {
    UnitMatrix line = random_values(250, 3, 4);
    line.col(1) = 2 * line.col(0);
    line.col(2).setConstant(1e6);
    expect_agreement(line, 8);
    line(17, 0) = 1e150;
    line(18, 0) = -1e150;
    expect_agreement(line, 9);
}

TEST(Nearest, RefusesCoordinatesThatAreNone) {
    UnitMatrix points = random_values(10, 2, 1);
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), 2e150}) {
        points(4, 1) = bad;
        EXPECT_THROW(NearestTree{points}, std::invalid_argument);
    }
}

}  // namespace
}  // namespace cifra
