#include "sampling/selection/joint.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "engine/summation.h"
#include "sampling/selection/elimination.h"
#include "sampling/selection/high_entropy.h"
#include "sampling/selection/joint_open.h"
#include "sampling/selection/open_units.h"

namespace cifra {

namespace {

// What two arcs of a circle share: `gap` is how far the second begins after the first, in [0, circle).
template <class Number>
Number shared_arc(Number first, Number second, Number gap, Number circle) {
    const Number zero{};
    const Number at_start = gap < first ? std::min<Number>(first - gap, second) : zero;
    const Number wrapped = gap + second > circle ? std::min<Number>(gap + second - circle, first) : zero;
    return at_start + wrapped;
}

template <FixedSizeDesign (*design)(std::span<const double>)>
Eigen::MatrixXd joint_of_design(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_with_certain(probability, units, [](const OpenFrame& frame) {
        return joint_probabilities(design(frame.probability), frame.units);
    });
}

// Products of the steps' factors, by the size reached. `ended[i − n]` is Π_{n <= j < i} (1 − r(j)) for a unit that is
// not certain at i, `both_ended` the same of (1 − 2 r(j)).
class EliminationJoint {
public:
    explicit EliminationJoint(std::span<const double> probability)
        : probability_(probability), steps_(elimination_steps(probability)), left_at_(probability.size()) {
        const std::size_t last = steps_.factor.size() - 1;
        std::size_t place = probability.size();
        for (std::size_t i = last; i-- > 0;)
            while (place > steps_.certain[i]) left_at_[steps_.order[--place]] = i;
        both_.assign(last + 1, 1.0);
        for (std::size_t i = 0; i + 1 < last; ++i) both_[i + 1] = both_[i] * (2 * stay(i) - 1);
    }

    double pair(std::size_t k, std::size_t l) const {
        if (left_at_[k] < left_at_[l]) std::swap(k, l);
        const std::size_t first = left_at_[k], second = left_at_[l];
        const double of_l = probability_[l] * steps_.factor[second];
        if (first == second) return std::max(0.0, (probability_[k] * steps_.factor[first] + of_l - 1) * both_[first]);
        // From `first` to `second` + 1 only k is at risk, and its factors telescope; at `second` both are.
        const double alone = probability_[k] * steps_.factor[second + 1];
        return std::max(0.0, alone * (stay(second) + of_l - 1) * both_[second]);
    }

private:
    // 1 − r of the units not certain at size n + i + 1.
    double stay(std::size_t i) const { return steps_.factor[i] / steps_.factor[i + 1]; }

    std::span<const double> probability_;
    EliminationSteps steps_;
    std::vector<std::size_t> left_at_;  // size, less n, at which each unit ceases to be certain
    std::vector<double> both_;
};

Eigen::MatrixXd open_elimination(const OpenFrame& frame) {
    const EliminationJoint joint(frame.probability);
    return joint_of_pairs(frame, [&](std::size_t k, std::size_t l) { return joint.pair(k, l); });
}

}  // namespace

double joint_simple_random(std::uint64_t population, std::uint64_t n) {
    if (population < 2 || n > population) throw std::invalid_argument("a pair needs two units, and n at most N");
    const auto size = static_cast<double>(n), all = static_cast<double>(population);
    return n < 2 ? 0 : size * (size - 1) / (all * (all - 1));
}

Eigen::MatrixXd joint_systematic(std::uint64_t population, std::uint64_t n, std::span<const std::size_t> units) {
    if (n > population || population >= std::uint64_t{1} << 32)
        throw std::invalid_argument("systematic selection needs n at most N and N below 2^32");
    const auto size = static_cast<Eigen::Index>(units.size());
    Eigen::MatrixXd result(size, size);
    for (Eigen::Index i = 0; i < size; ++i)
        for (Eigen::Index j = 0; j < size; ++j) {
            const std::uint64_t from = units[static_cast<std::size_t>(i)] * n % population;
            const std::uint64_t to = units[static_cast<std::size_t>(j)] * n % population;
            const std::uint64_t gap = (to + population - from) % population;
            result(i, j) = i == j ? static_cast<double>(n) : static_cast<double>(shared_arc(n, n, gap, population));
        }
    return result / static_cast<double>(population);
}

Eigen::MatrixXd joint_poisson(std::span<const double> probability, std::span<const std::size_t> units) {
    require_probabilities(probability);
    const OpenFrame frame{{probability.begin(), probability.end()}, 0, {units.begin(), units.end()}};
    return joint_of_pairs(frame, [&](std::size_t k, std::size_t l) { return probability[k] * probability[l]; });
}

Eigen::MatrixXd joint_pps_systematic(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_with_certain(probability, units, [](const OpenFrame& frame) {
        std::vector<double> begin;
        CompensatedSum sum;
        for (const double pi : frame.probability) {
            begin.push_back(sum.value() - std::floor(sum.value()));
            sum.add(pi);
        }
        return joint_of_pairs(frame, [&](std::size_t k, std::size_t l) {
            const double gap = begin[l] - begin[k] + (begin[l] < begin[k] ? 1 : 0);
            return shared_arc(frame.probability[k], frame.probability[l], gap, 1.0);
        });
    });
}

Eigen::MatrixXd joint_conditional_poisson(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_of_design<conditional_poisson_design>(probability, units);
}

Eigen::MatrixXd joint_sampford(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_of_design<sampford_design>(probability, units);
}

Eigen::MatrixXd joint_pareto(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_of_design<pareto_design>(probability, units);
}

Eigen::MatrixXd joint_elimination(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_with_certain(probability, units, open_elimination);
}

Eigen::MatrixXd joint_midzuno(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_with_certain(probability, units, [](const OpenFrame& frame) {
        OpenFrame complement = frame;
        for (double& pi : complement.probability) pi = 1 - pi;
        const EliminationJoint joint(complement.probability);
        return joint_of_pairs(frame, [&](std::size_t k, std::size_t l) {
            return std::max(0.0, frame.probability[k] - complement.probability[l] + joint.pair(k, l));
        });
    });
}

}  // namespace cifra
