// Files of SPSS, Stata and SAS, taken apart by the library ReadStat (Evan Miller), of which no type leaves here.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "engine/diagnostics.h"
#include "engine/statfile/stat_cells.h"
#include "engine/statfile/stat_dictionary.h"
#include "engine/statfile/stat_format.h"

namespace cifra {

// `encoding` is a name that iconv knows, "" for that which the file states or, where it states none, the library's:
// Windows-1252 for Stata before version 14. Texts arrive as UTF-8.
struct StatFile {
    std::filesystem::path path;
    StatFormat format = StatFormat::sav;  // any but dbf
    std::string encoding{};
};

// Faults: cannot-read; unsupported-statfile (version, compression or encoding); damaged-statfile: cut short, damaged,
// or none of its kind. One fault, and nothing, for a file that has any. Warning: labels-absent; files of Stata before
// version 13 that are cut short behind their rows show it in no other way.
std::optional<StatDictionary> parse_stat_dictionary(const StatFile& file, Diagnostics& faults);

// All rows, in order, of the variables that have a place. Returns after the last row, a fault, or a refusal by the
// sink; what the sink throws goes through. A file that ends too early has given the rows before its fault.
void parse_stat_rows(const StatFile& file, const ColumnPlaces& places, CellSink& sink, Diagnostics& faults);

}  // namespace cifra
