// Microdata files of any kind this project reads, told apart by their ending: CSV, plain, gzip or zstd, one file or
// several, and the columnar cache of them, which is used where it is current; files of SPSS, Stata, SAS and dBASE
// (statfile/stat_rows.h), where what the file itself calls missing is missing; and, whole only, workbooks (.xlsx).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/codebook.h"
#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/microdata/csv_rows.h"
#include "engine/microdata/row_source.h"

namespace cifra {

using MicrodataFiles = std::vector<std::filesystem::path>;

// Where the cache of these files stands: beside the first, "persons.csv.cifra" (the verb convert).
std::filesystem::path cache_of(const MicrodataFiles& files);

// The rows by blocks; nullptr where there is a fault: a workbook is one, no-workbook. A columnar file may
// also be named itself.
std::unique_ptr<RowSource> open_rows(const MicrodataFiles& files, const CsvOptions& options, Diagnostics& faults,
                                     std::size_t piece_bytes = csv_piece_bytes);

// The names of the columns; empty with a fault.
std::vector<std::string> row_header(const MicrodataFiles& files, const CsvOptions& options, Diagnostics& faults);

// Types, labels and missing codes that the first file itself holds; empty for files without any, and for one with a
// fault.
Codebook own_codebook(const MicrodataFiles& files);

// All rows as one table, as read_csv gives them. Lines are those of each row in its own file. `digests`: receives the
// XXH3-128 of each file, or nothing where the files have faults or the digest is not known.
Table read_rows(const MicrodataFiles& files, const CsvOptions& options, Diagnostics& faults,
                std::vector<std::string>* digests = nullptr);

}  // namespace cifra
