// Totals of many columns under every replicate: the product of the factors (replicates x units) with unit totals (units
// x columns, sparse), neither of which is ever held as a matrix.
//
// Cost: making the factors once, and replicates x non-zero entries of the columns. Replicates are worked in blocks of
// replicate_lanes, on any number of threads with the same bytes; a thread holds units x replicate_lanes factors.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "estimation/replication/replicate_factors.h"
#include "estimation/totals.h"

namespace cifra {

inline constexpr std::size_t replicate_lanes = 8;

// Of each column, its total under each replicate. Equal columns are worked once.
std::vector<std::vector<double>> replicate_totals(const ReplicateFactors& factors,
                                                  std::span<const SparseColumn* const> columns, int threads);

}  // namespace cifra
