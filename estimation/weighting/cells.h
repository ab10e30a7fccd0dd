// Adjustment cells: the classes within which weights are multiplied by one factor, and the rule that joins small ones.
//
// A cell is a combination of the values of its variables. AdjustmentCells are kept in the order of their values as
// text, variable by variable, so that nothing depends on the order of rows.
//
// The factor of a cell is target / base. Nonresponse: base = sum of the respondents' weights, target = sum over all
// eligible units. Post-stratification: base = sum of weights, target = the known total.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "engine/table.h"

namespace cifra {

using CellKey = std::vector<std::string>;  // one value per variable

struct AdjustmentCells {
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::string> variables;
    std::vector<CellKey> keys;          // distinct, in order of text
    std::vector<std::uint32_t> of_row;  // index into keys, or none for a row outside
};

// The cells of the rows where `inside` is 1, and beside them those of `extra` (cells known from benchmarks). A missing
// value reads as "". Without variables there is one cell, everybody.
AdjustmentCells form_cells(std::vector<std::string> variables, const std::vector<Column>& columns,
                           std::span<const std::uint8_t> inside, const std::vector<CellKey>& extra = {});

// "region=R1;area=U"; "all" without variables.
std::string cell_name(const std::vector<std::string>& variables, const CellKey& key);

struct AdjustmentSums {
    std::size_t respondents = 0;
    double base = 0, target = 0;
    double factor() const { return target / base; }
};

// A cell is too small with fewer respondents, too heavy with a larger factor. The defaults join nothing.
struct CollapseRule {
    std::size_t min_respondents = 0;
    double max_factor = std::numeric_limits<double>::infinity();
};

struct CellGroup {
    std::vector<std::uint32_t> members;  // indices of cells, ascending
    AdjustmentSums sums;
};

bool deficient(const AdjustmentSums& sums, const CollapseRule& rule);

// Joins deficient cells until none is left or all are one. Each round takes the deficient group with the fewest
// respondents (the first of equals) and joins it to the neighbour in text order that shares more leading variables with
// it; among equals the one with fewer respondents; among equals the earlier. So a cell crosses into another value of
// the first variable only when nothing is left beside it, and the order of `cells` is the order of importance.
// O(cells^2), tested by hand-worked cases and by invariance.
std::vector<CellGroup> collapse_cells(const AdjustmentCells& cells, const std::vector<AdjustmentSums>& sums,
                                      const CollapseRule& rule);

// The names of the group's cells joined by " + ".
std::string group_name(const AdjustmentCells& cells, const CellGroup& group);

}  // namespace cifra
