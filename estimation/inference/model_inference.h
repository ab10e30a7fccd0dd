// Tests of several coefficients at once, and predictive margins, of a fitted regression.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "estimation/inference/regression.h"

namespace cifra {

struct TestResult {
    std::string test;  // "F", "Wald", "t", ...
    double estimate, se;
    double statistic, df1, df2, p;
    double lower, upper;
    std::vector<std::string> notices;
};
TestResult no_result(std::string test, std::string notice);  // every number NaN

// How the coefficients of terms are tested to be all zero. V their covariance, V0 their inverse information.
//   wald          F = b' V^-1 b / q on q and df (R regTermTest, method "Wald")
//   working_wald  X2 = b' V0^-1 b against sum lambda_i X_i, lambda the eigenvalues of V0^-1 V ("WorkingWald")
//   lrt           the difference of deviances against the same sum (Rao-Scott working likelihood ratio, Lumley and
//   Scott
//                 2014, Journal of Survey Statistics and Methodology 2: 1-15; "LRT")
// The sum is compared with a chi-square reference of df by saddlepoint, as R. df1 is the number q of coefficients left
// after aliased ones.
enum class TermTest { wald, working_wald, lrt };
const std::vector<std::string>& term_test_names();

TestResult test_coefficients(const InferenceSample& sample, const RegressionInput& input, const Regression& model,
                             const std::vector<std::size_t>& columns, TermTest kind);

// b' V^-1 b / k on (k, df): the joint Wald test behind all F tests here. A singular V is a notice.
TestResult wald_test(std::string test, const Eigen::VectorXd& b, const Eigen::MatrixXd& v, double df);

// Whose variance a predictive margin carries.
//   unconditional  coefficients and composition of the population, with their covariance (linearized; Graubard and Korn
//                  1999, Biometrics 55: 652-659; Stata margins, vce(unconditional))
//   separate       the sum of both variances, their covariance left out (R svypredmeans)
//   conditional    the coefficients alone (Stata margins by default)
enum class MarginVariance { unconditional, separate, conditional };
const std::vector<std::string>& margin_variance_names();

struct Margins {
    Eigen::VectorXd values;  // weighted mean over all records of the mean predicted from each matrix
    Eigen::MatrixXd covariance;
};

// `matrices`: the model matrix with a variable fixed at each value in turn (model_matrix.h), rows as
// those of input.columns.
Margins predictive_margins(const InferenceSample& sample, const RegressionInput& input, const Regression& model,
                           const std::vector<Eigen::MatrixXd>& matrices, MarginVariance variance);

}  // namespace cifra
