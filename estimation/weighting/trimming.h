// Trimming of extreme weights: limits, and what becomes of the weight that is cut off.
//
// Trimming takes a small bias for a smaller variance (Potter and Zheng 2015, Proceedings of the Survey Research Methods
// Section; Valliant, Dever and Kreuter 2018, chapter 14). Weights are numbers of units of the population;
// a weight of 0 stays 0 and does not count. Cost: O(passes n), plus n log n for medians; with controls a calibration
// each pass. Oracle: tests/oracle/weighting_trimming.R.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "estimation/weighting/calibration.h"
#include "estimation/weighting/cells.h"

namespace cifra {

// What the numbers of a rule are: the limits themselves; multiples of the mean or the median; for `iqr` interquartile
// ranges below and above the median (median + upper (Q3 - Q1); a number of about 3 to 6 is usual).
enum class LimitRule : std::uint8_t { fixed, mean, median, iqr };

struct TrimmingRule {
    LimitRule rule = LimitRule::fixed;
    std::optional<double> lower, upper;  // without: no limit on that side
    // Median and quartiles: false, every unit counts once (R quantile, type 7); true, a unit counts by its weight
    // (quantile.h, rule school).
    bool weighted = false;
};

struct WeightLimits {
    double lower = 0, upper = std::numeric_limits<double>::infinity();
};

// The limits of each cell from the positive weights in it; a lower limit is at least 0. Without variables the cells
// are one: the limits of all. Refusal: a weight that is negative or not finite, or limits that cross.
std::vector<WeightLimits> weight_limits(std::span<const double> w, const AdjustmentCells& cells,
                                        const TrimmingRule& rule);

struct Trimmed {
    std::vector<double> weights;
    std::size_t trimmed = 0;  // units held at a limit
    double moved = 0;         // Σ |w' - w| / 2 where the sum is kept: weight taken from some units and given to others
    std::size_t iterations = 0;  // passes in which a weight was cut
};
inline constexpr std::size_t most_trimming_passes = 50;

// Weights outside the limits of their cell are set to the limit, and what was cut is shared by the other units of the
// cell in proportion to their weights. Those that come to lie outside are cut in turn, until none does. A unit once cut
// stays at its limit. The sum of each cell stays. With upper limits alone this is w' = min(U, r w), one r a cell.
// Rows outside the cells are left alone. Refusal: a cell whose sum cannot stay within the limits.
Trimmed trim_within_cells(std::span<const double> w, const AdjustmentCells& cells,
                          const std::vector<WeightLimits>& limits);

// The same, but the others are calibrated to what is left of the controls by `options` (raking or linear, without
// bounds of their own), so that the controls hold at the end (as the repeated capping and raking of Izrael, Battaglia
// and Frankel 2009, SAS Global Forum 247-2009). A method that finds the limits and the controls at once could
// stay nearer to the weights; both hold here as they would there. Refusal: controls that cannot be met within the
// limits.
Trimmed trim_keeping_controls(std::span<const double> w, const AdjustmentCells& cells,
                              const std::vector<WeightLimits>& limits, const Controls& controls,
                              const CalibrationOptions& options);

}  // namespace cifra
