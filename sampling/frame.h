// The sampling frame: a file for the units of every stage, each row naming the unit of the stage above.
//
//   psus.csv        psu, stratum, dwellings (measure of size), … any other column
//   dwellings.csv   dwelling, psu, … any other column; the strata columns of the first stage, if there, must agree
//
// Ids are unique over the frame, or (`within`) unique within the unit above: such an id is written UNIT_ABOVE/ID in all
// results, and files below it name the units of both stages.
//
// A frame is put into one order, units by the unit above and then by id (ids compare by bytes), so that the order of
// rows in the files changes nothing unless the plan asks for `order: file`. O(N log N) in time; memory beside the
// tables some 50 bytes a unit.
//
// Faults (codes; psu and dwelling stand for the units' names): missing-column, missing-id, duplicate-id, bad-size,
// unknown-psu, unknown-stratum, bad-stratum, stratum-mismatch, bad-coordinate, psu-without-dwellings, empty-frame,
// those of stages/cut.h; warning size-mismatch where the measure of size of the first stage is not the number of last
// units listed (allowed: the weights use both). At most twenty of a kind are listed, then their number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/tables_in_memory.h"
#include "sampling/stages/cut.h"
#include "sampling/stages/stage_plan.h"

namespace cifra {

struct FrameUnit {
    std::uint32_t row = 0;               // in the table of its level
    std::uint32_t parent = 0;            // position in the level above; 0 at the first
    std::uint32_t first = 0, count = 0;  // its units in the level below
};

struct FrameLevel {
    std::string unit;
    Table table;                   // as read
    Column ids;                    // by row, as results write them
    Column strata;                 // by row, values joined by '|'; empty: no strata
    std::vector<FrameUnit> units;  // by parent, then id

    const std::string& id(std::size_t position) const { return ids.text(units[position].row); }
    // The stratum of a unit within its parent; "all" without strata.
    const std::string& stratum(std::size_t position) const;
    Location place(std::size_t position) const;  // the unit's line in its file
};

struct Frame {
    std::vector<FrameLevel> levels;  // of the first stage, the second, …
    CutStrata cut;                   // where the plan cuts strata: their report; levels.front().strata holds them
};

// The first-stage strata: positions of their units, which stand together neither in the file nor in the level.
struct FrameStratum {
    std::string id;
    std::vector<std::size_t> units;  // in order of id
    double size = 0;                 // sum of the measure of size; number of units where there is none
    std::size_t last_units = 0;      // of the last level
    std::uint64_t needed = 0;        // units to draw, where the cut of the strata tells it
};

// Checks the tables, one a stage, and puts them into order. With errors in `faults` the result is incomplete: throw
// before use. Fewer than 2^32 rows a table.
Frame make_frame(std::vector<Table> tables, std::span<const StagePlan> stages, Diagnostics& faults);

// `tables` stand in place of files.
Frame read_frame(const std::vector<std::filesystem::path>& files, std::span<const StagePlan> stages,
                 Diagnostics& faults, const TablesInMemory* tables = nullptr);

// Strata of the first stage, in order of id.
std::vector<FrameStratum> first_stage_strata(const Frame& frame, const StagePlan& stage);

// Units of the last level below each unit of a level.
std::vector<std::size_t> last_units_below(const Frame& frame, std::size_t level);

}  // namespace cifra
