// The `calibration:` key of the design file: reading it, and calibrating the weights of a survey by it.
//
//   calibration:
//     level: schools
//     method: raking
//     controls:
//       stype: {E: 4421, H: 755, M: 1018}
//       api99: {total: 3914069}
//       "stype;sch.wide": {"E;Yes": 4010, "E;No": 411}
//
// All keys: estimation/weighting/CALIBRATION.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/survey_data.h"
#include "estimation/weighting/calibration.h"
#include "estimation/weighting/calibration_variance.h"

namespace cifra {

// A margin of (crossed) variables, or the total of an expression, as the file says it.
struct ControlPlan {
    std::string name;
    std::vector<std::string> variables;   // of a margin
    std::vector<std::string> categories;  // "E", "E;Yes"; none and no totals: as the sample has them
    std::vector<double> totals;
    std::vector<Location> places;
    bool number = false;
    bool told = true;  // false: only named, the weights given meet it
    Location where;
};

struct CalibrationPlan {
    std::string level;
    std::vector<ControlPlan> controls;
    CalibrationOptions options;
    const YamlValue* base = nullptr;      // weights before the calibration, where the level's are after it
    const YamlValue* variance = nullptr;  // q, an expression
    bool sequential = false;
    struct Trimming {
        double lower = 0, upper = 0;
        bool strict = false;
    };
    std::optional<Trimming> trimming;
    std::optional<ControlsVariance> controls_variance;
    std::filesystem::path file;          // of controls, where it is one
    std::vector<std::string> mentioned;  // columns needed
    Location where, controls_at;
};

// Faults: unknown keys, bad-bounds, key-without-effect, and those of the totals (negative, twice, no number).
CalibrationPlan read_calibration_plan(const YamlValue& value, const std::string& design_level,
                                      const std::filesystem::path& directory, const std::filesystem::path& out,
                                      Diagnostics& faults);

// Makes the weights of the level calibrated ones, multiplies those of levels below by the same factors (of their unit
// above), and fills data.residuals. `own_weight`: levels with a weight of their own; others inherit. Faults: a control
// without sample, a category without control, margins that contradict, missing auxiliaries, weights that come out
// negative; calibration-conflict with replicates, weight sets and two phases. Refusal: controls that cannot be met, and
// iterations that ran out; nothing is changed then. Notices in data.design: redundant controls, controls missed.
void calibrate_levels(const CalibrationPlan& plan, const std::vector<std::uint8_t>& own_weight, SurveyData& data,
                      Diagnostics& faults);

}  // namespace cifra
