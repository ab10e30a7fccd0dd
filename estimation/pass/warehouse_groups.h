// The rows of a database grouped by some variables, as a survey in memory: one row for each combination of a unit of
// the design and values of the variables, with the sum of their weights and their number (record_counts in
// inference/inference_data.h).
//
// Sums over records of w f(x), by unit, are the same over the groups: all that a model under a sample design is made of
// (its scores, its information, its weights by unit; inference/regression.h), to rounding. So a model needs one query,
// and as many rows as there are patterns of its variables in the units.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "estimation/pass/streamed_parts.h"
#include "estimation/pass/warehouse_pass.h"

namespace cifra {

inline constexpr std::size_t most_groups = 20'000'000;

// `names`: columns and derived variables. Missing values are `system` whatever their kind. nullptr after a fault:
// not-in-sql, not-in-warehouse for more groups than `most_groups`, those of the design. Throws InputError with the
// faults of WarehouseClient.
std::unique_ptr<SurveyData> grouped_survey(const StreamedParts& parts, const WarehouseRows& rows,
                                           const std::vector<std::string>& names, Diagnostics& faults);

}  // namespace cifra
