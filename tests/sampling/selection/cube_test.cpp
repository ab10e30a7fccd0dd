// sampling/selection/cube, flight, landing: the exact law of small populations, exact binomial tails, balance kept by
// the flight, and balance of samples beside R sampling::samplecube.
#include "sampling/selection/cube.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "sampling/selection/flight.h"
#include "sampling/selection/landing.h"
#include "tests/support/inclusion_check.h"
#include "tests/support/made_up_units.h"

namespace cifra {
namespace {

using testing::check_inclusion;
using testing::InclusionVerdict;
using testing::Matrix;
using testing::random_values;
using testing::uneven_probabilities;
using Indices = std::vector<std::size_t>;

// The cube along one order of the units, all its branches weighed: the first undecided units whose columns are
// dependent move along their kernel; where none are, the last equation is given up.
struct CubeLaw {
    Eigen::MatrixXd columns;  // equations × units: 1, then x / π
    Indices order;
    Matrix joint;

    void follow(const Eigen::VectorXd& state, Eigen::Index equations, double weight) {
        Indices window;
        for (const std::size_t k : order) {
            const double s = state[static_cast<Eigen::Index>(k)];
            if (s <= 0 || s >= 1) continue;
            window.push_back(k);
            Eigen::MatrixXd a(equations, window.size());
            for (std::size_t i = 0; i < window.size(); ++i)
                a.col(static_cast<Eigen::Index>(i)) = columns.col(static_cast<Eigen::Index>(window[i])).head(equations);
            const Eigen::FullPivLU<Eigen::MatrixXd> lu(a);
            if (lu.dimensionOfKernel() > 0) return move(state, equations, weight, window, lu.kernel().col(0));
        }
        if (!window.empty()) return follow(state, equations - 1, weight);
        joint_add(state, weight);
    }

    void move(const Eigen::VectorXd& state, Eigen::Index equations, double weight, const Indices& window,
              const Eigen::VectorXd& direction) {
        const auto farthest = [&](double sign) {
            double step = 1e300;
            for (std::size_t i = 0; i < window.size(); ++i) {
                const double u = sign * direction[static_cast<Eigen::Index>(i)];
                const double s = state[static_cast<Eigen::Index>(window[i])];
                if (std::abs(u) > 1e-12) step = std::min(step, (u > 0 ? 1 - s : -s) / u);
            }
            return step;
        };
        const double up = farthest(1), down = farthest(-1);
        for (const double step : {up, -down}) {
            Eigen::VectorXd next = state;
            for (std::size_t i = 0; i < window.size(); ++i) {
                double& s = next[static_cast<Eigen::Index>(window[i])];
                s += step * direction[static_cast<Eigen::Index>(i)];
                if (std::abs(s - std::round(s)) < 1e-9) s = std::round(s);
            }
            follow(next, equations, weight * (step > 0 ? down : up) / (up + down));
        }
    }

    void joint_add(const Eigen::VectorXd& state, double weight) {
        for (std::size_t k = 0; k < order.size(); ++k)
            for (std::size_t l = 0; l < order.size(); ++l)
                joint[k][l] += weight * state[static_cast<Eigen::Index>(k)] * state[static_cast<Eigen::Index>(l)];
    }
};

Matrix joint_of_all_orders(const std::vector<double>& probability, const UnitMatrix& values) {
    const std::size_t units = probability.size();
    const Eigen::Map<const Eigen::VectorXd> pi(probability.data(), static_cast<Eigen::Index>(units));
    CubeLaw law{Eigen::MatrixXd::Ones(values.cols() + 1, values.rows()), Indices(units),
                Matrix(units, std::vector<double>(units))};
    law.columns.bottomRows(values.cols()) = values.transpose().array().rowwise() / pi.transpose().array();
    std::iota(law.order.begin(), law.order.end(), std::size_t{0});
    double orders = 1;
    for (std::size_t k = 2; k <= units; ++k) orders *= static_cast<double>(k);
    do law.follow(pi, values.cols() + 1, 1 / orders);
    while (std::next_permutation(law.order.begin(), law.order.end()));
    return law.joint;
}

TEST(Cube, HasTheExactLawOfSmallPopulations) {
    const std::vector<double> five = {0.3, 0.6, 0.2, 0.5, 0.4}, six = {0.5, 0.25, 0.75, 0.5, 0.6, 0.4};
    for (const auto& [probability, variables] : {std::pair(five, 1), std::pair(six, 2), std::pair(five, 0)}) {
        const UnitMatrix values = random_values(probability.size(), static_cast<std::size_t>(variables), 3);
        const Matrix joint = joint_of_all_orders(probability, values);
        for (std::size_t k = 0; k < probability.size(); ++k) ASSERT_NEAR(joint[k][k], probability[k], 1e-9);
        const InclusionVerdict verdict = check_inclusion(
            probability, 40000,
            [&, &chances = probability](std::uint64_t draw) {
                Stream stream({31, Purpose::test, 1, draw});
                return cube(chances, values, stream);
            },
            joint);
        EXPECT_TRUE(verdict.passes) << verdict.failure;
    }
}

TEST(Cube, EveryUnitHasItsProbabilityAndTheSizeIsFixed) {
    std::vector<double> probability = uneven_probabilities(30, 9, 5);
    probability.push_back(1);
    const UnitMatrix values = random_values(31, 3, 6);
    for (const CubeLanding landing : {CubeLanding::suppression, CubeLanding::programme}) {
        const InclusionVerdict verdict = check_inclusion(probability, 20000, [&](std::uint64_t draw) {
            Stream stream({32, Purpose::test, 2, draw});
            const Indices taken = cube(probability, values, stream, landing);
            EXPECT_EQ(taken.size(), 10u);
            return taken;
        });
        EXPECT_TRUE(verdict.passes) << verdict.failure;
    }
}

TEST(Cube, SizeIsFloorOrCeilingWhereTheSumIsNotWhole) {
    const std::vector<double> probability = uneven_probabilities(25, 6.3, 7);
    const UnitMatrix values = random_values(25, 2, 8);
    for (const CubeLanding landing : {CubeLanding::suppression, CubeLanding::programme}) {
        const InclusionVerdict verdict = check_inclusion(probability, 20000, [&](std::uint64_t draw) {
            Stream stream({33, Purpose::test, 3, draw});
            const Indices taken = cube(probability, values, stream, landing);
            EXPECT_TRUE(taken.size() == 6 || taken.size() == 7);
            return taken;
        });
        EXPECT_TRUE(verdict.passes) << verdict.failure;
    }
}

std::vector<FlightUnit> all_units(std::size_t units) {
    std::vector<FlightUnit> list;
    for (std::uint32_t k = 0; k < units; ++k) list.push_back({k, 0});
    return list;
}

// The balancing equations hold after a flight to 1e-13 of the sum of absolute terms, and at most `rank` are undecided.
void expect_balanced_flight(const UnitMatrix& values, std::size_t rank, std::uint64_t seed) {
    const auto units = static_cast<std::size_t>(values.rows());
    const std::vector<double> probability = uneven_probabilities(units, std::floor(0.1 * double(units)), seed);
    std::vector<double> state = probability;
    Stream stream({34, Purpose::test, 4, seed});
    const Balancing balancing(probability, values);
    const std::vector<FlightUnit> undecided = fly(all_units(units), balancing, state, stream);
    EXPECT_LE(undecided.size(), rank);
    std::vector<char> open(units);
    for (const FlightUnit& unit : undecided) open[unit.unit] = 1;
    Eigen::ArrayXd moved = Eigen::ArrayXd::Zero(values.cols()), terms = moved;
    double size = 0;
    for (std::size_t k = 0; k < units; ++k) {
        EXPECT_EQ(open[k] == 1, state[k] > 0 && state[k] < 1);
        const Eigen::ArrayXd x = values.row(static_cast<Eigen::Index>(k)).transpose().array();
        moved += x * (state[k] / probability[k] - 1);
        terms += x.abs();
        size += state[k] - probability[k];
    }
    EXPECT_NEAR(size, 0, 1e-12);
    for (Eigen::Index j = 0; j < values.cols(); ++j) EXPECT_LE(std::abs(moved[j]), 1e-13 * terms[j]) << "column " << j;
}

TEST(Flight, KeepsTheBalance) {
    for (const std::size_t variables : {0u, 1u, 5u, 12u, 40u})
        expect_balanced_flight(random_values(4000, variables, variables), variables + 1, variables);
}

TEST(Flight, KeepsTheBalanceOfSkewedAndNearlyDependentVariables) {
    UnitMatrix values = random_values(4000, 6, 1);
    values.col(1) = (values.col(1).array() * 12).exp();                    // five orders of magnitude
    values.col(2) = values.col(0) + 1e-6 * values.col(2);                  // nearly the same
    values.col(3) = (values.col(3).array() > 0.995).cast<double>() * 1e8;  // rare and large
    values.col(4) = values.col(4).array() + 1e5;                           // nearly constant
    expect_balanced_flight(values, 7, 2);
}

TEST(Flight, DependentVariablesLeaveNoMoreThanTheRank) {
    UnitMatrix values = random_values(1000, 8, 2);
    values.col(2) = values.col(0) - 3 * values.col(1);
    values.col(4).setZero();
    values.col(5) = 7 * values.col(3);
    values.col(7) = values.col(6) * 1e-30;
    expect_balanced_flight(values, 5, 3);
}

TEST(Cube, VariablesThatSayNothingNewChangeNothing) {
    const std::vector<double> probability = uneven_probabilities(200, 20, 4);
    const UnitMatrix values = random_values(200, 2, 5);
    UnitMatrix more(200, 5);
    more << values, 2 * values.col(0) - values.col(1), UnitMatrix::Zero(200, 1), UnitMatrix::Zero(200, 1);
    for (Eigen::Index k = 0; k < 200; ++k) more(k, 4) = 3 * probability[static_cast<std::size_t>(k)];
    for (std::uint64_t draw = 0; draw < 200; ++draw) {
        Stream a({35, Purpose::test, 5, draw}), b({35, Purpose::test, 5, draw});
        ASSERT_EQ(cube(probability, values, a), cube(probability, more, b));
    }
}

// Four units of π = 1/2 and x = 1, 2, 3, 4: only {1, 4} and {2, 3} are balanced, so the programme gives each one half.
TEST(Landing, FindsTheBalancedSamples) {
    const std::vector<double> half(4, 0.5);
    UnitMatrix values(4, 1);
    values << 1, 2, 3, 4;
    std::size_t outer = 0;
    for (std::uint64_t draw = 0; draw < 2000; ++draw) {
        Stream stream({36, Purpose::test, 6, draw});
        std::vector<double> state = half;
        ASSERT_TRUE(land_by_programme(all_units(4), Balancing(half, values), half, state, stream));
        ASSERT_EQ(state[0], state[3]);
        ASSERT_EQ(state[1], state[2]);
        ASSERT_NE(state[0], state[1]);
        outer += state[0] == 1;
    }
    EXPECT_GT(testing::binomial_tail(2000, 0.5, outer), 1e-4);
}

TEST(Landing, ManyUndecidedUnitsAreFewFirst) {
    const std::vector<double> probability = uneven_probabilities(300, 60, 9);
    const UnitMatrix values = random_values(300, 20, 9);
    for (std::uint64_t draw = 0; draw < 10; ++draw) {
        Stream stream({37, Purpose::test, 7, draw});
        EXPECT_EQ(cube(probability, values, stream, CubeLanding::programme).size(), 60u);
    }
}

TEST(Cube, RefusesWhatItCannotUse) {
    Stream stream({38, Purpose::test, 8, 0});
    const std::vector<double> half(4, 0.5), zero = {0.5, 0, 0.5, 1};
    UnitMatrix values = random_values(4, 2, 1);
    EXPECT_THROW(cube(zero, values, stream), std::invalid_argument);
    EXPECT_THROW(cube(half, UnitMatrix(5, 1), stream), std::invalid_argument);
    values(1, 1) = std::numeric_limits<double>::infinity();
    EXPECT_THROW(cube(half, values, stream), std::invalid_argument);
}

TEST(Cube, NobodyAndEverybody) {
    Stream stream({39, Purpose::test, 9, 0});
    EXPECT_TRUE(cube({}, UnitMatrix(0, 3), stream).empty());
    const std::vector<double> all(4, 1.0);
    EXPECT_EQ(cube(all, random_values(4, 2, 1), stream), (Indices{0, 1, 2, 3}));
}

}  // namespace
}  // namespace cifra
