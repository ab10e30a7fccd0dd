// Workbooks (.xlsx) of totals and other small tables: the first sheet, its first row the header.
//
// Not for microdata: a sheet is taken whole into memory, and one of more than 64 MiB (unpacked) is refused.
#pragma once

#include <filesystem>

#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

// The sheet read as if it had been saved as CSV: by the rules, options and faults of csv.h, with the rows of the sheet
// as lines. A formula is its value as the program left it; TRUE and FALSE are 1 and 0; dates are the numbers that the
// workbook holds. Rows without any cell are none.
// Faults beside: cannot-read; damaged-workbook; workbook-too-large; error-cell, at the row of a #REF! or #DIV/0!.
Table read_xlsx(const std::filesystem::path& file, const CsvOptions& options, Diagnostics& faults);

}  // namespace cifra
