// CSV microdata by blocks, with all the rules of csv.h.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "engine/csv.h"
#include "engine/microdata/row_source.h"

namespace cifra {

// Several files are read one after another; each has the header of the first (fault other-header, with the names that
// differ). Types that `options` does not declare are guessed from the first piece: text where a cell there is no plain
// number, else number; `RowBlock::not_numbers` tells when a later cell disagrees. nullptr where there is a fault of the
// header.
std::unique_ptr<RowSource> open_csv_rows(const std::vector<std::filesystem::path>& files, const CsvOptions& options,
                                         Diagnostics& faults);

}  // namespace cifra
