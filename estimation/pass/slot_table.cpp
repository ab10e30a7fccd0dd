#include "estimation/pass/slot_table.h"

#include <algorithm>

namespace cifra {

namespace {

const std::vector<double>* resolved(const std::vector<PassColumn>& columns,
                                    const std::vector<std::vector<double>>& values, std::size_t c) {
    while (values[c].empty() && columns[c].same_as != no_column) c = columns[c].same_as;
    return values[c].empty() ? nullptr : &values[c];
}

double at(const std::vector<double>* values, std::size_t i) { return values ? (*values)[i] : 0; }

// Centred products are merged while the sums are still apart, and copies made before their originals grow.
std::vector<std::size_t> merging_order(const std::vector<PassColumn>& columns) {
    std::vector<std::size_t> order;
    const auto take = [&](const auto& belongs) {
        for (std::size_t c = columns.size(); c-- > 0;)
            if (belongs(columns[c])) order.push_back(c);
    };
    const auto centred = [](const PassColumn& c) { return c.merging == PassColumn::Merging::centred; };
    const auto copied = [](const PassColumn& c) { return c.same_as != no_column; };
    take(centred);
    take([&](const PassColumn& c) { return !centred(c) && copied(c); });
    take([&](const PassColumn& c) { return !centred(c) && !copied(c); });
    return order;
}

}  // namespace

const double* SlotTable::column(const std::vector<PassColumn>& columns, std::size_t c) const {
    if (columns_.empty()) return nullptr;
    const std::vector<double>* values = resolved(columns, columns_, c);
    return values ? values->data() : nullptr;
}

void SlotTable::merge(const std::vector<PassColumn>& columns, BlockSums& block, const std::vector<std::uint32_t>& units,
                      const std::vector<std::uint32_t>& cells) {
    columns_.resize(columns.size());
    std::vector<std::uint32_t> slots;
    slots.reserve(block.unit.size());
    for (std::size_t s = 0; s < block.unit.size(); ++s)
        slots.push_back(index_.find_or_add(units[block.unit[s]], cells[block.cell[s]]).first);
    for (const std::uint32_t cell : cells) cells_ = std::max<std::size_t>(cells_, cell + 1);
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (!columns_[c].empty())
            columns_[c].resize(columns[c].scope == PassColumn::Scope::slot ? index_.size() : cells_, 0);
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].merging == PassColumn::Merging::anchor) move_to_anchor(columns, c, block, slots);
    for (const std::size_t c : merging_order(columns))
        merge_column(columns, c, block, columns[c].scope == PassColumn::Scope::slot ? slots : cells);
}

// With d between the anchors, a - R b is (a - r b) + d b: sums and centred products follow.
void SlotTable::move_to_anchor(const std::vector<PassColumn>& columns, std::size_t c, BlockSums& block,
                               const std::vector<std::uint32_t>& slots) const {
    const PassColumn& column = columns[c];
    std::vector<double>& anchor = block.columns[c];
    if (columns_[c].empty() || anchor.empty()) return;
    const auto *n = resolved(columns, columns_, column.rows), *m = resolved(columns, block.columns, column.rows),
               *b = resolved(columns, block.columns, column.second);
    std::vector<double>&first = block.columns[column.first], &aa = block.columns[column.products[0]],
    &ab = block.columns[column.products[1]], &bb = block.columns[column.products[2]];
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (at(n, slots[i]) == 0 || at(m, i) == 0) continue;
        const double d = anchor[i] - columns_[c][slots[i]];
        first[i] += d * at(b, i);
        aa[i] += 2 * d * ab[i] + d * d * bb[i];
        ab[i] += d * bb[i];
        anchor[i] = columns_[c][slots[i]];
    }
}

void SlotTable::merge_column(const std::vector<PassColumn>& columns, std::size_t c, const BlockSums& block,
                             const std::vector<std::uint32_t>& places) {
    const PassColumn& column = columns[c];
    if (columns_[c].empty() && block.columns[c].empty()) return;
    std::vector<double>& to = columns_[c];
    if (to.empty()) {
        const std::vector<double>* before = resolved(columns, columns_, c);
        if (before) to = *before;
        to.resize(column.scope == PassColumn::Scope::slot ? index_.size() : cells_, 0);
    }
    const std::vector<double>* from = resolved(columns, block.columns, c);
    if (column.merging == PassColumn::Merging::centred) {
        const std::vector<double> none(places.size(), 0);
        merge_centred(columns, column, to, from ? *from : none, block, places);
    } else if (from && column.merging == PassColumn::Merging::largest) {
        for (std::size_t i = 0; i < places.size(); ++i) to[places[i]] = std::max(to[places[i]], (*from)[i]);
    } else if (from && column.merging == PassColumn::Merging::anchor) {
        const std::vector<double>* rows = resolved(columns, block.columns, column.rows);
        for (std::size_t i = 0; i < places.size(); ++i)
            if (at(rows, i) > 0) to[places[i]] = (*from)[i];
    } else if (from) {
        for (std::size_t i = 0; i < places.size(); ++i) to[places[i]] += (*from)[i];
    }
}

void SlotTable::merge_centred(const std::vector<PassColumn>& columns, const PassColumn& column, std::vector<double>& to,
                              const std::vector<double>& from, const BlockSums& block,
                              const std::vector<std::uint32_t>& places) const {
    const auto here = [&](std::size_t c) { return resolved(columns, columns_, c); };
    const auto there = [&](std::size_t c) { return resolved(columns, block.columns, c); };
    const auto *n = here(column.rows), *a = here(column.first), *b = here(column.second);
    const auto *m = there(column.rows), *x = there(column.first), *y = there(column.second);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::uint32_t slot = places[i];
        const double old_rows = at(n, slot), new_rows = at(m, i);
        to[slot] += from[i];
        if (old_rows == 0 || new_rows == 0) continue;
        const double apart =
            (at(a, slot) / old_rows - at(x, i) / new_rows) * (at(b, slot) / old_rows - at(y, i) / new_rows);
        to[slot] += apart * old_rows * new_rows / (old_rows + new_rows);
    }
}

}  // namespace cifra
