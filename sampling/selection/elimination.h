// Tillé's elimination procedure (Tillé 1996, Biometrika 83: 238-241; Tillé 2006, sec. 6.3) and its complement.
//
// Let π_k(i) be the probabilities proportional to π for size i, certainty units taken out (inclusion_by_size). From all
// N units one is removed at a time: on the way from i + 1 to i units each unit still there with probability
//
//     r_k(i) = 1 − π_k(i) / π_k(i + 1),      so that      π_k(n) = Π (1 − r_k(i)),   π_kl = Π (1 − r_k(i) − r_l(i)).
//
// π and n are exact. Some joint probabilities can be 0 (where the largest units fight alone for the last places).
//
// As printed a step looks at every unit, O(N (N − n)). But units certain at i + 1 and i have r = 0, and all units not
// certain at i + 1 have the same r: a step removes either one of those, each as likely as another, or one of the units
// that just ceased to be certain. So the same procedure takes O(N log N) for sorting and O(1) a step.
//
// Midzuno's selection generalized to unequal probabilities (Deville and Tillé 1998, Biometrika 85: 89-101) takes what
// the elimination for 1 − π leaves.
// Oracle: R sampling::UPtillepi2 and UPmidzunopi2; recursion over all orders of removal.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

std::vector<std::size_t> elimination(std::span<const double> probability, Stream& stream);
std::vector<std::size_t> midzuno(std::span<const double> probability, Stream& stream);

// The way from N to n units, without chance. Probabilities in (0, 1), summing to a whole number n in 1 .. N − 1;
// else std::invalid_argument.
struct EliminationSteps {
    std::size_t n = 0;
    std::vector<std::size_t> order;    // units by falling π
    std::vector<std::size_t> certain;  // certain[i − n]: how many of `order` are certain at size i; i = n .. N
    std::vector<double> factor;        // factor[i − n]: π_k(i) = π_k factor for the units not certain at i
};

EliminationSteps elimination_steps(std::span<const double> probability);

}  // namespace cifra
