// Writes a columnar file (columnar_format.h) row by row of its source. Memory: one group of rows and the dictionaries.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/microdata/columnar_encode.h"
#include "engine/microdata/columnar_format.h"
#include "engine/table.h"

namespace cifra {

class ColumnarWriter {
public:
    // `columns`: distinct names. They are encoded by up to `threads` threads (0: all cores), to the same bytes. Throws
    // InputError (cannot-write), as do the others, where the disk refuses.
    ColumnarWriter(std::filesystem::path file, const std::vector<std::string>& columns, bool decimal_comma,
                   int threads = 1);

    // Adds a group: the rows of a table that has the columns, all as text. Sources come one after another.
    // `first_line`: line of the source at which the table's line 0 stands.
    void add(const Table& texts, std::size_t source, std::uint32_t first_line);

    // Completes the file: without it there is no directory, and nobody reads the file.
    void finish(std::vector<ColumnarSource> sources);

    std::uint64_t rows() const { return directory_.rows; }
    std::uint64_t bytes() const { return offset_; }  // written so far

private:
    void flush_group();
    void write(std::string_view bytes);
    ColumnarPart write_part(std::string_view bytes);

    std::filesystem::path file_;
    std::ofstream stream_;
    std::uint64_t offset_ = 0;
    ColumnarDirectory directory_;
    std::vector<ColumnEncoder> encoders_;
    std::vector<std::uint32_t> lines_;  // of the rows of the group at hand, in their source
    std::uint32_t source_ = 0;
    int threads_;
};

}  // namespace cifra
