#include "estimation/inference/result_rows.h"

#include <algorithm>

namespace cifra {

namespace {
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
}

ResultRows::ResultRows(std::vector<std::string> columns, const std::vector<std::string>& texts)
    : columns_(std::move(columns)), numbers_(columns_.size()), texts_(columns_.size()) {
    for (const std::string& column : columns_)
        is_text_.push_back(std::find(texts.begin(), texts.end(), column) != texts.end());
}

void ResultRows::begin_row() {
    for (auto& cells : numbers_) cells.push_back(nan);
    for (auto& cells : texts_) cells.emplace_back();
}

std::size_t ResultRows::at(const std::string& column) const {
    return static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), column) - columns_.begin());
}

void ResultRows::set(const std::string& column, double value) {
    numbers_.at(at(column)).back() = std::isfinite(value) ? value : nan;
}

void ResultRows::set(const std::string& column, std::string value) { texts_.at(at(column)).back() = std::move(value); }

void ResultRows::add_row(std::vector<std::string> texts, const std::vector<double>& numbers) {
    begin_row();
    std::size_t text = 0, number = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (is_text_[i])
            texts_[i].back() = std::move(texts.at(text++));
        else if (const double value = numbers.at(number++); std::isfinite(value))
            numbers_[i].back() = value;
    }
}

Table ResultRows::finish() const {
    Table table;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        table.set(columns_[i], is_text_[i] ? Column::of_texts(texts_[i]) : Column::of_numbers(numbers_[i]));
    return table;
}

std::string joined(const std::vector<std::string>& notices) {
    std::string text;
    for (const std::string& notice : notices)
        if (!notice.empty()) text += (text.empty() ? "" : "; ") + notice;
    return text;
}

double number_or_nan(const Column& column, std::size_t row) {
    return column.is_number() && column.present(row) ? column.number(row) : nan;
}

}  // namespace cifra
