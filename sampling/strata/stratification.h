// Strata cut from one variable by limits: where every unit falls, and what each stratum holds.
//
// With limits b_1 < … < b_{L−1}, stratum h (from 0) is b_h <= x < b_{h+1}: a unit on a limit belongs to the stratum
// above.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cifra {

struct StratumSummary {
    std::uint64_t units = 0;  // N_h
    double mean = 0;          // 0 where there are none
    double deviation = 0;     // S_h, divisor N_h − 1; 0 below two units
};

struct Stratification {
    std::vector<double> limits;
    std::vector<std::uint32_t> stratum;  // of every unit, from 0
    std::vector<StratumSummary> strata;  // limits.size() + 1; some may be empty
};

// O(N log L), two passes. Throws std::invalid_argument where x is empty or not finite, or limits do not rise.
Stratification stratify(std::span<const double> x, std::vector<double> limits);

}  // namespace cifra
