// Selection with unequal probabilities: systematic over the cumulated π (Madow 1949, Annals of Mathematical Statistics
// 20: 333-354; Tillé 2006, sec. 7.1).
//
// With C_k = π_1 + … + π_k and a start u in (0, 1), unit k is taken when u + j lies in [C_{k−1}, C_k) for some whole j.
// The inclusion probabilities are exactly π and the size is exactly n = Σ π; joint probabilities depend on the order of
// the units and may be 0. A list sorted by geography or size is thereby stratified implicitly; a random order gives
// joint probabilities near those of a design of high entropy. Certainty units (π = 1) are taken first and do not move
// the others. Complexity O(N). Oracle: R sampling::UPsystematic and UPsystematicpi2.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

// A sampler: π of every unit and a stream of numbers → indices of the taken units, ascending.
using Selection = std::vector<std::size_t> (*)(std::span<const double> probability, Stream& stream);

std::vector<std::size_t> pps_systematic(std::span<const double> probability, Stream& stream);

// The same with the start given. π in (0, 1] with a whole sum within 1e-9 relative, else std::invalid_argument.
std::vector<std::size_t> pps_systematic(std::span<const double> probability, double start);

}  // namespace cifra
