// Intervals and standard errors of quantiles from the design variance of the distribution function.
//
// With q the quantile, F the estimated distribution function, V(q) the design variance of F(q) (the share of the domain
// with y <= q, linearized: z_k = w_k (1(y_k <= q) - F(q)) / W), t the quantile of Student's t on df, Q the rule:
//
//   mean     Q(F(q) -+ t se)                                      Woodruff 1952, JASA 47: 635-646
//   xlogit   Q of the back-transformed logit interval of F(q)     (Francisco and Fuller 1991, Annals of Statistics 19:
//   asin     Q of the arcsine interval of F(q)                     454-469, for the interval by test inversion)
//   beta     Q of the Korn-Graubard interval of F(q), n* not capped
//   score    Q at the unweighted share of rows below the roots of (p - F(x)) / se(F(x)) = +-t; as R, by Brent's root
//            finder of tolerance 1/(100 sqrt n) between min + IQR/100 and max - IQR/100
//   wald_old linear interpolation of F at p -+ t se, clamped to the extremes (R oldsvyquantile "Wald"; its quantile is
//            rule hf4)
//
// se = (upper - lower) / (2 t). A limit of F outside [0, 1] is undefined: limit and SE are missing with a notice, as in
// R, or set to the extreme values under `clamp`. Oracle: R survey 4.1 svyquantile and oldsvyquantile, all cases of
// the shared files, 1e-9.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "estimation/quantile.h"

namespace cifra {

enum class QuantileInterval { mean, xlogit, asin, beta, score, wald_old };
const std::vector<std::string>& quantile_interval_names();
QuantileInterval quantile_interval_from_text(std::string_view name);  // a name of the list

struct MeanAndVariance {
    double mean = 0, variance = 0;
};
// The weighted share of the domain's rows with y <= threshold, and its design variance. `score` asks some thirty times
// a limit, the others once.
using ShareBelow = std::function<MeanAndVariance(double threshold)>;

struct QuantileOptions {
    QuantileRule rule = QuantileRule::math;
    QuantileInterval interval = QuantileInterval::mean;
    double level = 0.95;
    double df = 0;       // infinity: normal
    double n = 0;        // rows of the domain; `beta` and `score` use it
    bool clamp = false;  // limits of F outside [0, 1] to 0 and 1
    bool as_r = false;   // p below the first step of F as R (quantile.h)
};

struct QuantileEstimate {
    double probability, value, se, lower, upper;  // NaN: not estimable
    std::vector<std::string> notices;
};

// Complexity: one call of `share_below` and O(log n), for `score` some sixty calls.
QuantileEstimate quantile_estimate(const SortedSample& sample, double probability, const QuantileOptions& options,
                                   const ShareBelow& share_below);

}  // namespace cifra
