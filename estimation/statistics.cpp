#include "estimation/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "estimation/finish_cells.h"
#include "estimation/row_statistics.h"
#include "estimation/variance.h"

namespace cifra {

namespace {

bool all_known(const Hierarchy& hierarchy, std::size_t level, const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(),
                       [&](const std::string& name) { return hierarchy.knows(level, name); });
}

std::vector<std::uint32_t> distinct_psus(const std::vector<std::uint32_t>& units,
                                         const std::vector<std::uint32_t>& psu_of) {
    std::vector<std::uint32_t> psus;
    for (const std::uint32_t unit : units)
        if (psus.empty() || psus.back() != psu_of[unit]) psus.push_back(psu_of[unit]);
    return psus;
}

// Degrees of freedom of totals. A total has no denominator: its variance comes from all PSUs with respondents of the
// strata in which the domain was sampled, those without a member being zeros of the total.
class TotalUniverse {
public:
    TotalUniverse(const SurveyData& data, const std::vector<std::string>& by)
        : stratum_of_(data.design.stages.front().group) {
        const Hierarchy& hierarchy = data.hierarchy;
        const Level& level = hierarchy[data.design_level];
        const Cells cells = cells_of(hierarchy, data.design_level,
                                     all_known(hierarchy, data.design_level, by) ? by : std::vector<std::string>{});
        const std::vector<std::uint32_t> psu_of = psu_of_unit(data.design);
        std::set<std::uint32_t> active;
        for (std::size_t row = 0; row < level.rows(); ++row) {
            if (level.weight[row] == 0) continue;
            const std::uint32_t psu = psu_of[level.unit_of_row[row]];
            active.insert(psu);
            if (cells.of_row[row] == no_cell) continue;
            const std::string& cell = cells.names[cells.of_row[row]];
            strata_[cell].insert(stratum_of_[psu]);
            sizes_[cell].first += 1;
            sizes_[cell].second += level.weight[row];
        }
        active_.assign(active.begin(), active.end());
    }

    // Cells that exist below the design's level only count the whole design.
    std::vector<std::uint32_t> psus(const std::string& cell) const {
        const auto strata = strata_.find(cell);
        if (strata == strata_.end()) return active_;
        std::vector<std::uint32_t> psus;
        for (const std::uint32_t psu : active_)
            if (strata->second.contains(stratum_of_[psu])) psus.push_back(psu);
        return psus;
    }

    // Rows of the design's level in the cell and their weight; nothing for cells that exist below it only.
    std::pair<double, double> size(const std::string& cell) const {
        const auto size = sizes_.find(cell);
        return size == sizes_.end() ? std::make_pair(0.0, 0.0) : size->second;
    }

private:
    const std::vector<std::uint32_t>& stratum_of_;
    std::map<std::string, std::pair<double, double>> sizes_;
    std::vector<std::uint32_t> active_;
    std::map<std::string, std::set<std::uint32_t>> strata_;
};

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

// SE is missing without degrees of freedom, and where an estimate at the bound of its range shows no variance.
void withhold_unknown_variance(Estimate& result) {
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        const double value = result.values(at);
        const bool bound = result.range != ParameterRange::real &&
                           (value == 0 || (result.range == ParameterRange::proportion && value == result.scale));
        if (result.df[i] > 0 && !bound && result.covariance(at, at) >= 0 && std::isfinite(value)) continue;
        result.covariance.row(at).setConstant(missing_number);
        result.covariance.col(at).setConstant(missing_number);
    }
}

// Everything that the requests of one base level share.
class BaseLevel {
public:
    BaseLevel(const SurveyData& data, std::size_t base, Diagnostics& faults)
        : data_(data), base_(base), faults_(faults), psu_of_(psu_of_unit(data.design)) {
        if (!data.replicates.empty())
            ratios_ = inherit_ratios(data.replicates, data.hierarchy.ancestor_rows(base, data.design_level));
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
        }
        return &found->second;
    }

    const Replicates* replicates() const { return data_.replicates.empty() ? nullptr : &data_.replicates; }
    const ReplicateRatios* ratios() const { return data_.replicates.empty() ? nullptr : &ratios_; }
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
    result.range = indicator.range();
    result.weight_set = data.hierarchy[indicator.base()].weight_name;
    result.stratum_of_psu = data.design.stages.front().group;
    result.notices.insert(result.notices.end(), data.design.notices.begin(), data.design.notices.end());
    const VarianceSource source = variance_source(data);
    if (options.full_covariance)
        result.covariance = covariance(source, result.linearized);
    else
        result.covariance = variances(source, result.linearized).asDiagonal();
    const bool total = indicator.kind == StatisticKind::total;
    const std::optional<TotalUniverse> universe =
        total ? std::optional<TotalUniverse>(std::in_place, data, request.by) : std::nullopt;
    const auto above = total && !indicator.value ? largest_above(data, request) : std::map<std::string, double>{};
    for (std::size_t c = 0; c < result.size(); ++c) {
        const auto found = above.contains(result.names[c]) ? above.find(result.names[c]) : above.find("");
        if (found != above.end() && result.largest_case[c] > 0)
            result.largest_case[c] = std::max(result.largest_case[c], result.scale * found->second);
        const auto at = static_cast<Eigen::Index>(c);
        for (std::size_t d = 0; d < result.size(); ++d)
            if (options.full_covariance || c == d)
                result.covariance(at, static_cast<Eigen::Index>(d)) +=
                    result.external_error[c] * result.external_error[d];
        // A count of nothing: its upper limit is a share of the units that could have had a case.
        if (total && result.n[c] == 0) {
            const auto [units, weight] = universe->size(result.names[c]);
            result.n[c] = units;
            result.ceiling[c] = weight * result.scale;
        }
        result.active.push_back(total ? universe->psus(result.names[c]) : distinct_psus(active_units[c], psu_of));
        const double df = data.design.satterthwaite ? satterthwaite_df(data.design, result.linearized[c])
                                                    : degrees_of_freedom(data.design, result.active.back());
        result.df.push_back(source.replicated() ? (active_units[c].empty() ? 0 : data.replicates.df) : df);
    }
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
    const std::vector<TaskSums> sums =
        accumulate(data.hierarchy[base.base()], order, tasks, base.ratios(), base.residuals(), options.threads);
    for (std::size_t t = 0; t < which.size(); ++t) {
        const EstimateRequest& request = requests[which[t]];
        const std::size_t first_part = request.whole_numerator || tasks[t].terms->parts.size() == 1 ? 0 : 1;
        std::vector<std::vector<std::uint32_t>> active_units;
        Estimate& result = results[which[t]];
        result = finish_cells(sums[t], *tasks[t].terms, *tasks[t].cells, request.indicator->scale, first_part,
                              base.replicates(), base.residuals() ? &data.residuals : nullptr, active_units);
        finish(data, request, options, active_units, base.psu_of(), result);
        set_design_effects(sums[t], *tasks[t].terms, first_part, result);
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
    if (!data.residuals.used() || level == data.residuals.level || !hierarchy.is_above(level, data.residuals.level))
        return true;
    faults.error(where, "level-above-calibration",
                 fmt::format("level '{}' lies above '{}', whose weights are calibrated", hierarchy[level].name,
                             hierarchy[data.residuals.level].name),
                 fmt::format("estimate over '{}' or a level below it, or calibrate '{}'",
                             hierarchy[data.residuals.level].name, hierarchy[level].name));
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
