// The rows of a piece of a CSV text as columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/microdata/row_source.h"

namespace cifra {

struct CsvPlanColumn {
    std::string name;
    std::size_t field = 0;  // its place among the fields of a record
    ColumnType type = ColumnType::number;
    bool declared = false;
};

// What is read from every piece of a file.
struct CsvPlan {
    std::size_t width = 0;                 // fields of the header
    std::vector<CsvPlanColumn> columns{};  // in the order of their fields
    bool decimal_comma = false;
    std::size_t max_field_bytes = 0;
    double bytes_per_row = 100;  // about; for the memory set aside
};

// Whole records. Behind `text` stand `csv_padding` bytes that may be read, the first of which is '\n'.
inline constexpr std::size_t csv_padding = 64;
struct CsvPieceText {
    std::string_view text;
    std::string file;  // for faults
    char separator = ',';
    bool quotes = true;  // whether a quote is in it
};

// Cells, kinds of missing and faults are those of csv.h; the conventions of the result are those of `RowBlock`. A row
// of plain fields is read in one walk over its bytes; one with a quote, a wrong number of fields or an odd line end
// by CsvScanner.
RowBlock parse_csv_rows(const CsvPieceText& piece, const CsvPlan& plan);

}  // namespace cifra
