// The step `calibration` of a design whose rows are a table of a server (weighting/CALIBRATION.md, pass/WAREHOUSE.md).
//
// One query brings the categories of all margins crossed, with their base weights: enough to check the controls and,
// where these are margins alone and q is 1, to find λ, since g of a row depends on its categories only. With totals of
// numbers, or a q, each value of λ that Newton's method asks for is one query: λ travels in its text, and the sums of
// F(x'λ/q), its derivative and its integral come back (warehouse_auxiliaries.h). A last query sums x and x x' under the
// calibrated weights.
#pragma once

#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/pass/warehouse_pass.h"
#include "estimation/survey_data.h"
#include "estimation/variance/residuals.h"
#include "estimation/weighting/calibration_key.h"

namespace cifra {

struct WarehouseCalibration {
    Residuals residuals;  // with M; the totals of x by unit come with the pass
    std::vector<std::string> notices;
};

// Gives `rows` the calibrated weight and the auxiliaries. `prototype`: the level with its columns and types. Faults:
// those of calibrate_levels (calibration_key.h) and bad-weight; not-in-warehouse for proportional fitting, sequential
// residuals and trimming. Throws InputError with the faults of WarehouseClient.
WarehouseCalibration calibrate_warehouse(const CalibrationPlan& plan, const SurveyData& prototype, WarehouseRows& rows,
                                         Diagnostics& faults);

}  // namespace cifra
