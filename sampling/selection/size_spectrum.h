// The distribution of the size S of a Poisson sample, as its generating function at points of the unit circle.
//
// S is a sum of independent Bernoulli numbers with probabilities p_k, E z^S = G(z) = Π (1 − p_k + p_k z), and any
// coefficient of a polynomial G(z) h(z) of degree below M is a mean over the M-th roots of unity:
//
//     [z^r] G h = (1/M) Σ_m G(z_m) h(z_m) z_m^{−r}
//
// (discrete Fourier transform; Fernández and Williams 2010, IEEE Transactions on Aerospace and Electronic Systems 46:
// 803-817; Hong 2013, Computational Statistics & Data Analysis 59: 41-51). Elementary symmetric functions of the odds
// w = p/(1 − p), on which conditional Poisson, Sampford and Pareto sampling rest, are such coefficients: e_r(w) =
// [z^r] G / Π (1 − p_k).
//
// With n near Σ p and σ² = Σ p (1 − p), sizes farther from n than M = 10σ + 36 have probability below 1e-20
// (Bernstein), and |G(z)| <= exp(−σ² (1 − cos t)) at z = e^{it}. So M roots stand for all N + 1, and of these only
// those count where the bound is above e^{−44}: some 15 pairs of conjugate points whatever N, at most 36 where σ is
// small. What is left out is below the rounding of doubles; no step cancels, as P(S = n) is about 0.4/σ. The symmetric
// functions themselves (Chen, Dempster and Liu 1994) cost O(N n) and overflow without scaling; this costs O(N) and does
// neither.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace cifra {

struct SpectrumPoint {
    std::complex<double> z;
    std::complex<double> weight;  // G(z) z^{−n} / M, twice for a point that stands for a conjugate pair
};

// The points with which [z^{n − j}] G h = Re Σ weight z^j h(z). O(N) with a constant of some 20.
std::vector<SpectrumPoint> size_spectrum(std::span<const double> probability, std::size_t n);

}  // namespace cifra
