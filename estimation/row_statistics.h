// Statistics that are not functions of a few sums: quantiles, variances, inequality. The rows of each domain are
// gathered, the statistic and its linearized values are made by quantile.h, dispersion.h, inequality.h, and their
// totals by unit give the variance as for any other, swept under calibrated weights (variance/residuals.h).
#pragma once

#include <cstdint>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/domain.h"
#include "estimation/estimate.h"
#include "estimation/indicators.h"
#include "estimation/survey_data.h"

namespace cifra {

// Like finish_cells: everything of an Estimate but covariance, df and active. Values by domain cell; of several
// probabilities, by probability, then by cell ("sex=F;quantile=0.9"). The linearized column of a quantile is that of
// the distribution function F over minus its slope at the quantile, the slope being se(F) / se of Woodruff's interval
// (Francisco and Fuller 1991). Under replicate weights the statistic is made anew with each. `order`: rows_by_unit.
Estimate row_statistic(const SurveyData& data, const Indicator& indicator, const Cells& cells,
                       const std::vector<std::uint32_t>& order, const ReplicateRatios* replicates, double level,
                       std::vector<std::vector<std::uint32_t>>& active_units, Diagnostics& faults);

}  // namespace cifra
