#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

#include "estimation/imputation_pool.h"
#include "estimation/pass/passed_estimates.h"
#include "estimation/replay.h"
#include "estimation/statistics.h"

namespace cifra {

namespace {

constexpr std::size_t own_weights = static_cast<std::size_t>(-1);

bool names_any(const EstimateRequest& request, const std::vector<std::string>& variables) {
    const auto in = [&](const std::vector<std::string>& names) {
        return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
            return std::find(variables.begin(), variables.end(), name) != variables.end();
        });
    };
    return in(request.by) || in(request.numerator_by);
}

// The weight set that the domains of a request are bound to.
std::size_t weight_set_of(const SurveyData& data, const EstimateRequest& request, Diagnostics& faults) {
    std::size_t found = own_weights;
    for (std::size_t s = 0; s < data.weight_sets.size(); ++s) {
        if (!names_any(request, data.weight_sets[s].variables)) continue;
        if (found != own_weights)
            faults.error(
                request.indicator->where_defined, "two-weight-sets",
                fmt::format("the breakdown by {} asks for the weight sets '{}' and '{}'", fmt::join(request.by, ", "),
                            data.weight_sets[found].name, data.weight_sets[s].name),
                "a domain is bound to one weight set: do not cross these variables");
        found = s;
    }
    return found;
}

// The data with the weights of a set; levels that the set does not name keep theirs.
SurveyData with_weights(const SurveyData& data, const WeightSet& set) {
    SurveyData changed = data;
    for (const auto& [index, weights] : set.weights) {
        Level& level = changed.hierarchy.edit(index);
        level.weight = weights;
        level.weight_name = set.name;
    }
    return changed;
}

std::vector<Estimate> pooled_estimates(const SurveyData& data, const std::vector<EstimateRequest>& requests,
                                       const EstimateOptions& options, Diagnostics& faults) {
    std::vector<std::vector<Estimate>> of_request(requests.size());
    std::vector<ImputationOutcome> outcomes;
    for (std::size_t draw = 0; draw < data.imputation.draws && !faults.has_errors(); ++draw) {
        SurveyData completed = data;
        completed.imputation = {};
        completed.hierarchy =
            with_imputation(data.hierarchy, data.imputation, draw, data.seed,
                            data.derive.is_null() ? nullptr : &data.derive, draw == 0 ? &outcomes : nullptr);
        std::vector<Estimate> estimates = estimate_once(completed, requests, options, faults);
        for (std::size_t i = 0; i < requests.size(); ++i) of_request[i].push_back(std::move(estimates[i]));
    }
    std::vector<Estimate> results;
    for (std::vector<Estimate>& draws : of_request) {
        if (faults.has_errors()) return std::vector<Estimate>(requests.size());
        Pooled pooled = pool(draws);
        for (const ImputationOutcome& outcome : outcomes)
            pooled.estimate.notices.push_back(fmt::format("{}.{}: {:.2f} % of the weight imputed, {} draws",
                                                          outcome.level, outcome.variable, 100 * outcome.share,
                                                          data.imputation.draws));
        pooled.estimate.draws = std::move(draws);
        results.push_back(std::move(pooled.estimate));
    }
    return results;
}

std::vector<Estimate> estimate_variant(const SurveyData& data, const std::vector<EstimateRequest>& requests,
                                       const EstimateOptions& options, Diagnostics& faults) {
    if (needs_replay(data)) return estimate_replayed(data, requests, options, faults);
    if (data.imputation.items.empty()) return estimate_once(data, requests, options, faults);
    return pooled_estimates(data, requests, options, faults);
}

}  // namespace

std::vector<Estimate> estimate_all(const SurveyData& data, const std::vector<EstimateRequest>& requests,
                                   const EstimateOptions& options, Diagnostics& faults) {
    if (data.passed) return data.passed->of(requests);
    std::map<std::size_t, std::vector<std::size_t>> by_set;
    for (std::size_t i = 0; i < requests.size(); ++i) by_set[weight_set_of(data, requests[i], faults)].push_back(i);
    std::vector<Estimate> results(requests.size());
    if (faults.has_errors()) return results;
    for (const auto& [set, which] : by_set) {
        std::vector<EstimateRequest> part;
        for (const std::size_t i : which) part.push_back(requests[i]);
        std::optional<SurveyData> changed;
        if (set != own_weights) changed = with_weights(data, data.weight_sets[set]);
        const SurveyData& used = changed ? *changed : data;
        std::vector<Estimate> estimates = estimate_variant(used, part, options, faults);
        for (std::size_t i = 0; i < which.size(); ++i) results[which[i]] = std::move(estimates[i]);
    }
    return results;
}

}  // namespace cifra
