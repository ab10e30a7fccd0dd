// The sums of all blocks put together: the state of a pass, merged block by block in their order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/pass/block_pass.h"
#include "estimation/pass/pass_plan.h"

namespace cifra {

struct TableSums {
    GroupNames cells;  // of a table of parts: the parts
    SlotIndex pairs;   // of a table of parts: a cell is a (cell of the other table, part)
    SlotTable slots;
};

struct PassSums {
    GroupNames units;                      // combinations of the design columns
    std::vector<std::uint32_t> unit_line;  // of the file, where each was met first
    std::vector<TableSums> tables;
    std::vector<UndeclaredItems> undeclared;

    explicit PassSums(const PassPlan& plan) : tables(plan.tables.size()), undeclared(plan.tasks.size()) {}
};

// `line_of_unit`: of each unit of the block. Blocks come in the order of the file.
void merge(PassSums& sums, const PassPlan& plan, const BlockResult& block,
           const std::vector<std::uint32_t>& line_of_unit);

// Of all tables (SlotTable::round).
void round_sums(PassSums& sums);

// The units as the rows of a sample, with the columns of the design: what declare_design reads.
Table drawn_table(const PassSums& sums, const std::vector<std::string>& design_columns, const std::string& source);

}  // namespace cifra
