// The columnar cache of CSV files: one file `X.cifra`, written once (columnar_write.h), then read in the place of the
// CSV files (columnar_rows.h). It holds every cell without loss, so that a column serves as text and as number, and a
// stamp of the files it was made from. COLUMNAR.md describes it byte by byte; this is its directory as values.
//
// Parts, each at a multiple of 8 bytes: magic and version, chunks, dictionaries, directory, trailer. Whoever reads one
// trusts nothing in it: directory, dictionaries and chunks have checksums against accident, and all that they say is
// checked against the size of the file, so that a file made with malice is a fault too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

inline constexpr std::string_view columnar_magic = "CIFRACOL", columnar_end_magic = "CIFRAEND";
inline constexpr std::uint32_t columnar_version = 1;
inline constexpr std::size_t columnar_head_bytes = 16, columnar_trailer_bytes = 32;
// Rows of a group, unless the source ends before or a column holds very much text there.
inline constexpr std::size_t columnar_group_rows = 16384;
// Distinct cells of a column that its dictionary may hold: with the empty cell, a code has 16 bits.
inline constexpr std::size_t columnar_max_entries = 65535;

// How the cells of a column stand in a chunk. A code of 0 is an empty cell, code k the entry k - 1 of the dictionary.
enum class ColumnarEncoding : std::uint8_t {
    codes8,
    codes16,
    numbers,           // doubles, NaN for an empty cell; `decimals` tells how the cells were written
    texts,             // 32-bit ends of the cells, then their bytes
    numbers_and_texts  // numbers, then texts: where no rule tells how the numbers were written
};
inline constexpr std::uint8_t columnar_shortest = 255;      // `decimals` of cells written as by `shortest`
inline constexpr std::uint8_t columnar_most_decimals = 20;  // else the digits after the point, the same in every cell

struct ColumnarPart {
    std::uint64_t offset = 0, size = 0;  // bytes
    std::uint64_t checksum = 0;          // XXH3-64
};

struct ColumnarChunk {
    ColumnarPart part;
    ColumnarEncoding encoding = ColumnarEncoding::codes8;
    std::uint8_t decimals = columnar_shortest;
};

struct ColumnarColumn {
    std::string name;
    bool numbers = true;        // every cell that is not empty is a `plain_number`: the type the column has undeclared
    std::uint32_t entries = 0;  // of the dictionary: their values (NaN where an entry is no number), ends and bytes
    ColumnarPart dictionary;
    std::vector<ColumnarChunk> chunks;  // one a group
};

// Rows that follow each other in one source.
struct ColumnarGroup {
    std::uint32_t rows = 0;
    std::uint32_t source = 0;
    std::uint32_t first_line = 1;  // line of the source on which the first row begins
    std::uint32_t lines = 0;       // from there to the first row of the next group, or after the last row
    ColumnarPart row_lines;        // 32-bit lines of the rows, counted from the first; empty: each row takes one line
};

struct ColumnarSource {
    std::string path;           // from the folder of the columnar file
    std::uint64_t bytes = 0;    // on disk, packed or not
    std::int64_t modified = 0;  // nanoseconds since 1970
    std::string digest;         // XXH3-128 of the bytes on disk, 32 digits
    char separator = ',';
};

struct ColumnarDirectory {
    std::uint64_t rows = 0;
    bool decimal_comma = false;
    std::vector<ColumnarSource> sources;
    std::vector<ColumnarGroup> groups;
    std::vector<ColumnarColumn> columns;  // names are distinct
};

std::string to_bytes(const ColumnarDirectory& directory);

// The directory, or nothing where it contradicts itself or names bytes outside [columnar_head_bytes, end).
std::optional<ColumnarDirectory> directory_from_bytes(std::string_view bytes, std::uint64_t end);

}  // namespace cifra
