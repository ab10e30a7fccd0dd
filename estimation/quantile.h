// Weighted quantiles under the named rules of R survey 4.1 (svyquantile, argument qrule).
//
// Rows of weight 0 do not count. With x_1 <= ... <= x_n the sorted values, ties in the order of the rows, w_k their
// weights, C_k = w_1 + ... + w_k, W = C_n, and the distribution function F(x_k) = C_k / W:
//
//   math, hf1   the smallest x with F(x) >= p
//   school, hf2 the same, and the mean of x_k and x_{k+1} where C_k = p W
//   hf3         over distinct values: x_k where C_k = p W and k is even, else the next one
//   hf4         linear in F through (C_k / W, x_k), x_1 below C_1 / W (R oldsvyquantile)
//   hf5 .. hf9  linear through (q_k, x_k), x_1 and x_n beyond the ends, where q_k is
//               hf5 (C_k - w_k/2)/W, hf6 C_k/(W + w_n), hf7 C_{k-1}/C_{n-1},
//               hf8 (C_{k-1}/3 + 2 C_k/3)/(W + w_n/3), hf9 (3 C_{k-1}/8 + 5 C_k/8)/(W + w_n/4)
//   shahvaish   the largest k with q_k <= p, q_k = (S_k + 1/2 - w_k/2)/(n + 1), S_k = n C_k / W: R's formula, where
//               w_k is not scaled. shahvaish_scaled puts n w_k / W for w_k, as the formula is meant to be: with R's the
//               result depends on the unit of the weights
//
// C_k and p W are compared as rounded doubles, as R does: where they are equal by design (equal weights, p = k / n) the
// last digit of the weights decides, and a file that rounds its weights may give the neighbouring row.
//
// hf1 .. hf9 are the types 1 .. 9 of Hyndman and Fan 1996 (American Statistician 50: 361-365) with weights for counts;
// for equal weights hf1, hf2, hf4 .. hf7 are R's quantile(type =). Where p < F(x_1) R's svyquantile takes x_2 for
// math, school, hf1, hf2, hf3 and goes below the smallest value for hf4; here it is x_1, and `as_r` gives R's.
// hf6 .. hf9 depend on which of tied largest values comes last in the file, as in R.
//
// Cost: O(n log n) at most to sort, O(log n) a quantile (shahvaish O(n log n)). Oracle: every svyquantile case of the
// shared api, ENVIPE and NCVS files, 1e-9.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

enum class QuantileRule { math, school, shahvaish, hf1, hf2, hf3, hf4, hf5, hf6, hf7, hf8, hf9, shahvaish_scaled };
const std::vector<std::string>& quantile_rule_names();
QuantileRule quantile_rule_from_text(std::string_view name);  // a name of the list
std::string_view to_text(QuantileRule rule);

// Rows in ascending order of their value, without those of weight 0.
struct SortedSample {
    std::vector<double> y, w, cumulative;
    double total = 0;
    std::vector<double> every;  // sorted values of all rows, those of weight 0 too
    std::size_t size() const { return y.size(); }
};

// Row numbers in ascending order of y, ties in the order of the rows.
std::vector<std::uint32_t> ascending(std::span<const double> y);

// `order` serves many weight sets of the same rows (replicates). Refusal: a value that is not finite, a weight that is
// not finite or negative; std::invalid_argument: spans of different lengths.
SortedSample sorted_sample(std::span<const double> y, std::span<const double> w);
SortedSample sorted_sample(std::span<const double> y, std::span<const double> w, std::span<const std::uint32_t> order);

// The p-quantile; NaN for an empty sample or p outside [0, 1]. A single row is every quantile.
double weighted_quantile(const SortedSample& sample, double p, QuantileRule rule, bool as_r = false);

}  // namespace cifra
