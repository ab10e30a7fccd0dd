// Rows of a block by equal cells of some columns: its units of the design, the cells of its domains.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/table.h"
#include "estimation/domain.h"

namespace cifra {

// Groups are numbered in the order of their first rows.
struct RowGroups {
    std::vector<std::uint32_t> of_row;     // no_cell: the row is in none
    std::vector<std::uint32_t> first_row;  // by group
    std::size_t size() const { return first_row.size(); }
};

// Rows with a missing cell are in no group, or with `keep_missing` in one of those that lack it. No column: one group
// of all rows.
RowGroups group_rows(std::size_t rows, const std::vector<const Column*>& columns, bool keep_missing);

// Each pair of groups that occurs, as groups of rows: a row without one of both has none.
RowGroups crossed(const RowGroups& a, const RowGroups& b);

// The cells of a group as bytes that are equal when the cells are.
std::string group_key(const std::vector<const Column*>& columns, std::size_t row);
std::vector<std::string> group_keys(const RowGroups& groups, const std::vector<const Column*>& columns);

// A cell read back from a key.
struct CellValue {
    Missing missing = Missing::none;
    bool is_number = false;
    double number = 0;
    std::string text;  // of a number as it is written
};
std::vector<CellValue> cells_of_key(const std::string& key);

// The groups of all blocks, numbered in the order of their coming.
class GroupNames {
public:
    std::uint32_t number(const std::string& key);
    std::vector<std::uint32_t> number(const std::vector<std::string>& keys);
    std::size_t size() const { return keys_.size(); }
    std::vector<CellValue> values(std::size_t group) const { return cells_of_key(*keys_[group]); }
    // Groups in the order of their values, the first column slowest: numbers by value, texts by bytes.
    std::vector<std::uint32_t> sorted() const;
    // "region=1;sex=2"
    std::string domain(std::size_t group, const std::vector<std::string>& variables) const;

private:
    std::unordered_map<std::string, std::uint32_t> index_;
    std::vector<const std::string*> keys_;  // by group, in `index_`
};

}  // namespace cifra
