// Brewer's draw-by-draw selection (Brewer 1975, Australian Journal of Statistics 17: 166-172; Tillé 2006, sec. 6.7.2).
//
// With a the sum of π over the units chosen so far, step i = 1 … n chooses an unchosen unit with probability
// proportional to
//
//     π_k (n − a − π_k) / (n − a − π_k (n − i + 1))
//
// π is exact, n fixed, every π_kl > 0; for n = 2 the joint probabilities are Sampford's, beyond they have no closed
// form and are near those of conditional Poisson sampling (Brewer and Donadio 2003: joint_brewer_donadio).
//
// The formula as it stands costs O(N n). Here each step proposes a unit with probability proportional to π_k times the
// largest factor (…)/(…) of a class of units, and accepts with what is left of the factor: the same probabilities, not
// an approximation. Classes halve 1 − π, so that the factor differs within a class by less than 2 and more than half of
// the proposals are accepted. Expected O(N + n log N), memory O(N).
// Oracle: the joint probabilities of the formula above by recursion over all orders of selection.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

std::vector<std::size_t> brewer(std::span<const double> probability, Stream& stream);

}  // namespace cifra
