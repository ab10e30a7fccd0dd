// Shares of totals: what part of its row, of its column, or of everything a cell is, with its standard error.
//
//   theta = A / B      z = (z_A - theta z_B) / B,  V(theta) = V(sum of z)
//
// A is the total of the cell and B that of a margin of the same table; both come from the linearized totals of one
// pass, so their covariance is in the standard error (Wolter 2007, section 6.3). The ratio of printed totals has none.
//
// For a breakdown by a, b, ..., y (the last variable makes the columns of a cross table, the others its rows):
//   row      B is the cell of all but the last variable; of breakdowns by two variables or more
//   column   B is the cell of the last variable; the whole where there is but one
//   whole    B is the whole
// Shares of counts are proportions: logit or Korn-Graubard intervals, deff against p (1 - p) / (n - 1), which is the
// variance under simple random sampling with replacement (statistics.h); of values they are ratios. df are those of B.
// Checked against the indicator `proportion` of the same records, which R `survey` confirms, and against the formula
// written out.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "estimation/estimate.h"
#include "estimation/indicators.h"
#include "estimation/survey_data.h"

namespace cifra {

enum class ShareOf { row, column, whole };
const std::vector<std::string>& share_names();  // "row", "column", "whole"

// The id under which shares of an indicator are written, "crimes_row_share", and back.
std::string share_id(const std::string& indicator, ShareOf kind);
struct ShareName {
    std::string of;
    ShareOf kind = ShareOf::row;
};
std::optional<ShareName> share_named(const std::string& id);

// The variables of B for a breakdown by `by`; nothing where it has no such share.
std::optional<std::vector<std::string>> share_variables(ShareOf kind, const std::vector<std::string>& by);
// The cell of B: share_margin(ShareOf::row, "region=N;sex=F") is "region=N". What follows of a counting rule stays.
std::string share_margin(ShareOf kind, const std::string& domain);

// The indicator as its share, for a row of estimates.csv.
Indicator share_indicator(const Indicator& total, ShareOf kind);

// The shares of all cells of `cells`, whose margins are among the cells of `margins`. In per cent.
Estimate shares_of(const SurveyData& data, const Indicator& total, ShareOf kind, const Estimate& cells,
                   const Estimate& margins);

}  // namespace cifra
