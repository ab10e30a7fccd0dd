// Tables that stand for files: what a program made itself need not be written to be read again.
#pragma once

#include <filesystem>
#include <map>

#include "engine/csv.h"
#include "engine/table.h"

namespace cifra {

// By the path at which the file would lie, as resolve() gives it.
using TablesInMemory = std::map<std::filesystem::path, Table>;

// The columns of a table that `options` asks for, with the types it declares, as read_csv would give them; those of
// that type already share their cells with it. Faults: missing-column, bad-number.
Table as_if_read(const Table& table, const CsvOptions& options, Diagnostics& faults);

// The table of a CSV file: the one in `tables` (nullptr: none) that stands in its place, else by read_csv.
Table read_csv_or_table(const std::filesystem::path& file, const CsvOptions& options, const TablesInMemory* tables,
                        Diagnostics& faults);

}  // namespace cifra
