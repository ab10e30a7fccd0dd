// The limit of weights that makes the mean squared error of given estimates smallest.
//
// For every candidate of the upper number of a trimming rule the weights are trimmed (trimming.h) and the means
// θ = Σ w y / Σ w of the variables y estimated again. The mean squared error of the estimate under trimmed weights,
// taking the estimate θ_0 under the given weights for unbiased (Potter 1990, Proceedings of the Survey Research Methods
// Section 225-230; Chowdhury, Khare and Wolter 2007, ibid. 2651-2658):
//
//   mse(t) = (θ_t - θ_0)² - v(θ_t - θ_0) + v(θ_t)
//
// Its first two terms estimate the squared bias: they may be negative. The candidate with the smallest mean over the
// variables of mse(t) / v(θ_0) is taken; of equals the one that trims fewer units. No trimming is a candidate too.
//
// Variances are linearized and of PSUs within strata with replacement, weights taken as fixed:
// Σ_h n_h / (n_h - 1) Σ_i (z_hi - z̄_h)², z_hi = Σ_k w_k (y_k - θ) / Σ w; a stratum with one PSU adds nothing. Cost:
// O(candidates × variables × n). Oracle: R survey svyrecvar, tests/oracle/weighting_trimming.R.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "estimation/weighting/trimming.h"

namespace cifra {

struct MseVariables {
    std::vector<std::vector<double>> y;         // by variable and row; NaN: not in the domain of the mean
    std::vector<std::uint32_t> stratum, psu{};  // of each row; a PSU is the pair. Empty: one stratum, each row a PSU
};

struct TrimmedEstimate {
    double value = 0, change = 0, variance = 0, mse = 0;  // change: θ_t - θ_0
};

struct TrimmingCandidate {
    double upper = 0;  // number of the rule; infinite: no trimming
    std::size_t trimmed = 0;
    double relative_mse = 1;
    std::vector<TrimmedEstimate> estimates;  // by variable
};

struct MseTrimming {
    std::vector<TrimmingCandidate> candidates;  // no trimming first, then in the order given
    std::size_t best = 0;
    Trimmed trimmed;  // by the best
};

// Refusal: as weight_limits and trim_within_cells; a variable without variance under the given weights.
MseTrimming trim_by_mse(std::span<const double> w, const AdjustmentCells& cells, const TrimmingRule& rule,
                        std::span<const double> uppers, const MseVariables& variables);

}  // namespace cifra
