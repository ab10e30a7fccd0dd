#include "estimation/pass/element_estimates.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <map>
#include <optional>

#include "estimation/complete_estimate.h"
#include "estimation/finish_cells.h"
#include "estimation/pass/task_sums.h"
#include "estimation/variance.h"

namespace cifra {

namespace {

std::vector<std::uint32_t> ranks(const std::vector<std::string>& names, std::vector<std::string>& sorted) {
    sorted = names;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    std::vector<std::uint32_t> rank;
    for (const std::string& name : names)
        rank.push_back(
            static_cast<std::uint32_t>(std::lower_bound(sorted.begin(), sorted.end(), name) - sorted.begin()));
    return rank;
}

// `units` of the pass; `drawn` has no column, and so no rows, where the design names none.
std::vector<std::string> stratum_names(std::size_t units, const Table& drawn, const std::string& column,
                                       Diagnostics& faults) {
    std::vector<std::string> names(units);
    if (column.empty()) return names;
    const Column& strata = drawn.at(column);
    for (std::size_t unit = 0; unit < drawn.rows(); ++unit) {
        if (!strata.present(unit))
            faults.error({drawn.source, drawn.lines[unit], 0}, "design-missing",
                         fmt::format("the design column '{}' is empty, first here", column),
                         "every row needs its stratum: complete the column or leave the rows out");
        names[unit] = strata.cell(unit);
    }
    return names;
}

// Sampling fractions from an fpc column that gives each stratum one number.
void set_fractions(ElementDesign& declared, const Table& drawn, const std::string& fpc, Diagnostics& faults) {
    std::vector<double>& fraction = declared.design.stages.front().fraction;
    std::vector<double> population(fraction.size(), 0);
    for (std::size_t unit = 0; unit < drawn.rows(); ++unit) {
        const std::uint32_t h = declared.stratum_of[unit];
        const Column& column = drawn.at(fpc);
        const double given = column.is_number() && column.present(unit) ? column.number(unit) : 0;
        const bool valid = given > 0 && (given <= 1 || given >= declared.drawn[h]);
        if (valid && population[h] == 0) population[h] = given;
        if (valid && population[h] == given) continue;
        faults.error({drawn.source, drawn.lines[unit], 0}, "fpc-value",
                     fmt::format("the fpc '{}' is not a positive number, is below the sampled units, or differs within "
                                 "its group",
                                 fpc),
                     "give each group one population count, at least its sampled units, or one sampling fraction");
        return;
    }
    for (std::size_t h = 0; h < fraction.size(); ++h)
        fraction[h] = population[h] > 1 ? declared.drawn[h] / population[h] : population[h];
    declared.design.without_replacement = true;
}

}  // namespace

ElementDesign declare_elements(const PassPlan& plan, const PassSums& sums, const Table& drawn,
                               const DesignColumns& columns, Diagnostics& faults) {
    ElementDesign declared;
    const std::vector<std::string> names = stratum_names(sums.units.size(), drawn, columns.strata, faults);
    declared.stratum_of = ranks(names, declared.design.strata);
    declared.design.lonely = columns.lonely;
    Stage stage;
    stage.fraction.assign(declared.design.strata.size(), 0);
    declared.design.stages = {stage};
    declared.drawn.assign(declared.design.strata.size(), 0);
    const UniverseTable& rows = plan.design_rows;
    const TableView view(plan.tables[rows.table], sums.tables[rows.table], declared.stratum_of);
    for (std::size_t cell = 0; cell < view.cells(); ++cell)
        view.for_each_slot(
            cell, [&](std::uint32_t h, std::uint32_t slot) { declared.drawn[h] += view.at_slot(plan.drawn, slot); });
    if (!columns.fpc.empty() && !faults.has_errors()) set_fractions(declared, drawn, columns.fpc.front(), faults);
    std::vector<std::uint32_t> lonely;
    for (std::uint32_t h = 0; h < declared.drawn.size(); ++h)
        if (declared.drawn[h] == 1 && declared.design.stages[0].fraction[h] < 1) lonely.push_back(h);
    if (!lonely.empty() && columns.lonely == LonelyPsu::fail && !faults.has_errors())
        refuse_lonely(declared.design, 0, lonely);
    return declared;
}

namespace {

using Quad = boost::multiprecision::cpp_bin_float_quad;

Quad quad(const CompensatedSum& sum) { return Quad(sum.value()) + sum.remainder(); }

class ElementFinisher {
public:
    ElementFinisher(const PassPlan& plan, const PassSums& sums, const ElementDesign& design,
                    const std::vector<std::string>& weight_names)
        : plan_(plan), sums_(sums), design_(design), weight_names_(weight_names) {
        for (std::size_t t = 0; t < plan.tables.size(); ++t)
            views_.emplace_back(plan.tables[t], sums.tables[t], design.stratum_of);
    }

    Estimate estimate(std::size_t t) const {
        const PassTask& task = plan_.tasks[t];
        const TaskView view = view_task(task, sums_, views_);
        std::vector<std::vector<std::uint32_t>> active;
        Estimate result =
            finish_cells(view.sums, view.shape, view.cells, task.indicator->scale, 0, nullptr, nullptr, active);
        result.range = task.indicator->range();
        result.weight_set = weight_names_[task.indicator->base()];
        result.variances.resize(result.values.size());
        for (std::size_t cell = 0; cell < result.size(); ++cell) {
            result.variances(static_cast<Eigen::Index>(cell)) = variance(task, cell, result.scale);
            result.df.push_back(degrees_of_freedom(t, task, cell));
            add_empty_total(t, cell, result);
        }
        set_design_effects(view.sums, view.shape, 0, result);
        withhold_unknown_variance(result);
        result.linearized.assign(result.size(), {});
        result.active.assign(result.size(), {});
        return result;
    }

private:
    // Of one stratum: rows in the universe, the sum of z over them, its centred square.
    struct Spread {
        std::uint32_t stratum = 0;
        double rows = 0, sum = 0, centred = 0;
    };

    double variance(const PassTask& task, std::size_t cell, double scale) const {
        double total = 0;
        for (const Spread& of : spreads(task, cell)) {
            const double n = design_.drawn[of.stratum], m = of.rows, mean = of.sum / m;
            if (n < 2) continue;
            const double fraction = design_.design.stages.front().fraction[of.stratum];
            total += (1 - fraction) * n / (n - 1) * (std::max(0.0, of.centred) + m * (1 - m / n) * mean * mean);
        }
        return scale * scale * total;
    }

    // z = (s_0 - θ s_1) / B of a ratio or mean, s_0 of a total.
    std::vector<Spread> spreads(const PassTask& task, std::size_t cell) const {
        const bool ratio = task.sums.size() > 1;
        Quad above = 0, below = 0;
        for_each_stratum(task, cell, [&](std::uint32_t, double, std::uint32_t slot) {
            above += sum(task, 0, slot);
            if (ratio) below += sum(task, 1, slot);
        });
        std::vector<Spread> spreads;
        if (ratio && below == 0) return spreads;
        const Quad theta = ratio ? Quad(above / below) : Quad(0), divisor = ratio ? below : Quad(1);
        for_each_stratum(task, cell, [&](std::uint32_t h, double rows, std::uint32_t slot) {
            Quad z = sum(task, 0, slot), square = product(task, 0, slot);
            if (ratio) {
                z -= theta * sum(task, 1, slot);
                square += theta * (theta * product(task, 2, slot) - 2 * product(task, 1, slot));
            }
            const Quad centred = (square - z * z / rows) / (divisor * divisor);
            spreads.push_back({h, rows, static_cast<double>(z / divisor), static_cast<double>(centred)});
        });
        return spreads;
    }

    // visit(stratum, rows, slot) where rows of the universe are.
    template <class Visit>
    void for_each_stratum(const PassTask& task, std::size_t cell, const Visit& visit) const {
        views_[task.table].for_each_slot(cell, [&](std::uint32_t h, std::uint32_t slot) {
            if (const double rows = views_[task.table].at_slot(task.rows, slot); rows > 0) visit(h, rows, slot);
        });
    }
    Quad sum(const PassTask& task, std::size_t s, std::uint32_t slot) const {
        return quad(views_[task.table].sum_at_slot(task.sums[s], slot));
    }
    Quad product(const PassTask& task, std::size_t p, std::uint32_t slot) const {
        return quad(views_[task.table].sum_at_slot(task.row_products[p], slot));
    }

    // Rows of the universe minus their strata; of a total, all rows of the strata in which the cell was sampled.
    double degrees_of_freedom(std::size_t t, const PassTask& task, std::size_t cell) const {
        std::map<std::uint32_t, double> rows = rows_of(views_[task.table], cell, task.rows);
        if (const auto found = plan_.universe_of_task.find(t); found != plan_.universe_of_task.end()) {
            const auto sampled = rows_of(views_[found->second.table], cell, found->second.rows);
            rows = rows_of(views_[plan_.design_rows.table], 0, plan_.design_rows.rows);
            std::erase_if(rows, [&](const auto& stratum) { return !sampled.contains(stratum.first); });
        }
        double df = -static_cast<double>(rows.size());
        for (const auto& [stratum, n] : rows) df += n;
        return df;
    }

    // Rows by stratum, strata without any left out.
    static std::map<std::uint32_t, double> rows_of(const TableView& view, std::size_t cell, std::size_t column) {
        std::map<std::uint32_t, double> rows;
        view.for_each_slot(cell, [&](std::uint32_t h, std::uint32_t slot) {
            if (const double n = view.at_slot(column, slot); n > 0) rows[h] += n;
        });
        return rows;
    }

    // A count of nothing: its upper limit is a share of the units that could have had a case.
    void add_empty_total(std::size_t t, std::size_t cell, Estimate& result) const {
        const auto found = plan_.universe_of_task.find(t);
        if (found == plan_.universe_of_task.end() || result.n[cell] > 0) return;
        const TableView& view = views_[found->second.table];
        result.n[cell] = view.total(cell, found->second.rows);
        result.ceiling[cell] = view.total(cell, found->second.weight) * result.scale;
    }

    const PassPlan& plan_;
    const PassSums& sums_;
    const ElementDesign& design_;
    const std::vector<std::string>& weight_names_;
    std::vector<TableView> views_;
};

}  // namespace

std::vector<Estimate> estimates_of_elements(const PassPlan& plan, const PassSums& sums, const ElementDesign& design,
                                            const std::vector<std::string>& weight_names) {
    const ElementFinisher finisher(plan, sums, design, weight_names);
    std::vector<Estimate> estimates;
    for (std::size_t t = 0; t < plan.tasks.size(); ++t) estimates.push_back(finisher.estimate(t));
    return estimates;
}

}  // namespace cifra
