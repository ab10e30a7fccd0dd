// Balanced selection with fixed sizes in many strata (Chauvet 2009, Survey Methodology 35: 115-119; in the fast form of
// Hasler and Tillé 2014, Computational Statistics & Data Analysis 74: 81-94).
//
// Where Σ π of a stratum is whole, the stratum's sample has exactly that size, else the whole number below or above;
// and over the whole population the Horvitz-Thompson totals of the balancing variables are nearly those of the
// population. The plain cube would need one equation a stratum, and O(N H²).
//
//   1. a flight in each stratum by itself, balanced on π and the variables: each leaves at most p + 1 undecided, so
//      every stratum is nearly balanced for itself;
//   2. stratum after stratum, in the order of their numbers, the undecided join those of the strata before, and fly on
//      with one equation a stratum and p common ones. A stratum of whole Σ π is decided or has two undecided units, so
//      at most 2 p units and p strata are ever under way. A unit left alone in its stratum (Σ π not whole) waits;
//   3. landing by suppression of the last variable, then the next to last, ..., with the sizes of strata kept;
//   4. those that waited, one a stratum, are selected by the cube with the same variables.
//
// π is exact. O(N p² + H p³), memory O(N). Oracle: exact binomial tails for π, exact sizes, R sampling::samplecube with
// strata as variables and sampling::balancedstratification for balance.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"
#include "sampling/selection/unit_matrix.h"

namespace cifra {

// Indices of the taken units, ascending. `stratum` has a number below N for every unit. π in (0, 1], with any sums;
// balancing variables as require_units wants them; else std::invalid_argument.
std::vector<std::size_t> stratified_cube(std::span<const double> probability, const UnitMatrix& balancing_variables,
                                         std::span<const std::size_t> stratum, Stream& stream);

}  // namespace cifra
