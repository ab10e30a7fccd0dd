#include "estimation/pass/warehouse_pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/warehouse/answer.h"
#include "estimation/pass/row_groups.h"
#include "estimation/pass/warehouse_items.h"
#include "estimation/pass/warehouse_residuals.h"

namespace cifra {

namespace {

std::string counted(const std::string& condition) { return fmt::format("toFloat64(countIf({}))", condition); }
std::string summed(const std::string& value, const std::string& condition) {
    return fmt::format("sumIf({}, {})", value, condition);
}
std::string times(const std::string& a, const std::string& b) { return fmt::format("multiply({}, {})", a, b); }

SqlOutput checksum_output(const WarehouseRows& rows) {
    return {"checksum", fmt::format("toString(sum(cityHash64({})))", rows.identity), "0", ColumnType::text};
}

// a b / n with twice the digits of a double.
void add_quotient(double a, double b, double n, std::size_t slot, SlotNumbers& to) {
    const double product = a * b, quotient = product / n;
    to.add(slot, quotient);
    to.add(slot, (std::fma(-quotient, n, product) + std::fma(a, b, -product)) / n);
}

// The aggregates of one table of sums.
class TableQuery {
public:
    TableQuery(const PassTable& table, const WarehouseRows& rows) : rows_(rows), sql_(table.columns.size()) {}

    void set(std::size_t column, std::string sql) {
        if (column != no_column && sql_[column].empty()) sql_[column] = std::move(sql);
    }
    void set_universe(std::size_t count, std::size_t weight, std::size_t largest, const std::string& condition) {
        set(count, counted(condition));
        set(weight, summed(rows_.weight.value, condition));
        set(largest, fmt::format("maxIf({}, {})", rows_.weight.value, condition));
    }
    // The products of a sum with the auxiliaries of a calibration, by the first of their columns.
    void set_products(std::size_t first, const std::string& value, const std::string& condition) {
        products_.emplace(first, linear_sums(*rows_.auxiliaries, value, condition));
    }
    // By column of the table; "" where the table is to have none.
    const std::vector<std::string>& sql() const { return sql_; }
    const AuxiliaryProducts& products() const { return products_; }

private:
    const WarehouseRows& rows_;
    AuxiliaryProducts products_;
    std::vector<std::string> sql_;
};

class WarehousePass {
public:
    WarehousePass(const PassPlan& plan, const WarehouseRows& rows, const Hierarchy& levels,
                  const std::vector<std::string>& design_columns, Diagnostics& faults)
        : plan_(plan), rows_(rows), levels_(levels), design_columns_(design_columns), faults_(faults) {
        result_.tables.resize(plan.tables.size());
        result_.undeclared.resize(plan.tasks.size());
        for (const PassTable& table : plan.tables) queries_.emplace_back(table, rows);
    }

    BlockResult run(const std::function<void(double)>& done) {
        compile();
        if (faults_.has_errors()) return {};
        const std::string before = check_rows();
        if (faults_.has_errors()) return {};
        read_table(plan_.design_rows.table);
        const std::size_t all_units = units_.size();
        for (std::size_t t = 0; t < plan_.tables.size() && !faults_.has_errors(); ++t) {
            if (t != plan_.design_rows.table) read_table(t);
            done(static_cast<double>(t + 1) / static_cast<double>(plan_.tables.size()));
        }
        if (!faults_.has_errors()) refuse_changes(before, all_units);
        for (std::size_t u = 0; u < units_.size(); ++u) result_.unit_rows.push_back(static_cast<std::uint32_t>(u));
        return std::move(result_);
    }

private:
    void compile() {
        add_universe(plan_.design_rows);
        queries_[plan_.design_rows.table].set(plan_.drawn, "toFloat64(count())");
        for (const auto& [task, universe] : plan_.universe_of_task) add_universe(universe);
        for (const PassTask& task : plan_.tasks) add_task(task);
    }

    void add_universe(const UniverseTable& universe) {
        if (const auto condition = warehouse_universe(rows_, std::nullopt, {}, faults_))
            queries_[universe.table].set_universe(universe.rows, universe.weight, universe.largest, *condition);
    }

    void add_task(const PassTask& task) {
        items_.push_back(warehouse_items(rows_, *task.indicator, faults_).value_or(WarehouseItems{}));
        const WarehouseItems& items = items_.back();
        if (faults_.has_errors()) return;
        TableQuery& query = queries_[task.table];
        const std::vector<PassColumn>& columns = plan_.tables[task.table].columns;
        query.set_universe(columns[task.rows].same_as, columns[task.weight].same_as, columns[task.largest].same_as,
                           items.universe);
        if (items.kept != items.universe) query.set_universe(task.rows, task.weight, task.largest, items.kept);
        if (items.missing != "0") query.set(task.missing, summed(weight(), items.missing));
        if (task.sums[0] != task.weight) query.set(task.sums[0], summed(times(weight(), items.value), items.kept));
        if (task.cases != task.rows)
            query.set(task.cases, counted(fmt::format("and({}, notEquals({}, 0.))", items.kept, items.value)));
        add_products(task, items, query);
        add_auxiliaries(task, items, query);
        if (plan_.elements) add_row_products(task, items, query);
    }

    // Products that are sums already are not made again.
    void add_products(const PassTask& task, const WarehouseItems& items, TableQuery& query) {
        const auto product = [&](std::size_t p, const std::string& a, const std::string& b) {
            const std::size_t column = task.products[p];
            if (plan_.tables[task.table].columns[column].scope == PassColumn::Scope::cell)
                query.set(column, summed(times(times(weight(), a), b), items.kept));
        };
        product(0, items.value, items.value);
        if (task.indicator->kind != StatisticKind::ratio) return;
        query.set(task.sums[1], summed(times(weight(), items.over), items.kept));
        product(1, items.value, items.over);
        product(2, items.over, items.over);
    }

    // Of a weighted value a = w u the product with x is that of d u / q (variance/residuals.h). The weight of a
    // universe that no missing item changes is that of all that name it.
    void add_auxiliaries(const PassTask& task, const WarehouseItems& items, TableQuery& query) {
        for (std::size_t s = 0; s < task.auxiliaries.size(); ++s) {
            const std::size_t own = task.auxiliaries[s], shared = plan_.tables[task.table].columns[own].same_as;
            const bool whole = shared != no_column && items.kept == items.universe;
            query.set_products(
                whole ? shared : own,
                times(over_variance(*rows_.auxiliaries, rows_.auxiliaries->base), s == 0 ? items.value : items.over),
                items.kept);
        }
    }

    // The server's covariance is made by the merging of moments, not from sums of squares: they are put together again
    // with more digits than it has (uncentre).
    void add_row_products(const PassTask& task, const WarehouseItems& items, TableQuery& query) {
        const auto term = [&](std::size_t s) { return times(weight(), s == 0 ? items.value : items.over); };
        for (std::size_t j = 0; j < task.sums.size(); ++j)
            for (std::size_t i = 0; i <= j; ++i)
                query.set(task.row_products[product_place(i, j)],
                          fmt::format("if(countIf({0}) = 0, 0., covarPopIf({1}, {2}, {0}) * countIf({0}))", items.kept,
                                      term(i), term(j)));
    }

    const std::string& weight() const { return rows_.weight.value; }

    // The checksum of the rows; faults for bad weights, and undeclared missing items by task.
    std::string check_rows() {
        std::vector<SqlOutput> outputs = {
            checksum_output(rows_), {"rows", "toFloat64(count())"}, {"bad", counted(bad_weight(rows_))}};
        for (const WarehouseItems& items : items_)
            for (const auto& [kind, condition] : items.undeclared)
                outputs.push_back({"undeclared", counted(condition)});
        const Table counts = answer_of(rows_, outputs, from_rows(rows_, {}));
        std::size_t at = 3;
        for (std::size_t t = 0; t < items_.size(); ++t)
            for (const auto& [kind, condition] : items_[t].undeclared)
                note_undeclared(t, kind, counts_at(counts, at++));
        refuse_bad_weights(rows_, counts.column(2).number(0), faults_);
        if (counts_at(counts, 1) == 0)
            faults_.error(rows_.client.where(), "no-rows", "no row of the table belongs to the survey",
                          "see the table, and 'where' of the level");
        return counts.column(0).text(0);
    }

    static std::size_t counts_at(const Table& counts, std::size_t column) {
        return static_cast<std::size_t>(counts.column(column).number(0));
    }

    void note_undeclared(std::size_t task, Missing kind, std::size_t count) {
        if (count == 0) return;
        result_.undeclared[task].count += count;
        result_.undeclared[task].kind = kind;
    }

    // A unit that only a later query has seen was written in between.
    void refuse_changes(const std::string& before, std::size_t all_units) {
        const bool since_calibrated = !rows_.checksum.empty() && rows_.checksum != before;
        if (since_calibrated || checksum_of(rows_) != before || units_.size() != all_units)
            faults_.error(rows_.client.where(), "warehouse-changed", "the table changed while it was read",
                          "wait until nobody writes to it, or read a table that stays as it is");
    }

    // Keys of units, then of cells.
    std::vector<SqlOutput> keys_of(const PassTable& table) {
        std::vector<std::string> names = design_columns_;
        names.insert(names.end(), table.by.begin(), table.by.end());
        return warehouse_keys(rows_, levels_, names, faults_);
    }

    // Rows with a missing cell of the breakdown are in no cell.
    static std::vector<std::string> present(const std::vector<SqlOutput>& keys, std::size_t first) {
        std::vector<std::string> conditions;
        for (std::size_t k = first; k < keys.size(); ++k)
            conditions.push_back(keys[k].type == ColumnType::text ? fmt::format("equals({}, 0)", keys[k].missing)
                                                                  : fmt::format("isFinite({})", keys[k].value));
        return conditions;
    }

    void read_table(std::size_t t) {
        const PassTable& table = plan_.tables[t];
        std::vector<SqlOutput> outputs = keys_of(table);
        if (faults_.has_errors()) return;
        const std::size_t keys = outputs.size();
        const std::string rest = from_rows(rows_, present(outputs, design_columns_.size())) + grouped_by(outputs, keys);
        const std::vector<std::string>& sql = queries_[t].sql();
        for (std::size_t c = 0; c < sql.size(); ++c)
            if (!sql[c].empty()) outputs.push_back({table.columns[c].key, sql[c]});
        const Table slots = answer_of(rows_, outputs, rest);
        place_slots(t, slots);
        std::size_t at = keys;
        for (std::size_t c = 0; c < sql.size(); ++c)
            if (!sql[c].empty()) take_column(t, c, slots.column(at++));
        if (plan_.elements) uncentre(t);
        if (rows_.auxiliaries)
            read_auxiliaries(t, {outputs.begin(), outputs.begin() + static_cast<std::ptrdiff_t>(keys)});
    }

    void read_auxiliaries(std::size_t t, const std::vector<SqlOutput>& keys) {
        BlockTable& block = result_.tables[t];
        const auto cells = keys.begin() + static_cast<std::ptrdiff_t>(design_columns_.size());
        if (t == plan_.design_rows.table)
            read_unit_totals(rows_, {keys.begin(), cells}, result_.unit_keys, plan_.auxiliary_totals, block);
        read_cell_products(rows_, {cells, keys.end()}, present(keys, design_columns_.size()), queries_[t].products(),
                           block);
    }

    // Every row of the answer is a slot.
    void place_slots(std::size_t t, const Table& slots) {
        std::vector<const Column*> unit, cell;
        for (std::size_t k = 0; k < design_columns_.size() + plan_.tables[t].by.size(); ++k)
            (k < design_columns_.size() ? unit : cell).push_back(&slots.column(k));
        const RowGroups units = group_rows(slots.rows(), unit, true);
        BlockTable& block = result_.tables[t];
        block.sums.columns.resize(plan_.tables[t].columns.size());
        block.sums.cells = group_rows(slots.rows(), cell, false);
        block.cell_keys = group_keys(block.sums.cells, cell);
        std::vector<std::uint32_t> numbers;
        for (const std::string& key : group_keys(units, unit)) numbers.push_back(unit_number(key));
        for (std::size_t row = 0; row < slots.rows(); ++row) {
            block.sums.unit.push_back(numbers[units.of_row[row]]);
            block.sums.cell.push_back(block.sums.cells.of_row[row]);
        }
    }

    std::uint32_t unit_number(const std::string& key) {
        const std::size_t known = units_.size();
        const std::uint32_t number = units_.number(key);
        if (units_.size() > known) result_.unit_keys.push_back(key);
        return number;
    }

    void take_column(std::size_t t, std::size_t c, const Column& from) {
        const PassColumn& column = plan_.tables[t].columns[c];
        BlockSums& sums = result_.tables[t].sums;
        SlotNumbers& to = sums.columns[c];
        to.resize(column, sums.length(column));
        for (std::size_t row = 0; row < from.size(); ++row) {
            const std::size_t place = column.scope == PassColumn::Scope::slot ? row : sums.cell[row];
            if (column.merging == PassColumn::Merging::sum)
                to.add(place, from.number(row));
            else if (column.merging == PassColumn::Merging::count)
                to.value[place] += from.number(row);
            else
                to.value[place] = std::max(to.value[place], from.number(row));
        }
    }

    // Σ s_i s_j from Σ (s_i - mean)(s_j - mean), of each column once.
    void uncentre(std::size_t t) {
        BlockSums& block = result_.tables[t].sums;
        const auto column = [&](std::size_t c) { return present_column(plan_.tables[t].columns, block.columns, c); };
        std::set<std::size_t> done;
        for (const PassTask& task : plan_.tasks)
            for (std::size_t j = 0; j < task.sums.size() && task.table == t; ++j)
                for (std::size_t i = 0; i <= j; ++i) {
                    const std::size_t c = task.row_products[product_place(i, j)];
                    const SlotNumbers *n = column(task.rows), *a = column(task.sums[i]), *b = column(task.sums[j]);
                    if (!done.insert(c).second || !n || !a || !b) continue;
                    SlotNumbers& products = block.columns[c];
                    for (std::size_t slot = 0; slot < products.value.size(); ++slot)
                        if (n->at(slot) > 0) add_quotient(a->at(slot), b->at(slot), n->at(slot), slot, products);
                }
    }

    const PassPlan& plan_;
    const WarehouseRows& rows_;
    const Hierarchy& levels_;
    const std::vector<std::string>& design_columns_;
    Diagnostics& faults_;
    std::vector<TableQuery> queries_;
    std::vector<WarehouseItems> items_;  // by task
    GroupNames units_;
    BlockResult result_;
};

}  // namespace

Table answer_of(const WarehouseRows& rows, std::vector<SqlOutput> outputs, const std::string& rest,
                std::size_t sorted) {
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < outputs.size(); ++k) outputs[k].name = std::to_string(k);
    for (std::size_t k = 0; k < sorted; ++k) order.push_back(k);
    return read_answer(rows.client.query(framed_query(outputs, rest, order)), outputs, rows.client);
}

std::string checksum_of(const WarehouseRows& rows) {
    return answer_of(rows, {checksum_output(rows)}, from_rows(rows, {})).column(0).text(0);
}

std::string bad_weight(const WarehouseRows& rows) {
    const std::string negative = fmt::format("less({}, 0.)", rows.weight.value);
    return rows.weight.missing == "0" ? negative : fmt::format("or({}, {})", rows.weight.missing, negative);
}

void refuse_bad_weights(const WarehouseRows& rows, double count, Diagnostics& faults) {
    if (count > 0)
        faults.error({to_text(rows.client.address()), 0, 0}, "bad-weight",
                     fmt::format("the weight '{}' is missing or negative in {} rows", rows.weight_text, count),
                     "weights are numbers from 0; a nonrespondent has weight 0");
}

std::vector<SqlOutput> warehouse_keys(const WarehouseRows& rows, const Hierarchy& levels,
                                      const std::vector<std::string>& names, Diagnostics& faults) {
    const Schema schema = levels.schema(0);
    std::vector<SqlOutput> keys;
    for (const std::string& name : names) {
        const Type type = schema.find(name).value_or(Type::number);
        const auto sql = sql_of_name(name, type, rows.source, rows.client.where(), faults);
        if (!sql) continue;
        if (type == Type::text)
            keys.push_back({name, sql->value, sql->missing, ColumnType::text});
        else
            keys.push_back({name, fmt::format("plus({}, 0.)", sql_or_nan(*sql)), "0", ColumnType::number});
    }
    return keys;
}

std::string from_rows(const WarehouseRows& rows, const std::vector<std::string>& conditions) {
    std::string text = fmt::format("FROM {}.{} WHERE {}", sql_identifier(rows.client.address().database),
                                   sql_identifier(rows.client.address().table), rows.where);
    for (const std::string& condition : conditions) text += " AND " + condition;
    return text;
}

BlockResult pass_warehouse(const PassPlan& plan, const WarehouseRows& rows, const Hierarchy& levels,
                           const std::vector<std::string>& design_columns, const std::function<void(double)>& done,
                           Diagnostics& faults) {
    return WarehousePass(plan, rows, levels, design_columns, faults).run(done);
}

}  // namespace cifra
