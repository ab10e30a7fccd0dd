#include "estimation/pass/warehouse_residuals.h"

#include <fmt/format.h>

#include <unordered_map>

#include "estimation/pass/row_groups.h"
#include "estimation/pass/warehouse_auxiliaries.h"

namespace cifra {

namespace {

using Places = std::unordered_map<std::string, std::size_t>;

// Sums by the keys and by the categories of the auxiliaries.
Table read_sums(const WarehouseRows& rows, std::vector<SqlOutput> outputs, const std::vector<std::string>& sums,
                const std::vector<std::string>& conditions) {
    for (SqlOutput& key : category_keys(*rows.auxiliaries)) outputs.push_back(std::move(key));
    const std::size_t keys = outputs.size();
    for (const std::string& sum : sums) outputs.push_back({"", sum});
    return answer_of(rows, outputs, from_rows(rows, conditions) + grouped_by(outputs, keys), keys);
}

// visit(row, place) for the rows of an answer whose first columns are the key of a place.
template <class Visit>
void for_each_place(const Table& answer, std::size_t keys, const Places& places, const Visit& visit) {
    std::vector<const Column*> columns;
    for (std::size_t k = 0; k < keys; ++k) columns.push_back(&answer.column(k));
    for (std::size_t row = 0; row < answer.rows(); ++row)
        if (const auto found = places.find(group_key(columns, row)); found != places.end()) visit(row, found->second);
}

std::size_t sums_begin(const WarehouseRows& rows, std::size_t keys) {
    return keys + rows.auxiliaries->controls.size() - rows.auxiliaries->numbers();
}

SlotNumbers zeros(std::size_t count) { return {std::vector<double>(count, 0), std::vector<double>(count, 0)}; }

}  // namespace

void read_unit_totals(const WarehouseRows& rows, const std::vector<SqlOutput>& keys,
                      const std::vector<std::string>& units, std::size_t first, BlockTable& block) {
    const WarehouseAuxiliaries& x = *rows.auxiliaries;
    const Table answer = read_sums(rows, keys, linear_sums(x, rows.weight.value, "1"),
                                   {fmt::format("notEquals({}, 0.)", rows.weight.value)});
    Places places;
    for (std::size_t slot = 0; slot < block.sums.unit.size(); ++slot) places[units[block.sums.unit[slot]]] = slot;
    for (std::size_t j = 0; j < x.columns; ++j) block.sums.columns[first + j] = zeros(places.size());
    for_each_place(answer, keys.size(), places, [&](std::size_t row, std::size_t slot) {
        const AuxiliaryRow values{answer, row, keys.size(), sums_begin(rows, keys.size())};
        for_each_column(x, values,
                        [&](std::size_t j, std::size_t k) { block.sums.columns[first + j].add(slot, values.sum(k)); });
    });
}

void read_cell_products(const WarehouseRows& rows, const std::vector<SqlOutput>& keys,
                        std::vector<std::string> conditions, const AuxiliaryProducts& products, BlockTable& block) {
    if (products.empty()) return;
    const WarehouseAuxiliaries& x = *rows.auxiliaries;
    conditions.push_back(fmt::format("greater({}, 0.)", rows.weight.value));
    std::vector<std::string> sums;
    for (const auto& [first, of_value] : products) sums.insert(sums.end(), of_value.begin(), of_value.end());
    const Table answer = read_sums(rows, keys, sums, conditions);
    Places places;
    for (std::size_t cell = 0; cell < block.cell_keys.size(); ++cell) places[block.cell_keys[cell]] = cell;
    for (const auto& [first, of_value] : products)
        for (std::size_t j = 0; j < x.columns; ++j) block.sums.columns[first + j] = zeros(places.size());
    for_each_place(answer, keys.size(), places, [&](std::size_t row, std::size_t cell) {
        AuxiliaryRow values{answer, row, keys.size(), sums_begin(rows, keys.size())};
        for (const auto& [first, of_value] : products) {
            for_each_column(x, values, [&, to = first](std::size_t j, std::size_t k) {
                block.sums.columns[to + j].add(cell, values.sum(k));
            });
            values.sums += of_value.size();
        }
    });
}

}  // namespace cifra
