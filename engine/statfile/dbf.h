// dBASE files (.dbf): dBASE III and IV, and what FoxPro and GIS programs write as such; national offices publish their
// microdata so. Fields C (text), N and F (numbers), D (dates, as YYYY-MM-DD) and L (1 and 0). Rows marked as deleted
// are none. There are no labels; a blank field is missing, and so is a number that was too wide for its field (****).
//
// Texts are in the encoding that is asked for, else in that of a file .cpg beside it, else in that of the mark in the
// header, else in Windows-1252.
#pragma once

#include <optional>

#include "engine/diagnostics.h"
#include "engine/statfile/stat_cells.h"
#include "engine/statfile/stat_dictionary.h"
#include "engine/statfile/stat_parse.h"

namespace cifra {

// Faults: cannot-read; damaged-statfile: cut short, or no dBASE file; unsupported-statfile: a field of another type
// (memos, binary numbers) or an unknown encoding. A text that is not in the encoding arrives as it is.
std::optional<StatDictionary> parse_dbf_dictionary(const StatFile& file, Diagnostics& faults);
void parse_dbf_rows(const StatFile& file, const ColumnPlaces& places, CellSink& sink, Diagnostics& faults);

}  // namespace cifra
