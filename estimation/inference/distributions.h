// Tail probabilities of test statistics, and of weighted sums of chi-squares.
//
//   Q = sum_i a_i X_i,  X_i chi-square with h_i degrees of freedom, independent;  P(Q > x)
//
// exact        inversion of the moment generating function: (1 / 2 pi i) int exp(K(s) - s x) / s ds along a path that
//              crosses the real axis at the saddlepoint and bends to the right, where the integrand decays without
//              oscillating (Rice 1980, SIAM J. Sci. Stat. Comput. 1: 438-448; the integral of Imhof 1961, Biometrika
//              48: 419-426, on another path). Relative error about 1e-12 in both tails, p down to 1e-300. Agrees with
//              closed forms (equal a, pairs of equal a, F) and with Imhof's integral.
// saddlepoint  Kuonen 1999, Biometrika 86: 929-935, equation 3; missing within 1e-4 of the mean (scaled)
// satterthwaite  a chi-square with the same mean and variance (Satterthwaite 1946)
//
// With a reference df the sum is compared with x X_d / d: P(Q - x X_d / d > 0), and Satterthwaite's is an F (Lumley and
// Scott 2015, Statistics in Medicine; R survey pFsum). As in R the df of `exact` and `saddlepoint` are cut to a whole
// number.
#pragma once

#include <limits>
#include <vector>

namespace cifra {

double t_two_sided(double t, double df);          // P(|T| > |t|)
double f_tail(double f, double df1, double df2);  // NaN unless both df are positive and f is finite
double chi_square_tail(double x, double df);

struct ChiSquareTerm {
    double coefficient = 0, df = 1;
};

double exact_tail(double x, const std::vector<ChiSquareTerm>& terms);
double saddlepoint_tail(double x, const std::vector<ChiSquareTerm>& terms);  // NaN near the mean

enum class SumMethod { exact, saddlepoint, satterthwaite };

// P(sum a_i X_i > x), X_i with one df each, against a reference of `df` (infinity: none). Saddlepoint falls back on
// Satterthwaite where it is missing. NaN for df < 1 or a statistic that is not finite.
double weighted_sum_tail(double x, const std::vector<double>& coefficients, SumMethod method,
                         double df = std::numeric_limits<double>::infinity());

}  // namespace cifra
