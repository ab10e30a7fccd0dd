// The landing of the cube method by linear programme (Deville and Tillé 2004, Biometrika 91: 893-912, sec. 3.2).
//
// Of all samples s of the units that the flight left undecided (their states s*, fixed size or the two sizes next to
// Σ s*), the distribution p(s) that minimizes
//
//     Σ_s p(s) C(s)        subject to  Σ_s p(s) = 1,  Σ_s p(s) s_k = s*_k for every unit
//     C(s) = d' G⁺ d,      d = Σ_k a_k (s_k − s*_k),  G = Σ a_k a_k' over the open units of the population
//
// The p(s) keep every expectation; one sample is drawn from them. Solved by GLPK's simplex method.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"
#include "sampling/selection/flight.h"

namespace cifra {

// More undecided units than this, 924 samples of one size, are left to suppression first.
inline constexpr std::size_t most_landed_by_programme = 12;

// Decides all of `undecided`, which a flight of one group left, at most most_landed_by_programme. `state` is s* and
// becomes s. False, and nothing is changed, where GLPK finds no optimum (states at the edge of rounding).
bool land_by_programme(std::span<const FlightUnit> undecided, const Balancing& balancing,
                       std::span<const double> probability, std::vector<double>& state, Stream& stream);

}  // namespace cifra
