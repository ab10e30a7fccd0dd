// Adjustment for nonresponse by estimated response propensities.
//
// The propensity ρ_k of an eligible unit is its chance to respond, by a logistic regression of response on variables
// known for respondents and nonrespondents: logit ρ_k = x_k'β, β from Σ f_k x_k (r_k - ρ_k) = 0 with fitting weights f
// (the design weights, or 1; Valliant, Dever and Kreuter 2018, Practical Tools for Designing and Weighting Survey
// Samples, section 13.5). Respondents then get
//
//   inverse propensity    w'_k = w_k / ρ_k
//   propensity classes    w'_k = w_k a_c, classes c of about equal numbers of eligible units, split at quantiles of ρ
//                         (Little 1986, International Statistical Review 54: 139-157): they depend on the model less
//
//   response_rate         a_c = Σ_c w / Σ_(respondents in c) w: the sum of the eligible weights is kept
//   mean_propensity       a_c = Σ_c w / Σ_c w ρ: one over the weighted mean propensity
//
// A text predictor is a factor (treatment contrasts, its first category in order of text the reference), a number is
// one column. Columns that depend on earlier ones are left out. Prepare once, fit for every set of weights.
// Cost: preparation O(n p); a fit O(n + iterations g p²) for g distinct rows of predictors; classes O(n log n). Oracle:
// R glm (tests/oracle/weighting_propensity.R).
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/inference/model_matrix.h"
#include "estimation/weighting/audit.h"
#include "estimation/weighting/cells.h"

namespace cifra {

struct Predictor {
    std::string name;
    Column column;  // text: categories
};

struct PropensityProblem {
    std::vector<std::size_t> rows;       // of the eligible units
    std::vector<std::uint8_t> responds;  // of each of them
    std::vector<std::uint32_t> pattern;  // of each of them: its row of the matrix
    ModelMatrix matrix;                  // a row for each combination of predictors that occurs
    ModelTerms terms;                    // the predictors of the eligible units
    std::size_t units = 0;               // rows of the file
};

// Refusal: a predictor without value for an eligible unit. std::invalid_argument: lengths that differ.
PropensityProblem prepare_propensity(const std::vector<Predictor>& predictors, std::span<const std::uint8_t> eligible,
                                     std::span<const std::uint8_t> responds);

struct Propensity {
    std::vector<double> of_row;    // ρ by row of the file; NaN where not eligible
    Eigen::VectorXd coefficients;  // by column of the matrix; 0 for a column left out
    int iterations = 0;
};

// `fit_weights`: f by row of the file; 0 leaves a unit out of the fit, not out of the result. Where every unit of
// positive weight responds ρ is 1. Refusal: nobody responds; no finite estimate because responses are separated (a
// category in which all or none respond), naming the predictor; no convergence; a weight that is negative or not
// finite.
Propensity fit_propensity(const PropensityProblem& problem, std::span<const double> fit_weights);

// w / ρ for those that respond, 0 for others.
std::vector<double> weigh_by_inverse_propensity(std::span<const double> weights, const Propensity& propensity,
                                                std::span<const std::uint8_t> responds);

// Classes "1", "2", ... by increasing propensity, of the rows that are `inside`: (q_j-1, q_j] between the quantiles
// j / classes of their propensities (R quantile, type 7), the first with its lower end. Equal propensities fall in one
// class; so there may be fewer classes.
AdjustmentCells propensity_classes(std::span<const double> propensity, std::span<const std::uint8_t> inside,
                                   std::size_t classes);

enum class ClassFactor : std::uint8_t { response_rate, mean_propensity };

struct PropensityClassRule {
    std::size_t classes = 5;
    ClassFactor factor = ClassFactor::response_rate;
    CollapseRule collapse{};  // neighbouring classes are joined (cells.h), always until each has a respondent
};

// Classes are formed over the eligible units of positive weight. Throws Refusal when nobody responds.
AdjustedWeights adjust_by_propensity_classes(std::string step, std::span<const double> weights,
                                             const Propensity& propensity, std::span<const std::uint8_t> eligible,
                                             std::span<const std::uint8_t> responds, const PropensityClassRule& rule);

}  // namespace cifra
