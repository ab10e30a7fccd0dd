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

// Borders before `notable` are passed over.
CsvCut walk(std::string_view text, char separator, std::size_t notable) {
    CsvCut cut{.quotes = text.find('"') != CsvCut::none};
    for (std::size_t at = 0;;) {
        const std::size_t quote = cut.quotes ? next_opening_quote(text, at, separator) : CsvCut::none;
        const std::size_t end = std::min(quote, text.size());
        const std::size_t border = end > notable ? last_border(text, at, end) : CsvCut::none;
        if (border != CsvCut::none) cut.border = border;
        if (quote == CsvCut::none) return cut;
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
CsvCut cut_csv(std::string_view text, char separator) {
    constexpr std::size_t near_end = 1 << 16;
    CsvCut cut = walk(text, separator, text.size() - std::min(near_end, text.size()));
    if (cut.border == CsvCut::none && text.size() > near_end) cut = walk(text, separator, 0);
    return cut;
}

}  // namespace cifra
