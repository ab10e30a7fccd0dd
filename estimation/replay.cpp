#include "estimation/replay.h"

#include <string>
#include <utility>

#include "estimation/counting.h"
#include "estimation/derive.h"
#include "estimation/imputation_plan.h"

namespace cifra {

void recount(SurveyData& data, Diagnostics& faults) {
    if (data.recounted.empty()) return;
    for (const RecountedRule& counted : data.recounted) {
        std::vector<double> counts =
            multiplicities(counted.rule, data.hierarchy, counted.level, data.directory, faults);
        Level& level = data.hierarchy.edit(counted.level);
        if (counted.is_default) level.multiplicity = counts;
        level.multiplicity_by_rule[counted.rule.name] = std::move(counts);
    }
    if (!data.derive.is_null())
        derive_again(
            data.derive, data.hierarchy, [](std::size_t, const std::string&) { return false; }, faults);
}

bool needs_replay(const SurveyData& data) {
    return !data.replicates.empty() &&
           (!data.recounted.empty() || (data.replicates.reimpute && !data.imputation.items.empty()));
}

namespace {

const std::string made_anew = "caps or imputations made anew in each replicate";

// The data as one replicate sees it; `draw` 0 is the full sample.
SurveyData replayed(const SurveyData& data, const std::vector<ReplicateRatios>& ratios, std::size_t draw,
                    Diagnostics& faults) {
    SurveyData copy = data;
    copy.replicates.coefficients.clear();
    copy.imputation = {};
    copy.design.lonely = LonelyPsu::certainty;  // the variance within a replicate is not used
    for (std::size_t index = 0; index < copy.hierarchy.size() && draw > 0; ++index) {
        if (!ratios[index].stored) continue;
        Level& level = copy.hierarchy.edit(index);
        for (std::size_t row = 0; row < level.rows(); ++row) level.weight[row] *= ratios[index].of(row)[draw - 1];
    }
    if (data.replicates.reimpute && !data.imputation.items.empty())
        copy.hierarchy = with_imputation(copy.hierarchy, data.imputation, draw, data.seed,
                                         data.derive.is_null() ? nullptr : &data.derive);
    recount(copy, faults);
    return copy;
}

}  // namespace

std::vector<Estimate> estimate_replayed(const SurveyData& data, const std::vector<EstimateRequest>& requests,
                                        const EstimateOptions& options, Diagnostics& faults) {
    std::vector<ReplicateRatios> ratios(data.hierarchy.size());
    for (std::size_t index = 0; index < ratios.size(); ++index)
        if (data.hierarchy.is_above(data.design_level, index))
            ratios[index] = row_ratios(data.replicates, data.hierarchy, index);
    SurveyData full = replayed(data, ratios, 0, faults);
    full.replicates = data.replicates;
    std::vector<Estimate> results = estimate_once(full, requests, options, faults);
    std::vector<std::vector<Eigen::VectorXd>> values(requests.size());
    for (std::size_t r = 1; r <= data.replicates.count() && !faults.has_errors(); ++r) {
        const std::vector<Estimate> once = estimate_once(replayed(data, ratios, r, faults), requests, options, faults);
        for (std::size_t i = 0; i < requests.size(); ++i) values[i].push_back(once[i].values);
    }
    for (std::size_t i = 0; i < requests.size() && !faults.has_errors(); ++i) {
        Estimate& result = results[i];
        for (std::size_t c = 0; c < result.size(); ++c) {
            std::vector<double> of_cell;
            for (const Eigen::VectorXd& replicate : values[i])
                of_cell.push_back(replicate(static_cast<Eigen::Index>(c)));
            result.linearized[c] =
                replicate_deviations(data.replicates, result.values(static_cast<Eigen::Index>(c)), of_cell);
        }
        result.logit_variance.clear();
        result.own_intervals.clear();
        const VarianceSource source{&data.design, &data.replicates};
        const Eigen::VectorXd fixed = se(result);
        if (options.full_covariance)
            result.covariance = covariance(source, result.linearized);
        else
            result.variances = variances(source, result.linearized);
        // What was withheld stays so.
        for (std::size_t c = 0; c < result.size(); ++c)
            if (!(fixed(static_cast<Eigen::Index>(c)) >= 0)) withhold_variance(result, c);
        result.notices.push_back(made_anew);
    }
    return results;
}

}  // namespace cifra
