// The rows behind a statistic that is no function of a few sums (quantiles, variances, inequality): those of each
// domain with their values and weights, in the order of their units.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/diagnostics.h"
#include "estimation/domain.h"
#include "estimation/hierarchy.h"
#include "estimation/indicators.h"
#include "estimation/totals.h"

namespace cifra {

struct DomainRows {
    std::vector<std::uint32_t> row;         // of the level of the records
    std::vector<double> y, x, w;            // x: of the second value (`over`), empty without one; w > 0
    std::vector<std::uint32_t> unit;        // those with a row, increasing
    std::vector<std::uint32_t> unit_begin;  // where the rows of each begin, and the end
    double total = 0;                       // sum of w
    double missing = 0, counted = 0;        // weight of rows whose value is missing, and of all rows
    double cases = 0;                       // rows with y != 0
    std::size_t size() const { return y.size(); }
};

// One entry a cell. `order`: rows_by_unit of the records' level. Faults: missing-items, missing values without a
// declared rule, counted. Cost O(rows), one pass.
std::vector<DomainRows> domain_rows(const Hierarchy& hierarchy, const Indicator& indicator, const Cells& cells,
                                    const std::vector<std::uint32_t>& order, Diagnostics& faults);

// Sums of value(i), i a position in the domain, by unit.
template <class Value>
SparseColumn totals_by_unit(const DomainRows& domain, const Value& value) {
    SparseColumn column{domain.unit, {}};
    column.total.reserve(domain.unit.size());
    for (std::size_t u = 0; u < domain.unit.size(); ++u) {
        double sum = 0;
        for (std::size_t i = domain.unit_begin[u]; i < domain.unit_begin[u + 1]; ++i) sum += value(i);
        column.total.push_back(sum);
    }
    return column;
}

}  // namespace cifra
