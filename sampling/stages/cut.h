// Strata cut from the columns of a table of units (cut_plan.h), by the methods of sampling/strata.
//
// Within every group the strata are numbered from the lowest (k_means: by their centres), as words of one width: 1 … 9
// or 01 … 12; with groups GROUP|1. What is cut depends on the units and their values alone, neither on the order of
// rows nor on the seed of the draw: searches that need chance have a fixed one.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "sampling/stages/cut_plan.h"

namespace cifra {

struct CutStrata {
    Column stratum;  // by row of the table
    // A row for each stratum, empty ones too: stratum, units, then of one column `from` and `below`, its limits
    // (missing: none), of each column `mean_…` and `deviation_…`; of lavallee_hidiroglou n.
    Table report;
    std::map<std::string, std::uint64_t> n;  // of lavallee_hidiroglou, by stratum
};

// `ids` by row, unique; `groups` the values of `by`, one row each, empty: one group. Faults: missing-column; bad-cut (a
// value that is no finite number), at its row; strata-not-cut, at the plan: what the method refuses, as too few
// distinct values or, in geometric progression, values not above 0. Warning empty-stratum. O(N log N) and the method's.
CutStrata cut_strata(const Table& units, const Column& ids, const Column& groups, const CutPlan& plan,
                     Diagnostics& faults);

}  // namespace cifra
