#include "estimation/pass/held_levels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>

namespace cifra {

namespace {

std::vector<const Column*> key_columns(const Table& table, const std::vector<std::string>& names) {
    std::vector<const Column*> columns;
    for (const std::string& name : names) columns.push_back(&table.at(name));
    return columns;
}

std::string key_of(const std::vector<const Column*>& columns, std::size_t row) {
    std::string key;
    for (const Column* column : columns) key += column->text(row) + '\x1f';
    return key;
}

std::size_t level_named(const std::vector<LevelPlan>& plans, const std::string& name) {
    std::size_t level = 0;
    while (plans[level].name != name) ++level;
    return level;
}

}  // namespace

HeldLevels::HeldLevels(const std::vector<LevelPlan>& plans, std::vector<Table> tables, Diagnostics& faults)
    : held_(plans.size()) {
    for (std::size_t level = 1; level < plans.size() && !faults.has_errors(); ++level) {
        Held& held = held_[level];
        held.table = std::move(tables[level]);
        held.parent = level_named(plans, plans[level].parent);
        held.taken.assign(held.table.rows(), 0);
        if (held.parent == 0) {
            const auto columns = key_columns(held.table, plans[level].by);
            for (std::uint32_t row = 0; row < held.table.rows(); ++row)
                held.rows_of_key[key_of(columns, row)].push_back(row);
            continue;
        }
        const Table& above = held_[held.parent].table;
        const auto parents = link_rows(held.table, plans[level].by, above, plans[level].parent_by, faults);
        held.rows_of_parent.resize(above.rows());
        for (std::uint32_t row = 0; row < held.table.rows(); ++row)
            if (parents[row] != Column::npos) held.rows_of_parent[parents[row]].push_back(row);
    }
}

void HeldLevels::add_records(const std::vector<LevelPlan>& plans, Hierarchy& levels, Diagnostics& faults) {
    std::vector<std::vector<std::size_t>> picked(held_.size());
    std::size_t repeated = 0, first = 0, level_of_fault = 0;
    for (std::size_t level = 1; level < held_.size(); ++level) {
        Held& held = held_[level];
        Level added;
        added.name = plans[level].name;
        added.parent = held.parent;
        const auto take = [&](std::uint32_t row, std::size_t parent) {
            if (std::atomic_ref<std::uint8_t>(held.taken[row]).exchange(1, std::memory_order_relaxed) != 0 &&
                ++repeated == 1)
                first = parent, level_of_fault = level;
            picked[level].push_back(row);
            added.parent_row.push_back(parent);
        };
        if (held.parent == 0) {
            const Table& above = levels[0].table;
            const auto columns = key_columns(above, plans[level].parent_by);
            for (std::size_t row = 0; row < above.rows(); ++row)
                if (const auto found = held.rows_of_key.find(key_of(columns, row)); found != held.rows_of_key.end())
                    for (const std::uint32_t below : found->second) take(below, row);
        } else {
            for (std::size_t row = 0; row < picked[held.parent].size(); ++row)
                for (const std::uint32_t below : held.rows_of_parent[picked[held.parent][row]]) take(below, row);
        }
        added.table = held.table.pick(picked[level]);
        levels.add(std::move(added));
    }
    if (repeated > 0)
        faults.error({levels[0].table.source, levels[0].table.lines[first], 0}, "key-not-unique",
                     fmt::format("{} records of '{}' belong to a second row with the key {}, first here", repeated,
                                 plans[level_of_fault].name, fmt::join(plans[level_of_fault].parent_by, ", ")),
                     "name the columns that identify a record, or remove the repeated records");
}

void HeldLevels::release() {
    for (Held& held : held_) std::fill(held.taken.begin(), held.taken.end(), std::uint8_t{0});
}

Hierarchy HeldLevels::orphans(const std::vector<LevelPlan>& plans, const Hierarchy& like) const {
    Hierarchy levels;
    Level top = like[0];
    top.table = top.table.pick({});
    top.unit_of_row.clear();
    top.weight.clear();
    levels.add(std::move(top));
    std::vector<std::vector<std::size_t>> place(held_.size());
    for (std::size_t level = 1; level < held_.size(); ++level) {
        const Held& held = held_[level];
        std::vector<std::size_t> rows, parents(held.table.rows(), Column::npos);
        for (std::size_t above = 0; above < held.rows_of_parent.size(); ++above)
            for (const std::uint32_t row : held.rows_of_parent[above]) parents[row] = place[held.parent][above];
        Level added;
        added.name = plans[level].name;
        added.parent = held.parent;
        place[level].assign(held.table.rows(), Column::npos);
        for (std::size_t row = 0; row < held.table.rows(); ++row) {
            // Those below an orphan are told with it.
            if (held.taken[row] || (held.parent != 0 && parents[row] != Column::npos)) continue;
            place[level][row] = rows.size();
            added.parent_row.push_back(parents[row]);
            rows.push_back(row);
        }
        added.table = held.table.pick(rows);
        levels.add(std::move(added));
    }
    return levels;
}

}  // namespace cifra
