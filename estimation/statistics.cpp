#include "estimation/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "estimation/complete_estimate.h"
#include "estimation/finish_cells.h"
#include "estimation/replicate_sums.h"
#include "estimation/row_statistics.h"
#include "estimation/variance.h"

namespace cifra {

namespace {

bool all_known(const Hierarchy& hierarchy, std::size_t level, const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(),
                       [&](const std::string& name) { return hierarchy.knows(level, name); });
}

// Of the rows of the design's level, in the cells of `by` where they are known there.
TotalUniverse total_universe(const SurveyData& data, const std::vector<std::string>& by,
                             const std::vector<std::uint32_t>& psu_of) {
    const Hierarchy& hierarchy = data.hierarchy;
    const Level& level = hierarchy[data.design_level];
    const Cells cells = cells_of(hierarchy, data.design_level,
                                 all_known(hierarchy, data.design_level, by) ? by : std::vector<std::string>{});
    TotalUniverse universe(data.design.stages.front().group);
    for (std::size_t row = 0; row < level.rows(); ++row) {
        if (level.weight[row] == 0) continue;
        const std::uint32_t psu = psu_of[level.unit_of_row[row]];
        universe.add_psu(psu);
        if (cells.of_row[row] != no_cell) universe.add(cells.names[cells.of_row[row]], psu, 1, level.weight[row]);
    }
    return universe;
}

// The largest weight with which one more record could come: that of a unit above the records, where there is one, in
// the cell if its variables are known there.
std::map<std::string, double> largest_above(const SurveyData& data, const EstimateRequest& request) {
    const std::size_t above = data.hierarchy[request.indicator->of].parent;
    std::map<std::string, double> largest;
    if (above == no_level) return largest;
    const Level& level = data.hierarchy[above];
    const bool known = all_known(data.hierarchy, above, request.by);
    const Cells cells = cells_of(data.hierarchy, above, known ? request.by : std::vector<std::string>{});
    for (std::size_t row = 0; row < level.rows(); ++row)
        if (cells.of_row[row] != no_cell) {
            double& most = largest[known ? cells.names[cells.of_row[row]] : ""];
            most = std::max(most, level.weight[row]);
        }
    return largest;
}

// Everything that the requests of one base level share.
class BaseLevel {
public:
    BaseLevel(const SurveyData& data, std::size_t base, Diagnostics& faults)
        : data_(data), base_(base), faults_(faults), psu_of_(psu_of_unit(data.design)) {
        if (!data.replicates.empty() && !data.replicates.made) set_ratios();
        residuals_ = residual_rows(data.residuals, data.hierarchy, base);
    }

    const Cells* cells(std::size_t level, const std::vector<std::string>& by) {
        const auto key = std::make_pair(level, fmt::format("{}", fmt::join(by, ";")));
        auto found = cells_.find(key);
        if (found == cells_.end()) found = cells_.emplace(key, cells_of(data_.hierarchy, level, by)).first;
        return &found->second;
    }

    const Terms* terms(const EstimateRequest& request) {
        const auto key = std::make_pair(request.indicator, fmt::format("{}", fmt::join(request.numerator_by, ";")));
        auto found = terms_.find(key);
        if (found == terms_.end()) {
            const Cells* records =
                request.numerator_by.empty() ? nullptr : cells(request.indicator->of, request.numerator_by);
            found = terms_.emplace(key, terms_of(data_.hierarchy, *request.indicator, records, faults_)).first;
            refuse_undeclared(*request.indicator, found->second.undeclared, found->second.undeclared_kind, faults_);
        }
        return &found->second;
    }

    // Of rows one by one: replicates made here reach sums through their units (replicate_sums.h).
    void set_ratios() { ratios_ = row_ratios(data_.replicates, data_.hierarchy, base_); }

    const Replicates* replicates() const { return data_.replicates.empty() ? nullptr : &data_.replicates; }
    const ReplicateRatios* ratios() const { return ratios_.stored ? &ratios_ : nullptr; }
    const ResidualRows* residuals() const { return residuals_ ? &*residuals_ : nullptr; }
    std::size_t base() const { return base_; }
    const std::vector<std::uint32_t>& psu_of() const { return psu_of_; }

private:
    const SurveyData& data_;
    std::size_t base_;
    Diagnostics& faults_;
    std::vector<std::uint32_t> psu_of_;
    ReplicateRatios ratios_;
    std::optional<ResidualRows> residuals_;
    std::map<std::pair<std::size_t, std::string>, Cells> cells_;
    std::map<std::pair<const Indicator*, std::string>, Terms> terms_;
};

// df, active PSUs, covariance: what remains once values and linearized columns are there.
void finish(const SurveyData& data, const EstimateRequest& request, const EstimateOptions& options,
            const std::vector<std::vector<std::uint32_t>>& active_units, const std::vector<std::uint32_t>& psu_of,
            Estimate& result) {
    const Indicator& indicator = *request.indicator;
    const SurveyFrame frame{&data.design, variance_source(data), data.hierarchy[indicator.base()].weight_name, psu_of};
    Supplements supplements;
    std::optional<TotalUniverse> universe;
    if (indicator.kind == StatisticKind::total) {
        universe = total_universe(data, request.by, psu_of);
        supplements.universe = &*universe;
        if (!indicator.value) supplements.largest_above = largest_above(data, request);
    }
    complete_estimate(frame, indicator, supplements, options.full_covariance, active_units, result);
}

}  // namespace

VarianceSource variance_source(const SurveyData& data) {
    return {&data.design, data.replicates.empty() ? nullptr : &data.replicates};
}

namespace {

// The requests of one base level that are functions of sums: one pass for all.
void estimate_sums(const SurveyData& data, const std::vector<EstimateRequest>& requests,
                   const std::vector<std::size_t>& which, const EstimateOptions& options, BaseLevel& base,
                   const std::vector<std::uint32_t>& order, std::vector<Estimate>& results, Diagnostics& faults) {
    std::vector<AccumulateTask> tasks;
    for (const std::size_t i : which)
        tasks.push_back({base.terms(requests[i]), base.cells(base.base(), requests[i].by)});
    if (faults.has_errors()) return;
    std::vector<TaskSums> sums =
        accumulate(data.hierarchy[base.base()], order, tasks, base.ratios(), base.residuals(), options.threads);
    if (data.replicates.made) {
        std::vector<TaskSums*> all;
        for (TaskSums& task : sums) all.push_back(&task);
        add_replicate_sums(*data.replicates.made, all, options.threads);
    }
    for (std::size_t t = 0; t < which.size(); ++t) {
        const EstimateRequest& request = requests[which[t]];
        const std::size_t first_part = request.whole_numerator || tasks[t].terms->shape.parts.size() == 1 ? 0 : 1;
        std::vector<std::vector<std::uint32_t>> active_units;
        Estimate& result = results[which[t]];
        result =
            finish_cells(sums[t], tasks[t].terms->shape, *tasks[t].cells, request.indicator->scale, first_part,
                         base.replicates(), base.residuals() ? base.residuals()->residuals : nullptr, active_units);
        finish(data, request, options, active_units, base.psu_of(), result);
        set_design_effects(sums[t], tasks[t].terms->shape, first_part, result);
        withhold_unknown_variance(result);
    }
}

}  // namespace

namespace {

// Whether a level can be estimated: it has a place in the design, and its weights go with the calibrated ones.
bool can_estimate(const SurveyData& data, std::size_t level, const Location& where, Diagnostics& faults) {
    const Hierarchy& hierarchy = data.hierarchy;
    if (hierarchy[level].unit_of_row.size() != hierarchy[level].rows()) {
        faults.error(where, "level-outside-design",
                     fmt::format("level '{}' lies above the design's level and was not placed in the design",
                                 hierarchy[level].name),
                     "estimate over the design's level or one below it");
        return false;
    }
    if (data.residuals.empty() || residuals_of(data.residuals, hierarchy, level)) return true;
    const std::size_t calibrated = data.residuals.front().level;
    if (!hierarchy.is_above(level, calibrated)) return true;
    faults.error(where, "level-above-calibration",
                 fmt::format("level '{}' lies above '{}', whose weights are calibrated", hierarchy[level].name,
                             hierarchy[calibrated].name),
                 fmt::format("estimate over '{}' or a level below it, or calibrate '{}'", hierarchy[calibrated].name,
                             hierarchy[level].name));
    return false;
}

}  // namespace

std::vector<Estimate> estimate_once(const SurveyData& data, const std::vector<EstimateRequest>& requests,
                                    const EstimateOptions& options, Diagnostics& faults) {
    std::vector<Estimate> results(requests.size());
    std::map<std::size_t, std::vector<std::size_t>> by_base;
    for (std::size_t i = 0; i < requests.size(); ++i) by_base[requests[i].indicator->base()].push_back(i);
    for (const auto& [level, all] : by_base) {
        if (!can_estimate(data, level, requests[all.front()].indicator->where_defined, faults)) return results;
        BaseLevel base(data, level, faults);
        const std::vector<std::uint32_t> order = rows_by_unit(data.hierarchy[level].unit_of_row, data.design.units());
        std::vector<std::size_t> sums;
        for (const std::size_t i : all)
            if (!requests[i].indicator->of_rows()) sums.push_back(i);
        if (!sums.empty()) estimate_sums(data, requests, sums, options, base, order, results, faults);
        if (data.replicates.made && sums.size() < all.size()) base.set_ratios();
        for (const std::size_t i : all) {
            const EstimateRequest& request = requests[i];
            if (!request.indicator->of_rows()) continue;
            std::vector<std::vector<std::uint32_t>> active_units;
            results[i] = row_statistic(data, *request.indicator, *base.cells(level, request.by), order, base.ratios(),
                                       options.level, active_units, faults);
            finish(data, request, options, active_units, base.psu_of(), results[i]);
            results[i].deff.assign(results[i].size(), missing_number);
            withhold_unknown_variance(results[i]);
        }
    }
    return results;
}

Estimate estimate(const SurveyData& data, const Indicator& indicator, const std::vector<std::string>& by,
                  const EstimateOptions& options, Diagnostics& faults) {
    std::vector<Estimate> estimates = estimate_all(data, {{&indicator, by, {}, true}}, options, faults);
    return std::move(estimates.front());
}

}  // namespace cifra
