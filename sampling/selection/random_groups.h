// Random groups (Rao, Hartley and Cochran 1962, Journal of the Royal Statistical Society B 24: 482-491).
//
// The N units fall at random into n groups of N/n units (rounded down or up); of each group one unit is taken with
// probability proportional to size, x_k / X_g. With p_k = x_k/X and P_g = X_g/X the total of y is estimated by
//
//     Ŷ = Σ_g P_g y_g / p_g,            weight of a taken unit: X_g / x_k
//
// without bias, given neither joint nor first-order inclusion probabilities (which are not used: a weight is one over
// the probability within the group, not 1/π_k). Variance and its unbiased estimator (the same; Cochran 1977, Sampling
// Techniques, ch. 9A):
//
//     V(Ŷ) = (Σ N_g² − N) / (N (N − 1)) · (Σ_k y_k²/p_k − Y²)
//     v(Ŷ) = (Σ N_g² − N) / (N² − Σ N_g²) · Σ_g P_g (y_g/p_g − Ŷ)²
//
// For N = n q it is (1 − (n − 1)/(N − 1)) of the variance with replacement. O(N).
// Oracle: sums over all partitions of a small population; Monte Carlo of Ŷ and v.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

struct GroupUnit {
    std::size_t unit = 0;         // its place in the frame
    std::size_t group_units = 0;  // N_g
    double group_size = 0;        // X_g
    double weight = 1;            // X_g / x_k
};

// n units, ascending. Sizes finite and > 0 and n <= N, else std::invalid_argument.
std::vector<GroupUnit> random_groups(std::span<const double> sizes, std::size_t n, Stream& stream);

// v(Ŷ); y of the taken units in their order, `total_size` is X. Needs n >= 2.
double random_groups_variance(std::span<const GroupUnit> taken, std::span<const double> y, double total_size);

}  // namespace cifra
