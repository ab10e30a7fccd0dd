// Slow twins of the selectors: every sample with its probability, by following all that chance can do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "tests/support/inclusion_check.h"

namespace cifra::testing {

using Indices = std::vector<std::size_t>;
using Probabilities = std::vector<double>;

// Samples, indices ascending, with their probabilities.
using SampleDistribution = std::map<Indices, double>;

// π_kl, π_k in the diagonal.
Matrix joint_of(const SampleDistribution& samples, std::size_t units);

// All subsets of n units in proportion to Π w · Σ c, w = p/(1 − p).
SampleDistribution weighted_subsets(const Probabilities& p, const Probabilities& c, std::size_t n);

// The published formula of each draw; of each removal, with the probabilities of every size made anew.
SampleDistribution brewer_samples(const Probabilities& probability);
SampleDistribution elimination_samples(const Probabilities& probability);

// Both outcomes of every fight along the list.
SampleDistribution pivotal_samples(const Probabilities& probability);

// Every stretch of starts between two fractional parts of the cumulated π.
SampleDistribution systematic_samples(const Probabilities& probability);

// The mean of the distributions over all orders of the list.
SampleDistribution over_all_orders(const Probabilities& probability,
                                   const std::function<SampleDistribution(const Probabilities&)>& samples);

// Hits of Chromy's method: every start, every branch.
std::map<std::vector<std::uint64_t>, double> chromy_outcomes(const Probabilities& expected);

// With the certain units put back into the distribution of the open ones.
SampleDistribution with_certain(const Probabilities& probability,
                                const std::function<SampleDistribution(const Probabilities&)>& samples);

}  // namespace cifra::testing
