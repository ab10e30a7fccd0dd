#include "estimation/pass/table_view.h"

#include <algorithm>
#include <numeric>

#include "engine/summation.h"

namespace cifra {

namespace {

// Cells of a table of parts keep the order of their coming: they are found by pair.
std::vector<std::uint32_t> cell_order(const PassTable& table, const TableSums& sums,
                                      const std::vector<std::uint32_t>& sorted) {
    if (table.parts_of == no_column) return sorted;
    std::vector<std::uint32_t> order(sums.pairs.size());
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

}  // namespace

TableView::TableView(const PassTable& table, const TableSums& sums, const std::vector<std::uint32_t>& unit_of)
    : table_(table), sums_(sums), sorted_(sums.cells.sorted()), number_(cell_order(table, sums, sorted_)) {
    const auto& variables = table.parts_of == no_column ? table.by : table.numerator_by;
    for (const std::uint32_t group : sorted_) names_.push_back(sums.cells.domain(group, variables));
    std::vector<std::uint32_t> place(number_.size());
    for (std::uint32_t p = 0; p < number_.size(); ++p) place[number_[p]] = p;
    const std::size_t slots = sums.slots.slots();
    begin_.assign(number_.size() + 1, 0);
    for (std::size_t s = 0; s < slots; ++s) ++begin_[place[sums.slots.cell(s)] + 1];
    for (std::size_t c = 0; c + 1 < begin_.size(); ++c) begin_[c + 1] += begin_[c];
    std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
    slot_.resize(slots);
    for (std::uint32_t s = 0; s < slots; ++s) slot_[next[place[sums.slots.cell(s)]]++] = s;
    const auto unit = [&](std::uint32_t slot) { return unit_of[sums.slots.unit(slot)]; };
    for (std::size_t c = 0; c + 1 < begin_.size(); ++c)
        std::stable_sort(slot_.begin() + static_cast<std::ptrdiff_t>(begin_[c]),
                         slot_.begin() + static_cast<std::ptrdiff_t>(begin_[c + 1]),
                         [&](std::uint32_t a, std::uint32_t b) {
                             return unit(a) != unit(b) ? unit(a) < unit(b) : sums.slots.unit(a) < sums.slots.unit(b);
                         });
    unit_.reserve(slots);
    for (const std::uint32_t slot : slot_) unit_.push_back(unit(slot));
    for (std::size_t c = 0; c < table.columns.size(); ++c) totals_.push_back(totals_of(c));
}

CompensatedSum TableView::sum_at_slot(std::size_t column, std::uint32_t slot) const {
    const SlotNumbers* numbers = sums_.slots.column(table_.columns, column);
    return numbers ? numbers->sum(slot) : CompensatedSum();
}

SparseColumn TableView::by_unit(std::size_t cell, std::size_t column, std::size_t present) const {
    SparseColumn result;
    const SlotNumbers* numbers = sums_.slots.column(table_.columns, column);
    const SlotNumbers* there = present == no_column ? numbers : sums_.slots.column(table_.columns, present);
    if (!there) return result;
    result.unit.reserve(begin_[cell + 1] - begin_[cell]);
    result.total.reserve(begin_[cell + 1] - begin_[cell]);
    for_each_slot(cell, [&](std::uint32_t unit, std::uint32_t slot) {
        if (there->at(slot) == 0) return;
        if (result.unit.empty() || result.unit.back() != unit) {
            result.unit.push_back(unit);
            result.total.push_back(0);
        }
        result.total.back() += numbers ? numbers->at(slot) : 0;
    });
    return result;
}

std::vector<double> TableView::totals_of(std::size_t column) const {
    const SlotNumbers* numbers = sums_.slots.column(table_.columns, column);
    if (!numbers) return {};
    std::vector<double> totals(cells());
    for (std::size_t cell = 0; cell < totals.size(); ++cell) {
        if (table_.columns[column].scope == PassColumn::Scope::cell) {
            totals[cell] = numbers->at(number_[cell]);
            continue;
        }
        CompensatedSum sum;
        for_each_slot(cell, [&](std::uint32_t, std::uint32_t slot) { sum.add(numbers->at(slot)); });
        totals[cell] = sum.value();
    }
    return totals;
}

std::vector<std::uint32_t> TableView::units_with(std::size_t cell, std::size_t column) const {
    std::vector<std::uint32_t> units;
    const SlotNumbers* numbers = sums_.slots.column(table_.columns, column);
    if (!numbers) return units;
    for_each_slot(cell, [&](std::uint32_t unit, std::uint32_t slot) {
        if (numbers->at(slot) > 0 && (units.empty() || units.back() != unit)) units.push_back(unit);
    });
    return units;
}

}  // namespace cifra
