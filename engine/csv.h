// CSV files (RFC 4180) as tables.
//
// Read: UTF-8 with or without BOM; lines end in LF, CRLF or CR; fields may be quoted, with doubled quotes, separators
// and line ends inside; separator `,` `;` or tab, found from the header unless given. A blank line is skipped. Every
// fault of the file is reported with line and column, at most 100 of them, without the content of any cell.
// Written: `,`, LF, quoted only where needed, missing cells empty.
//
// A column's type is the declared one, else number if every non-empty cell is a plain decimal number without leading
// zeros and with at most 15 significant digits, else text. So "03" makes a column of codes, and so does a 25-digit id.
// With a decimal point, or an exponent as in 1e-05, 17 digits are allowed: doubles are written so. Numbers of an
// inferred column are written by `shortest` and inferred again as the same numbers. An empty cell is Missing::system; a
// codebook gives it its kind.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

struct CsvOptions {
    char separator = '\0';                        // '\0': found from the header
    bool decimal_comma = false;                   // "1,5" is one and a half; needs a separator other than ','
    std::vector<std::string> columns{};           // only these (in file order); empty: all. An absent one is a fault
    std::vector<std::string> optional_columns{};  // kept where they exist, no fault where they do not
    std::map<std::string, ColumnType> types{};    // declared types; others are inferred
    std::size_t max_field_bytes = 1 << 20;
};

// Faults (codes): cannot-read, empty-file, duplicate-column, missing-column, wrong-field-count, unclosed-quote,
// stray-quote, not-a-number, nul-byte, not-utf8, field-too-long. A row with a broken quote, an over-long field or a
// wrong number of fields gives one fault and is left out. Returns what could be read.
Table read_csv(const std::filesystem::path& file, const CsvOptions& options, Diagnostics& faults);
Table parse_csv(const std::string& text, const std::string& name, const CsvOptions& options, Diagnostics& faults);

// The column names of a file, or empty with a fault.
std::vector<std::string> csv_header(const std::filesystem::path& file, const CsvOptions& options, Diagnostics& faults);

using NumberFormat = std::string (*)(double);
std::string to_csv(const Table& table, NumberFormat format = shortest);

// Writes beside `file` and renames, so that a failed write leaves the old file whole.
void write_csv(const Table& table, const std::filesystem::path& file, NumberFormat format = shortest);

}  // namespace cifra
