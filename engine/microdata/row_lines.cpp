#include "engine/microdata/row_lines.h"

#include <utility>

namespace cifra {

void move_lines(Diagnostics& faults, const std::string& file, std::uint32_t first_line) {
    Diagnostics moved;
    for (Diagnostic item : faults.items()) {
        if (item.where.file == file) item.where.line += first_line;
        moved.add(std::move(item));
    }
    faults = std::move(moved);
}

std::uint32_t LineCounter::first_line(const RowPiece& piece, const RowBlock& block) {
    const std::uint32_t first = piece.first_of_file ? piece.first_line : next_;
    next_ = first + block.lines;
    return first;
}

}  // namespace cifra
