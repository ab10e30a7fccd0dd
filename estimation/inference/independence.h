// Tests of two-way tables and of given shares under a sample design (Rao and Scott 1984, Annals of Statistics 12:
// 46-60; Thomas and Rao 1987; Koch, Freeman and Freeman 1975 for the Wald tests).
//
// p the estimated shares of the cells, X2 = n sum (p - p_r p_c)^2 / (p_r p_c), G2 = 2 n sum p log(p / (p_r p_c)); V the
// linearized covariance of p and Delta = (C' D^-1 C / n)^-1 (C' D^-1 V D^-1 C), D = diag(p), C the interaction
// contrasts orthogonal to the main effects. With d0 = tr(Delta)^2 / tr(Delta^2), m = (r - 1)(c - 1), nu the degrees of
// freedom of the design:
//
//   F            X2 / tr(Delta) on (d0, d0 nu): Rao-Scott of second order
//   Chisq        X2 on m, p from X2 / (tr(Delta) / m): Rao-Scott of first order
//   lincom       p of X2 as a sum of chi-squares with the eigenvalues of Delta against a reference of d0 nu, exactly
//   saddlepoint  the same by Kuonen's approximation (R survey gives it for "lincom" too where CompQuadForm is missing)
//   Wald         Y' V_Y^-1 Y / m on (m, nu), Y = N_rc - N_r N_c / N of estimated totals, first row and column left out
//   adjWald      Wald (nu - m + 1) / nu on (m, nu - m + 1)
//   LR_F, LR_Chisq  as F and Chisq with G2
//
// Oracle: R survey 4.1 svychisq, svygofchisq.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "estimation/inference/inference_sample.h"
#include "estimation/inference/model_inference.h"

namespace cifra {

const std::vector<std::string>& independence_statistics();

// Categories of each record (position in sample.rows), every one of them occupied.
struct TwoWay {
    std::vector<std::uint32_t> row, column;
    std::size_t rows = 0, columns = 0;
    double n = 0;  // sample size in X2: usually the records; R svychisq takes those with missing variables too
};

// One result for each statistic asked for. A table with one row or one column, or without degrees of freedom, gives
// missing numbers and a notice; empty cells are counted in a notice.
std::vector<TestResult> test_independence(const InferenceSample& sample, const TwoWay& table,
                                          const std::vector<std::string>& statistics);

// Goodness of fit: X2 = sum (N_i - p_i N)^2 / (p_i N) of the estimated totals over its first two moments (Rao and Scott
// 1981, JASA 76: 221-230, section 3; R svygofchisq): statistic X2, df1 the Satterthwaite df, p. `shares` are positive.
TestResult test_goodness_of_fit(const InferenceSample& sample, const std::vector<std::uint32_t>& category,
                                const std::vector<double>& shares);

}  // namespace cifra
