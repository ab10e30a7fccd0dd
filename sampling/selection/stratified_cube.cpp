#include "sampling/selection/stratified_cube.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "sampling/selection/flight.h"
#include "sampling/selection/open_units.h"
#include "sampling/selection/order.h"

namespace cifra {

namespace {

void require_strata(std::span<const std::size_t> stratum, std::size_t units) {
    if (stratum.size() != units)
        throw std::invalid_argument("strata: there must be one number for every inclusion probability");
    if (std::any_of(stratum.begin(), stratum.end(), [&](std::size_t h) { return h >= units; }))
        throw std::invalid_argument("strata: numbers must be below the number of units");
}

// The open units of every stratum one after another, in random order within each; a counting sort.
struct UnitsByStratum {
    std::vector<FlightUnit> units;
    std::vector<std::size_t> begin;  // of stratum h; one more than strata

    std::span<const FlightUnit> of(std::size_t h) const {
        return std::span(units).subspan(begin[h], begin[h + 1] - begin[h]);
    }
};

UnitsByStratum units_by_stratum(std::span<const double> probability, std::span<const std::size_t> stratum,
                                Stream& stream) {
    UnitsByStratum sorted;
    sorted.begin.resize(1 + (stratum.empty() ? 0 : *std::max_element(stratum.begin(), stratum.end()) + 1));
    for (std::size_t k = 0; k < stratum.size(); ++k)
        if (probability[k] < 1) ++sorted.begin[stratum[k] + 1];
    for (std::size_t h = 1; h < sorted.begin.size(); ++h) sorted.begin[h] += sorted.begin[h - 1];
    sorted.units.resize(sorted.begin.back());
    std::vector<std::size_t> next = sorted.begin;
    for (const std::size_t k : random_order(stratum.size(), stream))
        if (probability[k] < 1) sorted.units[next[stratum[k]]++] = {static_cast<std::uint32_t>(k), 0};
    return sorted;
}

// The strata under way, and what they leave behind.
class Joining {
public:
    Joining(const Balancing& balancing, std::span<const std::size_t> stratum, std::vector<double>& state,
            Stream& stream)
        : balancing_(balancing), stratum_(stratum), state_(state), stream_(stream) {}

    // The undecided of a stratum that has not joined yet.
    void join(const std::vector<FlightUnit>& undecided) {
        if (undecided.empty()) return;
        under_way_.insert(under_way_.end(), undecided.begin(), undecided.end());
        number_groups();
        under_way_ = fly(under_way_, balancing_, state_, stream_);
        set_lone_units_aside();
    }

    // One a stratum of those whose Σ π is not whole; all others are decided.
    std::vector<FlightUnit> land_all() {
        number_groups();
        const std::vector<FlightUnit> undecided = land(under_way_, balancing_, state_, stream_);
        waiting_.insert(waiting_.end(), undecided.begin(), undecided.end());
        for (FlightUnit& unit : waiting_) unit.group = 0;
        return waiting_;
    }

private:
    // Groups 0, 1, ... in the order of strata, whose units come to lie together.
    void number_groups() {
        std::sort(under_way_.begin(), under_way_.end(), [&](const FlightUnit& a, const FlightUnit& b) {
            return std::pair(stratum_[a.unit], a.unit) < std::pair(stratum_[b.unit], b.unit);
        });
        balancing_.groups = 0;
        for (std::size_t i = 0; i < under_way_.size(); ++i) {
            if (i == 0 || stratum_[under_way_[i].unit] != stratum_[under_way_[i - 1].unit]) ++balancing_.groups;
            under_way_[i].group = static_cast<std::uint32_t>(balancing_.groups - 1);
        }
    }

    void set_lone_units_aside() {
        std::vector<std::size_t> members(balancing_.groups);
        for (const FlightUnit& unit : under_way_) ++members[unit.group];
        std::erase_if(under_way_, [&](const FlightUnit& unit) {
            if (members[unit.group] > 1) return false;
            if (!round_whole(unit, state_)) waiting_.push_back(unit);
            return true;
        });
    }

    Balancing balancing_;
    std::span<const std::size_t> stratum_;
    std::vector<double>& state_;
    Stream& stream_;
    std::vector<FlightUnit> under_way_, waiting_;
};

}  // namespace

std::vector<std::size_t> stratified_cube(std::span<const double> probability, const UnitMatrix& balancing_variables,
                                         std::span<const std::size_t> stratum, Stream& stream) {
    require_probabilities(probability);
    require_units(balancing_variables, probability.size(), "balancing variables");
    require_strata(stratum, probability.size());
    const Balancing balancing(probability, balancing_variables);
    const UnitsByStratum sorted = units_by_stratum(probability, stratum, stream);
    std::vector<double> state(probability.begin(), probability.end());
    Joining joining(balancing, stratum, state, stream);
    for (std::size_t h = 0; h + 1 < sorted.begin.size(); ++h) joining.join(fly(sorted.of(h), balancing, state, stream));
    std::vector<FlightUnit> undecided = joining.land_all();
    undecided = land(fly(undecided, balancing, state, stream), balancing, state, stream);
    return taken_units(undecided, state, stream);
}

}  // namespace cifra
