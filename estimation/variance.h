// Linearized covariance of totals under the declared design: the one front door of every statistic.
//
//   V = sum over stages s, groups g:  m_g (1 - f_g) n_g / (n_g - 1)  sum_{i in g} (z_i - zbar_g)(z_i - zbar_g)'
//
// where z_i are the (weighted, linearized) totals of the units of stage s, n_g all sampled units of the group, zeros
// included, f_g the sampling fraction and m_g the product of the fractions of the stages before. Särndal, Swensson and
// Wretman 1992, section 4.3 (result 4.3.1 by recursion); with f = 0 the ultimate-cluster form of Wolter 2007, section
// 6. The design may put another form in the place of the first stage's (variance/unequal.h: unequal probabilities,
// systematic selection) or of all (variance/phases.h: two phases). estimation/variance/README.md is the manual.
//
// An entry of a column says that its unit holds a member of the column's domain, even where its total is 0; units
// without an entry are zeros outside the domain. Only `average`, `domain_lonely` and their counts see the difference.
// Entries behind the units of the design are independent sources of variance 1: their totals add products, no degrees
// of freedom. Deviations are centred before they are squared. Cost: per group, n_g times the square of its active
// columns; n_g² with joint probabilities. Oracle: R survey svyrecvar (api data), naive twins in tests/support.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "estimation/design.h"
#include "estimation/totals.h"

namespace cifra {

// The covariance matrix of the columns' sums. Throws Refusal naming the lonely strata under LonelyPsu::fail. An
// estimate of a variance that comes out negative (possible with joint probabilities, their approximations and two
// phases) is NaN; so is one under `average` when every stratum of the column is lonely. Within 1e-12 of Σ z² it is 0.
Eigen::MatrixXd covariance(const SurveyDesign& design, const std::vector<SparseColumn>& columns);

// Its diagonal alone, at a cost linear in the columns.
Eigen::VectorXd variances(const SurveyDesign& design, const std::vector<SparseColumn>& columns);

// Degrees of freedom: PSUs of `active` minus the strata they lie in (Rust and Rao 1996, section 2), counted in the
// universe of the denominator. `active` holds units of the first stage. In two phases the second phase's elements in
// those PSUs minus their strata (as R survey); where a PSU holds several of them, the smaller of both numbers.
double degrees_of_freedom(const SurveyDesign& design, const std::vector<std::uint32_t>& active);

// Satterthwaite's degrees of freedom of a column's variance, (Σ V_g)² / Σ V_g²/(n_g - 1) over the groups of all stages
// (strata, and PSUs where later stages count), n_g the units drawn (Satterthwaite 1946; Rust and Rao 1996). Groups
// that lonely rules give a value count with one. NaN where the variance is 0 or negative, and in two phases.
double satterthwaite_df(const SurveyDesign& design, const SparseColumn& column);

// Throws the Refusal of LonelyPsu::fail: groups of a stage with a single sampled unit, strata by name.
[[noreturn]] void refuse_lonely(const SurveyDesign& design, std::size_t stage,
                                const std::vector<std::uint32_t>& lonely);

// First-stage unit of each unit of the last stage.
std::vector<std::uint32_t> psu_of_unit(const SurveyDesign& design);

// "linearized, without replacement, 2 stages, lonely_psu=average": the column variance_method of estimates.csv.
std::string describe_variance(const SurveyDesign& design);

}  // namespace cifra
