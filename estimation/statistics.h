// From terms to estimates: one pass over the rows into PSU totals by domain cell, then values and linearized
// covariance.
//
//   total           A = sum a                       z = a
//   ratio of sums   R = scale * A / B               z = scale * (a - (A / B) b) / B
//
// (Särndal, Swensson and Wretman 1992, results 5.6.1 and 5.10; Wolter 2007, chapter 6.) z_i is summed by unit of the
// design; a unit outside the domain has z_i = 0 and stays in its stratum.
//
//   deff = V / V_srs, V_srs = variance of the same statistic under simple random sampling with replacement of the n
//   rows of the domain: W sum w e^2 / ((n - 1) B^2) scale^2 for a ratio with e = (a - R b) / w, and W^2 S^2 / n for a
//   total of y = a / w, W = sum w (Kish 1965). It equals R survey's deff = "replace" for means.
#pragma once

#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/domain.h"
#include "estimation/estimate.h"
#include "estimation/indicators.h"
#include "estimation/survey_data.h"
#include "estimation/terms.h"
#include "estimation/totals.h"

namespace cifra {

// What the pass leaves of one cell: two columns of PSU totals and the sums over rows that deff needs.
struct CellTotals {
    SparseColumn numerator, denominator;
    std::vector<std::uint32_t> active;  // units with a row of the universe, increasing
    double n = 0, cases = 0;
    double w = 0, a = 0, aa = 0, ab = 0, bb = 0;  // sums of w, a, a²/w, ab/w, b²/w over the universe
    double missing = 0;                           // weight of rows with a missing item
};

// One pass over the rows in order of their unit. `order` is rows_by_unit of the level.
std::vector<CellTotals> accumulate_cells(const Level& base, const std::vector<std::uint32_t>& order, const Terms& terms,
                                         const Cells& cells);

struct EstimateOptions {
    bool full_covariance = true;  // false: the diagonal alone
    NumeratorCell only;           // restricts the numerator of a rate to a cell of its records
};

// The indicator in every cell of the crossing of `by` (empty: the whole). Throws Refusal under LonelyPsu::fail.
Estimate estimate(const SurveyData& data, const Indicator& indicator, const std::vector<std::string>& by,
                  const EstimateOptions& options, Diagnostics& faults);

}  // namespace cifra
