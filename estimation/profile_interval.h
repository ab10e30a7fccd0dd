// The profile-likelihood interval of a single proportion: the exact one, and R's digits of it.
//
// For the intercept-only binomial model on weights that average 1 the deviance above its minimum at intercept b is
// 2 n KL(p, q), q = expit(b), so the interval {z^2 <= t^2 lambda} of R survey (confint.svyglm, method "likelihood")
// with z^2 = deviance difference / dispersion, dispersion = n / (n - 1) and lambda = V_b / naive V_b is
//   2 KL(p, q) <= t^2 V / (p (1 - p)) n / (n - 1).
// R does not solve this: it evaluates z on a grid of steps z_max / 5 standard errors, passes a cubic spline through
// it, joins three times as many points of the spline by lines and reads the limits off; and its naive V_b is that of
// the last but one Newton step. `r_likelihood_limits` does the same steps. Oracle: svyciprop(method = "likelihood") on
// the api data, 1e-9 where the first Newton step is given.
#pragma once

#include <span>
#include <utility>

namespace cifra {

struct ProfileInput {
    double p = 0;         // in (0, 1)
    double variance = 0;  // of p, positive
    double critical = 0;  // t quantile, positive
    double n = 0;         // above 1
};

std::pair<double, double> likelihood_limits(const ProfileInput& input);

// `start`: the intercept after the first Newton step of R's glm. NaN where R gives NA (a grid that ends too early).
std::pair<double, double> r_likelihood_limits(const ProfileInput& input, double start);

// That first step for 0/1 values y and weights w (any scale): from mu = (w y + 1/2) / (w + 1), w scaled to mean 1.
// NaN for no rows or weights of sum 0.
double glm_first_step(std::span<const double> y, std::span<const double> w);

// The same for equal weights and mean p.
double glm_first_step(double p);

}  // namespace cifra
