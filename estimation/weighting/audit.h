// The record of what each weighting step did.
//
// One AuditRecord with an empty cell describes the whole step; those with a cell describe its cells. Over the units
// with positive weight after the step:
//   cv   = sqrt(sum (w - mean)^2 / n) / mean
//   deff = 1 + cv^2 = n sum w^2 / (sum w)^2, the loss from unequal weights (Kish 1965, Survey Sampling, sec. 11.7)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/weighting/cells.h"

namespace cifra {

struct WeightSummary {
    std::size_t n = 0;  // units with positive weight
    double sum = 0, min = 0, max = 0, cv = 0, deff = 1;
};

WeightSummary summarize_weights(std::span<const double> weights);

struct AuditRecord {
    std::string step, cell;
    double sum_before = 0, factor = 1;
    WeightSummary after;
    std::size_t merged = 1;         // cells joined in this one; on a whole step, the number of cells that were joined
    std::optional<double> control;  // the total the weights had to reach
    bool known_total = false;       // `control` is a total of the population
    // Coverage ratio: what the weights before the step make of a known total (frame_comparison.h).
    std::optional<double> coverage() const { return known_total ? std::optional(sum_before / *control) : std::nullopt; }
};

// The record of a whole step that turned `before` into `after`.
AuditRecord audit_step(std::string step, std::span<const double> before, std::span<const double> after);

// Columns step, cell, n, sum_before, sum_after, factor, min, max, cv, deff_kish, merged, control, coverage.
Table audit_table(const std::vector<AuditRecord>& records);

// Weights of the rows with the cell groups' factors applied, and the records of the groups.
struct AdjustedWeights {
    std::vector<double> weights;
    std::vector<AuditRecord> records;  // the whole step first, then one per group
    std::vector<CellGroup> groups;
    std::vector<std::uint32_t> group_of_row;  // AdjustmentCells::none outside
};

// Multiplies the weight of each row with `keep` = 1 by the factor of its group; other rows get 0. Throws
// std::logic_error when a group's sum misses its target by more than 1e-10 of it.
AdjustedWeights apply_factors(std::string step, std::span<const double> weights, std::span<const std::uint8_t> keep,
                              const AdjustmentCells& cells, std::vector<CellGroup> groups);

}  // namespace cifra
