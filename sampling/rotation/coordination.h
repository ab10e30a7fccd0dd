// Coordination of samples by permanent random numbers (Ohlsson 1995, "Coordination of samples using permanent random
// numbers", in Business Survey Methods, ch. 9).
//
// Every unit keeps one number u in (0, 1) for life: a function of the seed and its id, so that births bring new ones,
// deaths take theirs away and no list is stored. A sample with rate f and start s takes the units whose number lies in
// the arc [s, s + f) of the circle of length 1. Two samples with the same start overlap as much as they can (positive
// coordination); a start at the other's end makes them avoid each other (negative coordination).
//
//   shifted      u' = (u − s) mod 1: then every selector by numbers starts at s: smallest_numbers (equal.h) for simple
//                random samples, pareto (high_entropy.h) for fixed size with π, poisson_by_numbers for random size
//   overlap      E |A ∩ B| = Σ_k length of [s_A, s_A + π_Ak) ∩ [s_B, s_B + π_Bk): exact for Poisson and Bernoulli
//                sampling, and up to terms of order 1 for fixed size, where the arcs end at a unit's number
//
// All are linear in the number of units.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cifra {

// One number a unit. Samples to be coordinated share the seed.
std::vector<double> permanent_numbers(std::span<const std::string> ids, std::uint64_t seed);

// (u − start) mod 1, in [0, 1); start in [0, 1), else std::invalid_argument.
std::vector<double> shifted_numbers(std::span<const double> numbers, double start);

// Poisson sampling: indices, ascending, with number < π. Two spans of one length, else std::invalid_argument.
std::vector<std::size_t> poisson_by_numbers(std::span<const double> probability, std::span<const double> numbers);

// Members that two samples, as sorted indices, have in common.
std::size_t overlap(std::span<const std::size_t> a, std::span<const std::size_t> b);

// Expected overlap of two Poisson samples whose starts are start_a and start_b, in [0, 1); π in [0, 1], two spans of
// one length; else std::invalid_argument.
double expected_overlap(std::span<const double> probability_a, double start_a, std::span<const double> probability_b,
                        double start_b);

}  // namespace cifra
