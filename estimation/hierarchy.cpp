#include "estimation/hierarchy.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "estimation/row_key.h"

namespace cifra {

std::size_t Hierarchy::add(Level level) {
    levels_.push_back(std::move(level));
    return levels_.size() - 1;
}

Level& Hierarchy::edit(std::size_t index) {
    inherited_.clear();
    return levels_[index];
}

std::size_t Hierarchy::find(const std::string& name) const {
    for (std::size_t i = 0; i < levels_.size(); ++i)
        if (levels_[i].name == name) return i;
    return no_level;
}

std::vector<std::string> Hierarchy::names() const {
    std::vector<std::string> names;
    for (const Level& level : levels_) names.push_back(level.name);
    return names;
}

namespace {

Type type_in(const Level& level, const std::string& name, const Column& column) {
    if (const auto derived = level.types.find(name); derived != level.types.end()) return derived->second;
    return column.is_number() ? Type::number : Type::text;
}

std::vector<Column> key_columns(const Table& table, const std::vector<std::string>& names, Diagnostics& faults) {
    std::vector<Column> columns;
    for (const std::string& name : names) {
        if (const Column* column = table.find(name))
            columns.push_back(column->as_text());
        else
            faults.error({table.source, 1, 0}, "missing-column",
                         fmt::format("the key column '{}' is not in the file", name), suggestion(name, table.names()));
    }
    return columns;
}

std::vector<const Column*> pointers(const std::vector<Column>& columns) {
    std::vector<const Column*> pointers;
    for (const Column& column : columns) pointers.push_back(&column);
    return pointers;
}

}  // namespace

Schema Hierarchy::schema(std::size_t level) const {
    Schema schema;
    std::map<std::string, bool, std::less<>> seen;
    for (std::size_t at = level; at != no_level; at = levels_[at].parent) {
        const Level& here = levels_[at];
        for (std::size_t c = 0; c < here.table.width(); ++c) {
            const std::string& name = here.table.names()[c];
            const Type type = type_in(here, name, here.table.column(c));
            if (seen.emplace(name, true).second) schema.add(name, type);
            schema.add(here.name + "." + name, type);
        }
    }
    for (std::size_t at = level; at != no_level; at = levels_[at].parent)
        for (const std::string& name : levels_[at].unread)
            if (seen.emplace(name, true).second) schema.add(name, Type::text);
    return schema;
}

std::pair<std::size_t, const Column*> Hierarchy::locate(std::size_t level, std::string_view name) const {
    const std::size_t dot = name.find('.');
    for (std::size_t at = level; at != no_level; at = levels_[at].parent) {
        if (const Column* column = levels_[at].table.find(name)) return {at, column};
        if (dot != std::string_view::npos && levels_[at].name == name.substr(0, dot))
            if (const Column* column = levels_[at].table.find(name.substr(dot + 1))) return {at, column};
    }
    return {no_level, nullptr};
}

bool Hierarchy::knows(std::size_t level, std::string_view name) const { return locate(level, name).second != nullptr; }

const Column& Hierarchy::column(std::size_t level, std::string_view name) const {
    const auto [home, column] = locate(level, name);
    if (!column)
        throw std::out_of_range(fmt::format("no column '{}' at or above level '{}'", name, levels_[level].name));
    if (home == level) return *column;
    const auto key = std::make_pair(level, std::string(name));
    auto found = inherited_.find(key);
    if (found == inherited_.end()) found = inherited_.emplace(key, column->pick(ancestor_rows(level, home))).first;
    return found->second;
}

Column Hierarchy::evaluate(std::size_t level, const Expr& expression) const {
    return cifra::evaluate(expression, levels_[level].rows(),
                           [&](std::string_view name) -> const Column& { return column(level, name); });
}

std::vector<std::uint8_t> Hierarchy::filter(std::size_t level, const Expr& expression) const {
    return evaluate_filter(expression, levels_[level].rows(),
                           [&](std::string_view name) -> const Column& { return column(level, name); });
}

std::vector<std::size_t> Hierarchy::ancestor_rows(std::size_t level, std::size_t ancestor) const {
    std::vector<std::size_t> rows(levels_[level].rows());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::size_t at = row;
        for (std::size_t l = level; l != ancestor && at != Column::npos; l = levels_[l].parent)
            at = levels_[l].parent_row[at];
        rows[row] = at;
    }
    return rows;
}

bool Hierarchy::is_above(std::size_t ancestor, std::size_t level) const {
    while (level != no_level && level != ancestor) level = levels_[level].parent;
    return level == ancestor;
}

void Hierarchy::keep(std::size_t index, const std::vector<std::uint8_t>& rows) {
    Level& level = edit(index);
    std::vector<std::size_t> kept;
    for (std::size_t row = 0; row < rows.size(); ++row)
        if (rows[row]) kept.push_back(row);
    level.table = level.table.pick(kept);
    std::vector<std::size_t> parents;
    for (const std::size_t row : kept)
        if (!level.parent_row.empty()) parents.push_back(level.parent_row[row]);
    level.parent_row = std::move(parents);
}

std::vector<std::size_t> link_rows(const Table& child, const std::vector<std::string>& child_key, const Table& parent,
                                   const std::vector<std::string>& parent_key, Diagnostics& faults) {
    const std::vector<Column> below = key_columns(child, child_key, faults),
                              above = key_columns(parent, parent_key, faults);
    if (faults.has_errors()) return std::vector<std::size_t>(child.rows(), Column::npos);
    const std::vector<const Column*> child_columns = pointers(below), parent_columns = pointers(above);
    std::unordered_map<std::string, std::size_t> row_of_key;
    row_of_key.reserve(parent.rows());
    std::size_t repeated = 0, first = 0;
    for (std::size_t row = 0; row < parent.rows(); ++row)
        if (!row_of_key.emplace(row_key(parent_columns, row), row).second && ++repeated == 1) first = row;
    if (repeated > 0)
        report_repeated_keys({parent.source, parent.lines.empty() ? 0 : parent.lines[first], 0}, repeated, parent_key,
                             faults);
    std::vector<std::size_t> rows(child.rows(), Column::npos);
    for (std::size_t row = 0; row < child.rows(); ++row)
        if (const auto found = row_of_key.find(row_key(child_columns, row)); found != row_of_key.end())
            rows[row] = found->second;
    return rows;
}

}  // namespace cifra
