// What every selector does first: the certain units set apart, the rest checked.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace cifra {

// Chooses n of the open units: their π, each in (0, 1) and summing to n, to positions in any order.
using OpenSelection = std::function<std::vector<std::size_t>(std::span<const double> probability, std::size_t n)>;

// The units of π = 1, and those which `select` takes of the others; indices ascending. `select` is not called where
// none or all of the open units are to be taken. Every π in (0, 1] and their sum within 1e-9 (relative) of a whole
// number, else std::invalid_argument. O(N) and what `select` takes.
std::vector<std::size_t> select_open(std::span<const double> probability, const OpenSelection& select);

// The whole number that the probabilities sum to, else std::invalid_argument.
std::size_t whole_sum(std::span<const double> probability);

// The same of open units that leave something to chance: every π in (0, 1), the sum between 1 and N − 1.
std::size_t open_size(std::span<const double> probability);

// Every π in (0, 1], else std::invalid_argument.
void require_probabilities(std::span<const double> probability);

}  // namespace cifra
