#include "estimation/pass/held_levels.h"

#include <algorithm>
#include <utility>

#include "estimation/row_key.h"

namespace cifra {

namespace {

std::vector<const Column*> key_columns(const Table& table, const std::vector<std::string>& names) {
    std::vector<const Column*> columns;
    for (const std::string& name : names) columns.push_back(&table.at(name));
    return columns;
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
                held.rows_of_key[row_key(columns, row)].push_back(row);
            continue;
        }
        const Table& above = held_[held.parent].table;
        const auto parents = link_rows(held.table, plans[level].by, above, plans[level].parent_by, faults);
        held.rows_of_parent.resize(above.rows());
        for (std::uint32_t row = 0; row < held.table.rows(); ++row)
            if (parents[row] != Column::npos) held.rows_of_parent[parents[row]].push_back(row);
    }
}

std::vector<KeyClaim> HeldLevels::add_records(const std::vector<LevelPlan>& plans, Hierarchy& levels) const {
    std::vector<std::vector<std::size_t>> picked(held_.size());
    std::vector<KeyClaim> claims;
    for (std::size_t level = 1; level < held_.size(); ++level) {
        const Held& held = held_[level];
        Level added;
        added.name = plans[level].name;
        added.parent = held.parent;
        const auto pick = [&](const std::vector<std::uint32_t>& records, std::size_t parent) {
            picked[level].insert(picked[level].end(), records.begin(), records.end());
            added.parent_row.insert(added.parent_row.end(), records.size(), parent);
        };
        if (held.parent == 0) {
            const Table& above = levels[0].table;
            const auto columns = key_columns(above, plans[level].parent_by);
            for (std::size_t row = 0; row < above.rows(); ++row) {
                const auto found = held.rows_of_key.find(row_key(columns, row));
                if (found == held.rows_of_key.end()) continue;
                claims.push_back({static_cast<std::uint32_t>(level), found->second.front(), above.lines[row]});
                pick(found->second, row);
            }
        } else {
            for (std::size_t row = 0; row < picked[held.parent].size(); ++row)
                pick(held.rows_of_parent[picked[held.parent][row]], row);
        }
        added.table = held.table.pick(picked[level]);
        levels.add(std::move(added));
    }
    return claims;
}

void HeldLevels::take(const std::vector<KeyClaim>& claims, const Location& start) {
    for (const KeyClaim& claim : claims) {
        Held& held = held_[claim.level];
        if (std::exchange(held.taken[claim.record], std::uint8_t{1}) != 0 && ++held.repeated == 1)
            held.first_repeated = {start.file, start.line + claim.line, 0};
    }
}

void HeldLevels::refuse_repeated(const std::vector<LevelPlan>& plans, Diagnostics& faults) const {
    for (std::size_t level = 1; level < held_.size(); ++level)
        if (held_[level].repeated > 0)
            report_repeated_keys(held_[level].first_repeated, held_[level].repeated, plans[level].parent_by, faults);
}

void HeldLevels::release() {
    for (Held& held : held_) {
        std::fill(held.taken.begin(), held.taken.end(), std::uint8_t{0});
        held.repeated = 0;
    }
}

Hierarchy HeldLevels::orphans(const std::vector<LevelPlan>& plans, const Hierarchy& like) const {
    Hierarchy levels;
    Level top = like[0];
    top.table = top.table.pick({});
    top.unit_of_row.clear();
    top.weight.clear();
    levels.add(std::move(top));
    for (std::size_t level = 1; level < held_.size(); ++level) {
        const Held& held = held_[level];
        std::vector<std::size_t> rows;
        const std::vector<std::uint8_t> belongs = belonging(held);
        for (std::size_t row = 0; row < belongs.size(); ++row)
            if (!belongs[row]) rows.push_back(row);
        Level added;
        added.name = plans[level].name;
        added.parent = held.parent;
        added.parent_row.assign(rows.size(), Column::npos);
        added.table = held.table.pick(rows);
        levels.add(std::move(added));
    }
    return levels;
}

// Records that have a row above; one below an orphan is told with it.
std::vector<std::uint8_t> HeldLevels::belonging(const Held& held) {
    std::vector<std::uint8_t> belongs(held.table.rows(), 0);
    const auto mark = [&](const std::vector<std::uint32_t>& records) {
        for (const std::uint32_t record : records) belongs[record] = 1;
    };
    for (const auto& [key, records] : held.rows_of_key)
        if (held.taken[records.front()]) mark(records);
    for (const auto& records : held.rows_of_parent) mark(records);
    return belongs;
}

}  // namespace cifra
