// Lines of blocks (row_source.h) as lines of their file.
#pragma once

#include <cstdint>
#include <string>

#include "engine/diagnostics.h"
#include "engine/microdata/row_source.h"

namespace cifra {

// Places of the block's faults in the file: `first_line` is that of the piece's first line.
void move_lines(Diagnostics& faults, const std::string& file, std::uint32_t first_line);

// Counts the lines of the pieces of a source as they come, in order.
class LineCounter {
public:
    // The line of its file at which the piece begins.
    std::uint32_t first_line(const RowPiece& piece, const RowBlock& block);

private:
    std::uint32_t next_ = 1;
};

}  // namespace cifra
