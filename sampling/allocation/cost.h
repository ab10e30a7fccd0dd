// Allocation where a unit costs c_h: n_h ∝ N_h S_h/√c_h (Cochran 1977, sec. 5.5), in whole numbers under bounds.
//
//   V = Σ_h N_h² S_h² (1/n_h − 1/N_h), of a total under simple random sampling in strata; cost = Σ_h c_h n_h
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cifra {

struct CostStratum {
    double size = 0;       // N_h
    double deviation = 0;  // S_h, divisor N_h − 1
    double cost = 1;       // c_h > 0
    std::uint64_t minimum = 2;
    std::uint64_t maximum = 0;  // 1 <= minimum <= maximum <= N_h
};

// The least variance within a budget. Units go one by one where they take most variance off for their cost; one that
// the budget cannot pay any more is passed over. Exact for equal costs, and for every budget that this order spends
// to the last (Fox 1966, Management Science 13: 210-216); else V exceeds the least one by less than the first unit
// passed over would have taken off. O(n log H). Throws Refusal where the minima cost more than the budget,
// std::invalid_argument where a value is out of range.
std::vector<std::uint64_t> allocate_budget(std::span<const CostStratum> strata, double budget);

// The least cost with V <= variance: Bethel's problem with one target (program.h has what is exact). Throws Refusal
// where the maxima leave a larger variance, std::invalid_argument where a value is out of range.
std::vector<std::uint64_t> allocate_variance(std::span<const CostStratum> strata, double variance);

double allocation_variance(std::span<const CostStratum> strata, std::span<const std::uint64_t> n);
double allocation_cost(std::span<const CostStratum> strata, std::span<const std::uint64_t> n);

}  // namespace cifra
