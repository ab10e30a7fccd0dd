#include "sampling/selection/local_pivotal.h"

#include <cstdint>

#include "sampling/selection/nearest.h"
#include "sampling/selection/open_units.h"
#include "sampling/selection/order.h"

namespace cifra {

namespace {

constexpr double decided = 1e-12;  // this near to 0 or 1 is there: rounding, not chance, is what is left

// Units stand in their random order: the tree's rule of the smallest index is the rule of the first in that order.
class Contest {
public:
    Contest(std::vector<double> probability, const UnitMatrix& coordinates, Stream& stream)
        : probability_(std::move(probability)), tree_(coordinates), stream_(stream) {
        for (std::uint32_t k = 0; k < probability_.size(); ++k) standing_.push_back(k);
        place_ = standing_;
    }

    void fight_to_the_end(LocalPivotalMethod method) {
        while (standing_.size() > 1) {
            const std::uint32_t unit = standing_[stream_.below(standing_.size())];
            const Neighbour other = tree_.nearest(unit);
            if (method == LocalPivotalMethod::mutual &&
                tree_.nearest(other.point).squared_distance < other.squared_distance)
                continue;
            fight(unit, other.point);
        }
    }

    // The last unit standing is taken when one is still lacking: its probability is 0 or 1 up to rounding.
    std::vector<std::size_t> winners(std::size_t n) const {
        std::vector<std::size_t> taken = taken_;
        if (taken.size() < n && !standing_.empty()) taken.push_back(standing_.front());
        return taken;
    }

private:
    void fight(std::uint32_t first, std::uint32_t second) {
        const double a = probability_[first], b = probability_[second], sum = a + b;
        const bool one_is_taken = sum > 1 - decided;
        const bool first_wins = stream_.bernoulli(one_is_taken ? (1 - b) / (2 - sum) : a / sum);
        const std::uint32_t winner = first_wins ? first : second, loser = first_wins ? second : first;
        probability_[winner] = one_is_taken ? 1 : sum;
        probability_[loser] = one_is_taken ? sum - 1 : 0;
        settle(winner);
        settle(loser);
    }

    void settle(std::uint32_t unit) {
        if (probability_[unit] > decided && probability_[unit] < 1 - decided) return;
        if (probability_[unit] > 0.5) taken_.push_back(unit);
        tree_.remove(unit);
        standing_[place_[unit]] = standing_.back();
        place_[standing_.back()] = place_[unit];
        standing_.pop_back();
    }

    std::vector<double> probability_;
    NearestTree tree_;
    Stream& stream_;
    std::vector<std::uint32_t> standing_, place_;  // those undecided; where each stands among them
    std::vector<std::size_t> taken_;
};

std::vector<std::size_t> open_units(std::span<const double> probability) {
    std::vector<std::size_t> open;
    for (std::size_t k = 0; k < probability.size(); ++k)
        if (probability[k] < 1) open.push_back(k);
    return open;
}

}  // namespace

std::vector<std::size_t> local_pivotal(std::span<const double> probability, const UnitMatrix& coordinates,
                                       Stream& stream, const LocalPivotalOptions& options) {
    require_units(coordinates, probability.size(), "coordinates");
    return select_open(probability, [&](std::span<const double> open, std::size_t n) {
        const std::vector<std::size_t> units = open_units(probability), order = random_order(open.size(), stream);
        UnitMatrix places(static_cast<Eigen::Index>(open.size()), coordinates.cols());
        std::vector<double> probability_in_order(open.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            places.row(static_cast<Eigen::Index>(i)) = coordinates.row(static_cast<Eigen::Index>(units[order[i]]));
            probability_in_order[i] = open[order[i]];
        }
        if (options.standardize) places = standardized(places);
        Contest contest(std::move(probability_in_order), places, stream);
        contest.fight_to_the_end(options.method);
        std::vector<std::size_t> taken;
        for (const std::size_t winner : contest.winners(n)) taken.push_back(order[winner]);
        return taken;
    });
}

}  // namespace cifra
