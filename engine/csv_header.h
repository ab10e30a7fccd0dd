// What every reader of CSV begins with: the encoding, the header, and which of its columns are wanted. Readers only:
// csv.h and microdata/csv_rows.h are what others use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/csv.h"
#include "engine/csv_scanner.h"

namespace cifra {

std::string_view without_bom(std::string_view text);

// True, with the fault not-utf8, for a file in UTF-16: read as UTF-8 it would give a fault on every line.
bool is_utf16(std::string_view text, const std::string& name, Diagnostics& faults);

// The separator declared, or the one found in the header; `text` begins without a byte order mark.
char csv_separator(std::string_view text, const CsvOptions& options);

// Moves the scanner to the first record, which is the header. Nothing, with the fault empty-file or that of the record,
// if there is no sound one: no row can be judged then. Names given twice are a fault (duplicate-column), and kept.
std::optional<std::vector<std::string>> read_csv_names(CsvScanner& scanner, CsvFaults& report);

// A column to be read: `field` is its place among the fields of a record, `declared` its type where one is declared.
struct CsvChoice {
    std::string name;
    std::size_t field = 0;
    std::optional<ColumnType> declared{};
};

// The wanted columns in file order; of two with one name the first. Fault: missing-column.
std::vector<CsvChoice> choose_csv_columns(const std::vector<std::string>& names, const CsvOptions& options,
                                          CsvFaults& report);

// The faults of a row that the scanner stands on: too many or too few fields; a cell that is no number.
void report_field_count(const CsvScanner& scanner, std::size_t width, CsvFaults& report);
void report_no_number(const CsvField& field, const std::string& column, CsvFaults& report);

}  // namespace cifra
