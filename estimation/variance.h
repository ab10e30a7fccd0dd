// Linearized covariance of totals under a stratified multi-stage design.
//
//   V = sum over stages s, groups g:  m_g (1 - f_g) n_g / (n_g - 1)  sum_{i in g} (z_i - zbar_g)(z_i - zbar_g)'
//
// where z_i are the (weighted, linearized) totals of the units of stage s, n_g all sampled units of the group, zeros
// included, f_g the sampling fraction and m_g the product of the fractions of the stages before. Särndal, Swensson and
// Wretman 1992, section 4.3 (result 4.3.1 by recursion); with f = 0 the ultimate-cluster form of Wolter 2007, section
// 6. Deviations are centred before they are squared. Cost: per group, n_g times the square of the columns active in
// it. Oracle: R survey svyrecvar (api data, one and two stages) and a naive recursive twin in tests/support.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "estimation/design.h"
#include "estimation/totals.h"

namespace cifra {

// The covariance matrix of the columns' sums. Throws Refusal naming the lonely strata under LonelyPsu::fail.
Eigen::MatrixXd covariance(const SurveyDesign& design, const std::vector<SparseColumn>& columns);

// Its diagonal alone, at a cost linear in the columns.
Eigen::VectorXd variances(const SurveyDesign& design, const std::vector<SparseColumn>& columns);

// Degrees of freedom: PSUs of `active` minus the strata they lie in (Rust and Rao 1996, section 2), counted in the
// universe of the denominator. `active` holds units of the first stage.
double degrees_of_freedom(const SurveyDesign& design, const std::vector<std::uint32_t>& active);

// First-stage unit of each unit of the last stage.
std::vector<std::uint32_t> psu_of_unit(const SurveyDesign& design);

}  // namespace cifra
