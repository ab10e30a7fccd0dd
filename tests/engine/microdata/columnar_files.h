// Columnar files for tests: written from CSV texts that the whole-file reader understood, read back block by block.
#pragma once

#include <filesystem>
#include <string>

#include "engine/csv.h"
#include "engine/microdata/row_source.h"
#include "engine/table.h"

namespace cifra {

// `name`: of the source in the stamp.
void write_columnar(const std::filesystem::path& file, const std::string& csv, const CsvOptions& options = {},
                    const std::string& name = "data.csv");

// All blocks as one table; faults have the lines of the source.
Table read_all(RowSource& rows, Diagnostics& faults);

// Fails where a cell, a kind of missing, a type, a name or a line differs.
void expect_same(const Table& got, const Table& wanted);

}  // namespace cifra
