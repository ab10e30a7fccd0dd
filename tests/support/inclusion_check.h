// One check for every sampler: many draws, the number of times each unit (and, where theory gives it, each pair) was
// taken, against its inclusion probability.
//
// Each count is binomial(draws, π) when the sampler is right, so its exact two-sided tail is compared with a level set
// by Bonferroni over all comparisons: a right sampler fails one seed in 10⁴. A count with π = 0 or 1 must be exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace cifra::testing {

// The indices taken in draw number 0, 1, ...
using Sampler = std::function<std::vector<std::size_t>(std::uint64_t draw)>;

using Matrix = std::vector<std::vector<double>>;

struct InclusionVerdict {
    bool passes = true;
    std::string failure;  // the worst unit or pair, if any fails
    double smallest_tail = 1;
};

// The exact two-sided tail of a binomial count: twice the smaller of P(X <= count) and P(X >= count), at most 1.
double binomial_tail(std::size_t draws, double probability, std::size_t count);

// `joint` is empty or has π_kl at [k][l], k < l.
InclusionVerdict check_inclusion(std::span<const double> probability, std::size_t draws, const Sampler& sampler,
                                 const Matrix& joint = {});

}  // namespace cifra::testing
