// Published estimates as SDMX: observations as SDMX-CSV 2.0 and the structure they follow as SDMX-ML 3.0.
//
// Two structures: `sdg`, the dimensions of the data structure of the SDG indicators (IAEG-SDGs:SDG; FREQ to PRODUCT
// and TIME_PERIOD) with limits as attributes; and `cifra`, one dimension per domain variable, with standard error,
// limits, CV and sizes as measures beside OBS_VALUE. A dimension that a domain does not name has its total, `_T`, or
// the code of `fixed`. OBS_STATUS is A (normal), U (low reliability: a quality label below good), O (missing) or Q
// (suppressed), of the cross-domain code list CL_OBS_STATUS.
//
// The structure message has the codes that occur, as partial code lists; the full lists of the SDG are their agency's.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/publishing/published_rows.h"
#include "estimation/publishing/texts.h"

namespace cifra {

struct SdmxVariable {
    std::string dimension;                     // "" in `cifra`: the name in capitals
    std::map<std::string, std::string> codes;  // of the study → of SDMX
};

struct SdmxPlan {
    bool sdg = false;
    std::string agency, id, dataflow, version, sender, prepared;
    std::vector<std::string> tables;                // only these; empty: all
    std::map<std::string, std::string> fixed;       // component → code, where nothing else gives it
    std::map<std::string, std::string> indicators;  // indicator → code of SERIES or INDICATOR
    std::map<std::string, std::string> units;       // indicator → code of UNIT_MEASURE
    std::map<std::string, SdmxVariable> variables;  // domain variable → dimension and codes
    Location where;
};

// The map under `sdmx:` (README.md). Faults: those of YAML, bad-identifier, bad-date.
SdmxPlan read_sdmx_plan(const YamlValue& value, Diagnostics& faults);

struct SdmxMessages {
    std::string data, structure;
};

// Faults, each named once: unmapped-code (an indicator, variable or category without a code of SDMX, or whose own id is
// none), bad-period (no year, half-year, quarter or month), unit-mismatch (a per cent of what is no share),
// double-observation (two figures of one key that differ). Values are turned into their unit: PT, PER_1000_POP and
// PER_100000_POP by the scale of the indicator.
SdmxMessages to_sdmx(std::span<const PublishedRow> rows, const PageTexts& texts, const SdmxPlan& plan,
                     Diagnostics& faults);

}  // namespace cifra
