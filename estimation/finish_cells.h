// From the sums of a pass to one indicator's estimates: values, linearized columns, design effects, sizes.
#pragma once

#include "estimation/accumulate.h"
#include "estimation/estimate.h"
#include "estimation/terms.h"

namespace cifra {

// Fills everything of an Estimate but covariance, df and active, one value a (part, cell), parts slowest. `first_part`
// is 1 to leave the whole of the records out. `residuals`: of calibrated weights, or nullptr; without effect where
// there are replicates. `active_units` receives the units with a row of each universe.
Estimate finish_cells(const TaskSums& sums, const TermShape& terms, const Cells& cells, double scale,
                      std::size_t first_part, const Replicates* replicates, const Residuals* residuals,
                      std::vector<std::vector<std::uint32_t>>& active_units);

// deff needs the variance: V / V_srs by cell, NaN where that is 0. Call after the covariance is known.
void set_design_effects(const TaskSums& sums, const TermShape& terms, std::size_t first_part, Estimate& estimate);

}  // namespace cifra
