// The grammar of a CSV text: separator, records, fields, and its departures from RFC 4180, each reported at its place.
// The scanner knows nothing of columns and types; csv.h is the reader to use.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"

namespace cifra {

// Reports faults of one text by byte position. After `limit` faults it adds one note and stays silent. Lines and
// columns count from 1, columns in characters; a line ends in LF, CRLF or CR. Cheap when positions come in order.
class CsvFaults {
public:
    static constexpr std::size_t limit = 100;
    CsvFaults(std::string_view text, std::string name, Diagnostics& faults);
    void add(std::size_t position, std::string code, std::string message, std::string hint);
    bool full() const { return count_ >= limit; }
    Location locate(std::size_t position);

private:
    std::string_view text_;
    std::string name_;
    Diagnostics& faults_;
    std::size_t count_ = 0;
    std::size_t line_ = 1, line_begin_ = 0;  // the last line located
};

// Where a field's content stands in the text, without its quotes; `doubled`: it holds doubled quotes.
struct CsvField {
    std::size_t begin = 0, end = 0;
    bool doubled = false;
};

// Walks over the records of a text; blank lines are none. Faults: unclosed-quote (reading goes on in the next line),
// stray-quote, field-too-long.
class CsvScanner {
public:
    // Without `faults` the same records are found and nothing is reported. `text` must outlive the scanner.
    CsvScanner(std::string_view text, char separator, std::size_t max_field_bytes, CsvFaults* faults);

    // Moves to the next record; false at the end, or when `faults` is full.
    bool next();

    const std::vector<CsvField>& fields() const { return fields_; }
    bool broken() const { return broken_; }              // the record had a fault
    std::uint32_t line() const { return record_line_; }  // on which the record begins
    std::size_t position() const { return at_; }         // after the record and its line end
    std::uint32_t next_line() const { return line_; }    // the line at `position`

    // Goes on at `position`, where a record or a blank line begins; `line` is that line's number.
    void seek(std::size_t position, std::uint32_t line);

    // The content of a field; `scratch` holds it if quotes had to be undoubled.
    std::string_view value(const CsvField& field, std::string& scratch) const;

private:
    bool read_field();
    void check_length();
    void read_plain();
    void read_quoted();
    void read_unclosed(std::size_t open);
    void skip_plain();
    void end_line();
    bool at_field_end() const;
    void fault(std::size_t position, std::string code, std::string message, std::string hint);

    std::string_view text_;
    char separator_;
    std::size_t max_field_bytes_;
    CsvFaults* faults_;
    std::array<bool, 256> special_{};  // bytes that may end an unquoted field
    std::vector<CsvField> fields_;
    std::size_t at_ = 0;
    std::uint32_t line_ = 1, record_line_ = 1;
    bool broken_ = false;
};

// How many times LF, CRLF or CR stands in a text.
std::uint32_t count_line_ends(std::string_view text);

// The most frequent of `,` `;` tab in the first record outside quotes, `,` if there is none. With a decimal comma `,`
// counts only where neither of the others occurs.
char find_csv_separator(std::string_view text, bool decimal_comma);

// Whether all of it is UTF-8 without NUL.
bool is_utf8(std::string_view text);

// Reports NUL bytes (nul-byte) and bytes that are no UTF-8 (not-utf8), at most one a line.
void check_csv_bytes(std::string_view text, CsvFaults& faults);

}  // namespace cifra
