#include "estimation/pass/block_pass.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <unordered_map>

#include "estimation/pass/block_columns.h"
#include "estimation/terms.h"

namespace cifra {

namespace {

std::vector<const Column*> columns_at(const Hierarchy& levels, std::size_t level,
                                      const std::vector<std::string>& names) {
    std::vector<const Column*> columns;
    for (const std::string& name : names) columns.push_back(&levels.column(level, name));
    return columns;
}

// The units of the design's level, and of the levels below it: of_row is that of the row above.
class UnitsByLevel {
public:
    UnitsByLevel(const Hierarchy& levels, std::size_t design_level, const std::vector<std::string>& columns)
        : levels_(levels), design_level_(design_level), by_level_(levels.size()) {
        const auto names = columns_at(levels, design_level, columns);
        by_level_[design_level] = std::make_unique<RowGroups>(group_rows(levels[design_level].rows(), names, true));
        keys_ = group_keys(*by_level_[design_level], names);
    }

    const RowGroups& at(std::size_t level) {
        if (by_level_[level]) return *by_level_[level];
        by_level_[level] = std::make_unique<RowGroups>();
        RowGroups& groups = *by_level_[level];
        groups.first_row = by_level_[design_level_]->first_row;
        for (const std::size_t row : levels_.ancestor_rows(level, design_level_))
            groups.of_row.push_back(by_level_[design_level_]->of_row[row]);
        return groups;
    }
    std::vector<std::string> take_keys() { return std::move(keys_); }

private:
    const Hierarchy& levels_;
    std::size_t design_level_;
    std::vector<std::unique_ptr<RowGroups>> by_level_;
    std::vector<std::string> keys_;
};

void set_slots(BlockSums& sums, const RowGroups& units) {
    sums.slots = crossed(units, sums.cells);
    for (const std::uint32_t row : sums.slots.first_row) {
        sums.unit.push_back(units.of_row[row]);
        sums.cell.push_back(sums.cells.of_row[row]);
    }
}

class BlockPass {
public:
    BlockPass(const PassPlan& plan, const Hierarchy& levels, const std::vector<std::string>& design_columns,
              Diagnostics& faults)
        : plan_(plan),
          levels_(levels),
          faults_(faults),
          units_(levels, plan.design_level, design_columns),
          values_(levels) {
        result_.tables.resize(plan.tables.size());
        result_.undeclared.resize(plan.tasks.size());
        for (std::size_t t = 0; t < plan.tables.size(); ++t)
            if (plan.tables[t].parts_of == no_column) open(t);
    }

    BlockResult run() {
        if (plan_.design_rows.table != no_column) {
            add_universe(plan_.design_rows);
            const std::size_t drawn = levels_[plan_.design_level].rows();
            sums(plan_.design_rows.table).count(plan_.drawn, {nullptr, drawn, true}, [](std::size_t) { return true; });
        }
        for (const auto& [task, universe] : plan_.universe_of_task) add_universe(universe);
        for (const auto& [task, universe] : plan_.above_of_task) add_universe(universe);
        for (std::size_t t = 0; t < plan_.tasks.size(); ++t) {
            if (plan_.tasks[t].by_row)
                add_by_row(t);
            else
                add_by_terms(t);
        }
        for (std::size_t t = 0; t < plan_.tables.size(); ++t)
            if (plan_.tables[t].parts_of != no_column) close_parts(t);
        result_.unit_rows = units_.at(plan_.design_level).first_row;
        result_.unit_keys = units_.take_keys();
        return std::move(result_);
    }

private:
    void open(std::size_t t) {
        const PassTable& table = plan_.tables[t];
        BlockTable& block = result_.tables[t];
        const auto columns = columns_at(levels_, table.level, table.by);
        block.sums.cells = group_rows(levels_[table.level].rows(), columns, false);
        block.cell_keys = group_keys(block.sums.cells, columns);
        block.sums.columns.resize(table.columns.size());
        set_slots(block.sums, units_.at(table.level));
    }

    ColumnSums sums(std::size_t t) { return {plan_.tables[t].columns, result_.tables[t].sums}; }

    void add_universe(const UniverseTable& universe) {
        const std::size_t level = plan_.tables[universe.table].level;
        add_universe(universe, values_.universe(level, std::nullopt), level);
    }

    // Rows, weight and largest weight of a mask, unless another task has added them.
    void add_universe(const UniverseTable& universe, const RowMask& mask, std::size_t level) {
        ColumnSums to = sums(universe.table);
        const std::vector<double>& weight = levels_[level].weight;
        if (!to.has(universe.rows)) to.add_universe(universe.rows, universe.weight, universe.largest, mask, weight);
    }

    // The universe that all with this condition share: the columns that the task's own are `same_as`.
    UniverseTable shared_universe(const PassTask& task) const {
        const auto& columns = plan_.tables[task.table].columns;
        return {task.table, columns[task.rows].same_as, columns[task.weight].same_as, columns[task.largest].same_as};
    }

    void add_by_row(std::size_t t) {
        const PassTask& task = plan_.tasks[t];
        const Indicator& indicator = *task.indicator;
        const std::size_t level = indicator.of;
        const RowMask universe = values_.universe(level, indicator.where);
        add_universe(shared_universe(task), universe, level);
        const bool proportion = indicator.kind == StatisticKind::proportion;
        const std::optional<Expr>& expression = proportion ? indicator.having : indicator.value;
        const bool truth = expression && expression->type() == Type::truth;
        if (truth && values_.condition(level, *expression).missing.empty())
            add_condition(task, universe, values_.condition(level, *expression), level);
        else if (expression || indicator.over)
            add_numbers(t, universe, level);
        if (plan_.elements) add_row_products(task, level);
    }

    void add_condition(const PassTask& task, const RowMask& universe, const ConditionColumn& condition,
                       std::size_t level) {
        ColumnSums to = sums(task.table);
        if (to.has(task.sums[0])) return;
        const std::vector<double>& weight = levels_[level].weight;
        std::vector<std::uint8_t> room;
        const RowMask both = both_of(universe, condition.truth, room);
        to.add(task.sums[0], both, [&](std::size_t row) { return weight[row]; });
        to.count(task.cases, both, [](std::size_t) { return true; });
    }

    // Items that are numbers, or some of which are missing.
    void add_numbers(std::size_t t, const RowMask& universe, std::size_t level) {
        const PassTask& task = plan_.tasks[t];
        const RowItems items = items_of(values_, levels_[level], *task.indicator, universe);
        result_.undeclared[t] = {items.undeclared, items.undeclared_kind};
        ColumnSums to = sums(task.table);
        if (to.has(task.sums[0]) && task.sums[0] != task.weight) return;
        const std::vector<double>& weight = levels_[level].weight;
        const auto w = [&](std::size_t row) { return weight[row]; };
        if (items.any_missing) to.add(task.missing, mask_of(items.missing), w);
        if (items.any_excluded) add_universe({task.table, task.rows, task.weight, task.largest}, items.universe, level);
        const auto a = [&](std::size_t row) { return items.value[row]; };
        const auto b = [&](std::size_t row) { return items.over.empty() ? 1.0 : items.over[row]; };
        if (task.sums[0] != task.weight)
            to.add(task.sums[0], items.universe, [&](auto row) { return w(row) * a(row); });
        if (task.cases != task.rows) to.count(task.cases, items.universe, [&](auto row) { return a(row) != 0; });
        const auto product = [&](std::size_t c, const auto& value) {
            if (plan_.tables[task.table].columns[c].scope == PassColumn::Scope::cell) to.add(c, items.universe, value);
        };
        product(task.products[0], [&](auto row) { return w(row) * a(row) * a(row); });
        if (task.sums.size() == 1 || items.over.empty()) return;
        to.add(task.sums[1], items.universe, [&](auto row) { return w(row) * b(row); });
        product(task.products[1], [&](auto row) { return w(row) * a(row) * b(row); });
        product(task.products[2], [&](auto row) { return w(row) * b(row) * b(row); });
    }

    // Of the terms w item and w over.
    void add_row_products(const PassTask& task, std::size_t level) {
        ColumnSums to = sums(task.table);
        const RowItems items =
            items_of(values_, levels_[level], *task.indicator, values_.universe(level, task.indicator->where));
        std::vector<std::vector<double>> terms(task.sums.size(), levels_[level].weight);
        for (std::size_t row = 0; row < items.value.size(); ++row) terms[0][row] *= items.value[row];
        for (std::size_t row = 0; row < items.over.size(); ++row) terms[1][row] *= items.over[row];
        for (std::size_t j = 0; j < terms.size(); ++j)
            for (std::size_t i = 0; i <= j; ++i)
                if (const std::size_t column = task.row_products[product_place(i, j)]; !to.has(column))
                    to.add_products(column, items.universe, terms[i], terms[j]);
    }

    // The rows of `numerator_by`, grouped once for each table of parts.
    const RowGroups& record_groups(std::size_t parts) {
        auto& groups = record_groups_[parts];
        if (!groups) {
            const PassTable& table = plan_.tables[parts];
            const auto columns = columns_at(levels_, table.records, table.numerator_by);
            groups = std::make_unique<RowGroups>(group_rows(levels_[table.records].rows(), columns, false));
            result_.tables[parts].part_keys = group_keys(*groups, columns);
        }
        return *groups;
    }

    void add_by_terms(std::size_t t) {
        const PassTask& task = plan_.tasks[t];
        std::optional<Cells> records;
        if (task.parts != no_column) {
            const RowGroups& groups = record_groups(task.parts);
            records = Cells{std::vector<std::string>(groups.size()), groups.of_row};
        }
        const Terms terms = terms_of(levels_, *task.indicator, records ? &*records : nullptr, faults_);
        result_.undeclared[t] = {terms.undeclared, terms.undeclared_kind};
        TermSums adder(task, levels_[task.indicator->base()], terms);
        adder.add_rows(sums(task.table));
        if (task.whole != no_column) adder.add_whole(sums(task.whole));
        if (task.parts != no_column) part_terms_[task.parts].push_back({&task, adder.entries_of_parts()});
    }

    // Entries of all tasks of a table of parts, whose cells are (cell of the row, part).
    void close_parts(std::size_t t) {
        record_groups(t);
        BlockTable& block = result_.tables[t];
        const BlockSums& base = result_.tables[plan_.tables[t].parts_of].sums;
        const RowGroups& units = units_.at(plan_.tables[t].level);
        SlotIndex cells, slots;
        block.sums.columns.resize(plan_.tables[t].columns.size());
        for (auto& [task, entries] : part_terms_[t])
            for (PartEntry& entry : entries) {
                entry.cell = no_cell;
                if (base.cells.of_row[entry.row] == no_cell) continue;
                entry.cell = cells.find_or_add(base.cells.of_row[entry.row], entry.part).first;
                entry.slot = slots.find_or_add(units.of_row[entry.row], entry.cell).first;
            }
        for (std::size_t c = 0; c < cells.size(); ++c) {
            block.base_cell.push_back(cells.unit(c));
            block.part.push_back(cells.cell(c));
        }
        block.sums.cells.first_row.resize(cells.size());
        for (std::size_t s = 0; s < slots.size(); ++s) {
            block.sums.unit.push_back(slots.unit(s));
            block.sums.cell.push_back(slots.cell(s));
        }
        for (const auto& [task, entries] : part_terms_[t])
            add_part_entries(*task, entries, levels_[plan_.tables[t].level].weight, sums(t));
    }

    const PassPlan& plan_;
    const Hierarchy& levels_;
    Diagnostics& faults_;
    UnitsByLevel units_;
    BlockValues values_;
    BlockResult result_;
    std::map<std::size_t, std::unique_ptr<RowGroups>> record_groups_;
    std::map<std::size_t, std::vector<std::pair<const PassTask*, std::vector<PartEntry>>>> part_terms_;
};

}  // namespace

BlockResult pass_block(const PassPlan& plan, const Hierarchy& levels, const std::vector<std::string>& design_columns,
                       Diagnostics& faults) {
    return BlockPass(plan, levels, design_columns, faults).run();
}

}  // namespace cifra
