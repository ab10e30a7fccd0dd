// CSV microdata by blocks, with all the rules of csv.h.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

#include "engine/csv.h"
#include "engine/microdata/row_source.h"

namespace cifra {

// Bytes of a piece. Smaller ones spend more time between the pieces, larger ones leave the processor's cache.
inline constexpr std::size_t csv_piece_bytes = std::size_t{1} << 20;

// Several files are read one after another; each has the header of the first (fault other-header, with the names that
// differ). Types that `options` does not declare are guessed from the first piece: text where a cell there is no plain
// number, else number; `RowBlock::not_numbers` tells when a later cell disagrees. nullptr where there is a fault of the
// header.
//
// Cells, kinds of missing and faults are those of read_csv, but for what follows from reading by pieces: after 100
// faults it is the piece that is not read on; a row that does not end within 64 MiB is the fault row-too-long; and with
// a quote that is never closed the rows after `max_field_bytes` from it are lost. Memory: a few pieces, and the longest
// row. Which rows make a piece depends on the file and on `piece_bytes` alone.
std::unique_ptr<RowSource> open_csv_rows(const std::vector<std::filesystem::path>& files, const CsvOptions& options,
                                         Diagnostics& faults, std::size_t piece_bytes = csv_piece_bytes);

}  // namespace cifra
