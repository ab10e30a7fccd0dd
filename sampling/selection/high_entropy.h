// Conditional Poisson, Sampford and Pareto sampling: fixed size n, joint probabilities close to those of the design of
// maximum entropy (Bondesson, Traat and Lundqvist 2006, Scandinavian Journal of Statistics 33: 699-720).
//
// Conditional Poisson (rejective; Hájek 1964, Annals of Mathematical Statistics 35: 1491-1523): Poisson sampling with
// probabilities p, given that the size is n; of all designs with these π and n the one of maximum entropy. The p whose
// π are the wanted ones are found in the log-odds λ = log p/(1 − p) (Chen, Dempster and Liu 1994, Biometrika 81:
// 457-469, prove that they exist and are unique up to a constant): λ += t (logit π − logit π(λ)), Newton's step with
// the diagonal of the covariance of the indicators for its matrix and t between 1/2 and 1 from the last two steps
// (Barzilai and Borwein 1988). The matrix scaled by its diagonal is a Laplacian of positive weights, so its eigenvalues
// lie between 0 and 2 and t = 1/2 can never overshoot; where many units matter they are near 1 and t = 1 gains several
// digits a step. Ends when all π agree within 1e-11 relative; std::runtime_error after 200 steps.
//
// Sampford (1967, Biometrika 54: 499-513): first unit with probability π_k/n, n − 1 with replacement proportional to
// π/(1 − π), all over again unless the n are distinct. Hopeless for large n; but its distribution is
// P(s) ∝ Π_{k∈s} π_k/(1 − π_k) · Σ_{k∈s} (1 − π_k), from which the sample is drawn directly (fixed_size.h), always:
// there is no rejection at all, and nothing to solve. π is exact.
//
// Pareto (Rosén 1997, Journal of Statistical Planning and Inference 62: 135-158 and 159-191): the n units with the
// smallest [u/(1 − u)] / [π/(1 − π)]. With u the permanent random numbers of the units, samples of several surveys
// overlap as much as possible (the same u), or as little (u shifted). The probabilities aimed at are only nearly met;
// the true ones come from the same form of P(s) with
//
//     c_k = ∫ e^{ny} / (1 + w_k e^y) · Π_j 1/(1 + w_j e^y) dy,     w = π/(1 − π),
//
// an integral that the trapezoid rule gives to the rounding of doubles (pareto_design, then fixed_size.h).
//
// Units of π = 1 are taken first. Cost: Pareto sample O(N); Sampford and all designs O(N), some 50 to 100 times over;
// conditional Poisson that times the steps of Newton: one or two where
// n is in the hundreds, 5 where N = 100, a dozen where one or two units decide nearly all.
// Oracles: sums over all subsets; R sampling::UPMEpiktildefrompik, UPsampfordpi2, UPmaxentropypi2; R integrate.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/random.h"
#include "sampling/selection/fixed_size.h"

namespace cifra {

std::vector<std::size_t> conditional_poisson(std::span<const double> probability, Stream& stream);
std::vector<std::size_t> sampford(std::span<const double> probability, Stream& stream);
std::vector<std::size_t> pareto(std::span<const double> probability, Stream& stream);

// With a number of each unit, in (0, 1); the numbers of certain units are not looked at.
std::vector<std::size_t> pareto(std::span<const double> probability, std::span<const double> permanent_numbers);

// The designs, for their probabilities and for many draws. Probabilities in (0, 1) with a whole sum n, 1 <= n < N; else
// std::invalid_argument.
FixedSizeDesign conditional_poisson_design(std::span<const double> probability);
FixedSizeDesign sampford_design(std::span<const double> probability);
FixedSizeDesign pareto_design(std::span<const double> probability);

}  // namespace cifra
