// What of a design file can be done in a pass over rows that are not in memory, and what tells its units apart.
#pragma once

#include <string>
#include <vector>

#include "engine/yaml.h"
#include "estimation/variance/design_key.h"

namespace cifra {

// What in the design file asks for all rows at once; "" where nothing does. Not `calibration`, which a server can do.
std::string asks_for_memory(const YamlValue& file);
std::string asks_for_memory(const DesignPlan& design);

// Columns of which each combination is a unit of the design, where they are among those known.
std::vector<std::string> unit_columns(const DesignColumns& columns, const std::vector<std::string>& known);

// Faults (missing-column, at `where`) for strata, PSUs and fpc that are not among the columns known.
void refuse_absent(const DesignColumns& columns, const std::vector<std::string>& known, const Location& where,
                   Diagnostics& faults);

}  // namespace cifra
