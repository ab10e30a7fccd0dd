// Selection with unequal probabilities, one pass over the list: Poisson and systematic.
//
// Poisson (Hájek 1964, Annals of Mathematical Statistics 35: 1491-1523): every unit for itself, with probability π_k.
// The size is random, with variance Σ π_k (1 − π_k); π_kl = π_k π_l.
//
// Systematic over the cumulated π (Madow 1949, Annals of Mathematical Statistics 20: 333-354; Tillé 2006, sec. 7.1).
// With C_k = π_1 + … + π_k and a start u in (0, 1), unit k is taken when u + j lies in [C_{k−1}, C_k) for some whole j.
// The inclusion probabilities are exactly π and the size is exactly n = Σ π; joint probabilities depend on the order of
// the units and may be 0. A list sorted by geography or size (serpentine_order) is thereby stratified implicitly; a
// random order gives joint probabilities near those of a design of high entropy. Certainty units (π = 1) are taken
// first and do not move the others.
//
// All O(N) in time and memory. Oracle: R sampling::UPsystematic and UPsystematicpi2.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

// A sampler: π of every unit and a stream of numbers → indices of the taken units, ascending. Of all samplers here: π
// in (0, 1], with a whole sum within 1e-9 relative unless the size is random, else std::invalid_argument.
using Selection = std::vector<std::size_t> (*)(std::span<const double> probability, Stream& stream);

// The sum of π may be any number.
std::vector<std::size_t> poisson(std::span<const double> probability, Stream& stream);

std::vector<std::size_t> pps_systematic(std::span<const double> probability, Stream& stream);

// The same with the start given, in [0, 1).
std::vector<std::size_t> pps_systematic(std::span<const double> probability, double start);

// Along a random order of the units.
std::vector<std::size_t> random_systematic(std::span<const double> probability, Stream& stream);

}  // namespace cifra
