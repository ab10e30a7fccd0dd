// The dispersion theta of the negative binomial NB2 (variance mu + mu^2 / theta) by maximum pseudo-likelihood:
//   l = sum w [lgamma(y + theta) - lgamma(theta) + theta log(theta) + y log(mu) - (y + theta) log(mu + theta)]
// (Lawless 1987, Canadian Journal of Statistics 15: 209-225, section 2; Hilbe 2011, section 8.2). Oracle: direct
// maximization in R, tests/oracle/inference.R.
#pragma once

#include <Eigen/Core>

#include "estimation/inference/scoring.h"

namespace cifra {

inline constexpr double largest_theta = 1e7;  // beyond it the model is the Poisson model

// d l / d theta and d2 l / d theta2 of one record, without its weight.
double theta_score(double outcome, double mean, double theta);
double theta_curvature(double outcome, double mean, double theta);

// Alternates scoring of the coefficients and Newton steps of log theta until both stand still; `family.theta` is set.
// False when they do not within 200 rounds. Theta above largest_theta ends the rounds, converged.
bool fit_negative_binomial(const ScoringProblem& problem, ModelFamily& family, ScoringState& state);

// The observed information of (coordinates, theta), (rank + 1) square.
Eigen::MatrixXd joint_information(const ScoringProblem& problem, const ModelFamily& family, const ScoringState& state);

}  // namespace cifra
