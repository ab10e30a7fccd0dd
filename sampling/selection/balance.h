// How well a drawn sample is balanced and spread.
//
// Balance: the relative deviation of the Horvitz-Thompson total, (Σ_{k∈s} x_k / π_k − Σ_k x_k) / |Σ_k x_k|, of each
// variable.
//
// Spread (Stevens and Olsen 2004, Journal of the American Statistical Association 99: 262-278): v_i is the sum of π
// over the Voronoi polygon of sample unit i, the units to which i is the nearest of the sample; a unit at the same
// distance from several is shared equally. In a perfectly spread sample every v_i is 1, and
//
//     B = (1/n) Σ_{i∈s} (v_i − 1)²          the smaller, the better spread
//
// O(N log n) for few coordinates; among m sample units of the same place each unit there costs O(m). Oracle: a search
// through all pairs.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sampling/selection/unit_matrix.h"

namespace cifra {

struct BalanceDeviation {
    double total = 0;     // Σ x over the population
    double estimate = 0;  // Horvitz-Thompson
    double relative = 0;  // (estimate − total) / |total|; NaN or infinite where the total is 0
};

// One a column. `sample` has indices of units; π > 0. std::invalid_argument as the selectors throw it.
std::vector<BalanceDeviation> balance_deviations(std::span<const double> probability, const UnitMatrix& variables,
                                                 std::span<const std::size_t> sample);

// B; the sample is not empty.
double spatial_balance(std::span<const double> probability, const UnitMatrix& coordinates,
                       std::span<const std::size_t> sample);

}  // namespace cifra
