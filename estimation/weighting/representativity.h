// How evenly the units of a sample responded: R-indicators of estimated response propensities.
//
// With ρ of propensity.h, design weights d, N = Σ d and ρ̄ = Σ d ρ / N over the n eligible units of positive weight:
//
//   R = 1 - 2 S,   S² = Σ d (ρ - ρ̄)² / (N - 1)         1: all propensities are equal; 0: as uneven as they can be
//
// (Schouten, Cobben and Bethlehem 2009, Survey Methodology 35: 101-113). The spread of estimated propensities is too
// large, since they are estimated; the adjusted R takes (Shlomo, Skinner and Schouten 2012, Journal of Statistical
// Planning and Inference 142: 201-211)
//
//   S²_adj = S² - (1/N) Σ d z'Σ z + v(ρ̄),   z = ρ (1 - ρ) x
//
// Σ is the covariance of the coefficients and v the variance over samples. The standard error of R, same source:
//
//   v(R) = [4 A'Σ A + 2 tr(B Σ B Σ) + v(mean of (ρ - ρ̄)²)] / S²
//   A = (1/N) Σ d (ρ - ρ̄)(z - z̄),   B = (1/N) Σ d (z - z̄)(z - z̄)'
//
// Σ = J^-1 [Σ f² ρ (1 - ρ) x x'] J^-1, J = Σ f ρ (1 - ρ) x x', for fitting weights f: the inverse information of the
// source where f is constant. v(mean of a) = (1 - n/N) n/(n-1) Σ (d (a - ā) / N)², that of a simple random sample
// where d is constant. Units answer independently here and clusters do not enter: under a clustered design take the
// spread of R over replicate weights. All depend on the predictors: compare surveys by the same ones.
//
// Cost: O(n p² + p³). Oracle: the formulas with matrices in R, tests/oracle/weighting_propensity.R; a Monte Carlo.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "estimation/weighting/propensity.h"

namespace cifra {

struct Representativity {
    double mean = 0;                      // ρ̄, the weighted response rate the model predicts
    double deviation = 0;                 // S
    double r = 1, r_adjusted = 1;         // 1 where S²_adj is negative
    double se = 0;                        // of r; NaN where S = 0
    double coefficient_of_variation = 0;  // S_adj / ρ̄, the largest relative bias of a mean of nonresponse
};

// `weights`: d, `fit_weights`: f of fit_propensity, by row of the file. Refusal: fewer than two units of positive
// weight.
Representativity representativity(const PropensityProblem& problem, const Propensity& propensity,
                                  std::span<const double> weights, std::span<const double> fit_weights);

// Which variables, and which of their categories, the spread comes from (Schouten, Shlomo and Skinner 2011, Journal of
// Official Statistics 27: 231-253). With N_h = Σ d in category h, ρ̄_h the mean there, and ρ̄_l the mean of the cell l
// that crosses all other factors:
//
//   unconditional  category: sqrt(N_h / N) (ρ̄_h - ρ̄), negative where it responds less; variable: root of the sum of
//                  squares, the spread between categories
//   conditional    category: sqrt(Σ_h d (ρ - ρ̄_l)² / N); variable: root of the sum of squares, what is left of the
//                  spread within cells of the other factors
//
// Factors of the model only: predictors that are numbers have no categories and do not enter the cells.
struct PartialIndicator {
    struct Category {
        std::string code;
        double share = 0;  // N_h / N
        double unconditional = 0, conditional = 0;
    };
    std::string variable;
    double unconditional = 0, conditional = 0;
    std::vector<Category> categories;
};

std::vector<PartialIndicator> partial_indicators(const PropensityProblem& problem, const Propensity& propensity,
                                                 std::span<const double> weights);

}  // namespace cifra
