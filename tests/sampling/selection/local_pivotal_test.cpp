// sampling/selection/local_pivotal: the exact law of small populations, a slow twin draw for draw, exact binomial
// tails, and spread beside simple random and systematic samples.
#include "sampling/selection/local_pivotal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "sampling/selection/balance.h"
#include "sampling/selection/equal.h"
#include "sampling/selection/order.h"
#include "tests/support/inclusion_check.h"
#include "tests/support/made_up_units.h"

namespace cifra {
namespace {

using testing::check_inclusion;
using testing::InclusionVerdict;
using testing::lattice_places;
using testing::Matrix;
using testing::random_values;
using testing::uneven_probabilities;
using Indices = std::vector<std::size_t>;

// The nearest of those with a probability strictly between 0 and 1; of several the first in `rank`.
std::size_t nearest_slowly(const std::vector<double>& state, const UnitMatrix& places, const Indices& rank,
                           std::size_t i) {
    std::size_t best = i;
    double least = 0;
    for (std::size_t j = 0; j < state.size(); ++j) {
        if (j == i || state[j] <= 0 || state[j] >= 1) continue;
        const double distance =
            (places.row(static_cast<Eigen::Index>(i)) - places.row(static_cast<Eigen::Index>(j))).squaredNorm();
        if (best == i || distance < least || (distance == least && rank[j] < rank[best])) {
            best = j;
            least = distance;
        }
    }
    return best;
}

double gap(const UnitMatrix& places, std::size_t i, std::size_t j) {
    return (places.row(static_cast<Eigen::Index>(i)) - places.row(static_cast<Eigen::Index>(j))).squaredNorm();
}

double snapped(double x) { return std::abs(x - std::round(x)) < 1e-9 ? std::round(x) : x; }

// All outcomes of all fights, weighed: π_kl, π_k in the diagonal.
struct Law {
    UnitMatrix places;
    Indices rank;
    LocalPivotalMethod method;
    Matrix joint;

    void follow(const std::vector<double>& state, double weight) {
        std::vector<std::pair<std::size_t, std::size_t>> fights;
        for (std::size_t i = 0; i < state.size(); ++i) {
            if (state[i] <= 0 || state[i] >= 1) continue;
            const std::size_t j = nearest_slowly(state, places, rank, i);
            const std::size_t back = nearest_slowly(state, places, rank, j);
            if (method == LocalPivotalMethod::nearest || gap(places, j, back) == gap(places, i, j))
                fights.emplace_back(i, j);
        }
        if (fights.empty()) return add(state, weight);
        for (const auto& [i, j] : fights) fight(state, i, j, weight / static_cast<double>(fights.size()));
    }

    void fight(const std::vector<double>& state, std::size_t i, std::size_t j, double weight) {
        const double a = state[i], b = state[j];
        for (const bool first : {true, false}) {
            std::vector<double> next = state;
            const double high = std::min(1.0, a + b), low = snapped(a + b - high);
            (first ? next[i] : next[j]) = snapped(high);
            (first ? next[j] : next[i]) = low;
            const double chance = (a - low) / (high - low);  // the expectation of i stays a
            follow(next, weight * (first ? chance : 1 - chance));
        }
    }

    void add(const std::vector<double>& state, double weight) {
        for (std::size_t k = 0; k < state.size(); ++k)
            for (std::size_t l = 0; l < state.size(); ++l) joint[k][l] += weight * state[k] * state[l];
    }
};

Matrix joint_by_recursion(const std::vector<double>& probability, const UnitMatrix& places, LocalPivotalMethod method) {
    const std::size_t units = probability.size();
    Indices rank(units);
    std::iota(rank.begin(), rank.end(), std::size_t{0});
    Law law{places, rank, method, Matrix(units, std::vector<double>(units))};
    double orders = 0;
    do {
        law.rank = rank;
        law.follow(probability, 1);
        ++orders;
    } while (std::next_permutation(rank.begin(), rank.end()));
    for (auto& row : law.joint)
        for (double& value : row) value /= orders;
    return law.joint;
}

void expect_law(const std::vector<double>& probability, const UnitMatrix& places, LocalPivotalMethod method) {
    const Matrix joint = joint_by_recursion(probability, places, method);
    for (std::size_t k = 0; k < probability.size(); ++k) ASSERT_NEAR(joint[k][k], probability[k], 1e-12);
    const InclusionVerdict verdict = check_inclusion(
        probability, 40000,
        [&](std::uint64_t draw) {
            Stream stream({21, Purpose::test, 1, draw});
            return local_pivotal(probability, places, stream, {.method = method});
        },
        joint);
    EXPECT_TRUE(verdict.passes) << verdict.failure;
}

TEST(LocalPivotal, HasTheExactLawOfSmallPopulations) {
    UnitMatrix square(5, 2), same = UnitMatrix::Constant(5, 2, 3.0);
    square << 0, 0, 0, 1, 1, 0, 1, 1, 3, 3;
    const std::vector<double> equal(5, 0.4), uneven = {0.3, 0.9, 0.2, 0.5, 0.1};
    for (const LocalPivotalMethod method : {LocalPivotalMethod::mutual, LocalPivotalMethod::nearest}) {
        expect_law(uneven, random_values(5, 2, 3), method);
        expect_law(equal, square, method);
        expect_law(uneven, same, method);
    }
}

// The same method with a search through all units, from the same stream.
Indices local_pivotal_slowly(const std::vector<double>& probability, const UnitMatrix& places, Stream& stream,
                             LocalPivotalMethod method) {
    const Indices order = random_order(probability.size(), stream), turn = random_order(probability.size(), stream);
    Indices rank(order.size()), taken;
    std::vector<std::optional<std::size_t>> queue(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        rank[order[i]] = i;
        queue[turn[i]] = order[i];
    }
    std::vector<double> state = probability;
    const auto stands = [&](std::size_t k) { return state[k] > 0 && state[k] < 1; };
    for (std::size_t head = 0; head < queue.size();) {
        if (!queue[head]) {
            ++head;
            continue;
        }
        const std::size_t i = *queue[head], j = nearest_slowly(state, places, rank, i);
        if (j == i) break;
        if (method == LocalPivotalMethod::mutual &&
            gap(places, j, nearest_slowly(state, places, rank, j)) != gap(places, i, j)) {
            std::size_t back = queue.size();
            while (back == queue.size() || !queue[back]) back = head + stream.below(queue.size() - head);
            std::swap(queue[head], queue[back]);
            continue;
        }
        const double a = state[i], b = state[j], sum = a + b;
        const bool over = sum > 1 - 1e-12, first = stream.uniform() < (over ? (1 - b) / (2 - sum) : a / sum);
        const std::size_t winner = first ? i : j, loser = first ? j : i;
        state[winner] = over ? 1 : sum;
        state[loser] = over && sum - 1 > 1e-12 ? sum - 1 : 0;
        *std::find(queue.begin() + static_cast<std::ptrdiff_t>(head) + 1, queue.end(), j) =
            stands(i) ? std::optional(i) : stands(j) ? std::optional(j) : std::nullopt;
        ++head;
    }
    for (std::size_t k = 0; k < state.size(); ++k)
        if (state[k] > 0.5) taken.push_back(k);
    return taken;
}

TEST(LocalPivotal, DrawsWhatASearchThroughAllUnitsDraws) {
    for (std::uint64_t draw = 0; draw < 60; ++draw) {
        const std::size_t units = 150 + draw;
        const std::vector<double> probability = draw % 3 == 0
                                                    ? std::vector<double>(units, 10.0 / static_cast<double>(units))
                                                    : uneven_probabilities(units, 31, draw);
        const UnitMatrix places =
            draw % 2 == 0 ? lattice_places(units, 2, 6, draw) : UnitMatrix(random_values(units, 1 + draw % 4, draw));
        for (const LocalPivotalMethod method : {LocalPivotalMethod::mutual, LocalPivotalMethod::nearest}) {
            Stream fast({22, Purpose::test, 2, draw}), slow({22, Purpose::test, 2, draw});
            ASSERT_EQ(local_pivotal(probability, places, fast, {.method = method}),
                      local_pivotal_slowly(probability, places, slow, method));
        }
    }
}

TEST(LocalPivotal, EveryUnitHasItsProbabilityAndTheSizeIsFixed) {
    std::vector<double> probability = uneven_probabilities(40, 9, 5);
    probability.push_back(1);
    const UnitMatrix places = random_values(41, 2, 6);
    for (const LocalPivotalMethod method : {LocalPivotalMethod::mutual, LocalPivotalMethod::nearest}) {
        const InclusionVerdict verdict = check_inclusion(probability, 20000, [&](std::uint64_t draw) {
            Stream stream({23, Purpose::test, 3, draw});
            const Indices taken = local_pivotal(probability, places, stream, {.method = method, .standardize = true});
            EXPECT_EQ(taken.size(), 10u);
            return taken;
        });
        EXPECT_TRUE(verdict.passes) << verdict.failure;
    }
}

// On a square of 400 units, mean Voronoi balance over 200 draws: method 1 at least as good as method 2, that better
// than a systematic sample of the list sorted by one coordinate, and far better than simple random sampling.
TEST(LocalPivotal, SpreadsBetterThanChanceAndList) {
    const UnitMatrix places = random_values(400, 2, 9);
    const std::vector<double> probability(400, 0.1);
    Indices along(400);
    std::iota(along.begin(), along.end(), std::size_t{0});
    std::sort(along.begin(), along.end(), [&](std::size_t a, std::size_t b) {
        return places(static_cast<Eigen::Index>(a), 0) < places(static_cast<Eigen::Index>(b), 0);
    });
    double mutual = 0, nearest = 0, list = 0, random = 0;
    for (std::uint64_t draw = 0; draw < 200; ++draw) {
        Stream stream({24, Purpose::test, 4, draw});
        const auto spread = [&](const Indices& sample) { return spatial_balance(probability, places, sample) / 200; };
        mutual += spread(local_pivotal(probability, places, stream, {.method = LocalPivotalMethod::mutual}));
        nearest += spread(local_pivotal(probability, places, stream));
        Indices shuffled = random_order(400, stream), listed;
        shuffled.resize(40);
        random += spread(shuffled);
        for (const std::size_t i : systematic(400, 40, stream)) listed.push_back(along[i]);
        list += spread(listed);
    }
    const auto figures = fmt::format("mutual {} nearest {} list {} random {}", mutual, nearest, list, random);
    EXPECT_LT(mutual, nearest * 1.02) << figures;
    EXPECT_LT(nearest, list) << figures;
    EXPECT_LT(nearest, 0.4 * random) << figures;
    RecordProperty("figures", figures);
}

TEST(LocalPivotal, StandardizedCoordinatesKnowNoUnits) {
    const std::vector<double> probability = uneven_probabilities(120, 15, 8);
    const UnitMatrix places = random_values(120, 2, 12);
    UnitMatrix metres = places;
    metres.col(0) *= 1024;
    for (std::uint64_t draw = 0; draw < 20; ++draw) {
        Stream a({25, Purpose::test, 5, draw}), b({25, Purpose::test, 5, draw});
        EXPECT_EQ(local_pivotal(probability, places, a, {.standardize = true}),
                  local_pivotal(probability, metres, b, {.standardize = true}));
    }
}

TEST(LocalPivotal, RefusesWhatItCannotUse) {
    Stream stream({26, Purpose::test, 6, 0});
    const std::vector<double> half(4, 0.5), odd = {0.5, 0.5, 0.5, 0.6};
    UnitMatrix places = random_values(4, 2, 1);
    EXPECT_THROW(local_pivotal(odd, places, stream), std::invalid_argument);
    EXPECT_THROW(local_pivotal(half, UnitMatrix(3, 2), stream), std::invalid_argument);
    places(2, 1) = std::nan("");
    EXPECT_THROW(local_pivotal(half, places, stream), std::invalid_argument);
}

}  // namespace
}  // namespace cifra
