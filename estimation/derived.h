// Functions of estimates: contrasts, ratios of estimates, joint tests, with the covariance of what they are made of.
//
//   g(theta_1 .. theta_k):   z = sum_j (dg/dtheta_j) z_j,  V(g) = V(sum of z)
//
// (Wolter 2007, section 6.3.) The linearized columns of the estimates are combined before the variance is taken, so no
// k × k matrix is made. df are those of the union of the PSUs behind the estimates.
#pragma once

#include <string>
#include <vector>

#include "estimation/estimate.h"
#include "estimation/formula.h"

namespace cifra {

// One value of an Estimate.
struct CellOfEstimate {
    const Estimate* estimate = nullptr;
    std::size_t cell = 0;
    double value() const { return estimate->values(static_cast<Eigen::Index>(cell)); }
    double variance() const {
        return variance_of(*estimate, cell);
    }
};

struct DerivedEstimate {
    double value = missing_number;
    double variance = missing_number;  // NaN where a part has none
    double df = 0;
    double n = 0;
};

// g of the cells, in the order of the formula's variables. All cells are of the same sample.
DerivedEstimate derive_estimate(const Formula& formula, const std::vector<CellOfEstimate>& cells,
                                const VarianceSource& source, double replicate_df);

// That all cells are equal: with C the contrasts of each against the first,
//   W = (C theta)' (C V C')^- (C theta),  F = W (df - q + 1) / (q df) on q and df - q + 1 degrees of freedom
// (Korn and Graubard 1990, the adjusted Wald test; q = rank of C V C').
struct WaldTest {
    double f = missing_number, df1 = 0, df2 = 0, p = missing_number;
};
WaldTest test_equal(const std::vector<CellOfEstimate>& cells, const VarianceSource& source, double replicate_df);

// Two-sided p of a t statistic; df may be infinite.
double t_p_value(double t, double df);

enum class MultipleTesting { none, holm, benjamini_hochberg };
const std::vector<std::string>& multiple_testing_names();

// Adjusted p-values (Holm 1979; Benjamini and Hochberg 1995); NaN stays NaN and is not counted. Oracle: R p.adjust.
std::vector<double> adjusted_p_values(const std::vector<double>& p, MultipleTesting method);

}  // namespace cifra
