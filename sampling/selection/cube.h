// Balanced selection by the cube method (Deville and Tillé 2004, Biometrika 91: 893-912): a sample whose
// Horvitz-Thompson totals of the balancing variables are those of the population,
//
//     Σ_{k∈s} x_k / π_k  ≈  Σ_k x_k           within what p + 1 units can contribute
//
// and whose inclusion probabilities are exactly π. Σ π is always balanced first: where it is whole the size is exactly
// that, else it is the whole number below or above. The design's variance is then about that of the residuals of a
// regression on the variables (Deville and Tillé 2005, Journal of Statistical Planning and Inference 128: 569-591), so
// balancing at the draw does what calibration repairs later. Keep p well below the sample size.
//
// The flight (flight.h) runs along a random order of the units and leaves at most p + 1 undecided. They land
//
//   by suppression   the last variable is given up first, and so on: variables stand in the order of their importance
//   by programme     (Deville and Tillé 2004, sec. 3.2) among all samples of the undecided units of the right size, the
//                    distribution with their expectations and the least expected distance to balance,
//                    (A (s − s*))' (A A')⁻¹ A (s − s*) with A the columns x_k / π_k of the population: a linear
//                    programme over samples, solved by GLPK. Above 12 undecided units variables are suppressed until
//                    12 are left. Balances the last few units better, in milliseconds.
//
// Variables that depend on others, constant ones and zeros are allowed; so are no variables at all. Joint inclusion
// probabilities have no closed form. O(N p²), memory O(N). Oracle: R sampling::samplecube for balance; exact binomial
// tails for π; the law of tiny populations in full.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"
#include "sampling/selection/unit_matrix.h"

namespace cifra {

enum class CubeLanding { suppression, programme };

// Indices of the taken units, ascending. π in (0, 1], with any sum; balancing variables as require_units wants them;
// else std::invalid_argument.
std::vector<std::size_t> cube(std::span<const double> probability, const UnitMatrix& balancing_variables,
                              Stream& stream, CubeLanding landing = CubeLanding::suppression);

}  // namespace cifra
