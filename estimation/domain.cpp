#include "estimation/domain.h"

#include <fmt/format.h>

#include <algorithm>

#include "estimation/numbering.h"

namespace cifra {

namespace {

// Crosses what is there with one more variable, then keeps the occupied cells.
Cells crossed(const Cells& cells, const std::string& variable, const Column& column) {
    const Ranking codes = rank_cells(column);
    const std::size_t width = std::max<std::size_t>(1, codes.example.size());
    std::vector<std::uint32_t> place(cells.names.size() * width, no_cell);
    std::vector<std::size_t> joint(cells.of_row.size(), no_cell);
    for (std::size_t row = 0; row < joint.size(); ++row) {
        if (cells.of_row[row] == no_cell || codes.rank[row] == no_rank) continue;
        joint[row] = cells.of_row[row] * width + codes.rank[row];
        place[joint[row]] = 0;
    }
    Cells result;
    for (std::size_t i = 0; i < place.size(); ++i) {
        if (place[i] == no_cell) continue;
        place[i] = static_cast<std::uint32_t>(result.names.size());
        const std::string& before = cells.names[i / width];
        result.names.push_back(fmt::format("{}{}{}={}", before, before.empty() ? "" : ";", variable,
                                           column.cell(codes.example[i % width])));
    }
    result.of_row.assign(joint.size(), no_cell);
    for (std::size_t row = 0; row < joint.size(); ++row)
        if (joint[row] != no_cell) result.of_row[row] = place[joint[row]];
    return result;
}

}  // namespace

Cells cells_of(const Hierarchy& hierarchy, std::size_t level, const std::vector<std::string>& variables) {
    Cells cells{{""}, std::vector<std::uint32_t>(hierarchy[level].rows(), 0)};
    for (const std::string& variable : variables) cells = crossed(cells, variable, hierarchy.column(level, variable));
    return cells;
}

}  // namespace cifra
