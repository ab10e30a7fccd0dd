// Steps made anew under each replicate weight: caps that are weighted percentiles, and imputed items.
//
// A percentile of the counts, and a donor drawn for a missing item, are themselves estimates: with replicate weights
// they are made again with each, so that their error is in the variance (Shao and Sitter 1996, JASA 91: 1278-1288, for
// imputation). Without replicate weights caps are taken as fixed and imputation is pooled (imputation_pool.h).
#pragma once

#include <vector>

#include "engine/diagnostics.h"
#include "estimation/statistics.h"
#include "estimation/survey_data.h"

namespace cifra {

// Counts of the rules with a weighted cap made with the weights as they stand, and the derived variables after them.
void recount(SurveyData& data, Diagnostics& faults);

bool needs_replay(const SurveyData& data);

// Like estimate_once. One pass over the data for each replicate.
std::vector<Estimate> estimate_replayed(const SurveyData& data, const std::vector<EstimateRequest>& requests,
                                        const EstimateOptions& options, Diagnostics& faults);

}  // namespace cifra
