#include "engine/csv_column.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace cifra {

namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

std::size_t digits_from(std::string_view cell, std::size_t at) {
    std::size_t end = at;
    while (end < cell.size() && is_digit(cell[end])) ++end;
    return end;
}

// How a cell is written, if it is a plain number: [-] digits [. digits] [e sign digits]; spreadsheets write E.
struct NumberShape {
    std::size_t significant = 0;  // digits without zeros at the left
    bool integer = true;
};

std::optional<NumberShape> number_shape(std::string_view cell) {
    const std::size_t begin = cell.starts_with('-') ? 1 : 0;
    const std::size_t point = digits_from(cell, begin);
    std::size_t end = point;
    if (point < cell.size() && cell[point] == '.') end = digits_from(cell, point + 1);
    const bool leading_zero = point - begin > 1 && cell[begin] == '0';
    if (leading_zero || end == begin || cell[end - 1] == '.') return std::nullopt;
    const std::size_t first = std::min(cell.find_first_of("123456789", begin), end);
    const NumberShape shape{end - first - (first < point && end > point ? 1 : 0), end == cell.size() && end == point};
    if (end == cell.size()) return shape;
    const bool exponent = end + 3 < cell.size() && (cell[end] == 'e' || cell[end] == 'E') &&
                          (cell[end + 1] == '+' || cell[end + 1] == '-');
    return exponent && digits_from(cell, end + 2) == cell.size() ? std::optional(shape) : std::nullopt;
}

// The cell with a decimal point for its comma; nothing if it has a point already, which would be a thousands separator.
std::optional<std::string> with_point(std::string_view cell) {
    if (cell.find('.') != std::string_view::npos) return std::nullopt;
    std::string result(cell);
    if (const std::size_t comma = result.find(','); comma != std::string::npos) result[comma] = '.';
    return result;
}

// Most cells of microdata are codes of a few digits, on which the general way spends more than twice the time.
std::optional<double> short_integer(std::string_view cell) {
    if (cell.empty() || cell.size() > 15 || (cell.front() == '0' && cell.size() > 1)) return std::nullopt;
    std::int64_t value = 0;
    for (const char byte : cell) {
        if (!is_digit(byte)) return std::nullopt;
        value = 10 * value + (byte - '0');
    }
    return static_cast<double>(value);
}

}  // namespace

// From 1e15 on a long integer is an id, and only the form that `shortest` writes is a number.
std::optional<double> plain_number(std::string_view cell) {
    if (const auto integer = short_integer(cell)) return integer;
    const std::optional<NumberShape> shape = number_shape(cell);
    if (!shape || shape->significant > (shape->integer ? 15u : 17u)) return std::nullopt;
    const std::optional<double> value = parse_number(cell);
    if (value && std::abs(*value) >= 1e15 && shortest(*value) != cell) return std::nullopt;
    return value;
}

std::optional<double> read_csv_number(std::string_view cell, bool declared, bool decimal_comma) {
    const auto reader = declared ? parse_number : plain_number;
    if (!decimal_comma) return reader(cell);
    const std::optional<std::string> converted = with_point(cell);
    return converted ? reader(*converted) : std::nullopt;
}

CsvColumn::CsvColumn(std::string name, std::size_t field, std::optional<ColumnType> declared, bool decimal_comma)
    : name_(std::move(name)),
      field_(field),
      declared_(declared.has_value()),
      text_(declared == ColumnType::text),
      decimal_comma_(decimal_comma) {}

bool CsvColumn::add(std::string_view cell) {
    if (!needs_rereading_ && cell.empty()) add_missing();
    if (needs_rereading_ || cell.empty()) return true;
    if (text_) {
        texts_.add(cell);
        return true;
    }
    if (const auto value = read_csv_number(cell, declared_, decimal_comma_)) {
        numbers_.push_back(*value);
        any_number_ = true;
        return true;
    }
    if (declared_) {
        add_missing();
        return false;
    }
    become_text();
    return add(cell);
}

void CsvColumn::add_missing() {
    if (text_)
        texts_.add_missing(Missing::system);
    else
        numbers_.push_back(std::numeric_limits<double>::quiet_NaN());
}

void CsvColumn::become_text() {
    text_ = true;
    needs_rereading_ = any_number_;
    if (!any_number_)
        for (std::size_t row = 0; row < numbers_.size(); ++row) texts_.add_missing(Missing::system);
    numbers_ = {};
}

void CsvColumn::start_rereading() {
    needs_rereading_ = false;
    texts_ = TextColumnBuilder();
}

Column CsvColumn::finish() { return text_ ? texts_.finish() : Column::of_numbers(std::move(numbers_)); }

}  // namespace cifra
