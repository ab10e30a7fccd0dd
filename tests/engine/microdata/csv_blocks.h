// Files of CSV read by blocks and put together again, for comparison with read_csv.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/csv.h"
#include "engine/microdata/csv_rows.h"

namespace cifra::csv_blocks {

struct Whole {
    bool opened = false;
    Table table;
    Diagnostics faults;
    std::size_t pieces = 0;
};

// Reads once more where a guessed type turns out to be wrong. Lines and faults are those of the files.
Whole read_whole(const std::vector<std::filesystem::path>& files, CsvOptions options, std::size_t piece_bytes,
                 int threads = 1);

// What differs between two tables, cell by cell with types, kinds of missing, dictionaries and lines; "" if nothing.
std::string difference(const Table& a, const Table& b);

// The faults one a line, sorted.
std::vector<std::string> sorted_texts(const Diagnostics& faults);

}  // namespace cifra::csv_blocks
