// Selection with equal probabilities.
//
// Systematic with a fractional interval, in whole numbers only: unit k (from 0) of N is taken when r + j·d lies in
// [k·m, (k + 1)·m) for some whole j >= 0, at rate m/d and with r uniform on 0 .. d − 1. Every π is exactly m/d and the
// size is floor or ceiling of N·m/d; with d = N it is exactly m. No rounding step can lose or add a unit (Tillé
// 2006, Sampling Algorithms, sec. 7.1).
//
// Simple random sampling by permanent random numbers: the n units with the smallest numbers (Ohlsson 1995, in Business
// Survey Methods, ch. 9). The same numbers in another frame give the greatest overlap; a new unit disturbs at most one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/random.h"

namespace cifra {

// n of N units; r in 0 .. N − 1. Indices ascending. n <= N and N < 2^32, else std::invalid_argument.
std::vector<std::size_t> systematic(std::uint64_t population, std::uint64_t n, std::uint64_t r);
std::vector<std::size_t> systematic(std::uint64_t population, std::uint64_t n, Stream& stream);

// At the rate numerator/denominator <= 1; r in 0 .. denominator − 1; both below 2^32.
std::vector<std::size_t> systematic_at_rate(std::uint64_t population, std::uint64_t numerator,
                                            std::uint64_t denominator, std::uint64_t r);

// Indices, ascending, of the n smallest numbers; ties go to the smaller index.
std::vector<std::size_t> smallest_numbers(std::span<const double> permanent_numbers, std::uint64_t n);

}  // namespace cifra
