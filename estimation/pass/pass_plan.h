// The plan of one pass: every sum that a list of requests needs, each once.
//
// All indicators in all breakdowns are planned together. A breakdown is one table of sums by slot (slot_table.h);
// indicators that share a condition share the sums of its rows and weights, and a sum asked for twice is one column.
// What is planned here is carried out on blocks of rows (block_pass.h) or by a database (warehouse_pass.h), and turned
// into estimates by pass_estimates.h.
//
// Two ways to fill the columns of a task:
//   by row      total, mean, proportion, ratio of the records themselves: the items and conditions of each row
//   by terms    everything else that is a function of sums (terms.h): rates over units, formulas, bounding, breakdowns
//               of the records
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "estimation/hierarchy.h"
#include "estimation/indicators.h"
#include "estimation/pass/slot_table.h"
#include "estimation/statistics.h"
#include "estimation/terms.h"

namespace cifra {

// One table of sums: the rows of a level by the cells of a breakdown. With `parts_of` its rows are the entries of
// another table's tasks, broken down by variables of the records as well.
struct PassTable {
    std::size_t level = no_level;
    std::vector<std::string> by;
    std::size_t parts_of = no_column;  // the table whose cells are crossed with the parts
    std::size_t records = no_level;    // level of the parts
    std::vector<std::string> numerator_by;
    std::vector<PassColumn> columns;

    std::size_t add(PassColumn column);  // its position; an equal one of the same key is not added again
};

// Σ s_i s_j / w by cell, for design effects: columns of the upper triangle of the sums.
using ProductColumns = std::vector<std::size_t>;

// Where the sums of one request stand.
struct PassTask {
    const Indicator* indicator = nullptr;
    bool by_row = false, whole_numerator = true;
    TermShape shape;
    std::size_t table = 0, parts = no_column, whole = no_column;            // tables; `whole`: of sums over all rows
    std::size_t rows = no_column, weight = no_column, largest = no_column;  // of the universe
    std::size_t cases = no_column, missing = no_column, counted = no_column;
    std::vector<std::size_t> sums;  // in `table`, or in `whole` where the shape says so
    ProductColumns products;
    ProductColumns row_products;  // Σ s_i s_j by slot, in element designs
    // of parts, in `parts`; sums that are shared are no_column
    std::size_t part_rows = no_column, part_weight = no_column, part_largest = no_column, part_cases = no_column;
    std::vector<std::size_t> part_sums;
    ProductColumns part_products;
    // By sum the first of as many columns as there are auxiliaries of a calibration: H'a (variance/residuals.h).
    std::vector<std::size_t> auxiliaries;
    std::size_t auxiliary_columns = 0;
};

// The sizes of the design's level, for degrees of freedom of totals: rows of positive weight and their weight.
struct UniverseTable {
    std::size_t table = no_column, rows = no_column, weight = no_column, largest = no_column;
};

struct PassPlan {
    std::vector<PassTable> tables;
    std::vector<PassTask> tasks;               // by request
    std::vector<std::size_t> task_of_request;  // equal requests share a task
    std::size_t design_level = 0;
    UniverseTable design_rows;                              // all rows of the design's level in one cell
    std::size_t drawn = no_column;                          // in its table: their number, whatever their weight
    std::map<std::size_t, UniverseTable> universe_of_task;  // totals: in the cells of the breakdown
    std::map<std::size_t, UniverseTable> above_of_task;     // counts: the level above the records
    bool elements = false;                                  // every row is a PSU: products of its terms by stratum
    std::size_t auxiliaries = 0;  // of a calibration; the first of their totals, in the table of `design_rows`
    std::size_t auxiliary_totals = no_column;
};

// Position of the pair i <= j of k sums in a list of products.
std::size_t product_place(std::size_t i, std::size_t j);

// Why a request cannot be made by a pass; "" where it can.
std::string cannot_pass(const EstimateRequest& request, const Hierarchy& hierarchy, bool elements);

// Whether the rows of the design's level are counted though no task asks: a database knows units by their sums alone.
enum class WantDrawn { if_needed, always };

// `hierarchy`: the levels with their columns and types, whatever rows they hold. `auxiliaries`: columns of a
// calibration, whose sums tasks by row get. Faults: those of terms.h.
PassPlan plan_pass(const Hierarchy& hierarchy, std::size_t design_level, const std::vector<EstimateRequest>& requests,
                   bool elements, Diagnostics& faults, WantDrawn drawn = WantDrawn::if_needed,
                   std::size_t auxiliaries = 0);

}  // namespace cifra
