// The sample plan: the section `sampling:` of a study, or a file of its own. README.md of this folder explains every
// key.
//
//   sampling:
//     frame: {psu: frame_psu.csv, dwelling: frame_dwelling.csv, person: roster.csv, stratum: stratum, size: dwellings}
//     size: {...}                                  # targets.h
//     draw:
//       dwellings: 6000                            # or from_size; or psus: 600; or psus_per_stratum: 20 or {N-U: 30,
//       ...} take: 10                                   # dwellings per PSU allocation: {method: neyman, minimum: 2,
//       maximum: 80, deviations: {N-U: 0.4, N-R: 0.3}} order: {psu: random, dwelling: id}         # id, file, random,
//       or a list of frame columns certainty: allow                           # or forbid adult_age: 18 keep: [region,
//       area]
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "sampling/allocation/allocation.h"
#include "sampling/frame.h"
#include "sampling/targets.h"

namespace cifra {

// Files as written in the plan; empty when the plan names none.
struct FramePlan {
    std::string psu, dwelling, person;
    FrameColumns columns;
};

enum class UnitOrder { id, file, random, columns };

struct Ordering {
    UnitOrder kind = UnitOrder::id;
    std::vector<std::string> columns;  // UnitOrder::columns: sorted by these, numbers as numbers, then by id
};

// How many: exactly one of psus, psus_per_stratum, psus_by_stratum, dwellings, from_size.
struct DrawPlan {
    std::optional<std::uint64_t> psus;
    std::optional<std::uint64_t> psus_per_stratum;
    std::map<std::string, std::uint64_t> psus_by_stratum;
    std::optional<std::uint64_t> dwellings;
    bool from_size = false;
    std::uint64_t take = 10;
    AllocationMethod method = AllocationMethod::proportional;
    std::uint64_t minimum = 2;
    std::optional<std::uint64_t> maximum;
    std::map<std::string, double> deviations;
    Ordering psu_order, dwelling_order;
    bool forbid_certainty = false;
    int adult_age = 18;
    std::vector<std::string> keep;
    Location where;  // of the section, for faults found later against the frame
};

struct SamplePlan {
    FramePlan frame;
    std::optional<SizePlan> size;
    std::optional<DrawPlan> draw;
};

// All faults at once.
SamplePlan read_plan(const YamlValue& value, Diagnostics& faults);

// What the plan says of strata and columns, held against the frame: unknown or missing strata, more PSUs than there
// are, columns that neither file has.
void check_plan(const DrawPlan& plan, const Frame& frame, Diagnostics& faults);

}  // namespace cifra
