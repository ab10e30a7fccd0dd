// Inclusion probabilities proportional to size, with certainty units.
//
//     π_k = n x_k / Σ x            units with π_k >= 1 are taken with certainty (π_k = 1), and the rest share what is
//     left: π_k = (n − c) x_k / Σ_{rest} x      again and again until no π_k >= 1
// (Särndal, Swensson, Wretman 1992, sec. 3.6; Tillé 2006, Sampling Algorithms, ch. 2). Σ π_k = n.
// Complexity O(N log N). Oracle: R sampling::inclusionprobabilities (tests/oracle/sampling_unequal.json).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cifra {

struct Inclusion {
    std::vector<double> probability;  // one a unit
    std::vector<bool> certain;        // π_k = 1
    std::uint64_t certain_count = 0;
};

// Sizes are finite and > 0 and n <= number of units; else std::invalid_argument.
Inclusion inclusion_by_size(std::span<const double> sizes, std::uint64_t n);

}  // namespace cifra
