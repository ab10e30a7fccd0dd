// Where a CSV text may be cut in two so that no record is.
#pragma once

#include <cstddef>
#include <string_view>

namespace cifra {

struct CsvCut {
    static constexpr std::size_t none = std::string_view::npos;
    std::size_t border = none;  // after the line end of a record
    std::size_t open = none;    // a quote that opens a field whose closing quote the text does not hold for certain
    bool quotes = false;        // there is one in the text
};

// `text` begins at the beginning of a record and goes on after its end: a CR or a quote there may be half of a pair.
// Quotes open a field at its beginning only, as CsvScanner has it. The last border, or the first; linear in the text,
// and without quotes in its last line, or its first.
CsvCut last_csv_border(std::string_view text, char separator);
CsvCut first_csv_border(std::string_view text, char separator);

// A quoted field from `begin`, after its opening quote. `close`: its closing quote, or none; `seen`: what need not be
// looked at again when the text goes on.
struct CsvQuoted {
    std::size_t close = CsvCut::none, seen = 0;
};
CsvQuoted find_closing_quote(std::string_view text, std::size_t begin);

}  // namespace cifra
