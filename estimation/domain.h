// Domains: the cells of a breakdown. A domain is a 0/1 variable over the whole design; it never drops a row or a PSU.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "estimation/hierarchy.h"

namespace cifra {

inline constexpr std::uint32_t no_cell = static_cast<std::uint32_t>(-1);

// The cells formed by crossing variables. Only occupied cells exist, in order of their codes (numbers by value, text by
// bytes, the first variable slowest). A row with a missing code is in no cell.
struct Cells {
    std::vector<std::string> names;     // "region=North;sex=F"; one empty name when nothing is crossed
    std::vector<std::uint32_t> of_row;  // cell of each row, or no_cell
};

// The cells of `variables` over the rows of `level` (columns of the level or above it).
Cells cells_of(const Hierarchy& hierarchy, std::size_t level, const std::vector<std::string>& variables);

}  // namespace cifra
