#include "estimation/pass/pass_estimates.h"

#include <cmath>

#include "engine/parallel.h"
#include "estimation/finish_cells.h"
#include "estimation/pass/task_sums.h"
#include "estimation/replicate_sums.h"
#include "estimation/variance.h"

namespace cifra {

namespace {

std::vector<TableView> views_of(const PassPlan& plan, const PassSums& sums, const std::vector<std::uint32_t>& unit_of) {
    std::vector<TableView> views;
    for (std::size_t t = 0; t < plan.tables.size(); ++t) views.emplace_back(plan.tables[t], sums.tables[t], unit_of);
    return views;
}

// Everything that the tasks share.
class Finisher {
public:
    Finisher(const PassPlan& plan, const PassSums& sums, const SurveyDesign& design, const Replicates* replicates,
             const std::vector<std::uint32_t>& unit_of, const std::vector<std::string>& weight_names,
             Residuals* residuals)
        : plan_(plan),
          sums_(sums),
          design_(design),
          replicates_(replicates),
          weight_names_(weight_names),
          views_(views_of(plan, sums, unit_of)),
          psu_of_(psu_of_unit(design)),
          residuals_(residuals) {
        if (residuals) set_unit_totals(*residuals);
    }

    TaskView view(std::size_t t) const { return view_task(plan_.tasks[t], sums_, views_); }

    Estimate estimate(std::size_t t, const TaskView& view, KeepLinearized keep) const {
        const PassTask& task = plan_.tasks[t];
        const std::size_t first_part = task.whole_numerator || view.shape.parts.size() == 1 ? 0 : 1;
        std::vector<std::vector<std::uint32_t>> active_units;
        Estimate result = finish_cells(view.sums, view.shape, view.cells, task.indicator->scale, first_part,
                                       replicates_, residuals_, active_units);
        const SurveyFrame frame{&design_, {&design_, replicates_}, weight_names_[task.indicator->base()], psu_of_};
        const auto universe = universe_of(t);
        const Supplements supplements{universe ? &*universe : nullptr, largest_above(t)};
        complete_estimate(frame, *task.indicator, supplements, false, active_units, result);
        set_design_effects(view.sums, view.shape, first_part, result);
        withhold_unknown_variance(result);
        if (keep == KeepLinearized::no) {
            result.linearized.assign(result.size(), {});
            result.active.assign(result.size(), {});
        }
        return result;
    }

private:
    void set_unit_totals(Residuals& residuals) const {
        std::vector<std::vector<std::pair<std::uint32_t, double>>> of_unit(design_.units());
        for (std::size_t j = 0; j < plan_.auxiliaries; ++j) {
            const SparseColumn totals =
                views_[plan_.design_rows.table].by_unit(0, plan_.auxiliary_totals + j, no_column);
            for (std::size_t i = 0; i < totals.unit.size(); ++i)
                of_unit[totals.unit[i]].emplace_back(static_cast<std::uint32_t>(j), totals.total[i]);
        }
        residuals.begin.assign(1, 0);
        for (const auto& totals : of_unit) {
            for (const auto& [j, total] : totals) residuals.column.push_back(j), residuals.total.push_back(total);
            residuals.begin.push_back(residuals.column.size());
        }
    }

    std::optional<TotalUniverse> universe_of(std::size_t t) const {
        const auto found = plan_.universe_of_task.find(t);
        if (found == plan_.universe_of_task.end()) return std::nullopt;
        TotalUniverse universe(design_.stages.front().group);
        const UniverseTable& all = plan_.design_rows;
        for (std::size_t cell = 0; cell < views_[all.table].cells(); ++cell)
            for (const std::uint32_t unit : views_[all.table].units_with(cell, all.rows))
                universe.add_psu(psu_of_[unit]);
        const UniverseTable& cells = found->second;
        const TableView& view = views_[cells.table];
        const std::vector<std::string>& names = view.names();
        for (std::size_t cell = 0; cell < view.cells(); ++cell)
            view.for_each_slot(cell, [&](std::uint32_t unit, std::uint32_t slot) {
                const double rows = view.at_slot(cells.rows, slot);
                if (rows > 0) universe.add(names[cell], psu_of_[unit], rows, view.at_slot(cells.weight, slot));
            });
        return universe;
    }

    std::map<std::string, double> largest_above(std::size_t t) const {
        std::map<std::string, double> largest;
        const auto found = plan_.above_of_task.find(t);
        if (found == plan_.above_of_task.end()) return largest;
        const UniverseTable& above = found->second;
        const std::vector<std::string>& names = views_[above.table].names();
        for (std::size_t cell = 0; cell < names.size(); ++cell)
            largest[names[cell]] = views_[above.table].total(cell, above.largest);
        return largest;
    }

    const PassPlan& plan_;
    const PassSums& sums_;
    const SurveyDesign& design_;
    const Replicates* replicates_;
    const std::vector<std::string>& weight_names_;
    std::vector<TableView> views_;
    std::vector<std::uint32_t> psu_of_;
    const Residuals* residuals_;
};

}  // namespace

std::vector<Estimate> estimates_of_pass(const PassPlan& plan, const PassSums& sums, const SurveyDesign& design,
                                        const Replicates* replicates, const std::vector<std::uint32_t>& unit_of,
                                        const std::vector<std::string>& weight_names, Residuals* residuals,
                                        KeepLinearized keep, int threads) {
    const Finisher finisher(plan, sums, design, replicates, unit_of, weight_names, residuals);
    const std::size_t tasks = plan.tasks.size();
    if (!replicates)
        return map_shards<Estimate>(tasks, threads,
                                    [&](std::size_t t) { return finisher.estimate(t, finisher.view(t), keep); });
    auto views = map_shards<TaskView>(tasks, threads, [&](std::size_t t) { return finisher.view(t); });
    std::vector<TaskSums*> all;
    for (TaskView& view : views) all.push_back(&view.sums);
    add_replicate_sums(*replicates->made, all, threads);
    return map_shards<Estimate>(tasks, threads, [&](std::size_t t) { return finisher.estimate(t, views[t], keep); });
}

}  // namespace cifra
