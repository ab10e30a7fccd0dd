// Generalized linear models under a sample design, by pseudo-likelihood (Binder 1983, International Statistical Review
// 51: 279-292; Lumley 2010, chapter 5).
//
// The coefficients solve  U(b) = sum_k w_k x_k (y_k - mu_k) mu'_k / V_k = 0  by Fisher scoring with step halving, to
// relative changes of 1e-12 of the deviance and 1e-10 of the linear predictor. With A = sum_k w_k x_k x_k' mu'_k^2 /
// V_k
//
//   z_k = A^-1 w_k x_k (y_k - mu_k) mu'_k / V_k        covariance of b = linearized covariance of sum z_k
//
// (variance.h). Degrees of freedom: those of the design over the records of the model, minus (rank - 1), as R survey's
// svyglm; a t statistic and interval for each coefficient.
//
// Negative binomial: theta maximizes the pseudo-likelihood jointly with b; A is then the observed information of
// (b, theta), so that standard errors of b carry the estimation of theta, as R sjstats::svyglm.nb. Where the likelihood
// grows until theta passes 1e7 there is no overdispersion: theta is missing, with a notice.
//
// Under replicate weights the model is fitted anew with each replicate's, and the covariance is the spread of the
// coefficients (and theta) over them about the centre declared (R svyglm for svyrep.design). A replicate in which a
// coefficient of the full fit has no finite estimate leaves that coefficient without a standard error, with a notice; R
// leaves such replicates out.
//
// Columns that depend on earlier ones are left out (orthonormal_basis.h). A coefficient that runs off to infinity
// (separation: a category without cases) is missing, with a notice; so are all when the fit did not converge.
//
// Records with equal covariates are iterated as one (regression_points.h). Cost O(iterations g p^2 + n p) for g
// patterns of n records, times the replicates. Oracle: R survey 4.1 svyglm, api, ENVIPE and NCVS data.
#pragma once

#include <Eigen/Core>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "estimation/inference/families.h"
#include "estimation/inference/inference_sample.h"
#include "estimation/inference/regression_points.h"

namespace cifra {

enum class CoefficientState { estimated, aliased, infinite };

struct Regression {
    ModelFamily family;
    Eigen::VectorXd coefficients;         // p; NaN unless estimated
    std::vector<CoefficientState> state;  // p
    Eigen::MatrixXd covariance;           // p × p; NaN unless both are estimated
    Eigen::MatrixXd inverse_information;  // p × p, weights with mean 1; 0 for aliased columns
    std::vector<SparseColumn> influence;  // p columns z by unit; empty for aliased ones
    Eigen::VectorXd raw;                  // p; 0 where aliased, the last iterate where infinite: for predictions
    Eigen::MatrixXd replicate_raw;        // p × replicates: `raw` under each; empty under linearization
    Eigen::VectorXd mean;                 // fitted, of each record
    double deviance = 0;                  // weights with mean 1
    double dispersion = 0;                // weighted variance of the Pearson residuals (R: summary.svyglm)
    double df = 0;                        // residual
    double n = 0;
    double theta = std::numeric_limits<double>::quiet_NaN(), theta_se = theta;
    int iterations = 0;
    bool converged = false;
    std::vector<std::string> notices;
    std::size_t rank() const;
    bool usable() const;  // converged, and no coefficient is infinite
};

// full: to the precision above. r_default: R's glm with its default control, for comparing with printed results (see
// iterate_like_r in scoring.h); not for the negative binomial.
enum class Convergence { full, r_default };
const std::vector<std::string>& convergence_names();

// Throws Refusal under LonelyPsu::fail and for replicate weights below 0, std::invalid_argument for lengths that
// differ, a pattern without a row, or outcomes the family does not allow. No record: every number is missing, with a
// notice.
Regression fit_regression(const InferenceSample& sample, const RegressionInput& input, const ModelFamily& family,
                          Convergence convergence = Convergence::full);

struct Coefficient {
    double estimate, se, t, df, p, lower, upper;
};
Coefficient coefficient_of(const Regression& model, std::size_t column, double level = 0.95);

}  // namespace cifra
