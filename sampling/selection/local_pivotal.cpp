#include "sampling/selection/local_pivotal.h"

#include <cstdint>

#include "sampling/selection/nearest.h"
#include "sampling/selection/open_units.h"
#include "sampling/selection/order.h"

namespace cifra {

namespace {

constexpr double decided = 1e-12;  // this near to 0 or 1 is there: rounding, not chance, is what is left

// Units are known by their seats in the tree. They stand in a queue in random order and each in turn fights; who is
// left undecided takes the other's place in it, so that the order of those left is as random as before.
class Contest {
public:
    Contest(const std::vector<double>& probability, const UnitMatrix& coordinates, Stream& stream)
        : tree_(coordinates), stream_(stream), contenders_(probability.size()), queue_(probability.size()) {
        const std::vector<std::size_t> place_of_unit = random_order(queue_.size(), stream);
        for (std::uint32_t seat = 0; seat < contenders_.size(); ++seat) {
            const std::uint32_t unit = tree_.points()[seat];
            contenders_[seat] = {probability[unit], static_cast<std::uint32_t>(place_of_unit[unit])};
            queue_[place_of_unit[unit]] = seat;
        }
    }

    void fight_to_the_end(LocalPivotalMethod method) {
        while (head_ < queue_.size()) {
            fetch_ahead();
            const std::uint32_t one = queue_[head_];
            if (one == nobody) {
                ++head_;
                continue;
            }
            const Neighbour other = tree_.nearest(one);
            if (other.seat == nobody) break;
            if (method == LocalPivotalMethod::mutual &&
                tree_.nearest(other.seat).squared_distance < other.squared_distance) {
                put_back();
            } else {
                ++head_;
                fight(one, other.seat);
            }
        }
    }

    // The last unit standing is taken when one is still lacking: its probability is 0 or 1 up to rounding.
    std::vector<std::size_t> winners(std::size_t n) const {
        std::vector<std::size_t> taken = taken_;
        if (taken.size() < n && head_ < queue_.size()) taken.push_back(tree_.points()[queue_[head_]]);
        return taken;
    }

private:
    static constexpr std::uint32_t nobody = Neighbour::none;

    struct Contender {
        double probability;
        std::uint32_t place;  // in the queue
    };

    void fetch_ahead() const {
        constexpr std::size_t ahead = 8;
        if (head_ + ahead >= queue_.size() || queue_[head_ + ahead] == nobody) return;
        tree_.fetch(queue_[head_ + ahead]);
        __builtin_prefetch(&contenders_[queue_[head_ + ahead]]);
    }

    void put(std::uint32_t seat, std::size_t place) {
        queue_[place] = seat;
        contenders_[seat].place = static_cast<std::uint32_t>(place);
    }

    // The first of the queue changes places with any, itself too.
    void put_back() {
        std::size_t place = head_;
        do place = head_ + stream_.below(queue_.size() - head_);
        while (queue_[place] == nobody);
        const std::uint32_t first = queue_[head_];
        put(queue_[place], head_);
        put(first, place);
    }

    void fight(std::uint32_t first, std::uint32_t second) {
        const double a = contenders_[first].probability, b = contenders_[second].probability, sum = a + b;
        const bool one_is_taken = sum > 1 - decided;
        const bool first_wins = stream_.bernoulli(one_is_taken ? (1 - b) / (2 - sum) : a / sum);
        const std::uint32_t winner = first_wins ? first : second, loser = first_wins ? second : first;
        const std::size_t place = contenders_[second].place;
        queue_[place] = nobody;
        settle(winner, one_is_taken ? 1 : sum, place);
        settle(loser, one_is_taken ? sum - 1 : 0, place);
    }

    // Out of the contest, or to this place in the queue.
    void settle(std::uint32_t seat, double probability, std::size_t place) {
        contenders_[seat].probability = probability;
        if (probability > decided && probability < 1 - decided) return put(seat, place);
        if (probability > 0.5) taken_.push_back(tree_.points()[seat]);
        tree_.remove(seat);
    }

    NearestTree tree_;
    Stream& stream_;
    std::vector<Contender> contenders_;  // by seat
    std::vector<std::uint32_t> queue_;   // seats, or nobody
    std::size_t head_ = 0;
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
        Contest contest(probability_in_order, places, stream);
        contest.fight_to_the_end(options.method);
        std::vector<std::size_t> taken;
        for (const std::size_t winner : contest.winners(n)) taken.push_back(order[winner]);
        return taken;
    });
}

}  // namespace cifra
