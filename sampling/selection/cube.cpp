#include "sampling/selection/cube.h"

#include <cstdint>

#include "sampling/selection/flight.h"
#include "sampling/selection/landing.h"
#include "sampling/selection/open_units.h"
#include "sampling/selection/order.h"

namespace cifra {

namespace {

std::vector<FlightUnit> open_units_in_random_order(std::span<const double> probability, Stream& stream) {
    std::vector<FlightUnit> units;
    for (const std::size_t k : random_order(probability.size(), stream))
        if (probability[k] < 1) units.push_back({static_cast<std::uint32_t>(k), 0});
    return units;
}

// Variables are given up until the programme can take the rest; it minimizes the imbalance of all of them.
bool land_with_programme(std::vector<FlightUnit>& undecided, const Balancing& balancing,
                         std::span<const double> probability, std::vector<double>& state, Stream& stream) {
    Balancing fewer = balancing;
    while (undecided.size() > most_landed_by_programme) {
        --fewer.variables;
        undecided = fly(undecided, fewer, state, stream);
    }
    return land_by_programme(undecided, balancing, probability, state, stream);
}

}  // namespace

std::vector<std::size_t> cube(std::span<const double> probability, const UnitMatrix& balancing_variables,
                              Stream& stream, CubeLanding landing) {
    require_probabilities(probability);
    require_units(balancing_variables, probability.size(), "balancing variables");
    const Balancing balancing(probability, balancing_variables);
    std::vector<double> state(probability.begin(), probability.end());
    std::vector<FlightUnit> undecided = fly(open_units_in_random_order(probability, stream), balancing, state, stream);
    const bool landed =
        landing == CubeLanding::programme && land_with_programme(undecided, balancing, probability, state, stream);
    if (!landed) undecided = land(std::move(undecided), balancing, state, stream);
    return taken_units(undecided, state, stream);
}

}  // namespace cifra
