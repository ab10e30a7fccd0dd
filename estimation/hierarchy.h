// Files of one survey as one hierarchy: household - person - incident, or any other nesting of records.
//
// A level is a file with its weight. A record below finds its record above by key, so a rate can carry two weights
// (incidents over persons), persons without incidents are zeros, and an incident knows the stratum, PSU and domain of
// its person. No dummy records and no merged files are needed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/evaluate.h"
#include "engine/expression.h"
#include "engine/table.h"

namespace cifra {

inline constexpr std::size_t no_level = static_cast<std::size_t>(-1);

struct Level {
    std::string name;
    Table table;                        // own and derived columns
    std::map<std::string, Type> types;  // of derived columns; others follow the table
    std::vector<std::string> unread;    // columns of the file that nothing mentions: for suggestions
    std::size_t parent = no_level;
    std::vector<std::size_t> parent_row;  // row of the parent level, by row; empty at the top
    std::string weight_name;
    std::vector<double> weight;        // >= 0, finite
    std::vector<double> multiplicity;  // counting rule for series of incidents; empty: 1 each
    std::map<std::string, std::vector<double>> multiplicity_by_rule;  // of every rule the level names
    std::vector<std::uint32_t> unit_of_row;                           // unit of the design
    std::size_t rows() const { return table.rows(); }
};

class Hierarchy {
public:
    std::size_t add(Level level);  // returns its index; parents come before children
    std::size_t size() const { return levels_.size(); }
    const Level& operator[](std::size_t index) const { return levels_[index]; }
    Level& edit(std::size_t index);                   // forgets what was inherited
    std::size_t find(const std::string& name) const;  // no_level when unknown
    std::vector<std::string> names() const;

    // Columns an expression at `level` may use: its own, those of the levels above (the nearest wins), and
    // `level.column`.
    Schema schema(std::size_t level) const;
    // A column by such a name, aligned with the rows of `level`.
    const Column& column(std::size_t level, std::string_view name) const;
    // Whether the levels from `level` up hold `name`.
    bool knows(std::size_t level, std::string_view name) const;

    Column evaluate(std::size_t level, const Expr& expression) const;
    std::vector<std::uint8_t> filter(std::size_t level, const Expr& expression) const;

    // Row of `ancestor` above each row of `level`; identity when they are the same.
    std::vector<std::size_t> ancestor_rows(std::size_t level, std::size_t ancestor) const;
    bool is_above(std::size_t ancestor, std::size_t level) const;  // or the same

    // Keeps only the rows marked, of a level without children.
    void keep(std::size_t level, const std::vector<std::uint8_t>& rows);

private:
    std::pair<std::size_t, const Column*> locate(std::size_t level, std::string_view name) const;
    std::vector<Level> levels_;
    mutable std::map<std::pair<std::size_t, std::string>, Column> inherited_;
};

// Links the rows of `child` to the row of `parent` with the same key. Faults: key not unique above (counted), key
// missing. Rows without a parent get Column::npos.
std::vector<std::size_t> link_rows(const Table& child, const std::vector<std::string>& child_key, const Table& parent,
                                   const std::vector<std::string>& parent_key, Diagnostics& faults);

}  // namespace cifra
