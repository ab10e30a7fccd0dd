#include "engine/microdata/columnar_decode.h"

#include <algorithm>
#include <bit>
#include <boost/iterator/transform_iterator.hpp>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include "engine/csv_column.h"
#include "engine/microdata/text_codes.h"

namespace cifra {

namespace {

constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

// Parts begin at multiples of 8 bytes, and the mapping at a page.
template <class Value>
std::span<const Value> values_in(std::string_view bytes, std::size_t count) {
    return {reinterpret_cast<const Value*>(bytes.data()), count};
}

// The cells of a part of texts: 32-bit ends, then bytes. Nothing where the ends do not fit them.
std::optional<std::vector<std::string_view>> cells_in(std::string_view bytes, std::size_t count) {
    const auto ends = values_in<std::uint32_t>(bytes, count);
    const std::string_view text = bytes.substr(4 * count);
    std::vector<std::string_view> cells;
    cells.reserve(count);
    std::size_t begin = 0;
    for (const std::uint32_t end : ends) {
        if (end < begin || end > text.size()) return std::nullopt;
        cells.push_back(text.substr(begin, end - begin));
        begin = end;
    }
    return cells;
}

struct ValueOfCode {
    const double* values;
    const double& operator()(std::size_t code) const { return values[code]; }
};

template <class Code>
struct Extremes {
    Code least = std::numeric_limits<Code>::max(), most = 0;
};

template <class Code>
Extremes<Code> extremes(const Code* codes, std::size_t rows) {
    Extremes<Code> result;
    for (std::size_t row = 0; row < rows; ++row) {
        result.least = std::min(result.least, codes[row]);
        result.most = std::max(result.most, codes[row]);
    }
    return result;
}

template <class Code>
std::vector<Missing> missing_where_zero(const Code* codes, std::size_t rows) {
    std::vector<Missing> missing(rows);
    for (std::size_t row = 0; row < rows; ++row) missing[row] = codes[row] == 0 ? Missing::system : Missing::none;
    return missing;
}

// A text column cell by cell. Rows of a sample come in order of their strata: most cells are that of the row before.
class Texts {
public:
    explicit Texts(std::size_t rows) : missing_(rows, Missing::none) { entries_.reserve(rows); }
    void add(std::string_view cell) {
        if (cell.empty()) missing_[entries_.size()] = Missing::system;
        entries_.push_back(cell.empty() ? 0 : codes_.code(cell, entries_.size()));
    }
    void add_again() {
        missing_[entries_.size()] = missing_[entries_.size() - 1];
        entries_.push_back(entries_.back());
    }
    Column finish() { return Column::of_codes(std::move(entries_), codes_.take_words(), std::move(missing_)); }

private:
    TextCodes codes_;
    std::vector<std::uint32_t> entries_;
    std::vector<Missing> missing_;
};

Column texts_from(const std::vector<std::string_view>& cells) {
    Texts texts(cells.size());
    for (std::size_t row = 0; row < cells.size(); ++row) {
        if (row > 0 && cells[row] == cells[row - 1])
            texts.add_again();
        else
            texts.add(cells[row]);
    }
    return texts.finish();
}

// The longest double in plain decimals has 309 digits before the point.
std::string with_decimals(double value, int decimals) {
    char buffer[400];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals);
    return {buffer, result.ptr};
}

}  // namespace

ColumnDecoder::ColumnDecoder(ColumnarFile file, std::size_t column, ColumnType type)
    : file_(std::move(file)), column_(column), type_(type) {}

std::optional<ColumnDecoder> ColumnDecoder::make(ColumnarFile file, std::size_t column, ColumnType type) {
    ColumnDecoder decoder(std::move(file), column, type);
    if (!decoder.read_dictionary()) return std::nullopt;
    return decoder;
}

bool ColumnDecoder::read_dictionary() {
    const ColumnarColumn& column = file_.directory().columns[column_];
    const auto bytes = file_.part(column.dictionary);
    if (!bytes) return false;
    if (type_ == ColumnType::number) {
        const auto values = values_in<double>(*bytes, column.entries);
        all_values_ = std::none_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
        values_.push_back(missing_number);
        values_.insert(values_.end(), values.begin(), values.end());
        return true;
    }
    const auto cells = cells_in(bytes->substr(8 * std::size_t{column.entries}), column.entries);
    if (!cells) return false;
    dictionary_ = std::make_shared<const std::vector<std::string>>(cells->begin(), cells->end());
    return true;
}

std::optional<DecodedColumn> ColumnDecoder::read(std::size_t group) const {
    const std::size_t rows = file_.directory().groups[group].rows;
    const ColumnarChunk& chunk = file_.directory().columns[column_].chunks[group];
    const auto bytes = file_.chunk(column_, group);
    if (!bytes) return std::nullopt;
    if (chunk.encoding == ColumnarEncoding::codes8) return from_codes<std::uint8_t>(*bytes);
    if (chunk.encoding == ColumnarEncoding::codes16) return from_codes<std::uint16_t>(*bytes);
    if (chunk.encoding != ColumnarEncoding::texts && type_ == ColumnType::number) {
        const auto values = values_in<double>(*bytes, rows);
        return DecodedColumn{Column::of_numbers({values.begin(), values.end()}), {}};
    }
    if (chunk.encoding == ColumnarEncoding::numbers)
        return DecodedColumn{texts_of(values_in<double>(*bytes, rows), chunk.decimals), {}};
    const std::size_t skipped = chunk.encoding == ColumnarEncoding::texts ? 0 : 8 * rows;
    const auto cells = cells_in(bytes->substr(skipped), rows);
    if (!cells) return std::nullopt;
    if (type_ == ColumnType::number) return numbers_of(*cells);
    return DecodedColumn{texts_from(*cells), {}};
}

template <class Code>
std::optional<DecodedColumn> ColumnDecoder::from_codes(std::string_view bytes) const {
    const std::size_t rows = bytes.size() / sizeof(Code);
    const Code* const codes = values_in<Code>(bytes, rows).data();
    const Extremes<Code> range = extremes(codes, rows);
    if (range.most > file_.directory().columns[column_].entries) return std::nullopt;
    if (type_ == ColumnType::number) return numbers_of(codes, rows, range.least == 0);
    std::vector<std::uint32_t> entries(rows);
    for (std::size_t row = 0; row < rows; ++row) entries[row] = codes[row] - (codes[row] > 0 ? 1U : 0U);
    std::vector<Missing> missing;
    if (range.least == 0) missing = missing_where_zero(codes, rows);
    return DecodedColumn{Column::of_codes(std::move(entries), dictionary_, std::move(missing)), {}};
}

// The vector is made from iterators: to fill a made one would write its memory twice, half of all the time.
template <class Code>
DecodedColumn ColumnDecoder::numbers_of(const Code* codes, std::size_t rows, bool any_missing) const {
    const ValueOfCode value{values_.data()};
    const auto begin = boost::make_transform_iterator(codes, value);
    const auto end = boost::make_transform_iterator(codes + rows, value);
    DecodedColumn result{Column::of_numbers(std::vector<double>(begin, end),
                                            any_missing ? missing_where_zero(codes, rows) : std::vector<Missing>{}),
                         {}};
    const double* const values = values_.data();
    for (std::uint32_t row = 0; row < rows && !all_values_; ++row)
        if (codes[row] != 0 && std::isnan(values[codes[row]])) result.not_numbers.push_back(row);
    return result;
}

DecodedColumn ColumnDecoder::numbers_of(const std::vector<std::string_view>& cells) const {
    const bool decimal_comma = file_.directory().decimal_comma;
    std::vector<double> values(cells.size(), missing_number);
    std::vector<std::uint32_t> not_numbers;
    for (std::uint32_t row = 0; row < cells.size(); ++row) {
        if (cells[row].empty()) continue;
        if (const auto value = read_csv_number(cells[row], true, decimal_comma))
            values[row] = *value;
        else
            not_numbers.push_back(row);
    }
    return {Column::of_numbers(std::move(values)), std::move(not_numbers)};
}

Column ColumnDecoder::texts_of(std::span<const double> numbers, std::uint8_t decimals) const {
    Texts texts(numbers.size());
    std::string text;
    for (std::size_t row = 0; row < numbers.size(); ++row) {
        const double number = numbers[row];
        // By their bits: zeros of both signs are written differently.
        if (row > 0 && std::bit_cast<std::uint64_t>(number) == std::bit_cast<std::uint64_t>(numbers[row - 1])) {
            texts.add_again();
            continue;
        }
        text.clear();
        if (!std::isnan(number))
            text = decimals == columnar_shortest ? shortest(number) : with_decimals(number, decimals);
        if (file_.directory().decimal_comma) std::replace(text.begin(), text.end(), '.', ',');
        texts.add(text);
    }
    return texts.finish();
}

}  // namespace cifra
