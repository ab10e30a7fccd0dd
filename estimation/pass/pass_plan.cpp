#include "estimation/pass/pass_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "estimation/pass/passed_estimates.h"

namespace cifra {

std::size_t PassTable::add(PassColumn column) {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const PassColumn& c) { return c.key == column.key; });
    if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
    columns.push_back(std::move(column));
    return columns.size() - 1;
}

std::size_t product_place(std::size_t i, std::size_t j) { return j * (j + 1) / 2 + i; }

namespace {

using Scope = PassColumn::Scope;
using Merging = PassColumn::Merging;

std::string source(const std::optional<Expr>& expression) { return expression ? expression->source() : ""; }

PassColumn slot_sum(std::string key, std::size_t same_as = no_column) {
    return {.scope = Scope::slot, .same_as = same_as, .key = std::move(key)};
}
PassColumn slot_count(std::string key, std::size_t same_as = no_column) {
    return {.scope = Scope::slot, .merging = Merging::count, .same_as = same_as, .key = std::move(key)};
}
PassColumn cell_sum(std::string key) { return {.scope = Scope::cell, .key = std::move(key)}; }
PassColumn cell_count(std::string key) {
    return {.scope = Scope::cell, .merging = Merging::count, .key = std::move(key)};
}
PassColumn cell_largest(std::string key, std::size_t same_as = no_column) {
    return {.scope = Scope::cell, .merging = Merging::largest, .same_as = same_as, .key = std::move(key)};
}

// Rates of records over themselves, whose rows count once.
bool goes_by_row(const Indicator& indicator, const Hierarchy& hierarchy) {
    const Level& records = hierarchy[indicator.of];
    // The level may hold no row here.
    const bool plain = records.multiplicity_by_rule.empty() && indicator.counting.empty();
    switch (indicator.kind) {
        case StatisticKind::total:
        case StatisticKind::mean:
        case StatisticKind::proportion:
        case StatisticKind::ratio:
            return plain;
        default:
            return false;
    }
}

class Planner {
public:
    Planner(const Hierarchy& hierarchy, std::size_t design_level, bool elements, std::size_t auxiliaries,
            Diagnostics& faults)
        : hierarchy_(hierarchy), faults_(faults) {
        plan_.design_level = design_level;
        plan_.elements = elements;
        plan_.auxiliaries = auxiliaries;
    }

    void add(const EstimateRequest& request) {
        const auto [found, added] = tasks_.try_emplace(request_key(request), plan_.tasks.size());
        plan_.task_of_request.push_back(found->second);
        if (!added) return;
        const Indicator& indicator = *request.indicator;
        PassTask task;
        task.indicator = &indicator;
        task.whole_numerator = request.whole_numerator;
        task.by_row = goes_by_row(indicator, hierarchy_) && request.numerator_by.empty();
        task.table = table(indicator.base(), request.by);
        if (task.by_row)
            add_row_columns(task);
        else
            add_term_columns(task, request);
        if (indicator.kind == StatisticKind::total) add_universe(request);
        plan_.tasks.push_back(std::move(task));
    }

    PassPlan finish(WantDrawn drawn) {
        // Of totals, for their degrees of freedom, and of strata whose rows are the PSUs.
        if (drawn == WantDrawn::if_needed && plan_.universe_of_task.empty() && !plan_.elements) return std::move(plan_);
        plan_.design_rows = universe_table(plan_.design_level, {});
        PassTable& all = plan_.tables[plan_.design_rows.table];
        plan_.drawn = all.add(slot_count("drawn"));
        for (std::size_t j = 0; j < plan_.auxiliaries; ++j)
            plan_.auxiliary_totals = std::min(plan_.auxiliary_totals, all.add(slot_sum(auxiliary(j, ""))));
        return std::move(plan_);
    }

private:
    std::size_t table(std::size_t level, const std::vector<std::string>& by) {
        for (std::size_t t = 0; t < plan_.tables.size(); ++t)
            if (plan_.tables[t].level == level && plan_.tables[t].by == by && plan_.tables[t].parts_of == no_column)
                return t;
        plan_.tables.push_back({.level = level, .by = by, .numerator_by = {}, .columns = {}});
        return plan_.tables.size() - 1;
    }

    std::size_t parts_table(std::size_t of, std::size_t records, const std::vector<std::string>& numerator_by) {
        for (std::size_t t = 0; t < plan_.tables.size(); ++t)
            if (plan_.tables[t].parts_of == of && plan_.tables[t].records == records &&
                plan_.tables[t].numerator_by == numerator_by)
                return t;
        plan_.tables.push_back({.level = plan_.tables[of].level,
                                .by = plan_.tables[of].by,
                                .parts_of = of,
                                .records = records,
                                .numerator_by = numerator_by,
                                .columns = {}});
        return plan_.tables.size() - 1;
    }

    // The universe of the rows that a condition keeps, shared by all that name it.
    UniverseTable universe_of(std::size_t t, const std::string& condition) {
        PassTable& table = plan_.tables[t];
        return {t, table.add(slot_count("rows|" + condition)), table.add(slot_sum("weight|" + condition)),
                table.add(cell_largest("largest|" + condition))};
    }
    UniverseTable universe_table(std::size_t level, const std::vector<std::string>& by) {
        return universe_of(table(level, by), "");
    }

    void add_universe(const EstimateRequest& request) {
        const auto known_at = [&](std::size_t level) {
            const auto known = [&](const std::string& name) { return hierarchy_.knows(level, name); };
            return std::all_of(request.by.begin(), request.by.end(), known) ? request.by : std::vector<std::string>{};
        };
        const std::size_t task = plan_.tasks.size(), above = hierarchy_[request.indicator->of].parent;
        plan_.universe_of_task[task] = universe_table(plan_.design_level, known_at(plan_.design_level));
        if (!request.indicator->value && above != no_level)
            plan_.above_of_task[task] = universe_table(above, known_at(above));
    }

    // Columns of the universe of one indicator alone, for when rows with missing items leave it.
    void add_own_universe(PassTask& task, const UniverseTable& shared, const std::string& own) {
        PassTable& table = plan_.tables[task.table];
        task.counted = shared.weight;
        task.rows = table.add(slot_count("own rows|" + own, shared.rows));
        task.weight = table.add(slot_sum("own weight|" + own, shared.weight));
        task.largest = table.add(cell_largest("own largest|" + own, shared.largest));
        task.missing = table.add(cell_sum("missing|" + own));
    }

    void add_row_columns(PassTask& task) {
        const Indicator& indicator = *task.indicator;
        const bool proportion = indicator.kind == StatisticKind::proportion,
                   total = indicator.kind == StatisticKind::total, ratio = indicator.kind == StatisticKind::ratio;
        const std::optional<Expr>& item = proportion ? indicator.having : indicator.value;
        const std::string where = source(indicator.where);
        std::string rules;
        for (const MissingRule rule : indicator.missing.of_kind) rules += std::to_string(static_cast<int>(rule));
        const std::string own = fmt::format("{}|{}|{}|{}", where, source(item), source(indicator.over), rules);
        add_own_universe(task, universe_of(task.table, where), own);
        PassTable& table = plan_.tables[task.table];
        task.shape.formula = total ? Formula::identity() : Formula::quotient();
        task.shape.shared_sums = total ? 1 : 2;
        task.shape.whole.assign(task.shape.shared_sums, false);
        task.shape.parts = {""};
        task.shape.counts_cases = total && !indicator.value;
        const bool one = !item, truth = item && item->type() == Type::truth;
        task.sums = {one ? task.weight : table.add(slot_sum("item|" + own))};
        if (!total) task.sums.push_back(ratio ? table.add(slot_sum("over|" + own)) : task.weight);
        task.cases = one ? task.rows : table.add(cell_count("cases|" + own));
        // Σ w item² is Σ w item where the item is 0 or 1.
        const std::size_t a = task.sums[0];
        task.products = {one || truth ? a : table.add(cell_sum("square|" + own))};
        if (!total) {
            task.products.push_back(ratio ? table.add(cell_sum("cross|" + own)) : a);
            task.products.push_back(ratio ? table.add(cell_sum("over2|" + own)) : task.weight);
        }
        if (plan_.elements) add_row_products(table, task, own, one || truth);
        task.auxiliary_columns = plan_.auxiliaries;
        for (std::size_t s = 0; s < task.sums.size() && plan_.auxiliaries > 0; ++s)
            task.auxiliaries.push_back(add_auxiliaries(table, task.sums[s]));
    }

    static std::string auxiliary(std::size_t j, const std::string& of) { return fmt::format("auxiliary{}|{}", j, of); }

    // Columns that follow one another, shared where the sum is.
    std::size_t add_auxiliaries(PassTable& table, std::size_t sum) const {
        const std::string of = table.columns[sum].key;
        const std::size_t same_as = table.columns[sum].same_as;
        const std::size_t shared = same_as == no_column ? no_column : add_auxiliaries(table, same_as);
        std::size_t first = no_column;
        for (std::size_t j = 0; j < plan_.auxiliaries; ++j) {
            PassColumn column = cell_sum(auxiliary(j, of));
            if (shared != no_column) column.same_as = shared + j;
            first = std::min(first, table.add(std::move(column)));
        }
        return first;
    }

    // Where the item is 0 or 1 and the second term the weight, the product of both terms is the square of the first.
    static void add_row_products(PassTable& table, PassTask& task, const std::string& own, bool zero_or_one) {
        const bool mean = task.sums.size() > 1 && task.sums[1] == task.weight;
        for (std::size_t j = 0; j < task.sums.size(); ++j)
            for (std::size_t i = 0; i <= j; ++i)
                task.row_products.push_back(i < j && zero_or_one && mean
                                                ? task.row_products[0]
                                                : table.add(slot_sum(fmt::format("row product{},{}|{}", i, j, own))));
    }

    void add_term_columns(PassTask& task, const EstimateRequest& request) {
        const Indicator& indicator = *task.indicator;
        Diagnostics ignored;
        task.shape = terms_of(hierarchy_, indicator, nullptr, faults_).shape;
        const TermShape& shape = task.shape;
        const std::string own = std::to_string(plan_.tasks.size());
        if (shape.any_whole()) task.whole = table(indicator.base(), {});
        PassTable& here = plan_.tables[task.table];
        task.rows = here.add(slot_count("rows|" + own + "|"));
        task.weight = here.add(slot_sum("weight|" + own + "|"));
        task.largest = here.add(cell_largest("largest|" + own + "|"));
        task.cases = here.add(cell_sum("cases|" + own + "|"));
        task.missing = here.add(cell_sum("missing|" + own + "|"));
        task.counted = here.add(cell_sum("counted|" + own + "|"));
        for (std::size_t s = 0; s < shape.sums(); ++s)
            task.sums.push_back(
                plan_.tables[shape.whole[s] ? task.whole : task.table].add(slot_sum(fmt::format("sum{}|{}|", s, own))));
        task.products = products(here, own, shape.sums());
        if (!request.numerator_by.empty()) add_part_columns(task, request.numerator_by, own);
    }

    static ProductColumns products(PassTable& table, const std::string& own, std::size_t sums) {
        ProductColumns columns;
        for (std::size_t j = 0; j < sums; ++j)
            for (std::size_t i = 0; i <= j; ++i)
                columns.push_back(table.add(cell_sum(fmt::format("product{},{}|{}|", i, j, own))));
        return columns;
    }

    void add_part_columns(PassTask& task, const std::vector<std::string>& numerator_by, const std::string& own) {
        task.parts = parts_table(task.table, task.indicator->of, numerator_by);
        PassTable& parts = plan_.tables[task.parts];
        task.part_rows = parts.add(slot_count("rows|" + own + "|"));
        task.part_weight = parts.add(slot_sum("weight|" + own + "|"));
        task.part_largest = parts.add(cell_largest("largest|" + own + "|"));
        task.part_cases = parts.add(cell_sum("cases|" + own + "|"));
        for (std::size_t s = 0; s < task.shape.sums(); ++s)
            task.part_sums.push_back(
                s < task.shape.shared_sums ? no_column : parts.add(slot_sum(fmt::format("sum{}|{}|", s, own))));
        task.part_products = products(parts, own, task.shape.sums());
    }

    const Hierarchy& hierarchy_;
    Diagnostics& faults_;
    PassPlan plan_;
    std::map<std::string, std::size_t> tasks_;
};

}  // namespace

std::string cannot_pass(const EstimateRequest& request, const Hierarchy& hierarchy, bool elements) {
    const Indicator& indicator = *request.indicator;
    if (indicator.of_rows()) return "it is not a function of sums";
    if (!indicator.victim_key.empty()) return "victims are shared by units of several rows";
    if (!request.numerator_by.empty() && indicator.bounding && !indicator.bounding->factor)
        return "its bounding factor is of each part";
    if (elements && !goes_by_row(indicator, hierarchy)) return "rows are PSUs and it is not of the records themselves";
    return "";
}

PassPlan plan_pass(const Hierarchy& hierarchy, std::size_t design_level, const std::vector<EstimateRequest>& requests,
                   bool elements, Diagnostics& faults, WantDrawn drawn, std::size_t auxiliaries) {
    Planner planner(hierarchy, design_level, elements, auxiliaries, faults);
    for (const EstimateRequest& request : requests) planner.add(request);
    return planner.finish(drawn);
}

}  // namespace cifra
