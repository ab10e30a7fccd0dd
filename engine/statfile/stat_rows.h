// Statistical files (stat_format.h) by blocks of rows, so that they stand wherever a CSV file may.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/microdata/row_source.h"
#include "engine/statfile/stat_dictionary.h"

namespace cifra {

struct StatOptions {
    std::string encoding{};  // of the texts, as iconv names it; "": as the file states, or what its kind is written in
    MissingKinds kinds{};    // of missing codes, in place of those that the labels of the file tell
};

// Several files of the same variables are read one after another. Of `csv`, columns, optional_columns and types count.
// A variable without a declared type has that of the file, dates are texts (stat_columns.h). "Lines" are numbers of
// rows, from 1 in each file.
//
// One thread takes the file apart while others make columns of its pieces, some of which wait: memory is that of about
// eight pieces of `piece_bytes`, whatever the size of the file. Digests are not known ("").
//
// Faults: those of stat_parse.h and dbf.h; missing-column, duplicate-column, other-header (the variables of a further
// file differ); of a block, at most 100 of not-a-number, not-a-date and not-utf8, at the number of the row.
std::unique_ptr<RowSource> open_stat_rows(const std::vector<std::filesystem::path>& files, const CsvOptions& csv,
                                          const StatOptions& options, Diagnostics& faults, std::size_t piece_bytes);

// Types, labels and missing codes of a file. Nothing where there is a fault.
std::optional<Codebook> stat_codebook(const std::filesystem::path& file, const StatOptions& options,
                                      Diagnostics& faults);

}  // namespace cifra
