// Chromy's sequential selection with probability minimum replacement (Chromy 1979, Proceedings of the ASA Survey
// Research Methods Section: 401-406; SAS PPS_SEQ).
//
// Unit k is to be hit m_k times in expectation (any m_k > 0, Σ m = n): floor(m_k) or one more. Along the list let
// C_k = m_1 + … + m_k, I its whole part, F its fraction, T the hits so far, which are I or I + 1 throughout:
//
//     T_{k−1} = I_{k−1}        P(T_k = I_k + 1) = (F_k − F_{k−1})/(1 − F_{k−1}) if F_k > F_{k−1},  else 0
//     T_{k−1} = I_{k−1} + 1    P(T_k = I_k + 1) = 1 if F_k >= F_{k−1} and F_k > 0,  else F_k / F_{k−1}
//
// Expectations are exact. The list is a circle: it begins at a unit chosen with probability m_k/n, so that the first
// and the last unit of the file are no special ones. In a serpentine order (order.h) the sample is stratified
// implicitly. C is a compensated sum and counts as whole within 1e-12 n. Of whole sizes there is no rounding at all: C
// n/X has a whole part and a remainder. With all m_k < 1 no unit is hit twice. O(N). Oracle: the distribution of the
// hits by following all branches from all starts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

// Hits of every unit. Expected hits are > 0 and sum to n within 1e-9 relative, else std::invalid_argument.
std::vector<std::uint64_t> chromy_hits(std::span<const double> expected, Stream& stream);

// Hits for n draws proportional to whole sizes > 0, whose sum times n is below 2^64; else std::invalid_argument.
std::vector<std::uint64_t> chromy_hits(std::span<const std::uint64_t> sizes, std::uint64_t n, Stream& stream);

// Without replacement: π in (0, 1], certain units first; indices ascending.
std::vector<std::size_t> chromy(std::span<const double> probability, Stream& stream);

}  // namespace cifra
