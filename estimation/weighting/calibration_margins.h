// The columns that the categories of a margin give, and what their totals must be: of rows anywhere.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "engine/diagnostics.h"
#include "estimation/weighting/calibration.h"
#include "estimation/weighting/calibration_key.h"

namespace cifra {

// Rows of positive base weight by category: "E", "E;Yes".
using SampledCategories = std::map<std::string, std::size_t>;

// The control with its names and totals, a column for each category that the sample has; categories of rows are left to
// the caller, who finds them in `place`. Faults: control-without-sample, category-without-control, zero-control.
struct MarginColumns {
    Control control;
    std::map<std::string, std::uint32_t> place;
};
MarginColumns margin_columns(const ControlPlan& plan, const SampledCategories& sampled, Diagnostics& faults);

// Every margin holds all rows: their totals are those of one population. Fault: controls-contradict.
void check_margins(const CalibrationPlan& plan, Diagnostics& faults);

}  // namespace cifra
