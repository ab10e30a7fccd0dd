// The auxiliaries of the rows of a level, and the totals they are to meet, from the controls a design file names.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include "engine/diagnostics.h"
#include "estimation/hierarchy.h"
#include "estimation/survey_data.h"
#include "estimation/weighting/calibration.h"
#include "estimation/weighting/calibration_key.h"

namespace cifra {

// `base`: base weights of the rows of the plan's level; rows of weight 0 are in no category and have no number. Faults
// as calibrate_levels of calibration_key.h names them. Cost O(rows × variables).
Controls form_controls(const CalibrationPlan& plan, const SurveyData& data, std::span<const double> base,
                       Diagnostics& faults);

// The fault bad-auxiliary where some row is not `good(row)`: how many, at the line of the first.
template <class Good>
void refuse_rows(const Level& level, const std::string& what, Diagnostics& faults, const Good& good) {
    std::size_t bad = 0, first = 0;
    for (std::size_t row = level.rows(); row-- > 0;)
        if (!good(row)) ++bad, first = row;
    if (bad == 0) return;
    const Table& table = level.table;
    faults.error({table.source, first < table.lines.size() ? table.lines[first] : 0, 0}, "bad-auxiliary",
                 "calibration: " + what + " is missing or out of range in " + std::to_string(bad) + " rows, first here",
                 "fill it in, or give the rows weight 0 if they are not of the sample to calibrate");
}

}  // namespace cifra
