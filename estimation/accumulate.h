// The pass over the data: the terms of any number of indicators, in any number of domains, into totals by unit of the
// design.
//
// All tasks of one base level are summed together in one reading of its rows, in the order of their units. Shards are
// cut at the borders of units and merged in order, so the sums do not depend on the number of threads. What is kept
// grows with the occupied (unit, domain) cells, not with rows times cells.
#pragma once

#include <cstdint>
#include <vector>

#include "estimation/domain.h"
#include "estimation/hierarchy.h"
#include "estimation/replicates.h"
#include "estimation/terms.h"
#include "estimation/totals.h"
#include "estimation/variance/residuals.h"

namespace cifra {

// A weighted sum of one cell.
struct CellSum {
    SparseColumn by_unit;              // entries for every unit with a row of the universe, zeros included
    std::vector<double> by_replicate;  // under each replicate weight; empty without them
    std::vector<double> products;      // with the auxiliaries of a calibration (variance/residuals.h); else empty
};

// What deff, df and the reports of sizes need beside the sums.
struct CellCounts {
    double n = 0;                       // rows of the universe
    double cases = 0;                   // cases of the numerator
    double w = 0;                       // sum of weights of the universe
    double largest = 0;                 // largest weight of a row in the universe
    std::vector<double> products;       // sum over rows of s_i s_j / w, square, row-major, over all sums of the terms
    std::vector<std::uint32_t> active;  // units with a row of the universe, increasing
};

struct PartSums {
    std::vector<CellSum> own;
    CellCounts counts;
};

// A domain cell.
struct CellSums {
    std::vector<CellSum> shared;
    CellCounts counts;
    double missing = 0, counted = 0;  // weight of rows with a missing item, and of those with or without one
    std::vector<PartSums> parts;
};

struct TaskSums {
    std::vector<CellSums> cells;
    CellSums whole;  // sums flagged `whole`
};

// One task: terms in the cells of a breakdown, both over the rows of the same base level.
struct AccumulateTask {
    const Terms* terms = nullptr;
    const Cells* cells = nullptr;
};

// `order`: rows_by_unit of the base level. `replicates`, `residuals`: of the rows of `base`, or nullptr.
std::vector<TaskSums> accumulate(const Level& base, const std::vector<std::uint32_t>& order,
                                 const std::vector<AccumulateTask>& tasks, const ReplicateRatios* replicates,
                                 const ResidualRows* residuals, int threads);

}  // namespace cifra
