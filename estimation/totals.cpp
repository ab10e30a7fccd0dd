#include "estimation/totals.h"

#include <stdexcept>

#include "engine/summation.h"

namespace cifra {

double sum(const SparseColumn& column) {
    CompensatedSum total;
    for (const double value : column.total) total.add(value);
    return total.value();
}

SparseColumn combine(double a, const SparseColumn& x, double b, const SparseColumn& y) {
    SparseColumn result;
    result.unit.reserve(x.unit.size() + y.unit.size());
    result.total.reserve(x.unit.size() + y.unit.size());
    std::size_t i = 0, j = 0;
    while (i < x.unit.size() || j < y.unit.size()) {
        const bool from_x = j == y.unit.size() || (i < x.unit.size() && x.unit[i] <= y.unit[j]);
        const bool from_y = i == x.unit.size() || (j < y.unit.size() && y.unit[j] <= x.unit[i]);
        result.unit.push_back(from_x ? x.unit[i] : y.unit[j]);
        const double left = from_x ? a * x.total[i++] : 0.0;
        const double right = from_y ? b * y.total[j++] : 0.0;
        result.total.push_back(left + right);
    }
    return result;
}

PsuTotals merge(const PsuTotals& a, const PsuTotals& b) {
    if (a.units != b.units || a.names != b.names)
        throw std::invalid_argument("totals of different designs or columns cannot be merged");
    PsuTotals result{a.units, a.names, {}};
    for (std::size_t c = 0; c < a.columns.size(); ++c)
        result.columns.push_back(combine(1, a.columns[c], 1, b.columns[c]));
    return result;
}

std::vector<std::uint32_t> rows_by_unit(std::span<const std::uint32_t> unit_of_row, std::size_t units) {
    std::vector<std::uint32_t> next(units + 1, 0);
    for (const std::uint32_t unit : unit_of_row) ++next[unit + 1];
    for (std::size_t u = 0; u < units; ++u) next[u + 1] += next[u];
    std::vector<std::uint32_t> order(unit_of_row.size());
    for (std::uint32_t row = 0; row < unit_of_row.size(); ++row) order[next[unit_of_row[row]]++] = row;
    return order;
}

SparseColumn total_by_unit(std::span<const std::uint32_t> unit_of_row, std::span<const std::uint32_t> order,
                           std::span<const double> values) {
    SparseColumn column;
    for (const std::uint32_t row : order) {
        if (values[row] == 0) continue;
        if (column.unit.empty() || column.unit.back() != unit_of_row[row]) {
            column.unit.push_back(unit_of_row[row]);
            column.total.push_back(0);
        }
        column.total.back() += values[row];
    }
    return column;
}

}  // namespace cifra
