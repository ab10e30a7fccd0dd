// Units with equal auxiliaries and equal q get one g under every method: they are one pattern, and a calibration is
// solved on the sums of base weights by pattern, exactly. A million persons by region, sex and age group have some
// hundred patterns.
//
// Patterns with the same categories lie together in groups, whose entries of x x' are added up before they go into the
// matrix. Where numbers differ from unit to unit every unit is a pattern and the groups alone are shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "estimation/weighting/controls.h"

namespace cifra {

struct CalibrationPatterns {
    std::size_t columns = 0;                  // of x
    std::size_t margins = 0;                  // controls that are margins
    std::vector<std::size_t> number_columns;  // of the controls that are numbers
    std::vector<std::uint32_t> category;      // [group × margins] the column that is 1, or `columns`: none is
    std::vector<std::uint32_t> begin;         // of the patterns of each group, and the end
    std::vector<double> number;               // [pattern × numbers]
    std::vector<double> variance;             // q by pattern; empty: 1
    std::vector<std::uint32_t> of_unit;       // the pattern of each unit

    std::size_t groups() const { return begin.size() - 1; }
    std::size_t size() const { return begin.back(); }
    std::size_t numbers() const { return number_columns.size(); }
    double q(std::size_t pattern) const { return variance.empty() ? 1 : variance[pattern]; }
    const std::uint32_t* categories(std::size_t group) const { return category.data() + group * margins; }
    const double* values(std::size_t pattern) const { return number.data() + pattern * numbers(); }
};

// A group holds at most rows_per_shard patterns, so that groups are work for threads. `each_unit`: every unit is its
// own pattern. Groups stand in the order of their first units, and patterns within them. Cost O(units × controls).
CalibrationPatterns calibration_patterns(const Controls& controls, std::span<const double> variances, std::size_t units,
                                         bool each_unit);

// Sums of d by pattern.
std::vector<double> sums_by_pattern(const CalibrationPatterns& patterns, std::span<const double> d);

}  // namespace cifra
