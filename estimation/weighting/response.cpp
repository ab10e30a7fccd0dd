#include "estimation/weighting/response.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "estimation/weighting/dispositions.h"
#include "estimation/weighting/frame_comparison.h"
#include "estimation/weighting/representativity.h"

namespace cifra {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

template <std::size_t N>
void add_rates(const char* name, const std::array<double, N>& unweighted, const std::array<double, N>& weighted,
               std::vector<std::string>& names, std::vector<double>& plain, std::vector<double>& with_weights) {
    for (std::size_t i = 0; i < N; ++i) {
        names.push_back(fmt::format("{}{}", name, i + 1));
        plain.push_back(unweighted[i]);
        with_weights.push_back(weighted[i]);
    }
}

// No unknown case: e has no effect, and none is needed.
EligibilityRate rate_of(const DispositionCounts& counts) {
    return counts.unknown() > 0 ? proportional_eligibility(counts) : EligibilityRate{};
}

struct ResponseRow {
    std::string variable, category;
    double respondents = none, nonrespondents = none, all = none, difference = none, bias = none, standardized = none;
    double unconditional = none, conditional = none;
};

Table table_of(const std::vector<ResponseRow>& rows) {
    Table table;
    std::vector<std::string> variables, categories;
    for (const ResponseRow& row : rows) variables.push_back(row.variable), categories.push_back(row.category);
    table.set("variable", Column::of_texts(variables));
    table.set("category", Column::of_texts(categories));
    const auto add = [&](const char* name, double ResponseRow::*field) {
        std::vector<double> values;
        for (const ResponseRow& row : rows) values.push_back(row.*field);
        table.set(name, Column::of_numbers(std::move(values)));
    };
    add("respondents", &ResponseRow::respondents);
    add("nonrespondents", &ResponseRow::nonrespondents);
    add("all", &ResponseRow::all);
    add("difference", &ResponseRow::difference);
    add("bias", &ResponseRow::bias);
    add("standardized", &ResponseRow::standardized);
    add("unconditional", &ResponseRow::unconditional);
    add("conditional", &ResponseRow::conditional);
    return table;
}

std::vector<std::string> variables_of(const WeightingPlan& plan) {
    for (const WeightingStep& step : plan.steps) {
        if (step.kind == StepKind::person_selection) break;
        if (step.kind == StepKind::nonresponse) return step.propensity ? step.propensity->predictors : step.cells;
    }
    return {};
}

void add_measures(const std::vector<Predictor>& predictors, const Mask& eligible, const Mask& responds,
                  const Weights& weights, std::vector<ResponseRow>& rows) {
    const PropensityProblem problem = prepare_propensity(predictors, eligible, responds);
    const Propensity propensity = fit_propensity(problem, weights);
    const Representativity r = representativity(problem, propensity, weights, weights);
    const auto measure = [&](const char* name, double value) {
        ResponseRow row;
        row.variable = name;
        row.all = value;
        rows.push_back(row);
    };
    measure("response_rate", r.mean);
    measure("r_indicator", r.r);
    measure("r_indicator_adjusted", r.r_adjusted);
    measure("r_indicator_se", r.se);
    measure("cv_propensity", r.coefficient_of_variation);
    for (const PartialIndicator& partial : partial_indicators(problem, propensity, weights))
        for (const auto& category : partial.categories)
            for (ResponseRow& row : rows)
                if (row.variable == partial.variable && row.category == category.code)
                    row.unconditional = category.unconditional, row.conditional = category.conditional;
}

}  // namespace

Table outcome_rate_table(const WeightingPlan& plan, const WeightingUnits& units) {
    if (plan.dispositions.empty()) return {};
    std::vector<DispositionGroup> groups;
    for (const std::string& outcome : units.outcome)
        groups.push_back(find_disposition(plan.dispositions.at(outcome))->group);
    const DispositionCounts counts = count_dispositions(groups), sums = count_dispositions(groups, units.base_weight);
    const EligibilityRate e = rate_of(counts), weighted_e = rate_of(sums);
    const OutcomeRates plain = outcome_rates(counts, e), weighted = outcome_rates(sums, weighted_e);
    std::vector<std::string> names;
    std::vector<double> without, with;
    add_rates("RR", plain.response, weighted.response, names, without, with);
    add_rates("COOP", plain.cooperation, weighted.cooperation, names, without, with);
    add_rates("REF", plain.refusal, weighted.refusal, names, without, with);
    add_rates("CON", plain.contact, weighted.contact, names, without, with);
    names.emplace_back("e");
    without.push_back(e.unknown_unit);
    with.push_back(weighted_e.unknown_unit);
    Table table;
    table.set("rate", Column::of_texts(names));
    table.set("unweighted", Column::of_numbers(std::move(without)));
    table.set("weighted", Column::of_numbers(std::move(with)));
    return table;
}

Table response_table(const WeightingPlan& plan, const WeightingUnits& units, Diagnostics& faults) {
    const UnitStatus& status = units.dwellings;
    Mask eligible(status.size()), responds(status.size());
    for (std::size_t k = 0; k < status.size(); ++k) {
        eligible[k] = status.in_scope[k] && status.known[k];
        responds[k] = eligible[k] && status.responds[k];
    }
    std::vector<Predictor> predictors;
    for (const std::string& name : variables_of(plan))
        predictors.push_back({name, units.levels.column(dwelling_level, name)});
    if (predictors.empty()) return {};
    std::vector<ResponseRow> rows;
    for (const FrameComparison& c : compare_respondents(predictors, eligible, responds, units.base_weight))
        rows.push_back({c.variable, c.category, c.respondents, c.nonrespondents, c.all, c.difference, c.bias,
                        c.standardized, none, none});
    try {
        add_measures(predictors, eligible, responds, units.base_weight, rows);
    } catch (const Refusal& refusal) {
        faults.warning(plan.where, "no-propensities", refusal.what(),
                       "the indicators of representativity need a model of response that can be fitted");
    }
    return table_of(rows);
}

}  // namespace cifra
