// Selection with equal probabilities.
//
// Systematic with a fractional interval, in whole numbers only: unit k (from 0) of N is taken when r + j·d lies in
// [k·m, (k + 1)·m) for some whole j >= 0, at rate m/d and with r uniform on 0 .. d − 1. Every π is exactly m/d and the
// size is floor or ceiling of N·m/d; with d = N it is exactly m. No rounding step can lose or add a unit (Tillé
// 2006, Sampling Algorithms, sec. 7.1).
//
// Simple random sampling by permanent random numbers: the n units with the smallest numbers (Ohlsson 1995, in Business
// Survey Methods, ch. 9). The same numbers in another frame give the greatest overlap; a new unit disturbs at most one.
//
// Simple random sampling without such numbers, by Floyd's algorithm (Bentley and Floyd 1987, Communications of the ACM
// 30: 754-757): n numbers of the stream whatever N, in whole numbers, so that no step rounds (Vitter's method D, which
// also skips along the list, works with powers of fractions). Joint probability n (n − 1) / (N (N − 1)).
//
// Bernoulli: every unit for itself at one rate; the gaps between taken units are geometric, one number for each.
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

// n of N <= 2^52 units, every subset as likely as another; O(n log n) in time for the order, O(n) in memory.
std::vector<std::size_t> simple_random(std::uint64_t population, std::uint64_t n, Stream& stream);

// Rate in [0, 1]; expected time and memory O(rate · N).
std::vector<std::size_t> bernoulli(std::uint64_t population, double rate, Stream& stream);

// Indices, ascending, of the n smallest numbers; ties go to the smaller index. O(N + n log n).
std::vector<std::size_t> smallest_numbers(std::span<const double> permanent_numbers, std::uint64_t n);

}  // namespace cifra
