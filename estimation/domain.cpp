#include "estimation/domain.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace cifra {

namespace {

// Codes of a column as ranks in the order of its values, with the values as text.
struct Ranked {
    std::vector<std::uint32_t> of_row;  // no_cell where missing
    std::vector<std::string> values;
};

template <class Key>
Ranked rank_keys(const Column& column, const std::vector<Key>& key_of_row) {
    std::map<Key, std::uint32_t> ranks;
    for (std::size_t row = 0; row < column.size(); ++row)
        if (column.present(row)) ranks.emplace(key_of_row[row], 0);
    Ranked ranked;
    for (auto& [key, rank] : ranks)
        rank = static_cast<std::uint32_t>(ranked.values.size()), ranked.values.emplace_back();
    ranked.of_row.assign(column.size(), no_cell);
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (!column.present(row)) continue;
        const std::uint32_t rank = ranks.find(key_of_row[row])->second;
        ranked.of_row[row] = rank;
        if (ranked.values[rank].empty()) ranked.values[rank] = column.cell(row);
    }
    return ranked;
}

Ranked ranked(const Column& column) {
    if (column.is_number())
        return rank_keys(column, std::vector<double>(column.numbers().begin(), column.numbers().end()));
    std::vector<std::uint32_t> order(column.dictionary().size()), rank(order.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](auto a, auto b) { return column.dictionary()[a] < column.dictionary()[b]; });
    for (std::uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
    std::vector<std::uint32_t> keys(column.size());
    for (std::size_t row = 0; row < keys.size(); ++row) keys[row] = column.present(row) ? rank[column.codes()[row]] : 0;
    return rank_keys(column, keys);
}

// Crosses what is there with one more variable, then keeps the occupied cells.
Cells crossed(const Cells& cells, const std::string& variable, const Ranked& codes) {
    const std::size_t width = std::max<std::size_t>(1, codes.values.size());
    std::vector<std::uint32_t> place(cells.names.size() * width, no_cell);
    std::vector<std::size_t> joint(cells.of_row.size(), no_cell);
    for (std::size_t row = 0; row < joint.size(); ++row) {
        if (cells.of_row[row] == no_cell || codes.of_row[row] == no_cell) continue;
        joint[row] = cells.of_row[row] * width + codes.of_row[row];
        place[joint[row]] = 0;
    }
    Cells result;
    for (std::size_t i = 0; i < place.size(); ++i) {
        if (place[i] == no_cell) continue;
        place[i] = static_cast<std::uint32_t>(result.names.size());
        const std::string& before = cells.names[i / width];
        result.names.push_back(
            fmt::format("{}{}{}={}", before, before.empty() ? "" : ";", variable, codes.values[i % width]));
    }
    result.of_row.assign(joint.size(), no_cell);
    for (std::size_t row = 0; row < joint.size(); ++row)
        if (joint[row] != no_cell) result.of_row[row] = place[joint[row]];
    return result;
}

}  // namespace

Cells cells_of(const Hierarchy& hierarchy, std::size_t level, const std::vector<std::string>& variables) {
    Cells cells{{""}, std::vector<std::uint32_t>(hierarchy[level].rows(), 0)};
    for (const std::string& variable : variables)
        cells = crossed(cells, variable, ranked(hierarchy.column(level, variable)));
    return cells;
}

}  // namespace cifra
