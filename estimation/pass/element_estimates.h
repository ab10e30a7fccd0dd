// Designs whose rows are the PSUs: rows of the same (stratum, cell) fold into their number, sums and products, so that
// what is kept does not grow with the rows.
//
//   V = Σ_h (1 - f_h) n_h / (n_h - 1) [ C_h + m_h (1 - m_h / n_h) z̄_h² ],    z = Σ_j (∂g/∂S_j) s_j
//
// n_h rows drawn in the stratum, m_h of them in the universe of the cell, z̄_h the mean of z over these and C_h its
// centred square; the n_h - m_h others are zeros. It is the formula of variance.h with each row its own unit.
// Of a mean or ratio z is (s_0 - θ s_1) / Σ s_1, θ the ratio of the sums, so that Σ z² is a form in the products of the
// terms. C_h = Σ z² - (Σ z)² / m_h cancels, twice as many digits as the mean has more than the standard deviation: sums
// and products have 31 of them (summation.h), and the difference is made in arithmetic of 34. Of items that lie 1e9 of
// their standard deviations from 0 some 12 digits of the variance are left, with 1e5 it is exact to the last one.
// Oracle: the same estimates with rows in memory, 1e-12; R survey (api data).
#pragma once

#include <string>
#include <vector>

#include "estimation/design.h"
#include "estimation/estimate.h"
#include "estimation/pass/pass_plan.h"
#include "estimation/pass/pass_sums.h"

namespace cifra {

struct ElementDesign {
    SurveyDesign design;                    // one stage of which the fractions are known and the units are not
    std::vector<double> drawn;              // n_h
    std::vector<std::uint32_t> stratum_of;  // of each unit of the pass
};

// `drawn`: the units of the pass, combinations of stratum and fpc. Faults: design-missing, fpc-value; Refusal for
// strata of one row under LonelyPsu::fail.
ElementDesign declare_elements(const PassPlan& plan, const PassSums& sums, const Table& drawn,
                               const DesignColumns& columns, Diagnostics& faults);

// One estimate a task, without linearized columns: no covariances between them.
std::vector<Estimate> estimates_of_elements(const PassPlan& plan, const PassSums& sums, const ElementDesign& design,
                                            const std::vector<std::string>& weight_names);

}  // namespace cifra
