// Variance, standard deviation, covariance, correlation and coefficient of variation of variables in the population,
// each with its linearized influence. Rows are those of the domain; n counts the rows with a positive weight.
//
//   covariance   C_xy = c sum w (x - xbar)(y - ybar) / W,  z_k = w_k (c (x_k - xbar)(y_k - ybar) - C_xy) / W
//   variance     C_yy
//   sd           sqrt(C_yy),               z = z_var / (2 sd)
//   cv           sd / ybar,                z = (z_sd - cv z_mean) / ybar
//   correlation  C_xy / sqrt(C_xx C_yy),   z = z_xy / sqrt(C_xx C_yy) - r (z_xx / C_xx + z_yy / C_yy) / 2
//
// Factor c: `sample` n / (n - 1), the definition of R svyvar, which treats c as a constant, as done here (default);
// `population` 1, the variance of the estimated population; `weights` W / (W - 1). Deviations are from the weighted
// mean in two passes; the mean's own error adds nothing of first order. NaN: no row of positive weight, one row under
// `sample`, W <= 1 under `weights`, cv of mean 0, correlation with a constant. Of a constant variable the sd is 0 and
// its influence not defined. O(n) a pair. Oracle: R survey 4.1 svyvar, estimate 1e-10, SE 1e-8, off-diagonal too.
#pragma once

#include <span>
#include <vector>

#include "estimation/influence.h"

namespace cifra {

enum class DispersionFactor { sample, population, weights };

Influence weighted_mean(std::span<const double> y, std::span<const double> w);
Influence covariance_of(std::span<const double> x, std::span<const double> y, std::span<const double> w,
                        DispersionFactor factor = DispersionFactor::sample);
Influence variance_of(std::span<const double> y, std::span<const double> w,
                      DispersionFactor factor = DispersionFactor::sample);
Influence standard_deviation(std::span<const double> y, std::span<const double> w,
                             DispersionFactor factor = DispersionFactor::sample);
Influence coefficient_of_variation(std::span<const double> y, std::span<const double> w,
                                   DispersionFactor factor = DispersionFactor::sample);
Influence correlation(std::span<const double> x, std::span<const double> y, std::span<const double> w);

// The k x k matrix of k variables, column by column as R prints it: element i + k j belongs to variables i and j.
std::vector<Influence> covariance_matrix(const std::vector<std::span<const double>>& variables,
                                         std::span<const double> w, DispersionFactor factor = DispersionFactor::sample);

}  // namespace cifra
