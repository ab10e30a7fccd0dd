// PSU totals: the one thing that is read from the data. Every smooth statistic and its variance follow from them.
//
// A column holds the weighted sums of one term (numerator or denominator of an indicator, in one domain cell) over the
// units of the design's last stage. Columns are sparse: a unit without a contribution is not stored, and is a zero.
// Totals of two parts of the data (files, shards, machines) merge by addition, in any order and grouping up to
// rounding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cifra {

struct SparseColumn {
    std::vector<std::uint32_t> unit;  // increasing
    std::vector<double> total;        // same length
    bool operator==(const SparseColumn&) const = default;
};

double sum(const SparseColumn& column);

// a * x + b * y
SparseColumn combine(double a, const SparseColumn& x, double b, const SparseColumn& y);

struct PsuTotals {
    std::size_t units = 0;  // of the design's last stage
    std::vector<std::string> names;
    std::vector<SparseColumn> columns;
    bool operator==(const PsuTotals&) const = default;
};

// Adds the totals of another part of the same data. Throws std::invalid_argument unless units and names are equal.
PsuTotals merge(const PsuTotals& a, const PsuTotals& b);

// Row numbers ordered by unit, stable: the order in which rows are summed.
std::vector<std::uint32_t> rows_by_unit(std::span<const std::uint32_t> unit_of_row, std::size_t units);

// The column of sum(values) by unit over all rows, in `order`.
SparseColumn total_by_unit(std::span<const std::uint32_t> unit_of_row, std::span<const std::uint32_t> order,
                           std::span<const double> values);

}  // namespace cifra
