// A columnar file as a source of rows: gives the same cells, types and missing values as reading the CSV files it was
// made from (csv.h), many times faster.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/microdata/columnar_read.h"
#include "engine/microdata/row_source.h"

namespace cifra {

// A piece is a group of the file. Of `options`, columns, optional_columns and types count; a column without a declared
// type has that of its cells in the whole source. nullptr with a fault: those of ColumnarFile::open, missing-column,
// damaged-columnar (a dictionary). Faults of a block: not-a-number, at the line on which its row begins (its place in
// the line is not known: 0), at most 100; damaged-columnar, where the bytes of a chunk are not those written: the block
// has no rows then.
std::unique_ptr<RowSource> open_columnar_rows(const std::filesystem::path& file, const CsvOptions& options,
                                              Diagnostics& faults);
std::unique_ptr<RowSource> open_columnar_rows(const ColumnarFile& file, const CsvOptions& options, Diagnostics& faults);

}  // namespace cifra
