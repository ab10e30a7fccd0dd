// The section `panel:` of a study: who is visited in which wave. Keys are explained in README.md of this folder.
//
// A pattern is a row of waves in and out of the sample, followed by every rotation group; a new group begins in each
// wave. 7 visits in a row are {1,1,1,1,1,1,1}; 4-8-4 is four ones, eight zeros, four ones. Beside the groups some
// dwellings may be kept in all waves (overlapping, split panel), and the PSUs may rotate by a pattern of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/yaml.h"
#include "sampling/stages/stage_plan.h"

namespace cifra {

struct RotationPattern {
    std::vector<bool> dwellings;  // in the sample, by waves since a group began; empty: no group rotates
    std::vector<bool> psus;       // the same of groups of PSUs; empty: all PSUs in every wave
    std::size_t interval = 12;    // months from a wave to the next
    std::size_t visits() const;   // of a dwelling of a group
};

enum class CoordinationKind { negative, positive };

struct CoordinationPlan {
    std::string file;  // the other sample; empty: none
    CoordinationKind kind = CoordinationKind::negative;
    double share = 1;  // of the smaller of both samples, in each PSU, that positive coordination keeps
    Location where;
};

enum class PsuMethod { srs, pareto, poisson };

// PSUs drawn in every wave by permanent random numbers (psu_sample.h).
struct PsuSamplePlan {
    std::string frame;  // file of PSUs
    std::vector<std::string> strata;
    PsuMethod method = PsuMethod::srs;
    std::string size;          // column; pareto and poisson
    StageCount count;          // per stratum, or by its map
    double rotation = 0;       // share of the PSUs that is new in each wave, 0 to 1
    double start = 0;          // in [0, 1)
    std::string start_column;  // of the frame, in place of `start`
    Location where;
};

struct PanelPlan {
    RotationPattern pattern;
    std::size_t waves = 1;
    std::size_t months = 1;                   // of field in a wave, at most the interval
    std::size_t take = 1;                     // dwellings of a rotation group in a PSU
    std::size_t permanent = 0;                // dwellings of a PSU in every wave
    std::size_t psus = 0;                     // PSUs of a rotation group in a stratum; 0: as many as last for all waves
    bool month_of_psu = false;                // all dwellings of a PSU in one month
    std::optional<PsuSamplePlan> psu_sample;  // in place of the PSUs of `sample`
    std::string sample, dwellings;            // files; empty: those in the folder of results
    std::string births, deaths;               // files; may be empty
    std::vector<std::string> keep;            // columns of the file of dwellings
    CoordinationPlan coordination;
    Location where;  // of the pattern
};

// Faults (codes): unknown-choice (pattern, kind, balance), missing-key, unknown-key, wrong-type, out-of-range,
// visits-mismatch, unused-key.
PanelPlan read_panel_plan(const YamlValue& value, Diagnostics& faults);

}  // namespace cifra
