// From indicators to estimates: all of them in one pass over the rows of their base level into PSU totals by domain
// cell, then values, linearized covariance, degrees of freedom.
//
//   theta = scale * g(S_1 .. S_k)      z_i = scale * sum_j (dg/dS_j) s_ij
//
//   total           g = A
//   ratio of sums   g = A / B      z = scale * (a - (A / B) b) / B
//   formula         any smooth g (formula.h)
//
// (Särndal, Swensson and Wretman 1992, results 5.5.1 and 5.6.1; Wolter 2007, chapter 6.) z_i is summed by unit of the
// design; a unit outside the domain has z_i = 0 and stays in its stratum. With replicate weights g is evaluated under
// each (replicates.h).
//
//   deff = V / V_srs, V_srs = variance of the same statistic under simple random sampling with replacement of the n
//   rows of the domain: W (sum w e^2 - (sum w e)^2 / W) / (n - 1) with e = z / w by row, W = sum w (Kish 1965). It
//   equals R survey's deff = "replace" for means. Under calibrated weights V is that of the residuals
//   (variance/residuals.h) and V_srs still that of the values, so the gain of the calibration shows in deff.
#pragma once

#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/estimate.h"
#include "estimation/indicators.h"
#include "estimation/survey_data.h"

namespace cifra {

// An indicator in every cell of the crossing of `by` (empty: the whole), its records broken down by `numerator_by`.
struct EstimateRequest {
    const Indicator* indicator = nullptr;
    std::vector<std::string> by;
    std::vector<std::string> numerator_by;
    bool whole_numerator = true;  // false: leaves out the estimates of all records together
};

struct EstimateOptions {
    bool full_covariance = true;  // false: the diagonal alone; `linearized` gives the rest
    double level = 0.95;          // of intervals that a statistic makes itself (quantiles)
    int threads = 0;
};

// Weight sets bound to domains are used where a request names their variables; imputed items are drawn, estimated and
// pooled (imputation_pool.h). One Estimate a request, in order; cells by part of the numerator, then by domain. Throws
// Refusal under LonelyPsu::fail. Columns of the domains must exist at the indicator's base level.
std::vector<Estimate> estimate_all(const SurveyData& data, const std::vector<EstimateRequest>& requests,
                                   const EstimateOptions& options, Diagnostics& faults);

// The same for the weights and items of `data` as they stand: neither weight sets nor draws of imputation.
std::vector<Estimate> estimate_once(const SurveyData& data, const std::vector<EstimateRequest>& requests,
                                    const EstimateOptions& options, Diagnostics& faults);

// One request, for programs.
Estimate estimate(const SurveyData& data, const Indicator& indicator, const std::vector<std::string>& by,
                  const EstimateOptions& options, Diagnostics& faults);

VarianceSource variance_source(const SurveyData& data);

}  // namespace cifra
