// Makes the script of a table: only the files, columns and derived variables that its estimates need, in the order in
// which they need each other.
#pragma once

#include <string>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/survey_data.h"
#include "estimation/table_plan.h"
#include "estimation/translate/script.h"

namespace cifra {

// `data` was read by this design file. What cannot be written in any other program is a RemarkStep in its place and a
// warning, no-equivalent: statistics without a counterpart, weights whose steps the variance knows, and the like.
Script script_of(const TablePlan& table, const TabulationPlan& plan, const YamlValue& design_file,
                 const SurveyData& data, Diagnostics& faults);

}  // namespace cifra
