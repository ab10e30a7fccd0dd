// A sample of n units divided among strata in whole numbers, exactly optimal under lower and upper bounds.
//
// Each method minimizes a sum of convex functions of the n_h, for which giving the units one by one to the stratum with
// the greatest gain is exactly optimal, also under bounds (Fox 1966, Management Science 13: 210-216; Wright 2012, The
// American Statistician 66: 217-224; Wright 2017, Statistics & Probability Letters 129: 50-57):
//
//   neyman        Σ (N_h S_h)² / n_h           priority of one unit more: N_h S_h / √(n_h (n_h + 1))
//   proportional  Σ N_h (n_h/N_h − n/N)²       priority N_h / (2 n_h + 1)      (the divisors of Webster)
//   equal         Σ n_h²                       priority 1 / (2 n_h + 1)
//
// Ties go to the stratum of larger size, then to the one that stands first. `minimum` and `maximum` bound each n_h;
// maximum is at most the number of units in the stratum, so a stratum that reaches it is take-all.
// Under neyman a stratum with N_h S_h > 0 needs minimum >= 1: its variance is infinite at n_h = 0.
// Complexity O(n log H). Oracle: full enumeration on small problems and the real-valued optimum of R on large ones
// (tests/sampling/allocation/allocation_test.cpp).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cifra {

enum class AllocationMethod { proportional, equal, neyman };

struct AllocationStratum {
    double size = 0;       // N_h or another measure, >= 0
    double deviation = 1;  // S_h, only for neyman
    std::uint64_t minimum = 0;
    std::uint64_t maximum = 0;
};

// n_h per stratum. Throws Refusal when n lies below the sum of the minima or above the sum of the maxima, and
// std::invalid_argument when a stratum's minimum exceeds its maximum or a size or deviation is negative or not finite.
std::vector<std::uint64_t> allocate(AllocationMethod method, std::span<const AllocationStratum> strata,
                                    std::uint64_t n);

// What the method minimizes, up to a constant: for comparing allocations.
double allocation_loss(AllocationMethod method, std::span<const AllocationStratum> strata,
                       std::span<const std::uint64_t> allocation);

}  // namespace cifra
