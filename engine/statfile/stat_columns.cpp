#include "engine/statfile/stat_columns.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "engine/csv_scanner.h"
#include "engine/statfile/stat_dates.h"

namespace cifra {

ColumnType natural_type(const StatVariable& variable) {
    return variable.date.kind == StatDate::Kind::none ? variable.type : ColumnType::text;
}

StatColumnReader::StatColumnReader(const StatVariable& variable, ColumnType wanted, const MissingKinds& declared)
    : in_file_(variable.type), wanted_(wanted), date_(variable.date), ranges_(variable.missing_numbers) {
    kind_of_tag_.fill(Missing::system);
    std::vector<std::string> codes = variable.missing_texts;
    for (const auto& [code, label] : variable.labels) codes.push_back(code);
    if (const auto own = declared.find(variable.name); own != declared.end())
        for (const auto& [code, kind] : own->second) codes.push_back(code);
    for (const std::string& code : codes) {
        if (!is_missing_code(variable, code)) continue;
        const Missing kind = kind_of_code(variable, code, declared);
        if (in_file_ == ColumnType::text)
            kind_of_text_[code] = kind;
        else if (const auto number = parse_number(code))
            kind_of_number_[*number] = kind;
        else
            kind_of_tag_[static_cast<unsigned char>(code[1])] = kind;
    }
}

Column StatColumnReader::read(const StatColumn& cells, const Report& report) const {
    if (in_file_ == ColumnType::number)
        return wanted_ == ColumnType::number ? numbers_as_numbers(cells) : numbers_as_texts(cells, report);
    return wanted_ == ColumnType::number ? texts_as_numbers(cells, report) : texts_as_texts(cells, report);
}

Missing StatColumnReader::kind_of(double number) const {
    if (std::isnan(number)) return kind_of_tag_[tag_of(number)];
    const bool missing = std::any_of(ranges_.begin(), ranges_.end(), [&](const MissingNumbers& range) {
        return range.low <= number && number <= range.high;
    });
    if (!missing) return Missing::none;
    const auto found = kind_of_number_.find(number);
    return found == kind_of_number_.end() ? Missing::system : found->second;
}

Column StatColumnReader::numbers_as_numbers(const StatColumn& cells) const {
    std::vector<double> numbers = cells.numbers;
    std::vector<Missing> missing;
    for (std::size_t row = 0; row < numbers.size(); ++row) {
        const Missing kind = kind_of(numbers[row]);
        if (kind == Missing::none) continue;
        if (missing.empty()) missing.resize(numbers.size(), Missing::none);
        missing[row] = kind;
        numbers[row] = 0;
    }
    return Column::of_numbers(std::move(numbers), std::move(missing));
}

Column StatColumnReader::numbers_as_texts(const StatColumn& cells, const Report& report) const {
    TextColumnBuilder texts;
    texts.reserve(cells.numbers.size());
    for (std::size_t row = 0; row < cells.numbers.size(); ++row) {
        const double number = cells.numbers[row];
        if (const Missing kind = kind_of(number); kind != Missing::none) {
            texts.add_missing(kind);
        } else if (date_.kind == StatDate::Kind::none) {
            texts.add(shortest(number));
        } else if (const auto date = date_text(number, date_)) {
            texts.add(*date);
        } else {
            report(row, "not-a-date");
            texts.add_missing(Missing::system);
        }
    }
    return texts.finish();
}

Column StatColumnReader::texts_as_numbers(const StatColumn& cells, const Report& report) const {
    std::vector<double> numbers(cells.ends.size());
    std::vector<Missing> missing(cells.ends.size(), Missing::none);
    for (std::size_t row = 0; row < numbers.size(); ++row) {
        const std::string_view text = cells.text(row);
        const auto code = kind_of_text_.find(text);
        const auto number = parse_number(text);
        if (code != kind_of_text_.end())
            missing[row] = code->second;
        else if (number)
            numbers[row] = *number;
        else
            missing[row] = Missing::system;
        if (missing[row] == Missing::system && code == kind_of_text_.end() && !text.empty())
            report(row, "not-a-number");
    }
    return Column::of_numbers(std::move(numbers), std::move(missing));
}

Column StatColumnReader::texts_as_texts(const StatColumn& cells, const Report& report) const {
    TextColumnBuilder texts;
    texts.reserve(cells.ends.size());
    for (std::size_t row = 0; row < cells.ends.size(); ++row) {
        const std::string_view text = cells.text(row);
        if (text.empty()) {
            texts.add_missing(Missing::system);
        } else if (const auto code = kind_of_text_.find(text); code != kind_of_text_.end()) {
            texts.add_missing(code->second);
        } else if (is_utf8(text)) {
            texts.add(text);
        } else {
            report(row, "not-utf8");
            texts.add_missing(Missing::system);
        }
    }
    return texts.finish();
}

}  // namespace cifra
