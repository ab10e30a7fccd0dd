// A table in memory as a source of rows.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/microdata/row_source.h"
#include "engine/table.h"

namespace cifra {

// Rows of a piece: about those of a piece of a CSV file.
inline constexpr std::size_t table_piece_rows = std::size_t{1} << 15;

// Its pieces in the order of its rows; a row's line is its number, from 1. `header`: the names that header() gives,
// where the table is a part of a wider one. Memory: the rows of the pieces at work.
std::unique_ptr<RowSource> open_table_rows(Table table, std::vector<std::string> header,
                                           std::size_t piece_rows = table_piece_rows);

}  // namespace cifra
