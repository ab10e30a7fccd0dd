// A Poisson sample of which only the size is known, by halving the list.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

// n units of N, ascending: s has probability proportional to Π_{k∈s} p_k/(1 − p_k). p in (0, 1) with a sum near n.
//
// The distribution of the size of every part of the list is that of its halves convolved, up to the whole list. Down
// again, a part that must give r units gives a of them to its first half with probability proportional to
// P(first half = a) P(second half = r − a); a part of at most 16 units decides unit by unit. Values below 1e-30 of a
// distribution's mode are left out: with n near Σ p, samples so rare cannot be seen. Convolutions of all parts cost
// O(N + σ² log N), σ² = Σ p (1 − p); memory O(N).
std::vector<std::size_t> conditional_poisson_sample(std::span<const double> probability, std::size_t n, Stream& stream);

}  // namespace cifra
