// Sums by slot, a slot being a (unit of the design, domain cell) in which some row lies: what a pass over the data
// leaves of it. Slots are as many as there are occupied pairs, whatever the number of rows.
//
// A table has columns of numbers, by slot or by cell. Tables of two parts of the data merge column by column, and what
// they come to does not depend on where the data were cut: counts and largest values are exact, sums are kept with what
// rounding left of them (summation.h), and what is added of a row is made of that row alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/summation.h"
#include "estimation/pass/row_groups.h"
#include "estimation/pass/slot_index.h"

namespace cifra {

inline constexpr std::size_t no_column = static_cast<std::size_t>(-1);

struct PassColumn {
    enum class Scope { slot, cell };
    // count: of whole numbers, which add without rounding and take half the room.
    enum class Merging { sum, count, largest };
    Scope scope = Scope::slot;
    Merging merging = Merging::sum;
    // As long as no part of the data had this column, it is equal to that one: the universe of an indicator to that of
    // all with the same condition, until one of its items is missing. It stands later than that one.
    std::size_t same_as = no_column;
    std::string key;  // what it is: equal keys are one column
};

// The numbers of one column, by slot or by cell. Empty: it is absent.
struct SlotNumbers {
    std::vector<double> value;
    std::vector<double> error;  // of sums, until they are rounded: what is to be added to each (summation.h)

    bool empty() const { return value.empty(); }
    double at(std::size_t i) const { return error.empty() ? value[i] : value[i] + error[i]; }
    CompensatedSum sum(std::size_t i) const { return CompensatedSum(value[i], error.empty() ? 0 : error[i]); }
    void add(std::size_t i, double x) { add_compensated(x, value[i], error[i]); }
    void resize(const PassColumn& column, std::size_t length) {
        value.resize(length, 0);
        if (column.merging == PassColumn::Merging::sum) error.resize(length, 0);
    }
};

// That of `same_as` where it is absent; nullptr where there is none at all.
const SlotNumbers* present_column(const std::vector<PassColumn>& columns, const std::vector<SlotNumbers>& numbers,
                                  std::size_t c);

// Of one block of rows.
struct BlockSums {
    RowGroups cells, slots;                 // of the rows
    std::vector<std::uint32_t> unit, cell;  // by slot, as numbered in the block
    std::vector<SlotNumbers> columns;
    std::size_t length(const PassColumn& column) const {
        return column.scope == PassColumn::Scope::slot ? unit.size() : cells.size();
    }
};

class SlotTable {
public:
    // `units` and `cells`: the numbers, among all, of the block's. O(slots of the block times columns).
    void merge(const std::vector<PassColumn>& columns, const BlockSums& block, const std::vector<std::uint32_t>& units,
               const std::vector<std::uint32_t>& cells);
    // Sums become plain numbers, in half the room; nothing can be merged any more.
    void round();

    std::size_t slots() const { return index_.size(); }
    std::uint32_t unit(std::size_t slot) const { return index_.unit(slot); }
    std::uint32_t cell(std::size_t slot) const { return index_.cell(slot); }
    std::size_t cells() const { return cells_; }
    const SlotNumbers* column(const std::vector<PassColumn>& columns, std::size_t c) const;  // present_column

private:
    SlotIndex index_;
    std::size_t cells_ = 0;
    std::vector<SlotNumbers> columns_;
};

}  // namespace cifra
