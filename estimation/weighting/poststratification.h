// Post-stratification: weights multiplied so that each cell reaches its known population total.
//
//   w'_k = w_k * N_c / sum over respondents in c of w        (Holt and Smith 1979, JRSS A 142: 33-46)
//
// Totals then are exact for the cells: sum of w' in c = N_c. A cell with people in the population and none in the
// sample cannot be reached and is a fault, unless a collapsing rule is given: then small cells are joined with their
// neighbours (cells.h) and their totals added. Oracle: R survey::postStratify, tests/oracle/weighting_poststratify.R.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/weighting/audit.h"
#include "estimation/weighting/cells.h"

namespace cifra {

// Known totals by cell, as a benchmark file gives them: one column per cell variable and one with the total.
struct Benchmarks {
    std::vector<std::string> variables;
    std::vector<CellKey> keys;
    std::vector<double> totals;
    std::vector<Location> places;
};

// Faults: missing-column, missing-total, negative-total, duplicate-cell.
Benchmarks read_benchmarks(const Table& table, const std::vector<std::string>& variables, const std::string& total,
                           Diagnostics& faults);

// `inside` marks the rows that are weighted, all with positive weight; `columns` are the cell variables, in the order
// of `benchmarks.variables`. Faults, each naming the cell: empty-cell (a total above 0 without respondents),
// zero-control (respondents, but a total of 0), unknown-cell (respondents, but no total). Nothing on a fault.
std::optional<AdjustedWeights> poststratify(std::string step, std::span<const double> weights,
                                            std::span<const std::uint8_t> inside, const std::vector<Column>& columns,
                                            const Benchmarks& benchmarks, const std::optional<CollapseRule>& rule,
                                            const Location& where, Diagnostics& faults);

}  // namespace cifra
