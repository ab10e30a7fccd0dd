#include "engine/microdata/csv_cut.h"

#include <algorithm>

namespace cifra {

namespace {

bool is_line_end(char byte) { return byte == '\n' || byte == '\r'; }

std::size_t next_opening_quote(std::string_view text, std::size_t from, char separator) {
    std::size_t quote = text.find('"', from);
    while (quote != CsvCut::none && quote > 0 && text[quote - 1] != separator && !is_line_end(text[quote - 1]))
        quote = text.find('"', quote + 1);
    return quote;
}

// After the last line end of text[begin, end) that is one for certain.
std::size_t last_border(std::string_view text, std::size_t begin, std::size_t end) {
    if (end == text.size() && end > begin && text[end - 1] == '\r') --end;
    while (end > begin && !is_line_end(text[end - 1])) --end;
    return end > begin ? end : CsvCut::none;
}

std::size_t first_border(std::string_view text, std::size_t begin, std::size_t end) {
    const std::size_t found = text.substr(0, end).find_first_of("\r\n", begin);
    if (found == CsvCut::none || (text[found] == '\r' && found + 1 == text.size())) return CsvCut::none;
    return found + (text.substr(found).starts_with("\r\n") ? 2 : 1);
}

enum class Which { first, last };

// Borders before `notable` are passed over.
template <Which which>
CsvCut walk(std::string_view text, char separator, std::size_t notable) {
    CsvCut cut{.quotes = text.find('"') != CsvCut::none};
    for (std::size_t at = 0;;) {
        const std::size_t quote = cut.quotes ? next_opening_quote(text, at, separator) : CsvCut::none;
        const std::size_t end = std::min(quote, text.size());
        if (end > notable) {
            const auto border = which == Which::last ? last_border(text, at, end) : first_border(text, at, end);
            if (border != CsvCut::none) cut.border = border;
        }
        if (quote == CsvCut::none || (which == Which::first && cut.border != CsvCut::none)) return cut;
        const std::size_t close = find_closing_quote(text, quote + 1).close;
        if (close == CsvCut::none) {
            cut.open = quote;
            return cut;
        }
        at = close + 1;
    }
}

}  // namespace

CsvQuoted find_closing_quote(std::string_view text, std::size_t begin) {
    CsvQuoted quoted{CsvCut::none, begin};
    for (;;) {
        const std::size_t quote = text.find('"', quoted.seen);
        quoted.seen = std::min(quote, text.size());
        if (quoted.seen + 1 >= text.size()) return quoted;
        if (text[quote + 1] != '"') {
            quoted.close = quote;
            return quoted;
        }
        quoted.seen = quote + 2;
    }
}

// Most texts have a border near their end, and the others are walked over twice.
CsvCut last_csv_border(std::string_view text, char separator) {
    constexpr std::size_t near_end = 1 << 16;
    CsvCut cut = walk<Which::last>(text, separator, text.size() - std::min(near_end, text.size()));
    if (cut.border == CsvCut::none && text.size() > near_end) cut = walk<Which::last>(text, separator, 0);
    return cut;
}

CsvCut first_csv_border(std::string_view text, char separator) { return walk<Which::first>(text, separator, 0); }

}  // namespace cifra
