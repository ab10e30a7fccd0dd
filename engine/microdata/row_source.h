// Microdata as blocks of rows in the order of the file: what a pass over a file too large for memory reads.
//
//   auto rows = open_csv_rows({file}, options, faults);
//   while (const auto piece = rows->next())      // one thread at a time
//       use(rows->read(*piece));                 // any thread
//
// Pieces are cut from the data, never by the number of threads: the same file gives the same pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

// The rows of one piece. `table` holds the columns asked for, in the order of `RowSource::columns`; `table.source` is
// the file, `table.lines` the line of each row *within the piece*, counted from 0.
struct RowBlock {
    Table table;
    std::uint32_t lines = 0;  // line ends in the piece: what moves the lines of the next one
    Diagnostics faults;       // with lines within the piece, from 0; at most 100
    // Columns taken as numbers of which a cell here is none: the file must be read again with these as texts. Their
    // cells are missing in `table`.
    std::vector<std::string> not_numbers;
};

// A part of a file as it was taken from it, not yet understood.
class RowPiece {
public:
    virtual ~RowPiece() = default;
    std::size_t index = 0;  // pieces count from 0
    std::size_t file = 0;   // position of the file, where there are several; lines begin anew with each
    bool first_of_file = false;
    std::uint32_t first_line = 1;  // of the first of a file: the line of it at which the piece's line 0 stands
};

struct RowColumn {
    std::string name;
    ColumnType type = ColumnType::number;
};

class RowSource {
public:
    virtual ~RowSource() = default;
    virtual const std::vector<std::string>& header() const = 0;  // every column of the file
    virtual const std::vector<RowColumn>& columns() const = 0;   // those asked for that exist, with their types
    virtual std::vector<std::string> files() const = 0;
    // The next piece, in order; nullptr at the end. Not for two threads at once. Faults of reading (a truncated gzip
    // file, say) go to `faults`, and end the source.
    virtual std::unique_ptr<RowPiece> next(Diagnostics& faults) = 0;
    virtual RowBlock read(const RowPiece& piece) const = 0;
    // XXH3-128 of the bytes of each file as they stand on disk, 32 hexadecimal digits; known at the end of a pass, ""
    // where it is not.
    virtual std::vector<std::string> digests() const = 0;
    virtual double share() const = 0;  // of the bytes taken so far, for progress
};

}  // namespace cifra
