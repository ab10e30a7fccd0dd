#include "engine/microdata/columnar_encode.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include "engine/csv_column.h"

namespace cifra {

namespace {

// A dictionary stays in the memory of every reader.
constexpr std::size_t most_dictionary_bytes = 16 << 20;
constexpr std::size_t cells_to_judge_by = 65536;
constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

template <class Value>
std::string raw_bytes(const std::vector<Value>& values) {
    std::string bytes(values.size() * sizeof(Value), '\0');
    if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// The digits after the point of a plain number without exponent; nothing where a double might lose one: it keeps 15.
std::optional<std::uint8_t> kept_decimals(std::string_view cell, char point) {
    const std::size_t at = std::min(cell.find(point), cell.size());
    const std::size_t decimals = cell.size() - std::min(cell.size(), at + 1);
    std::size_t significant = 0;
    for (const char byte : cell) {
        if (is_digit(byte))
            significant += significant > 0 || byte != '0';
        else if (byte != point && byte != '-')
            return std::nullopt;
    }
    if (significant > 15 || decimals > columnar_most_decimals) return std::nullopt;
    return static_cast<std::uint8_t>(decimals);
}

std::string with_point(std::string text, char point) {
    std::replace(text.begin(), text.end(), '.', point);
    return text;
}

// The values of cells that are plain numbers or empty; nothing where one is neither.
std::optional<std::vector<double>> numbers_in(const ColumnarTexts& texts, bool decimal_comma) {
    std::vector<double> values(texts.ends.size(), missing_number);
    for (std::size_t row = 0; row < values.size(); ++row) {
        const std::string_view cell = texts.cell(row);
        if (cell.empty()) continue;
        const auto value = read_csv_number(cell, false, decimal_comma);
        if (!value) return std::nullopt;
        values[row] = *value;
    }
    return values;
}

// How all the cells can be written again from their values; nothing where no one rule holds for all.
std::optional<std::uint8_t> decimals_of(const ColumnarTexts& texts, const std::vector<double>& values, char point) {
    std::optional<std::uint8_t> decimals;
    bool fixed = true, short_ones = true;
    for (std::size_t row = 0; row < values.size() && fixed; ++row) {
        const std::string_view cell = texts.cell(row);
        if (cell.empty()) continue;
        const auto here = kept_decimals(cell, point);
        if (!decimals) decimals = here;
        fixed = here && here == decimals;
    }
    if (fixed) return decimals.value_or(columnar_shortest);
    for (std::size_t row = 0; row < values.size() && short_ones; ++row) {
        const std::string_view cell = texts.cell(row);
        short_ones = cell.empty() || with_point(shortest(values[row]), point) == cell;
    }
    return short_ones ? std::optional(columnar_shortest) : std::nullopt;
}

}  // namespace

void ColumnarTexts::add(std::string_view cell) {
    bytes += cell;
    ends.push_back(static_cast<std::uint32_t>(bytes.size()));
}

std::string_view ColumnarTexts::cell(std::size_t index) const {
    const std::size_t begin = index == 0 ? 0 : ends[index - 1];
    return std::string_view(bytes).substr(begin, ends[index] - begin);
}

// 0 where the dictionary is full.
std::uint16_t ColumnEncoder::code_of(std::string_view cell) {
    const auto found = index_.find(cell);
    if (found != index_.end()) return found->second;
    if (entries_.size() == columnar_max_entries || dictionary_bytes_ + cell.size() > most_dictionary_bytes) return 0;
    numbers_ = numbers_ && read_csv_number(cell, false, decimal_comma_);
    dictionary_bytes_ += cell.size();
    entries_.emplace_back(cell);
    const auto code = static_cast<std::uint16_t>(entries_.size());
    index_.emplace(entries_.back(), code);
    return code;
}

void ColumnEncoder::add(const Column& texts, std::size_t begin, std::size_t end) {
    if (coded_) return add_coded(texts, begin, end);
    for (std::size_t row = begin; row < end; ++row) pending_.add(texts.text(row));
    pending_bytes_ = pending_.bytes.size();
}

// The column has a dictionary of its own: each of its entries is looked up once.
void ColumnEncoder::add_coded(const Column& texts, std::size_t begin, std::size_t end) {
    std::vector<std::uint16_t> code_of_entry(texts.dictionary().size(), 0);
    for (std::size_t row = begin; row < end; ++row) {
        const std::string& cell = texts.text(row);
        pending_bytes_ += cell.size();
        if (cell.empty()) {
            codes_.push_back(0);
            continue;
        }
        std::uint16_t& code = code_of_entry[texts.codes()[row]];
        if (code == 0) code = code_of(cell);
        if (code == 0) {
            give_up_dictionary();
            return add(texts, row, end);
        }
        codes_.push_back(code);
    }
}

void ColumnEncoder::give_up_dictionary() {
    coded_ = false;
    for (const std::uint16_t code : codes_) pending_.add(code == 0 ? std::string_view() : entries_[code - 1U]);
    codes_ = {};
    index_ = {};
    entries_.resize(flushed_entries_);
    dictionary_bytes_ = 0;
}

EncodedChunk ColumnEncoder::flush() { return coded_ ? flush_codes() : flush_texts(); }

EncodedChunk ColumnEncoder::flush_codes() {
    EncodedChunk chunk;
    const std::uint16_t most = codes_.empty() ? std::uint16_t{0} : *std::max_element(codes_.begin(), codes_.end());
    chunk.encoding = most <= 255 ? ColumnarEncoding::codes8 : ColumnarEncoding::codes16;
    if (chunk.encoding == ColumnarEncoding::codes8)
        chunk.bytes.assign(codes_.begin(), codes_.end());
    else
        chunk.bytes = raw_bytes(codes_);
    cells_ +=
        static_cast<std::size_t>(std::count_if(codes_.begin(), codes_.end(), [](auto code) { return code != 0; }));
    codes_.clear();
    pending_bytes_ = 0;
    flushed_entries_ = entries_.size();
    if (cells_ >= cells_to_judge_by && 4 * entries_.size() > 3 * cells_) give_up_dictionary();
    return chunk;
}

EncodedChunk ColumnEncoder::flush_texts() {
    EncodedChunk chunk;
    const auto values = numbers_in(pending_, decimal_comma_);
    const auto decimals = values ? decimals_of(pending_, *values, decimal_comma_ ? ',' : '.') : std::nullopt;
    numbers_ = numbers_ && values;
    chunk.encoding = decimals ? ColumnarEncoding::numbers
                     : values ? ColumnarEncoding::numbers_and_texts
                              : ColumnarEncoding::texts;
    chunk.decimals = decimals.value_or(columnar_shortest);
    if (values) chunk.bytes = raw_bytes(*values);
    if (!decimals) chunk.bytes += raw_bytes(pending_.ends) + pending_.bytes;
    pending_ = {};
    pending_bytes_ = 0;
    return chunk;
}

std::string ColumnEncoder::dictionary() const {
    std::vector<double> values;
    ColumnarTexts texts;
    for (const std::string& entry : entries_) {
        values.push_back(read_csv_number(entry, true, decimal_comma_).value_or(missing_number));
        texts.add(entry);
    }
    return raw_bytes(values) + raw_bytes(texts.ends) + texts.bytes;
}

}  // namespace cifra
