#include "sampling/selection/balance.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "engine/summation.h"
#include "sampling/selection/nearest.h"
#include "sampling/selection/open_units.h"

namespace cifra {

namespace {

void check(std::span<const double> probability, const UnitMatrix& values, std::span<const std::size_t> sample,
           const char* what) {
    require_probabilities(probability);
    require_units(values, probability.size(), what);
    if (std::any_of(sample.begin(), sample.end(), [&](std::size_t k) { return k >= probability.size(); }))
        throw std::invalid_argument("sample: a unit that is not in the population");
}

}  // namespace

std::vector<BalanceDeviation> balance_deviations(std::span<const double> probability, const UnitMatrix& variables,
                                                 std::span<const std::size_t> sample) {
    check(probability, variables, sample, "balancing variables");
    std::vector<BalanceDeviation> deviations;
    for (Eigen::Index j = 0; j < variables.cols(); ++j) {
        CompensatedSum total, estimate;
        for (Eigen::Index k = 0; k < variables.rows(); ++k) total.add(variables(k, j));
        for (const std::size_t k : sample) estimate.add(variables(static_cast<Eigen::Index>(k), j) / probability[k]);
        deviations.push_back(
            {total.value(), estimate.value(), (estimate.value() - total.value()) / std::abs(total.value())});
    }
    return deviations;
}

double spatial_balance(std::span<const double> probability, const UnitMatrix& coordinates,
                       std::span<const std::size_t> sample) {
    check(probability, coordinates, sample, "coordinates");
    if (sample.empty()) throw std::invalid_argument("sample: no unit, so no spread");
    UnitMatrix places(static_cast<Eigen::Index>(sample.size()), coordinates.cols());
    for (std::size_t i = 0; i < sample.size(); ++i)
        places.row(static_cast<Eigen::Index>(i)) = coordinates.row(static_cast<Eigen::Index>(sample[i]));
    const NearestTree tree(places);
    std::vector<double> polygon(sample.size());
    const auto d = static_cast<std::size_t>(coordinates.cols());
    for (std::size_t k = 0; k < probability.size(); ++k) {
        const std::vector<std::uint32_t> nearest = tree.all_nearest({coordinates.data() + k * d, d});
        for (const std::uint32_t i : nearest) polygon[i] += probability[k] / static_cast<double>(nearest.size());
    }
    CompensatedSum squares;
    for (const double v : polygon) squares.add((v - 1) * (v - 1));
    return squares.value() / static_cast<double>(sample.size());
}

}  // namespace cifra
