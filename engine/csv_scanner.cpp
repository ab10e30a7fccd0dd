#include "engine/csv_scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace cifra {

namespace {

bool is_line_end(char byte) { return byte == '\n' || byte == '\r'; }

// The place after the line end at `position`.
std::size_t after_line_end(std::string_view text, std::size_t position) {
    const bool pair = text[position] == '\r' && position + 1 < text.size() && text[position + 1] == '\n';
    return position + (pair ? 2 : 1);
}

std::size_t next_line(std::string_view text, std::size_t position) {
    const std::size_t end = text.find_first_of("\r\n", position);
    return end == std::string_view::npos ? text.size() : after_line_end(text, end);
}

std::size_t count_characters(std::string_view text) {
    const auto starts = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts));
}

// NUL, though ASCII, is left out: it is a fault.
bool is_ascii(char byte) { return byte != '\0' && static_cast<unsigned char>(byte) < 0x80; }

// Whether the 64 bytes from `at` on are ASCII characters all.
bool are_ascii(const char* at) {
#ifdef __SSE2__
    const auto* parts = reinterpret_cast<const __m128i*>(at);
    const __m128i a = _mm_loadu_si128(parts), b = _mm_loadu_si128(parts + 1);
    const __m128i c = _mm_loadu_si128(parts + 2), d = _mm_loadu_si128(parts + 3);
    const __m128i any = _mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d));
    const __m128i least = _mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d));
    return _mm_movemask_epi8(_mm_or_si128(any, _mm_cmpeq_epi8(least, _mm_setzero_si128()))) == 0;
#else
    return std::all_of(at, at + 64, is_ascii);
#endif
}

// The first position from `position` on without an ASCII character.
std::size_t skip_ascii(std::string_view text, std::size_t position) {
    while (position + 64 <= text.size() && are_ascii(text.data() + position)) position += 64;
    while (position < text.size() && is_ascii(text[position])) ++position;
    return position;
}

// Well-formed second bytes of a character (Unicode 15, table 3-7); the later ones are always 80..BF.
bool second_byte_fits(unsigned char lead, unsigned char second) {
    switch (lead) {
        case 0xE0:
            return second >= 0xA0 && second <= 0xBF;
        case 0xED:
            return second >= 0x80 && second <= 0x9F;
        case 0xF0:
            return second >= 0x90 && second <= 0xBF;
        case 0xF4:
            return second >= 0x80 && second <= 0x8F;
        default:
            return second >= 0x80 && second <= 0xBF;
    }
}

// The length of the character of two to four bytes at `position`, 0 if there is none.
std::size_t utf8_length(std::string_view text, std::size_t position) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (position + length > text.size() || !second_byte_fits(lead, byte(1))) return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
    return length;
}

}  // namespace

std::uint32_t count_line_ends(std::string_view text) {
    std::uint32_t count = 0;
    for (std::size_t at = text.find_first_of("\r\n"); at < text.size(); ++count)
        at = text.find_first_of("\r\n", after_line_end(text, at));
    return count;
}

CsvFaults::CsvFaults(std::string_view text, std::string name, Diagnostics& faults)
    : text_(text), name_(std::move(name)), faults_(faults) {}

Location CsvFaults::locate(std::size_t position) {
    if (position < line_begin_) line_ = 1, line_begin_ = 0;
    for (std::size_t next = next_line(text_, line_begin_); next <= position && next > line_begin_;) {
        if (!is_line_end(text_[next - 1])) break;
        ++line_;
        line_begin_ = next;
        next = next_line(text_, next);
    }
    return {name_, line_, count_characters(text_.substr(line_begin_, position - line_begin_)) + 1};
}

void CsvFaults::add(std::size_t position, std::string code, std::string message, std::string hint) {
    if (full()) return;
    const Location where = locate(position);
    faults_.error(where, std::move(code), std::move(message), std::move(hint));
    if (++count_ == limit)
        faults_.note(where, "too-many-faults", fmt::format("reading stopped after {} faults", limit),
                     "put these right first; there may be more below");
}

CsvScanner::CsvScanner(std::string_view text, char separator, std::size_t max_field_bytes, CsvFaults* faults)
    : text_(text), separator_(separator), max_field_bytes_(max_field_bytes), faults_(faults) {
    for (const char byte : {separator, '"', '\n', '\r'}) special_[static_cast<unsigned char>(byte)] = true;
}

void CsvScanner::seek(std::size_t position, std::uint32_t line) {
    at_ = position;
    line_ = line;
}

bool CsvScanner::next() {
    if (faults_ && faults_->full()) return false;
    while (at_ < text_.size() && is_line_end(text_[at_])) end_line();
    if (at_ == text_.size()) return false;
    fields_.clear();
    broken_ = false;
    record_line_ = line_;
    while (read_field()) {
    }
    return true;
}

// False after the record's last field.
bool CsvScanner::read_field() {
    if (at_ < text_.size() && text_[at_] == '"')
        read_quoted();
    else
        read_plain();
    check_length();
    if (at_ == text_.size()) return false;
    if (text_[at_] == separator_) {
        ++at_;
        return true;
    }
    end_line();
    return false;
}

void CsvScanner::check_length() {
    const CsvField& field = fields_.back();
    if (!broken_ && field.end - field.begin > max_field_bytes_)
        fault(field.begin, "field-too-long", fmt::format("a field has more than {} bytes", max_field_bytes_),
              "look for a quote that is missing at its end");
}

void CsvScanner::read_plain() {
    const std::size_t begin = at_;
    for (skip_plain(); !at_field_end(); skip_plain()) {
        fault(at_, "stray-quote", "a quote stands inside an unquoted field",
              "enclose the field in quotes and double the quotes inside");
        ++at_;
    }
    fields_.push_back({begin, at_, false});
}

void CsvScanner::read_quoted() {
    const std::size_t open = at_, begin = at_ + 1;
    bool doubled = false;
    std::size_t close = text_.find('"', begin);
    while (close < text_.size() && text_.substr(close + 1).starts_with('"')) {
        doubled = true;
        close = text_.find('"', close + 2);
    }
    if (close == std::string_view::npos) return read_unclosed(open);
    line_ += count_line_ends(text_.substr(begin, close - begin));
    fields_.push_back({begin, close, doubled});
    at_ = close + 1;
    check_length();
    if (at_field_end()) return;
    fault(at_, "stray-quote", "text follows the closing quote of a field",
          "end the field after its closing quote, or double the quotes inside");
    for (; !at_field_end(); skip_plain()) ++at_;
}

void CsvScanner::read_unclosed(std::size_t open) {
    fault(open, "unclosed-quote", "this quote is never closed", "close it, or double it if it belongs to the text");
    at_ = std::min(text_.find_first_of("\r\n", open), text_.size());
    fields_.push_back({open + 1, at_, false});
}

void CsvScanner::skip_plain() {
    while (at_ < text_.size() && !special_[static_cast<unsigned char>(text_[at_])]) ++at_;
}

void CsvScanner::end_line() {
    at_ = after_line_end(text_, at_);
    ++line_;
}

bool CsvScanner::at_field_end() const {
    return at_ == text_.size() || text_[at_] == separator_ || is_line_end(text_[at_]);
}

// One fault a record: the later ones would mostly follow from the first.
void CsvScanner::fault(std::size_t position, std::string code, std::string message, std::string hint) {
    if (faults_ && !broken_) faults_->add(position, std::move(code), std::move(message), std::move(hint));
    broken_ = true;
}

std::string_view CsvScanner::value(const CsvField& field, std::string& scratch) const {
    const std::string_view raw = text_.substr(field.begin, field.end - field.begin);
    if (!field.doubled) return raw;
    scratch.clear();
    for (std::size_t i = 0; i < raw.size(); ++i) {
        scratch += raw[i];
        if (raw[i] == '"') ++i;
    }
    return scratch;
}

char find_csv_separator(std::string_view text, bool decimal_comma) {
    const std::size_t begin = std::min(text.find_first_not_of("\r\n"), text.size());
    std::size_t commas = 0, semicolons = 0, tabs = 0;
    bool quoted = false;
    for (const char byte : text.substr(begin)) {
        if (byte == '"') quoted = !quoted;
        if (quoted) continue;
        if (is_line_end(byte)) break;
        commas += byte == ',';
        semicolons += byte == ';';
        tabs += byte == '\t';
    }
    if (decimal_comma && semicolons + tabs > 0) commas = 0;
    if (commas >= std::max(semicolons, tabs)) return ',';
    return semicolons >= tabs ? ';' : '\t';
}

bool is_utf8(std::string_view text) {
    std::size_t at = skip_ascii(text, 0);
    while (at < text.size()) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) return false;
        at = skip_ascii(text, at + length);
    }
    return true;
}

void check_csv_bytes(std::string_view text, CsvFaults& faults) {
    std::size_t at = skip_ascii(text, 0);
    while (at < text.size() && !faults.full()) {
        const std::size_t length = utf8_length(text, at);
        if (text[at] == '\0')
            faults.add(at, "nul-byte", "a NUL byte stands here", "export the file again as UTF-8 text");
        else if (length == 0)
            faults.add(at, "not-utf8", "this is not UTF-8", "save the file as UTF-8, e.g. iconv -f latin1 -t utf-8");
        at = skip_ascii(text, length > 0 ? at + length : next_line(text, at));
    }
}

}  // namespace cifra
