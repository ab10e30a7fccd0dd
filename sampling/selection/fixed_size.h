// Designs of fixed size made of Poisson sampling: every subset s of n units has probability
//
//     P(s) = K Π_{k∈s} w_k · Σ_{k∈s} c_k,        w_k = p_k / (1 − p_k)
//
// With c = 1 it is conditional Poisson sampling, c = 1 − p Sampford's, and c an integral Pareto sampling (Bondesson,
// Traat and Lundqvist 2006, Scandinavian Journal of Statistics 33: 699-720): high_entropy.h makes all three. In terms
// of size_spectrum.h, with d_k(z) = 1 − p_k + p_k z, a_k(z) = c_k p_k z / d_k(z) and A = Σ a_k,
//
//     1/K'  = [z^n] G A
//     π_k   = K' p_k [z^{n−1}] G (c_k + A − a_k) / d_k
//     π_kl  = K' p_k p_l [z^{n−2}] G (c_k + c_l + A − a_k − a_l) / (d_k d_l)
//
// exact to the rounding of doubles; for c = 1 the bracket is n. Oracle: sums over all subsets; R
// sampling::UPsampfordpi2 and UPmaxentropypi2.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

struct FixedSizeDesign {
    std::size_t n = 0;      // 1 .. N − 1
    std::vector<double> p;  // in (0, 1); their sum is about n
    std::vector<double> c;  // > 0
};

// π of all units. O(N), about 40 times over.
std::vector<double> inclusion_probabilities(const FixedSizeDesign& design);

// π_kl of the given units, π_k in the diagonal. O(N + n²), both about 40 times over.
Eigen::MatrixXd joint_probabilities(const FixedSizeDesign& design, std::span<const std::size_t> units);

// One sample, ascending: the unit which brings its c_k with probability proportional to c_k w_k e_{n−1}(w without k),
// then a conditional Poisson sample of n − 1 of the others. That sample splits n − 1 among halves of the list again and
// again, by the distributions of their Poisson sizes (convolved upwards, tails below 1e-30 of the mode left out). No
// rejection and nothing of order N n: O(N + σ² log N), memory O(N).
std::vector<std::size_t> draw(const FixedSizeDesign& design, Stream& stream);

}  // namespace cifra
