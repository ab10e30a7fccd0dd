// The tables of a pass: blocks merged one after another against one table of all rows; groups against maps.
#include "estimation/pass/slot_table.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <map>
#include <optional>

#include "engine/random.h"
#include "estimation/pass/row_groups.h"

namespace cifra {
namespace {

struct Row {
    std::uint32_t unit = 0, cell = 0;
    double a = 0, b = 0;
};

std::vector<Row> made_up(std::size_t rows) {
    Stream chance({11, Purpose::test, 1, 0});
    std::vector<Row> result;
    for (std::size_t i = 0; i < rows; ++i)
        result.push_back({static_cast<std::uint32_t>(chance.below(7)), static_cast<std::uint32_t>(chance.below(4)),
                          1e6 * (chance.uniform() - 0.3), 1 + chance.uniform()});
    return result;
}

enum Place : std::size_t { rows, sum_a, product_ab, cell_b, largest, own, own_b, width };

std::vector<PassColumn> columns() {
    std::vector<PassColumn> all(width);
    all[rows].merging = all[own].merging = PassColumn::Merging::count;
    all[cell_b].scope = all[largest].scope = all[own_b].scope = PassColumn::Scope::cell;
    all[largest].merging = PassColumn::Merging::largest;
    all[own].same_as = rows;
    all[own_b].same_as = cell_b;
    return all;
}

// What a block of these rows comes to, its slots in the order of a map. `own`: only rows whose b is below 1.5 stay.
struct Block {
    BlockSums sums;
    std::vector<std::uint32_t> units, cells;
};

Block block_of(const std::vector<Row>& part, bool with_own) {
    Block block;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> slots;
    for (const Row& row : part) slots[{row.unit, row.cell}] = 0;
    block.units = {0, 1, 2, 3, 4, 5, 6};
    block.cells = {0, 1, 2, 3};
    block.sums.cells.first_row.resize(4);
    for (auto& [pair, slot] : slots) {
        slot = static_cast<std::uint32_t>(block.sums.unit.size());
        block.sums.unit.push_back(pair.first);
        block.sums.cell.push_back(pair.second);
    }
    block.sums.columns.resize(width);
    const std::vector<PassColumn> plan = columns();
    for (std::size_t c = rows; c < (with_own ? width : own); ++c)
        block.sums.columns[c].resize(plan[c], block.sums.length(plan[c]));
    std::vector<SlotNumbers>& to = block.sums.columns;
    for (const Row& row : part) {
        const std::uint32_t slot = slots.at({row.unit, row.cell});
        to[rows].value[slot] += 1;
        to[sum_a].add(slot, row.a);
        add_product_compensated(row.a, row.b, to[product_ab].value[slot], to[product_ab].error[slot]);
        to[cell_b].add(row.cell, row.b);
        to[largest].value[row.cell] = std::max(to[largest].value[row.cell], row.b);
        if (!with_own || row.b >= 1.5) continue;
        to[own].value[slot] += 1;
        to[own_b].add(row.cell, row.b);
    }
    return block;
}

SlotTable merged(const std::vector<Row>& all, std::size_t part, std::size_t own_from = static_cast<std::size_t>(-1)) {
    SlotTable table;
    const std::vector<PassColumn> plan = columns();
    for (std::size_t begin = 0; begin < all.size(); begin += part) {
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto count = static_cast<std::ptrdiff_t>(std::min(part, all.size() - begin));
        const Block block = block_of({from, from + count}, begin >= own_from);
        table.merge(plan, block.sums, block.units, block.cells);
    }
    return table;
}

// A column's numbers by unit and cell, or by cell, as the bits they are.
std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> bits_of(const SlotTable& table, std::size_t c) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> bits;
    const std::vector<PassColumn> plan = columns();
    const SlotNumbers& numbers = *table.column(plan, c);
    for (std::uint32_t i = 0; i < (plan[c].scope == PassColumn::Scope::slot ? table.slots() : table.cells()); ++i) {
        const auto place = plan[c].scope == PassColumn::Scope::slot ? std::pair(table.unit(i), table.cell(i))
                                                                    : std::pair(std::uint32_t{0}, i);
        bits[place] = std::bit_cast<std::uint64_t>(numbers.at(i));
    }
    return bits;
}

// Sums with 11 bits more than those of a double, rounded once.
TEST(SlotTable, BlocksInAnyPartsAreAllRows) {
    const std::vector<Row> all = made_up(3000);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::array<long double, 3>> slots;
    for (const Row& row : all) {
        auto& [n, a, ab] = slots[{row.unit, row.cell}];
        n += 1, a += row.a, ab += static_cast<long double>(row.a) * row.b;
    }
    const SlotTable whole = merged(all, all.size());
    ASSERT_EQ(whole.slots(), slots.size());
    for (std::uint32_t slot = 0; slot < whole.slots(); ++slot) {
        const auto& [n, a, ab] = slots.at({whole.unit(slot), whole.cell(slot)});
        EXPECT_EQ(whole.column(columns(), rows)->at(slot), static_cast<double>(n));
        EXPECT_NEAR(whole.column(columns(), sum_a)->at(slot) / static_cast<double>(a), 1, 1e-15);
        EXPECT_NEAR(whole.column(columns(), product_ab)->at(slot) / static_cast<double>(ab), 1, 1e-15);
    }
    for (std::uint32_t cell = 0; cell < 4; ++cell) {
        double most = 0;
        for (const Row& row : all)
            if (row.cell == cell) most = std::max(most, row.b);
        EXPECT_EQ(whole.column(columns(), largest)->at(cell), most);
    }
    for (const std::size_t part : {1UL, 7UL, 100UL, 1700UL})
        for (std::size_t c = 0; c < width; ++c) EXPECT_EQ(bits_of(merged(all, part), c), bits_of(whole, c)) << part;
}

// The last blocks have a universe of their own; before, it is that of all rows.
TEST(SlotTable, AColumnThatComesLateWasTheSameAsAnother) {
    const std::vector<Row> all = made_up(1000);
    for (const std::size_t from : {0UL, 600UL, 900UL, 5000UL}) {
        const SlotTable table = merged(all, 100, from);
        std::map<std::pair<std::uint32_t, std::uint32_t>, double> kept;
        std::map<std::uint32_t, CompensatedSum> kept_b;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const bool stays = i < from || all[i].b < 1.5;
            kept[{all[i].unit, all[i].cell}] += stays ? 1 : 0;
            if (stays) kept_b[all[i].cell].add(all[i].b);
        }
        for (std::uint32_t slot = 0; slot < table.slots(); ++slot)
            EXPECT_EQ(table.column(columns(), own)->at(slot), kept.at({table.unit(slot), table.cell(slot)})) << from;
        for (std::uint32_t cell = 0; cell < 4; ++cell)
            EXPECT_EQ(table.column(columns(), own_b)->at(cell), kept_b[cell].value()) << from;
    }
}

// Units and cells are numbered by each block as they come.
TEST(SlotTable, BlocksHaveNumbersOfTheirOwn) {
    std::vector<PassColumn> plan(1);
    plan[0].merging = PassColumn::Merging::count;
    SlotTable table;
    BlockSums one, two;
    one.unit = {0, 1};
    one.cell = {0, 0};
    one.cells.first_row = {0};
    one.columns = {{{1, 2}, {}}};
    two.unit = {0, 1};
    two.cell = {0, 1};
    two.cells.first_row = {0, 1};
    two.columns = {{{10, 20}, {}}};
    table.merge(plan, one, {5, 9}, {3});
    table.merge(plan, two, {9, 2}, {3, 0});
    ASSERT_EQ(table.slots(), 3U);
    EXPECT_EQ(table.cells(), 4U);
    EXPECT_EQ(table.column(plan, 0)->value, (std::vector<double>{1, 12, 20}));
    EXPECT_EQ(table.unit(2), 2U);
    EXPECT_EQ(table.cell(2), 0U);
    EXPECT_EQ(SlotTable().column(plan, 0), nullptr);
}

TEST(SlotIndex, IsAMapOfPairs) {
    SlotIndex index;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> twin;
    Stream chance({11, Purpose::test, 2, 0});
    EXPECT_EQ(index.find(0, 0), SlotIndex::none);
    for (int i = 0; i < 60000; ++i) {
        // Small and large numbers, and those that hold all bits.
        const auto any = [&] {
            const auto number = static_cast<std::uint32_t>(chance.below(200));
            return chance.bernoulli(0.5) ? number : ~(number << 24U);
        };
        const std::uint32_t unit = any(), cell = any();
        const auto [at, added] = twin.try_emplace({unit, cell}, static_cast<std::uint32_t>(twin.size()));
        EXPECT_EQ(index.find(unit, cell), added ? SlotIndex::none : at->second);
        EXPECT_EQ(index.find_or_add(unit, cell), std::make_pair(at->second, added));
    }
    EXPECT_EQ(index.size(), twin.size());
    for (const auto& [pair, slot] : twin) {
        EXPECT_EQ(index.unit(slot), pair.first);
        EXPECT_EQ(index.cell(slot), pair.second);
    }
}

Column random_numbers(std::size_t count, std::uint64_t distinct, std::uint64_t stage) {
    Stream chance({11, Purpose::test, 3, stage});
    std::vector<double> numbers;
    std::vector<Missing> missing;
    const double odd[] = {-0.0, 0.0, 0.5, -3, 1e300, 1023, 1024, 1e-300};
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t value = chance.below(distinct);
        numbers.push_back(value < 8 ? odd[value] : static_cast<double>(value));
        missing.push_back(chance.bernoulli(0.1) ? (chance.bernoulli(0.5) ? Missing::refused : Missing::system)
                                                : Missing::none);
    }
    return Column::of_numbers(std::move(numbers), std::move(missing));
}

Column random_texts(std::size_t count, std::uint64_t distinct, std::uint64_t stage) {
    Stream chance({11, Purpose::test, 4, stage});
    TextColumnBuilder texts;
    const char* odd[] = {"", "a", "a\x1f", "\x1f"};
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t value = chance.below(distinct);
        if (chance.bernoulli(0.1))
            texts.add_missing(Missing::not_asked);
        else
            texts.add(value < 4 ? odd[value] : std::to_string(value));
    }
    return texts.finish();
}

// Groups of rows by the cells themselves, in a map.
void expect_groups(std::size_t count, const std::vector<const Column*>& columns, bool keep_missing) {
    using Cell = std::pair<int, std::string>;
    std::map<std::vector<Cell>, std::uint32_t> twin;
    const RowGroups groups = group_rows(count, columns, keep_missing);
    ASSERT_EQ(groups.of_row.size(), count);
    for (std::size_t row = 0; row < count; ++row) {
        std::vector<Cell> cells;
        bool gap = false;
        for (const Column* column : columns) {
            gap = gap || !column->present(row);
            const bool zero = column->present(row) && column->is_number() && column->number(row) == 0;
            cells.emplace_back(static_cast<int>(column->missing(row)),
                               column->present(row) ? (zero ? "0" : column->cell(row)) : "");
        }
        if (gap && !keep_missing) {
            EXPECT_EQ(groups.of_row[row], no_cell);
            continue;
        }
        const auto [at, added] = twin.try_emplace(cells, static_cast<std::uint32_t>(twin.size()));
        ASSERT_EQ(groups.of_row[row], at->second) << row;
        ASSERT_LT(at->second, groups.size());
        EXPECT_EQ(groups.first_row[at->second] == row, added);
    }
    EXPECT_EQ(groups.size(), twin.size());
    // The keys of groups tell them apart and give their cells back.
    GroupNames names;
    const std::vector<std::string> keys = group_keys(groups, columns);
    for (std::uint32_t g = 0; g < keys.size(); ++g) {
        ASSERT_EQ(names.number(keys[g]), g);
        const std::vector<CellValue> values = names.values(g);
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const std::size_t row = groups.first_row[g];
            EXPECT_EQ(values[c].missing, columns[c]->missing(row));
            EXPECT_EQ(values[c].is_number, columns[c]->present(row) && columns[c]->is_number());
            EXPECT_EQ(values[c].number, values[c].is_number ? columns[c]->number(row) : 0);
            EXPECT_EQ(values[c].text, values[c].number == 0 && values[c].is_number ? "0" : columns[c]->cell(row));
        }
    }
}

TEST(RowGroups, AreThoseOfAMap) {
    for (const std::size_t count : {0UL, 1UL, 40UL, 3000UL})
        for (const std::uint64_t distinct : {1ULL, 12ULL, 2500ULL}) {
            const Column a = random_numbers(count, distinct, 1), b = random_texts(count, distinct, 2),
                         c = random_numbers(count, 3, 3), d = random_texts(count, 1, 4);
            for (const bool keep_missing : {false, true})
                for (const std::vector<const Column*>& columns :
                     std::vector<std::vector<const Column*>>{{}, {&a}, {&b}, {&a, &b}, {&d, &a}, {&c, &a, &b, &d}})
                    expect_groups(count, columns, keep_missing);
        }
}

TEST(RowGroups, AreSortedByValueAndNotByText) {
    const Column numbers = Column::of_numbers({10, 9, -1, 0.5}, {});
    TextColumnBuilder builder;
    for (const char* text : {"10", "9", "-1", "a;b=c"}) builder.add(text);
    const Column texts = builder.finish();
    GroupNames by_number, by_text;
    for (std::size_t row = 0; row < 4; ++row) {
        by_number.number(group_key({&numbers}, row));
        by_text.number(group_key({&texts}, row));
    }
    EXPECT_EQ(by_number.sorted(), (std::vector<std::uint32_t>{2, 3, 1, 0}));
    EXPECT_EQ(by_text.sorted(), (std::vector<std::uint32_t>{2, 0, 1, 3}));
    EXPECT_EQ(by_text.domain(3, {"v"}), "v=a;b=c");
}

}  // namespace
}  // namespace cifra
