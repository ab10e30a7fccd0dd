// Pivotal sampling (Deville and Tillé 1998, Biometrika 85: 89-101, sec. 3): two units of probabilities a and b fight,
// and at least one of them is decided, with the expectation of each unchanged:
//
//     a + b < 1    one gets a + b, the other 0; the first wins with probability a / (a + b)
//     a + b >= 1   one gets 1, the other a + b − 1; the first gets 1 with probability (1 − b) / (2 − a − b)
//
// The survivor fights the next unit, along the list (ordered pivotal, which spreads the sample along the list; Chauvet
// 2012, Scandinavian Journal of Statistics 39: 533-545) or along a random order. π is exact, n fixed; of units near
// each other on the list few pairs occur, and some π_kl are 0. O(N). Oracle: enumeration of all outcomes of the fights.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

std::vector<std::size_t> ordered_pivotal(std::span<const double> probability, Stream& stream);
std::vector<std::size_t> random_pivotal(std::span<const double> probability, Stream& stream);

}  // namespace cifra
