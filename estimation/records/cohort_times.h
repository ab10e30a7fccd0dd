// Time to a stage under right censoring: the Kaplan-Meier curve, Greenwood's variance, quantiles with log-log limits.
//
// With d_j events and n_j at risk on day t_j, S(t) = prod_{t_j <= t} (1 - d_j / n_j) (Kaplan and Meier 1958, JASA 53:
// 457-481), Var log S(t) = sum d_j / (n_j (n_j - d_j)) (Greenwood 1926), and the limits of S(t) are S^exp(-+ z se(log
// S) / log S), the log(-log) scale (Kalbfleisch and Prentice 1980, section 1.3). The quantile p is the first day with 1
// - S >= p, or the middle of the stretch over which 1 - S is p exactly; its limits are the quantiles of the limits of S
// (Brookmeyer and Crowley 1982, Biometrics 38: 29-41). Agrees with survfit and quantile of the R package survival,
// conf.type = "log-log".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cifra {

// What happened on one day after entering: events reached the stage, others were last seen.
struct DayCount {
    std::int32_t day = 0;
    std::uint64_t reached = 0, censored = 0;
};

struct SurvivalPoint {
    double day = 0, at_risk = 0, reached = 0, censored = 0;
    double survival = 1, se = 0;  // share that has not reached the stage; NaN once it is 0
    double lower = 1, upper = 1;  // NaN where survival is 1 or 0
};

// `days`: each once, in order; those on which nothing happened may be left out. Linear in the days.
std::vector<SurvivalPoint> kaplan_meier(std::span<const DayCount> days, double level);

struct TimeQuantile {
    double value, lower, upper;  // days; NaN where the curve does not go so far
};
TimeQuantile time_quantile(std::span<const SurvivalPoint> curve, double p);

}  // namespace cifra
