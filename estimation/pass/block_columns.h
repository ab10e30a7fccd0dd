// How the sums of a block are filled: masks of rows, values of expressions made once a block, the loops that add.
// Internal to the rooms `pass/block_*`.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/evaluate.h"
#include "estimation/hierarchy.h"
#include "estimation/pass/pass_plan.h"
#include "estimation/pass/slot_table.h"
#include "estimation/terms.h"

namespace cifra {

// Some rows of a block: those whose byte is 1, the others being 0. `all`: every one, and `in` is null. Does not own its
// bytes.
struct RowMask {
    const std::uint8_t* in = nullptr;
    std::size_t rows = 0;
    bool all = false;
};

inline RowMask mask_of(const std::vector<std::uint8_t>& in) { return {in.data(), in.size(), false}; }

// Rows of both; `room` holds them where they are neither alone.
RowMask both_of(const RowMask& a, const std::vector<std::uint8_t>& b, std::vector<std::uint8_t>& room);

// Which of eight rows are in, as bits: the product gathers the lowest bits of the bytes in the highest byte.
inline std::uint64_t bits_of_eight(const std::uint8_t* in) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, in, 8);
    return (eight & 0x0101010101010101) * 0x0102040810204080 >> 56U;
}

// Calls visit(row) for the rows of a mask in order. Rows outside cost no branch: a branch that goes either way by
// chance costs more than the addition it guards.
template <class Visit>
void for_each_row(const RowMask& mask, const Visit& visit) {
    if (mask.all) {
        for (std::size_t row = 0; row < mask.rows; ++row) visit(row);
        return;
    }
    std::size_t row = 0;
    for (; row + 64 <= mask.rows; row += 64) {
        std::uint64_t bits = 0;
        for (std::size_t eight = 0; eight < 8; ++eight) bits |= bits_of_eight(mask.in + row + 8 * eight) << (8 * eight);
        for (; bits != 0; bits &= bits - 1) visit(row + static_cast<std::size_t>(std::countr_zero(bits)));
    }
    for (; row < mask.rows; ++row)
        if (mask.in[row]) visit(row);
}

// The columns of one table in one block.
class ColumnSums {
public:
    ColumnSums(const std::vector<PassColumn>& columns, BlockSums& block) : columns_(columns), block_(block) {}

    bool has(std::size_t c) const { return !block_.columns[c].empty(); }

    template <class Value>
    void add(std::size_t c, const RowMask& mask, const Value& value) {
        double* error = whole(c).error.data();
        apply(c, mask,
              [&](double& to, std::uint32_t place, std::size_t row) { add_compensated(value(row), to, error[place]); });
    }
    // Σ a b without rounding of the products.
    void add_products(std::size_t c, const RowMask& mask, const std::vector<double>& a, const std::vector<double>& b);
    template <class Counts>
    void count(std::size_t c, const RowMask& mask, const Counts& counts) {
        apply(c, mask, [&](double& to, std::uint32_t, std::size_t row) { to += counts(row) ? 1 : 0; });
    }

    // Rows, their weight and the largest of it, in one walk over them.
    void add_universe(std::size_t rows, std::size_t weight_sum, std::size_t largest, const RowMask& mask,
                      const std::vector<double>& weight);

    // The whole column, zeros where nothing was added.
    SlotNumbers& whole(std::size_t c) {
        block_.columns[c].resize(columns_[c], block_.length(columns_[c]));
        return block_.columns[c];
    }
    // Of each row, where a column keeps it; no_cell: nowhere.
    const std::vector<std::uint32_t>& places(std::size_t c) const {
        return columns_[c].scope == PassColumn::Scope::slot ? block_.slots.of_row : block_.cells.of_row;
    }

private:
    template <class Apply>
    void apply(std::size_t c, const RowMask& mask, const Apply& apply) {
        double* to = whole(c).value.data();
        const std::uint32_t* place = places(c).data();
        for_each_row(mask, [&](std::size_t row) {
            if (place[row] != no_cell) apply(to[place[row]], place[row], row);
        });
    }

    const std::vector<PassColumn>& columns_;
    BlockSums& block_;
};

// Values of expressions over the block, each made once.
class BlockValues {
public:
    explicit BlockValues(const Hierarchy& levels) : levels_(levels) {}

    // Rows of positive weight where the condition holds.
    RowMask universe(std::size_t level, const std::optional<Expr>& where);
    const ConditionColumn& condition(std::size_t level, const Expr& expression);
    const Column& column(std::size_t level, const Expr& expression);

private:
    using Key = std::pair<std::size_t, std::string>;
    const Hierarchy& levels_;
    struct Universe {
        std::vector<std::uint8_t> in;
        RowMask mask;
    };
    std::map<Key, Universe> universes_;
    std::map<Key, ConditionColumn> conditions_;
    std::map<Key, Column> columns_;
};

// The items of an indicator by row, missing ones by its rules.
struct RowItems {
    std::vector<double> value, over;          // `over` empty: 1 each
    std::vector<std::uint8_t> kept, missing;  // rows of the universe that stay in it, that miss an item
    RowMask universe;                         // those that stay
    bool any_missing = false, any_excluded = false;
    std::size_t undeclared = 0;
    Missing undeclared_kind = Missing::system;
};
RowItems items_of(BlockValues& values, const Level& level, const Indicator& indicator, const RowMask& universe);

// An entry of a row in a part of its records.
struct PartEntry {
    std::uint32_t row = 0, part = 0, cell = 0, slot = 0;  // cell no_cell: the row is in no cell
    double cases = 0;
    std::vector<double> values;    // by sum; those that are shared 0
    std::vector<double> products;  // s_i s_j / w, upper triangle
};

// Adds the terms of one task.
class TermSums {
public:
    TermSums(const PassTask& task, const Level& base, const Terms& terms) : task_(task), base_(base), terms_(terms) {}
    void add_rows(ColumnSums to) const;   // everything in the cells of its breakdown
    void add_whole(ColumnSums to) const;  // sums over all rows
    std::vector<PartEntry> entries_of_parts() const;

private:
    bool is_whole(std::size_t s) const { return task_.shape.whole[s]; }
    void add_row(ColumnSums& to, std::size_t row, std::vector<double>& values) const;
    void count_row(ColumnSums& to, std::size_t row) const;
    void add_products(ColumnSums& to, std::size_t row, const std::vector<double>& values, std::size_t from) const;

    const PassTask& task_;
    const Level& base_;
    const Terms& terms_;
};

void add_part_entries(const PassTask& task, const std::vector<PartEntry>& entries, const std::vector<double>& weight,
                      ColumnSums to);

}  // namespace cifra
