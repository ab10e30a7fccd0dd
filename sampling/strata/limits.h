// Limits of strata by rule, from one variable.
#pragma once

#include <cstddef>
#include <span>

#include "sampling/strata/stratification.h"

namespace cifra {

// Cumulative √f (Dalenius and Hodges 1959, Journal of the American Statistical Association 54: 88-101): the range is
// cut into `bins` of equal width (50 to 100 are usual; more for skewed variables), and limits stand at edges of bins
// such that the strata's sums of √frequency are as equal as can be: least Σ_h (sum_h − total/L)², found exactly by
// dynamic programming; of equal sums the lower limits, so that a limit never stands inside an empty stretch but at
// its start. A value on an edge counts in the bin above, the maximum in the last. 1 <= strata <= bins, no more
// strata than bins that hold units. O(N log N + L bins²). Throws std::invalid_argument otherwise.
Stratification cumulative_root_strata(std::span<const double> x, std::size_t strata, std::size_t bins);

// Limits in geometric progression from the least value to the greatest, b_h = a (z/a)^(h/L) (Gunning and Horgan
// 2004, Survey Methodology 30: 159-166): near equal CVs in the strata of a skewed positive variable. Strata may turn
// out empty. Throws std::invalid_argument unless x > 0 with two values or more. O(N log L).
Stratification geometric_strata(std::span<const double> x, std::size_t strata);

}  // namespace cifra
