#include "estimation/pass/slot_table.h"

#include <algorithm>

namespace cifra {

namespace {

void add(const PassColumn& column, const SlotNumbers& from, const std::vector<std::uint32_t>& places, SlotNumbers& to) {
    const double* x = from.value.data();
    double* value = to.value.data();
    if (column.merging == PassColumn::Merging::sum)
        for (std::size_t i = 0; i < places.size(); ++i) {
            to.add(places[i], x[i]);
            to.error[places[i]] += from.error[i];
        }
    else if (column.merging == PassColumn::Merging::count)
        for (std::size_t i = 0; i < places.size(); ++i) value[places[i]] += x[i];
    else
        for (std::size_t i = 0; i < places.size(); ++i) value[places[i]] = std::max(value[places[i]], x[i]);
}

}  // namespace

const SlotNumbers* present_column(const std::vector<PassColumn>& columns, const std::vector<SlotNumbers>& numbers,
                                  std::size_t c) {
    while (numbers[c].empty() && columns[c].same_as != no_column) c = columns[c].same_as;
    return numbers[c].empty() ? nullptr : &numbers[c];
}

const SlotNumbers* SlotTable::column(const std::vector<PassColumn>& columns, std::size_t c) const {
    return columns_.empty() ? nullptr : present_column(columns, columns_, c);
}

void SlotTable::merge(const std::vector<PassColumn>& columns, const BlockSums& block,
                      const std::vector<std::uint32_t>& units, const std::vector<std::uint32_t>& cells) {
    columns_.resize(columns.size());
    std::vector<std::uint32_t> slots;
    slots.reserve(block.unit.size());
    for (std::size_t s = 0; s < block.unit.size(); ++s)
        slots.push_back(index_.find_or_add(units[block.unit[s]], cells[block.cell[s]]).first);
    for (const std::uint32_t cell : cells) cells_ = std::max<std::size_t>(cells_, cell + 1);
    const auto length = [&](std::size_t c) {
        return columns[c].scope == PassColumn::Scope::slot ? index_.size() : cells_;
    };
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (!columns_[c].empty()) columns_[c].resize(columns[c], length(c));
    // From the last, so that copies are made before their originals grow.
    for (std::size_t c = columns.size(); c-- > 0;) {
        if (columns_[c].empty() && block.columns[c].empty()) continue;
        if (const SlotNumbers* before = present_column(columns, columns_, c); before && before != &columns_[c])
            columns_[c] = *before;
        columns_[c].resize(columns[c], length(c));
        if (const SlotNumbers* from = present_column(columns, block.columns, c))
            add(columns[c], *from, columns[c].scope == PassColumn::Scope::slot ? slots : cells, columns_[c]);
    }
}

void SlotTable::round() {
    for (SlotNumbers& column : columns_) {
        for (std::size_t i = 0; i < column.error.size(); ++i) column.value[i] += column.error[i];
        column.error = {};
    }
}

}  // namespace cifra
