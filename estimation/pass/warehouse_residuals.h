// What the variance of calibrated weights needs beside the sums of a pass (variance/residuals.h): totals of the
// auxiliaries by unit, and their products with the sums of each cell. Internal to the rooms `pass/warehouse_*`.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "estimation/pass/block_pass.h"
#include "estimation/pass/warehouse_pass.h"

namespace cifra {

// Sums of one value and of its products with the numbers among the auxiliaries (linear_sums), by the first of their
// columns of the table.
using AuxiliaryProducts = std::map<std::size_t, std::vector<std::string>>;

// Σ w x by unit into the columns from `first` on. `units`: the keys of the design columns of each unit, as numbered in
// `block`. A unit or cell that only this query has seen is left out: refuse_changes of the pass sees its row.
void read_unit_totals(const WarehouseRows& rows, const std::vector<SqlOutput>& keys,
                      const std::vector<std::string>& units, std::size_t first, BlockTable& block);

// The products by cell, over the rows of the conditions.
void read_cell_products(const WarehouseRows& rows, const std::vector<SqlOutput>& keys,
                        std::vector<std::string> conditions, const AuxiliaryProducts& products, BlockTable& block);

}  // namespace cifra
