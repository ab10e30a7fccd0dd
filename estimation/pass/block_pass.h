// The plan of a pass carried out on one block of rows: the sums of its slots, and what the sums of several blocks need
// to be put together (pass_sums.h).
//
// Column by column: where a condition holds its rows are added to their slots, so that what a row costs is a comparison
// and, where it holds, one addition.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "estimation/hierarchy.h"
#include "estimation/pass/pass_plan.h"
#include "estimation/pass/slot_table.h"

namespace cifra {

struct BlockTable {
    BlockSums sums;
    std::vector<std::string> cell_keys;          // row_groups.h; of a table of parts empty:
    std::vector<std::uint32_t> base_cell, part;  // a cell is one of its table's and a part
    std::vector<std::string> part_keys;
};

// Items that are missing although their indicator has no rule for them.
struct UndeclaredItems {
    std::size_t count = 0;
    Missing kind = Missing::system;
};

struct BlockResult {
    std::vector<std::string> unit_keys;    // of the design columns
    std::vector<std::uint32_t> unit_rows;  // a row of each, of the design's level
    std::vector<BlockTable> tables;
    std::vector<UndeclaredItems> undeclared;  // by task
};

// `levels`: the block's rows of the design's level, all records below them, weights set. `design_columns` name the
// columns of which each combination is a unit.
BlockResult pass_block(const PassPlan& plan, const Hierarchy& levels, const std::vector<std::string>& design_columns,
                       Diagnostics& faults);

}  // namespace cifra
