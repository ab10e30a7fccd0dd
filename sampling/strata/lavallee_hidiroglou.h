// Strata limits that need the least sample for a target CV of the total of a skewed variable, with a take-all
// stratum for the largest units (Lavallée and Hidiroglou 1988, Survey Methodology 14: 33-43).
//
// Given limits, n_h is Neyman's allocation under minimum <= n_h <= N_h that attains
//
//   Σ_h N_h² S_h² (1/n_h − 1/N_h) = (cv Y)²        n_h = θ N_h S_h within its bounds, θ found exactly
//
// and the last stratum, if asked for, is taken whole; a stratum that would want more than N_h is as well. What is
// minimized is the real-valued n = Σ n_h. S_h has divisor N_h − 1 (R `stratification` has N_h).
//
// Search (Kozak 2004, Statistics in Transition 6: 797-806): a limit, at random, moves by a few distinct values, at
// random; the move stands if n falls. From several starts (equal numbers of distinct values, equal intervals,
// geometric) with short and long steps; each ends where no move of a single limit by up to 3 distinct values lowers
// n. Where at most 20,000 sets of limits are possible all are tried: the exact optimum. Else a local one: as with R
// `stratification`, nothing proves it best. The numbers come from the stream: same stream, same limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/random.h"
#include "sampling/strata/stratification.h"

namespace cifra {

struct LavalleeHidiroglouPlan {
    std::size_t strata = 5;  // with the take-all one
    double cv = 0.05;        // > 0
    bool take_all = true;
    std::uint64_t minimum = 2;        // n_h at least; >= 1
    std::uint64_t minimum_units = 2;  // N_h at least; >= minimum
};

struct SizedStratification {
    Stratification strata;  // limits half way between neighbouring values
    std::vector<double> n;  // of every stratum, real-valued
    double total = 0;       // Σ n
    bool exact = false;     // every set of limits was tried
};

// Sample sizes for given limits: how the criterion judges them. As above; throws as lavallee_hidiroglou does.
SizedStratification size_strata(std::span<const double> x, std::vector<double> limits,
                                const LavalleeHidiroglouPlan& plan);

// x: any finite values with a sum other than 0. Throws std::invalid_argument where the plan is out of range or
// distinct values are too few for the strata. O(N log N), then O(L²) per move tried: below a second for a million
// units.
SizedStratification lavallee_hidiroglou(std::span<const double> x, const LavalleeHidiroglouPlan& plan, Stream& stream);

}  // namespace cifra
