// The sample plan: the section `sampling:` of a study, or a file of its own. README.md of this folder explains every
// key.
//
//   sampling:
//     frame: {psu: psus.csv, segment: segments.csv, dwelling: dwellings.csv, person: roster.csv}
//     size: {...}                    # targets.h
//     draw:
//       stages: [...]                # stages/stage_plan.h
//       person: {method: full_roster, eligible: 'age >= 18'}
//       keep: [region, area]
//
// The short form of two stages, PSUs by size and dwellings systematically, writes its keys directly under `draw`:
//
//     frame: {psu: frame_psu.csv, dwelling: frame_dwelling.csv, stratum: stratum, size: dwellings}
//     draw: {dwellings: 6000, take: 10, allocation: {...}, order: {psu: random, dwelling: id}, certainty: allow}
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "sampling/frame.h"
#include "sampling/household/person_plan.h"
#include "sampling/stages/stage_plan.h"
#include "sampling/targets.h"

namespace cifra {

// Files as written in the plan, by unit; those it does not name are absent.
struct FramePlan {
    std::map<std::string, std::string> files;
    std::string stratum = "stratum", size = "dwellings";  // columns of the short form
};

// Sheets for the interviewers.
struct FieldPlan {
    std::uint64_t interviewers = 0;  // 0: a sheet for every stratum instead
    std::uint64_t visits = 5;        // columns for so many visits
};

struct DrawPlan {
    std::vector<StagePlan> stages;
    PersonPlan person;
    std::vector<std::string> keep;          // columns carried into sample.csv
    std::optional<std::uint64_t> reserves;  // dwellings held back in each unit of the stage above
    std::optional<FieldPlan> field;
    bool joint = false;  // joint probabilities of the drawn first-stage units
    Location where;      // of the section, for faults found later against the frame
};

struct SamplePlan {
    FramePlan frame;
    std::optional<SizePlan> size;
    std::optional<DrawPlan> draw;
};

// All faults at once.
SamplePlan read_plan(const YamlValue& value, Diagnostics& faults);

// What the plan says of strata and columns, held against the frame: unknown or missing strata, more units than there
// are, columns that no file has.
void check_plan(const DrawPlan& plan, const Frame& frame, Diagnostics& faults);

}  // namespace cifra
