// The section `small_areas` of a table file: direct estimates and auxiliary columns by area, and the model.
//
//   small_areas:
//     - id: theft
//       estimates: states.csv        # or areas: [{state: "01", estimate: 12.1, se: 2.0, recorded: 8.4}, ...]; without
//                                    # either the estimates of the same run
//       indicators: [theft]          # rows of a long file of estimates (with `tables`); the area is read off `domain`
//       auxiliary: register.csv      # joined by the column `area`; its areas without an estimate are predicted
//       area: state
//       direct: estimate             # column (default estimate)
//       se: se                       # column (default se), or variance: column
//       x: [recorded]                # columns; intercept: true is the default
//       method: reml                 # reml (default), ml, adjusted
//       transformation: none         # none, log, arcsin
//       effective_n: n_eff           # column, for arcsin
//       zero_variance: fail          # fail (default), synthetic, smooth
//       n: n                         # column, for smooth
//       smooth: zeros                # zeros (default), all
//       benchmark: {to: 11.6, weight: population, of: mean, method: ratio}     # of: mean, total; method: ratio,
//                                                                              # difference
//
// Files are relative to the table file. small_areas.csv has, by `part`: one row `model` (A with its SE), one a
// `coefficient`, one an `area`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/inference/small_area.h"
#include "estimation/table_sections.h"

namespace cifra {

struct SmallAreaRequest {
    std::string id, area;
    std::filesystem::path estimates, auxiliary;  // empty: areas in line, or the same run's; none
    Table areas;                                 // in line
    std::vector<std::string> tables, indicators;
    std::string direct = "estimate", se = "se", variance, effective_n, n, weight;
    std::vector<std::string> x;
    bool intercept = true;
    SmallAreaOptions options;
    Location where;
};

// Faults: missing-key, unknown-key, wrong choices, an inline area without the columns of the first.
std::vector<SmallAreaRequest> read_small_area_requests(const YamlValue& value, Diagnostics& faults);

// The areas of one request; `estimates` serve where it names no file and no areas (null: a fault). Faults: cannot-read,
// missing-column, duplicate-area, no-estimates.
std::vector<Area> areas_of(const SmallAreaRequest& request, const Table* estimates, Diagnostics& faults);

// The rows of small_areas.csv. A model that cannot be fitted is the fault small-area-model, with the reason.
Table small_area_table(const std::vector<SmallAreaRequest>& requests, const Table* estimates, Diagnostics& faults);

TableSection small_area_section();

}  // namespace cifra
