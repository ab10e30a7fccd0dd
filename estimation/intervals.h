// Confidence intervals of one parameter from its estimate, design variance and degrees of freedom.
//
// With e the estimate, V its variance, t the quantile of Student's t on df, z that of the normal, p = e / scale:
//
//   name             interval                                                              parameter
//   t                e -+ t se (R svyciprop "mean" with df)                                any
//   normal           e -+ z se                                                             any
//   log              e exp(-+ t se / e)                                                    positive estimates
//   gamma            Fay and Feuer 1997 (Statistics in Medicine 16: 791-801) with the      positive estimates
//                    design variance: lower V/(2e) chi2[2e^2/V](a/2), upper (V+m^2)/(2(e+m))
//                    chi2[2(e+m)^2/(V+m^2)](1-a/2), m = largest_weight; no df enters
//   gamma_t          the same with V (t/z)^2                                               positive estimates
//   logit, xlogit    back-transformed log(p/(1-p)) -+ t se/(p(1-p)); R's two names        proportion
//                    (Korn and Graubard 1999, section 3.2)
//   log_log          exp(-exp(.)) of log(-log p) -+ t se/(p |log p|); not symmetric in p, 1-p  proportion
//   arcsine          sin^2 of asin(sqrt p) -+ t se/(2 sqrt(p(1-p))), the angle kept in     proportion
//                    [0, pi/2] (R "asin" lets it fold back)
//   wilson           Wilson 1927 (JASA 22: 209-212) with t for z and n* = min(n, p(1-p)/V)  proportion
//   korn_graubard    Clopper-Pearson with x = n* p, n* = min(n, p(1-p)/V (t_{n-1}/t)^2)    proportion
//                    (Korn and Graubard 1998, Survey Methodology 24: 193-201)
//   beta             the same with n* not capped at n (R svyciprop "beta")                 proportion
//   clopper_pearson  Clopper and Pearson 1934 with the nominal n, x = n p: no design       proportion
//                    effect, for comparison only
//   likelihood       {q: 2 KL(p, q) <= t^2 V/(p(1-p)) n/(n-1)}, KL(p, q) = p log(p/q) +    proportion
//                    (1-p) log((1-p)/(1-q)): scaled deviance of the intercept model
//                    (Rao and Scott 1984 scaling), solved exactly
//   likelihood_r     the digits of R svyciprop "likelihood", which interpolates the same   proportion
//                    profile (profile_interval.h); it is up to 1e-5 away from `likelihood`
//   one_sided        p = 0: (0, 1 - alpha^(1/n)); p = 1: (alpha^(1/n), 1); a non-negative parameter of 0: upper limit
//                    ceiling (1 - alpha^(1/n)). Whatever kind was asked for: SE and CV are missing then
//
// An interval of a bounded parameter never leaves its range: limits beyond it are set to the bound. None has zero
// width: an interior estimate with variance 0 has no interval. A kind that does not suit the parameter (see `suits`)
// gives way to t. Infinite or undefined limits (a CV beyond e^700) give none.
// Oracle: every svyciprop case of the shared api, ENVIPE and NCVS files, 1e-8 (likelihood_r 1e-7, likelihood 3e-5).
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

enum class IntervalKind {
    automatic,
    t,
    log,
    logit,
    korn_graubard,
    normal,
    gamma,
    gamma_t,
    xlogit,
    log_log,
    arcsine,
    wilson,
    beta,
    clopper_pearson,
    likelihood,
    likelihood_r,
    one_sided,
    none
};
std::string_view to_text(IntervalKind kind);
const std::vector<std::string>& interval_names();        // those a user may ask for
IntervalKind interval_from_text(std::string_view name);  // a name of the list, or one_sided

// What the parameter may be: any number, not negative, or a proportion in [0, scale].
enum class ParameterRange { real, non_negative, proportion };

// Whether the kind is meant for such a parameter: log and gamma for all but need an estimate above 0.
bool suits(IntervalKind kind, ParameterRange range);

inline constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

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
    // gamma: the most one more case can add to the estimate, in its units (scale * max w / sum w of a rate). Unknown:
    // V / e, the weight of a case if all were equal; then the limits are the exact Poisson ones for equal weights.
    double largest_weight = missing_number;
    // logit, xlogit: design variance of log(p / (1 - p)) where it was estimated itself (replicate weights); unknown:
    // V / (p (1 - p))^2.
    double logit_variance = missing_number;
    // likelihood_r: first Newton step of R's glm (`glm_first_step`). Unknown: that of equal weights, and the limits
    // then differ from R's by up to 3e-6.
    double glm_start = missing_number;
};

struct Interval {
    double lower = missing_number, upper = missing_number;  // NaN: not estimable
    IntervalKind kind = IntervalKind::none;                 // what was made
};

// `automatic`: proportions logit, korn_graubard where min(cases, n - cases) < 10; non-negative parameters log, gamma_t
// where cases < 30 and the largest weight is known (estimation/COVERAGE.md); else t. No degrees of freedom: no
// interval. Estimate 0 or a proportion of 1: one_sided.
Interval interval(const IntervalInput& input);

// Quantile of Student's t; p in (0, 1), df > 0 (infinity: normal).
double t_quantile(double p, double df);

}  // namespace cifra
