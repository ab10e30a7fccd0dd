// A weighting step that is ready to be taken: once on the weights of the sample, again on those of every replicate,
// and backwards on linearized values.
//
// Forwards: w' = step(w), by unit. What the step learned from the sample (cells and how they were joined, limits of
// trimming) stays; what it estimates (rates of response, factors, propensities, λ) is estimated again from the weights
// it is given.
//
// Backwards: an estimate Y = Σ w'_k y_k, with a_k = w'_k y_k, depends on the weights before the step; the derivative
// ∂Y/∂w_k times w_k is z_k. For one fixed factor z = a. For factors made by cells,
//
//   w'_k = w_k T_c / Σ_c w m  (T a known total of m)   z_k = a_k - w'_k m_k ȳ_c,              ȳ_c = Σ_c a / Σ_c w' m
//   w'_k = w_k A_c / B_c      (A eligible, B respondents: sums of w)
//                                                      z_k = a_k - w'_k ȳ_c + w_k ȳ_c 1(eligible)
//
// and for calibration z_k = a_k - w'_k x_k'B (variance/residuals.h: the derivative where F is linear, asymptotically so
// else). All are of one form, a sweep, z = a - X M H'a. Taken from the last step to the first this gives the linearized
// values of the whole chain (Valliant, Dever and Kreuter 2018, section 15.5.1; Deville and Särndal 1992, section 3),
// whose variance under the design is that of the estimate. Controls that are estimates with V(T) = R R' add B'V(T)B.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "estimation/weighting/calibration.h"
#include "estimation/weighting/cells.h"
#include "estimation/weighting/propensity.h"
#include "estimation/weighting/trimming.h"

namespace cifra {

using Weights = std::vector<double>;
using Mask = std::vector<std::uint8_t>;

// X_kj = leaving_k x_kj, H_kj = entering_k x_kj.
struct Sweep {
    Controls auxiliaries;       // x by unit
    Weights entering, leaving;  // by unit
    Eigen::MatrixXd inverse;    // M; empty: a diagonal
    Eigen::VectorXd diagonal;   // its diagonal then: cells do not overlap, and there may be many
    Eigen::MatrixXd sources;    // R; empty: totals are known
    bool of_response = false;   // the totals are sums of the sample itself: eligibility, nonresponse
};

// Controls of a replicate: those of the sample, moved by R η.
using ControlShift = std::function<Eigen::VectorXd(const Eigen::MatrixXd& sources)>;

struct ChainStep {
    std::string name;
    // Throws Refusal where the step cannot be taken: nobody in a cell, controls that cannot be met. `shift` moves
    // controls that are estimates; empty: they stand.
    std::function<Weights(const Weights&, const ControlShift& shift)> forwards;
    std::optional<Sweep> sweep;  // of the weights of the sample; empty: z = a
};

// M times a matrix of as many rows as there are auxiliaries.
Eigen::MatrixXd times_inverse(const Sweep& sweep, const Eigen::MatrixXd& matrix);

// z from a, after the step to before it. `sources` gains R'B of controls that are estimates.
Weights swept_back(const Sweep& sweep, Weights a, Weights& sources);

// w' = w f.
ChainStep factor_step(std::string name, Weights factors);

// Weights of households become those of their persons. `household` and `factors` by person.
ChainStep selection_step(std::string name, std::vector<std::size_t> household, Weights factors);

// Factors by groups of cells: units of a group that `take` get w T_c / Σ(take in c) w m, its others 0. T_c is the sum
// of w over the units that `give`, or a known total.
struct CellStep {
    std::vector<std::uint32_t> group;  // of each unit; AdjustmentCells::none: the weight stays as it is
    std::vector<std::uint8_t> gives, takes;
    Weights targets;                 // by group; empty: sums over those that give
    Weights measure;                 // m by unit; empty: 1
    std::vector<std::string> names;  // of groups
};
ChainStep cell_step(std::string name, CellStep cells, const Weights& before, const Weights& after);

// Calibration, whose controls refer to units by index; units of weight 0 take no part. `sources`: R of controls that
// are estimates, else empty.
ChainStep calibration_step(std::string name, Controls controls, std::vector<double> variances,
                           CalibrationOptions options, Eigen::MatrixXd sources, const Weights& before,
                           const Weights& after);

// Inverse propensities, fitted again with the weights given (`weighted`) or with the weights' signs alone. Linearized
// values take the propensities as known.
ChainStep propensity_step(std::string name, PropensityProblem problem, Mask eligible, Mask responds, bool weighted);

// The same with classes of propensity, formed again each time.
ChainStep propensity_class_step(std::string name, PropensityProblem problem, Mask eligible, Mask responds,
                                bool weighted, PropensityClassRule rule);

// Trimming at limits that the weights set anew each time; `controls` are kept where there are some. Linearized values
// take the limits' effect as fixed.
ChainStep trimming_step(std::string name, AdjustmentCells cells, TrimmingRule rule, std::optional<Controls> controls,
                        CalibrationOptions options);

}  // namespace cifra
