#include "engine/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace cifra {

namespace {

constexpr std::string_view missing_words[] = {"", "system", "not_asked", "not_reached", "refused", "dont_know"};

void check_lengths(std::size_t values, std::size_t missing) {
    if (missing != 0 && missing != values) throw std::invalid_argument("as many kinds of missing as values are needed");
}

template <class Cell>
std::shared_ptr<const std::vector<Cell>> shared(std::vector<Cell> cells) {
    return std::make_shared<const std::vector<Cell>>(std::move(cells));
}

// An all-present mask is dropped, so that any_missing() answers in constant time.
std::shared_ptr<const std::vector<Missing>> tidy(std::vector<Missing> missing) {
    const bool all_present =
        std::all_of(missing.begin(), missing.end(), [](Missing kind) { return kind == Missing::none; });
    return all_present ? nullptr : shared(std::move(missing));
}

// Blocks of a large file are made by the thousand: two cells at a time, and no branch.
bool any_nan(const std::vector<double>& values) {
    std::size_t i = 0;
    bool found = false;
#ifdef __SSE2__
    __m128d unordered = _mm_setzero_pd();
    for (; i + 4 <= values.size(); i += 4) {
        const __m128d first = _mm_loadu_pd(&values[i]), second = _mm_loadu_pd(&values[i + 2]);
        unordered = _mm_or_pd(unordered, _mm_cmpunord_pd(first, second));
    }
    found = _mm_movemask_pd(unordered) != 0;
#endif
    for (; i < values.size(); ++i) found |= std::isnan(values[i]);
    return found;
}

void check_codes(const std::vector<std::uint32_t>& codes, std::size_t words) {
    std::uint32_t largest = 0;
    for (const std::uint32_t code : codes) largest = std::max(largest, code);
    if (!codes.empty() && largest >= words) throw std::invalid_argument("a code lies outside the dictionary");
}

template <class Cell>
std::vector<Cell> picked(std::span<const Cell> cells, std::span<const std::size_t> rows) {
    std::vector<Cell> result;
    result.reserve(rows.size());
    for (const std::size_t row : rows) result.push_back(row == Column::npos ? Cell{} : cells[row]);
    return result;
}

const std::string empty_text;

}  // namespace

std::string_view to_text(Missing kind) { return missing_words[static_cast<std::size_t>(kind)]; }

std::optional<Missing> missing_from_text(std::string_view text) {
    for (std::size_t i = 1; i < std::size(missing_words); ++i)
        if (missing_words[i] == text) return static_cast<Missing>(i);
    return std::nullopt;
}

const Column::Dictionary Column::no_words = std::make_shared<const std::vector<std::string>>();

Column::Column(ColumnType type, std::vector<Missing> missing) : type_(type), missing_(tidy(std::move(missing))) {}

Column Column::of_numbers(std::vector<double> values, std::vector<Missing> missing) {
    check_lengths(values.size(), missing.size());
    const bool gaps = any_nan(values);
    if (gaps) missing.resize(values.size());
    for (std::size_t row = 0; gaps && row < values.size(); ++row) {
        if (!std::isnan(values[row])) continue;
        if (missing[row] == Missing::none) missing[row] = Missing::system;
    }
    for (std::size_t row = 0; row < missing.size(); ++row)
        if (missing[row] != Missing::none) values[row] = 0;
    Column column(ColumnType::number, std::move(missing));
    column.numbers_ = shared(std::move(values));
    return column;
}

Column Column::of_texts(const std::vector<std::string>& values, std::vector<Missing> missing) {
    check_lengths(values.size(), missing.size());
    TextColumnBuilder builder;
    builder.reserve(values.size());
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (missing.empty() || missing[row] == Missing::none)
            builder.add(values[row]);
        else
            builder.add_missing(missing[row]);
    }
    return builder.finish();
}

Column Column::of_codes(std::vector<std::uint32_t> codes, std::vector<std::string> dictionary,
                        std::vector<Missing> missing) {
    return of_codes(std::move(codes), std::make_shared<const std::vector<std::string>>(std::move(dictionary)),
                    std::move(missing));
}

Column Column::of_codes(std::vector<std::uint32_t> codes, Dictionary dictionary, std::vector<Missing> missing) {
    check_lengths(codes.size(), missing.size());
    for (std::size_t row = 0; row < missing.size(); ++row)
        if (missing[row] != Missing::none) codes[row] = 0;
    Column column(ColumnType::text, std::move(missing));
    check_codes(codes, std::max<std::size_t>(dictionary->size(), column.any_missing() ? 1 : 0));
    column.codes_ = shared(std::move(codes));
    column.dictionary_ = std::move(dictionary);
    return column;
}

const std::string& Column::text(std::size_t row) const {
    return present(row) ? (*dictionary_)[(*codes_)[row]] : empty_text;
}

std::string Column::cell(std::size_t row) const {
    if (!present(row)) return {};
    return is_number() ? shortest(number(row)) : (*dictionary_)[(*codes_)[row]];
}

Column Column::pick(std::span<const std::size_t> rows) const {
    const bool gaps = any_missing() || std::find(rows.begin(), rows.end(), npos) != rows.end();
    std::vector<Missing> missing;
    if (gaps) missing.reserve(rows.size());
    for (const std::size_t row : rows)
        if (gaps) missing.push_back(row == npos ? Missing::system : this->missing(row));
    Column result(type_, std::move(missing));
    result.dictionary_ = dictionary_;
    if (is_number())
        result.numbers_ = shared(picked(numbers(), rows));
    else
        result.codes_ = shared(picked(codes(), rows));
    return result;
}

Column Column::as_text() const {
    if (!is_number()) return *this;
    TextColumnBuilder builder;
    builder.reserve(size());
    for (std::size_t row = 0; row < size(); ++row) {
        if (present(row))
            builder.add(shortest(number(row)));
        else
            builder.add_missing(missing(row));
    }
    return builder.finish();
}

void Table::set(std::string name, Column column) {
    if (!columns_.empty() && column.size() != rows_ && !(columns_.size() == 1 && names_[0] == name))
        throw std::invalid_argument(fmt::format("column '{}' has {} rows, the table {}", name, column.size(), rows_));
    rows_ = column.size();
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (names_[i] != name) continue;
        columns_[i] = std::move(column);
        return;
    }
    names_.push_back(std::move(name));
    columns_.push_back(std::move(column));
}

const Column* Table::find(std::string_view name) const {
    for (std::size_t i = 0; i < names_.size(); ++i)
        if (names_[i] == name) return &columns_[i];
    return nullptr;
}

const Column& Table::at(std::string_view name) const {
    if (const Column* column = find(name)) return *column;
    throw std::out_of_range(fmt::format("no column '{}'", name));
}

void Table::remove(std::string_view name) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (names_[i] != name) continue;
        names_.erase(names_.begin() + static_cast<std::ptrdiff_t>(i));
        columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(i));
        return;
    }
}

Table Table::pick(std::span<const std::size_t> rows) const {
    Table result;
    result.source = source;
    for (std::size_t i = 0; i < names_.size(); ++i) result.set(names_[i], columns_[i].pick(rows));
    result.rows_ = rows.size();
    if (!lines.empty())
        for (const std::size_t row : rows) result.lines.push_back(row == Column::npos ? 0 : lines[row]);
    return result;
}

struct TextColumnBuilder::Parts {
    std::vector<std::uint32_t> codes;
    std::vector<Missing> missing;
    std::deque<std::string> dictionary;  // stable addresses: the index holds views into it
    std::unordered_map<std::string_view, std::uint32_t> index;
};

TextColumnBuilder::TextColumnBuilder() : parts_(new Parts) {}
TextColumnBuilder::~TextColumnBuilder() { delete parts_; }
TextColumnBuilder::TextColumnBuilder(TextColumnBuilder&& other) noexcept
    : parts_(std::exchange(other.parts_, nullptr)) {}
TextColumnBuilder& TextColumnBuilder::operator=(TextColumnBuilder&& other) noexcept {
    std::swap(parts_, other.parts_);
    return *this;
}

void TextColumnBuilder::reserve(std::size_t rows) { parts_->codes.reserve(rows); }

void TextColumnBuilder::add(std::string_view value) {
    auto found = parts_->index.find(value);
    if (found == parts_->index.end()) {
        parts_->dictionary.emplace_back(value);
        found =
            parts_->index.emplace(parts_->dictionary.back(), static_cast<std::uint32_t>(parts_->dictionary.size() - 1))
                .first;
    }
    parts_->codes.push_back(found->second);
    if (!parts_->missing.empty()) parts_->missing.push_back(Missing::none);
}

void TextColumnBuilder::add_missing(Missing kind) {
    if (parts_->missing.empty()) parts_->missing.assign(parts_->codes.size(), Missing::none);
    parts_->codes.push_back(0);
    parts_->missing.push_back(kind);
}

Column TextColumnBuilder::finish() {
    std::vector<std::string> dictionary(std::make_move_iterator(parts_->dictionary.begin()),
                                        std::make_move_iterator(parts_->dictionary.end()));
    Column column = Column::of_codes(std::move(parts_->codes), std::move(dictionary), std::move(parts_->missing));
    *parts_ = Parts{};
    return column;
}

std::string shortest(double value) {
    char buffer[40];
    const double size = std::abs(value);
    // The shortest form of 100000 is 1e+05: a key or a count must not be written so.
    const auto format =
        value == 0 || (size >= 1e-5 && size < 1e15) ? std::chars_format::fixed : std::chars_format::general;
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value == 0 ? 0.0 : value, format);
    return {buffer, result.ptr};
}

std::string digits17(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 17).ptr};
}

std::optional<double> parse_number(std::string_view text) {
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    const std::string_view digits = !text.empty() && text.front() == '-' ? text.substr(1) : text;
    if (digits.empty() || !(digits.front() == '.' || (digits.front() >= '0' && digits.front() <= '9')))
        return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

}  // namespace cifra
