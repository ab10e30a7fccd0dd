#include "estimation/pass/warehouse_margins.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

#include "engine/warehouse/sql.h"

namespace cifra {

namespace {

// `transform` of the server finds texts and whole numbers (18.16 finds no Float64): numbers are told by their bits.
std::string searched(const SqlOutput& key) {
    return key.type == ColumnType::text ? key.value
                                        : fmt::format("reinterpretAsUInt64(reinterpretAsString({}))", key.value);
}
std::string literal_of(const Column& column, std::size_t row) {
    return column.is_number() ? std::to_string(std::bit_cast<std::uint64_t>(column.number(row)))
                              : sql_text(column.text(row));
}

// The values of one variable, numbered as they come.
struct Levels {
    std::vector<std::string> literals;
    std::map<std::string, std::size_t> number;
    std::size_t of(const std::string& literal) {
        const auto [found, added] = number.emplace(literal, literals.size());
        if (added) literals.push_back(literal);
        return found->second;
    }
};

std::string numbered(const std::string& value, const Levels& levels) {
    std::vector<std::string> numbers;
    for (std::size_t k = 0; k < levels.literals.size(); ++k) numbers.push_back(sql_number(static_cast<double>(k)));
    return fmt::format("toFloat64(transform({}, [{}], [{}], -1.))", value, fmt::join(levels.literals, ", "),
                       fmt::join(numbers, ", "));
}

}  // namespace

CrossedMargin::CrossedMargin(const std::vector<SqlOutput>& keys, const Table& groups,
                             const std::vector<std::size_t>& variables, const Column& rows)
    : known_(groups.rows(), 0), text_(groups.rows()), value_(groups.rows()) {
    for (std::size_t group = 0; group < groups.rows(); ++group) {
        if (rows.number(group) == 0) continue;
        const auto present = [&](std::size_t v) { return groups.column(v).present(group); };
        if (!std::all_of(variables.begin(), variables.end(), present)) {
            without_ += rows.number(group);
            continue;
        }
        known_[group] = 1;
        for (const std::size_t v : variables)
            text_[group] += (v == variables.front() ? "" : ";") + groups.column(v).cell(group);
        sampled_[text_[group]] += static_cast<std::size_t>(rows.number(group));
        if (variables.size() == 1) value_[group] = literal_of(groups.column(variables[0]), group);
    }
    if (variables.size() == 1)
        sql_ = searched(keys[variables[0]]);
    else
        cross(keys, groups, variables);
}

// Of several variables the number of the crossing.
void CrossedMargin::cross(const std::vector<SqlOutput>& keys, const Table& groups,
                          const std::vector<std::size_t>& variables) {
    std::vector<double> crossing(groups.rows(), 0);
    for (const std::size_t v : variables) {
        Levels levels;
        std::vector<std::size_t> of_group(groups.rows(), 0);
        for (std::size_t group = 0; group < groups.rows(); ++group)
            if (known_[group] != 0) of_group[group] = levels.of(literal_of(groups.column(v), group));
        const auto size = static_cast<double>(levels.literals.size());
        for (std::size_t group = 0; group < groups.rows(); ++group)
            crossing[group] = crossing[group] * size + static_cast<double>(of_group[group]);
        const std::string number = numbered(searched(keys[v]), levels);
        sql_ = sql_.empty() ? number : fmt::format("plus(multiply({}, {}), {})", sql_, sql_number(size), number);
    }
    sql_ = fmt::format("toInt64({})", sql_);
    for (std::size_t group = 0; group < groups.rows(); ++group)
        if (known_[group] != 0) value_[group] = fmt::format("{:.0f}", crossing[group]);
}

void CrossedMargin::number_categories(const std::map<std::string, std::uint32_t>& place) {
    category_.assign(text_.size(), no_category);
    literal_.assign(place.size(), "");
    for (std::size_t group = 0; group < text_.size(); ++group) {
        const auto found = known_[group] != 0 ? place.find(text_[group]) : place.end();
        if (found == place.end()) continue;
        category_[group] = found->second;
        literal_[found->second] = value_[group];
    }
}

}  // namespace cifra
