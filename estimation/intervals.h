// Confidence intervals.
//
//   t              estimate -+ t_df se
//   log            estimate * exp(-+ t_df se / estimate): totals and rates that cannot be negative
//   logit          back-transformed interval of log(p / (1 - p)), se / (p (1 - p)): proportions (Korn and
//                  Graubard 1999, section 3.2)
//   korn_graubard  Clopper-Pearson with the effective sample size n* = min(n, p (1 - p) / V * (t_{n-1} / t_df)^2)
//                  (Korn and Graubard 1998, Survey Methodology 24: 193-201): proportions of few cases
//   one_sided      for p = 0: (0, 1 - alpha^(1/n)); for p = 1: (alpha^(1/n), 1); SE and CV are missing then
// An interval of a bounded parameter never leaves its range, and none has zero width without cause.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

enum class IntervalKind { automatic, t, log, logit, korn_graubard, one_sided, none };
std::string_view to_text(IntervalKind kind);
const std::vector<std::string>& interval_names();  // those a user may ask for
IntervalKind interval_from_text(std::string_view name);

// What the parameter may be: any number, not negative, or a proportion in [0, scale].
enum class ParameterRange { real, non_negative, proportion };

struct IntervalInput {
    double estimate = 0;
    double variance = 0;
    double df = 0;
    double n = 0;        // sample units of the domain
    double cases = 0;    // sample cases of the numerator
    double scale = 1;    // of a proportion: 100 for percent
    double ceiling = 0;  // of a non-negative parameter: what the upper limit at zero cases is a share of
    ParameterRange range = ParameterRange::real;
    double level = 0.95;
    IntervalKind kind = IntervalKind::automatic;
};

inline constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

struct Interval {
    double lower = missing_number, upper = missing_number;  // NaN: not estimable
    IntervalKind kind = IntervalKind::none;                 // what was made
};

// `automatic`: proportions logit, korn_graubard where min(cases, n - cases) < 10; non-negative parameters log; else t.
// No degrees of freedom: no interval. Estimate 0 (or a proportion of 1) with variance 0: one_sided.
Interval interval(const IntervalInput& input);

// Quantile of Student's t; p in (0, 1), df > 0 (infinity: normal).
double t_quantile(double p, double df);

}  // namespace cifra
