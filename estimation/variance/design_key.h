// The `design:` key of the design file: reading it, and placing the files of the survey in the design it declares.
//
//   design: {level: persons, strata: region, psu: [upm, dwelling], fpc: [upms, dwellings], lonely_psu: average}
//
// All keys: estimation/variance/README.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/design.h"
#include "estimation/hierarchy.h"

namespace cifra {

struct DesignPlan {
    DesignColumns columns;
    std::string level;
    bool filtered = false;            // `drawn: filtered`: the filtered file is taken as the whole sample
    bool first_phase_weight = false;  // the weights hold those of the first phase only
    std::string joint_path;
    JointFile joint;
    const YamlValue* replicates = nullptr;  // of the producer (estimation/replicates.h)
    const YamlValue* chain = nullptr;       // of weights (estimation/weighting/chain_key.h)
    Location joint_at;
    Location where;
};

// Faults: unknown keys and names, missing keys, and design-conflict where two keys exclude each other.
DesignPlan read_design_plan(const YamlValue& value, const std::string& first_level, Diagnostics& faults);

// Columns of identity (strata, PSUs, strata of the second phase): read as text at every level that has them.
std::vector<std::string> identity_columns(const DesignPlan& plan);

struct PlaceOptions {
    std::filesystem::path directory, out;
};

// Declares the design on the rows of level `level`, whose columns may stand on it or on levels above, and gives the
// rows of all levels their unit. Under phase2 the rows of the first phase only leave the level and those below. Levels
// above the design's level that cannot be placed (they lack its columns, or the sample is `filtered` or of two phases)
// keep no units: they serve as sources of columns only. `inputs` gains the file of joint probabilities.
SurveyDesign place_design(const DesignPlan& plan, Hierarchy& hierarchy, std::size_t level, const PlaceOptions& options,
                          std::vector<std::filesystem::path>& inputs, Diagnostics& faults);

// Multiplies weights that hold those of the first phase by N_g / m_g.
void weight_second_phase(const SurveyDesign& design, std::size_t level, Hierarchy& hierarchy);

}  // namespace cifra
