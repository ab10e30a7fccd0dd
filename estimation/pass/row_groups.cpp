#include "estimation/pass/row_groups.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "estimation/pass/slot_index.h"

namespace cifra {

namespace {

// Numbers small enough to find their group in a table.
constexpr double small_numbers = 1024;

RowGroups whole_groups(std::size_t rows) {
    RowGroups groups{std::vector<std::uint32_t>(rows, 0), {}};
    if (rows > 0) groups.first_row.push_back(0);
    return groups;
}

// Puts rows into groups one after another: `number` is where the number of the row's group is kept.
class Grouping {
public:
    explicit Grouping(std::size_t rows) : of_row_(rows, no_cell) {}

    void put(std::size_t row, std::uint32_t& number) {
        if (number == no_cell) [[unlikely]] {
            number = static_cast<std::uint32_t>(first_row_.size());
            first_row_.push_back(static_cast<std::uint32_t>(row));
        }
        of_row_[row] = number;
    }
    RowGroups finish() { return {std::move(of_row_), std::move(first_row_)}; }
    std::size_t size() const { return first_row_.size(); }

private:
    std::vector<std::uint32_t> of_row_, first_row_;
};

class NumberPlaces {
public:
    std::uint32_t& at(double number) {
        if (number >= 0 && number < small_numbers) {
            const auto whole = static_cast<std::size_t>(number);
            if (static_cast<double>(whole) == number) return small_[whole];
        }
        return large_.try_emplace(number, no_cell).first->second;
    }

private:
    std::vector<std::uint32_t> small_ = std::vector<std::uint32_t>(static_cast<std::size_t>(small_numbers), no_cell);
    std::unordered_map<double, std::uint32_t> large_;
};

RowGroups groups_of(const Column& column, bool keep_missing) {
    Grouping grouping(column.size());
    std::vector<std::uint32_t> missing(8, no_cell), codes(column.dictionary().size(), no_cell);
    NumberPlaces numbers;
    const bool is_number = column.is_number(), gaps = column.any_missing();
    const double* number = column.numbers().data();
    const std::uint32_t* code = column.codes().data();
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (gaps && !column.present(row)) {
            if (keep_missing) grouping.put(row, missing[static_cast<std::size_t>(column.missing(row))]);
        } else {
            grouping.put(row, is_number ? numbers.at(number[row]) : codes[code[row]]);
        }
    }
    return grouping.finish();
}

// Tables of pairs up to this many times the rows are looked up directly.
constexpr std::size_t dense_factor = 4;

}  // namespace

RowGroups crossed(const RowGroups& a, const RowGroups& b) {
    const std::size_t rows = a.of_row.size();
    const auto is_first = [](std::uint32_t group) { return group == 0; };
    if (a.size() == 1 && std::all_of(a.of_row.begin(), a.of_row.end(), is_first)) return b;
    Grouping grouping(rows);
    if (a.size() * b.size() <= dense_factor * rows) {
        std::vector<std::uint32_t> pairs(a.size() * b.size(), no_cell);
        for (std::size_t row = 0; row < rows; ++row)
            if (a.of_row[row] != no_cell && b.of_row[row] != no_cell)
                grouping.put(row, pairs[a.of_row[row] * b.size() + b.of_row[row]]);
        return grouping.finish();
    }
    SlotIndex index;
    for (std::size_t row = 0; row < rows; ++row) {
        if (a.of_row[row] == no_cell || b.of_row[row] == no_cell) continue;
        auto [number, added] = index.find_or_add(a.of_row[row], b.of_row[row]);
        if (added) number = no_cell;
        grouping.put(row, number);
    }
    return grouping.finish();
}

RowGroups group_rows(std::size_t rows, const std::vector<const Column*>& columns, bool keep_missing) {
    if (columns.empty()) return whole_groups(rows);
    RowGroups groups = groups_of(*columns.front(), keep_missing);
    for (std::size_t c = 1; c < columns.size(); ++c) groups = crossed(groups, groups_of(*columns[c], keep_missing));
    return groups;
}

namespace {

// A length or a double as bytes.
template <class T>
void append_bytes(std::string& key, T value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T take_bytes(const std::string& key, std::size_t& at) {
    T value;
    std::memcpy(&value, key.data() + at, sizeof value);
    at += sizeof value;
    return value;
}

constexpr char number_mark = 'n', text_mark = 't', missing_mark = 'm';

void append_cell(std::string& key, const Column& column, std::size_t row) {
    if (!column.present(row)) {
        key += missing_mark;
        key += static_cast<char>(column.missing(row));
    } else if (column.is_number()) {
        key += number_mark;
        append_bytes(key, column.number(row) == 0 ? 0.0 : column.number(row));  // -0 is 0
    } else {
        key += text_mark;
        append_bytes(key, static_cast<std::uint32_t>(column.text(row).size()));
        key += column.text(row);
    }
}

CellValue take_cell(const std::string& key, std::size_t& at) {
    CellValue value;
    const char mark = key[at++];
    if (mark == missing_mark) {
        value.missing = static_cast<Missing>(key[at++]);
    } else if (mark == number_mark) {
        value.is_number = true;
        value.number = take_bytes<double>(key, at);
        value.text = shortest(value.number);
    } else {
        const auto length = take_bytes<std::uint32_t>(key, at);
        value.text = key.substr(at, length);
        at += length;
    }
    return value;
}

bool before(const CellValue& a, const CellValue& b) {
    if (a.missing != b.missing) return a.missing > b.missing;
    return a.is_number && b.is_number ? a.number < b.number : a.text < b.text;
}

}  // namespace

std::string group_key(const std::vector<const Column*>& columns, std::size_t row) {
    std::string key;
    for (const Column* column : columns) append_cell(key, *column, row);
    return key;
}

std::vector<std::string> group_keys(const RowGroups& groups, const std::vector<const Column*>& columns) {
    std::vector<std::string> keys;
    keys.reserve(groups.size());
    for (const std::uint32_t row : groups.first_row) keys.push_back(group_key(columns, row));
    return keys;
}

std::vector<CellValue> cells_of_key(const std::string& key) {
    std::vector<CellValue> cells;
    for (std::size_t at = 0; at < key.size();) cells.push_back(take_cell(key, at));
    return cells;
}

std::uint32_t GroupNames::number(const std::string& key) {
    const auto [found, added] = index_.try_emplace(key, static_cast<std::uint32_t>(keys_.size()));
    if (added) keys_.push_back(&found->first);
    return found->second;
}

std::vector<std::uint32_t> GroupNames::number(const std::vector<std::string>& keys) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(keys.size());
    for (const std::string& key : keys) numbers.push_back(number(key));
    return numbers;
}

std::vector<std::uint32_t> GroupNames::sorted() const {
    std::vector<std::uint32_t> order(keys_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::vector<std::vector<CellValue>> values;
    for (const std::string* key : keys_) values.push_back(cells_of_key(*key));
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::lexicographical_compare(values[a].begin(), values[a].end(), values[b].begin(), values[b].end(),
                                            before);
    });
    return order;
}

std::string GroupNames::domain(std::size_t group, const std::vector<std::string>& variables) const {
    const std::vector<CellValue> cells = values(group);
    std::string domain;
    for (std::size_t v = 0; v < variables.size(); ++v)
        domain += (v > 0 ? ";" : "") + variables[v] + "=" + cells[v].text;
    return domain;
}

}  // namespace cifra
