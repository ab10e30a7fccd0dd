// Sums by slot, a slot being a (unit of the design, domain cell) in which some row lies: what a pass over the data
// leaves of it. Slots are as many as there are occupied pairs, whatever the number of rows.
//
// A table has columns of numbers, by slot or by cell. Tables of two parts of the data merge column by column, in the
// order of the parts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "estimation/pass/row_groups.h"
#include "estimation/pass/slot_index.h"

namespace cifra {

inline constexpr std::size_t no_column = static_cast<std::size_t>(-1);

struct PassColumn {
    enum class Scope { slot, cell };
    // centred: Σ (a - ā)(b - b̄) over the rows of the slot, which merges by Chan, Golub and LeVeque 1983 (The American
    // Statistician 37: 242-247, equation 2.1b): the number of rows and the sums of a and b stand in other columns.
    // anchor: a number r near Σ a / Σ b of the slot, which ratios measure a from: it is the first that came, and the
    // sums of a - r b of later parts are moved to it. So what is small beside a keeps its digits.
    enum class Merging { add, largest, centred, anchor };
    Scope scope = Scope::slot;
    Merging merging = Merging::add;
    // As long as no part of the data had this column, it is equal to that one: the universe of an indicator to that of
    // all with the same condition, until one of its items is missing. It stands later than that one.
    std::size_t same_as = no_column;
    std::size_t rows = no_column;
    // Of a centred one the sums of a and b; of an anchor those of a - r b and of b, and the three centred products of
    // both, upper triangle.
    std::size_t first = no_column, second = no_column;
    std::array<std::size_t, 3> products{};
    std::string key;  // what it is: equal keys are one column
};

// Of one block of rows.
struct BlockSums {
    RowGroups cells, slots;                    // of the rows
    std::vector<std::uint32_t> unit, cell;     // by slot, as numbered in the block
    std::vector<std::vector<double>> columns;  // empty: the block does not have it
    std::size_t length(const PassColumn& column) const {
        return column.scope == PassColumn::Scope::slot ? unit.size() : cells.size();
    }
};

class SlotTable {
public:
    // `units` and `cells`: the numbers, among all, of the block's, whose anchors become those of the table. O(slots of
    // the block times columns).
    void merge(const std::vector<PassColumn>& columns, BlockSums& block, const std::vector<std::uint32_t>& units,
               const std::vector<std::uint32_t>& cells);

    std::size_t slots() const { return index_.size(); }
    std::uint32_t unit(std::size_t slot) const { return index_.unit(slot); }
    std::uint32_t cell(std::size_t slot) const { return index_.cell(slot); }
    std::size_t cells() const { return cells_; }
    // Its numbers, by slot or by cell, those of `same_as` where it is absent; nullptr where there is none at all.
    const double* column(const std::vector<PassColumn>& columns, std::size_t c) const;

private:
    void move_to_anchor(const std::vector<PassColumn>& columns, std::size_t c, BlockSums& block,
                        const std::vector<std::uint32_t>& slots) const;
    void merge_column(const std::vector<PassColumn>& columns, std::size_t c, const BlockSums& block,
                      const std::vector<std::uint32_t>& places);
    void merge_centred(const std::vector<PassColumn>& columns, const PassColumn& column, std::vector<double>& to,
                       const std::vector<double>& from, const BlockSums& block,
                       const std::vector<std::uint32_t>& places) const;

    SlotIndex index_;
    std::size_t cells_ = 0;
    std::vector<std::vector<double>> columns_;
};

}  // namespace cifra
