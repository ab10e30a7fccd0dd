// Adjustment for nonresponse by cells: the respondents of a cell carry the weight of its nonrespondents.
//
//   w'_k = w_k * a_c,   a_c = sum over eligible in c of w / sum over respondents in c of w        (k responds, in cell
//   c)
//
// a_c is the inverse of the weighted response rate of the cell; the estimate is unbiased if within a cell response does
// not depend on the answers (Little 1986, Int. Stat. Review 54: 139-157; Oh and Scheuren 1983). Small or heavy cells
// are joined by collapse_cells (cells.h). Oracle: tests/oracle/weighting_cells.R.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "estimation/weighting/audit.h"
#include "estimation/weighting/cells.h"

namespace cifra {

// Rows with eligible = 1 and responds = 0 hand their weight over; rows outside `eligible` get 0. `cells` covers exactly
// the eligible rows. The sum of weights over eligible rows is kept, cell by cell. Throws Refusal when nobody responds;
// a single remaining cell may still be deficient: see its group.
AdjustedWeights adjust_nonresponse(std::string step, std::span<const double> weights,
                                   std::span<const std::uint8_t> eligible, std::span<const std::uint8_t> responds,
                                   const AdjustmentCells& cells, const CollapseRule& rule);

}  // namespace cifra
