#include "estimation/weighting/calibration_margins.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/summation.h"

namespace cifra {

namespace {

constexpr double contradiction = 1e-9;  // of the sums of two margins, relative

// Whether the category gives a column; 0 units of the population and none of the sample give none.
bool check_category(const ControlPlan& plan, std::size_t i, const SampledCategories& sampled, Diagnostics& faults) {
    const bool there = sampled.contains(plan.categories[i]);
    if (!there && plan.totals[i] > 0)
        faults.error(plan.places[i], "control-without-sample",
                     fmt::format("the sample has no row of '{}' in category '{}'", plan.name, plan.categories[i]),
                     "join the category to another one, in the sample and in the controls");
    if (there && plan.totals[i] == 0)
        faults.error(plan.places[i], "zero-control",
                     fmt::format("the total of '{}' is 0, yet the sample has rows of it", plan.categories[i]),
                     "correct the total, or give these rows weight 0");
    return there;
}

}  // namespace

MarginColumns margin_columns(const ControlPlan& plan, const SampledCategories& sampled, Diagnostics& faults) {
    MarginColumns result;
    const auto add = [&](const std::string& category, double total) {
        result.place.emplace(category, static_cast<std::uint32_t>(result.place.size()));
        result.control.names.push_back(plan.name + "=" + category);
        result.control.totals.push_back(total);
    };
    if (!plan.told)
        for (const auto& [category, rows] : sampled) add(category, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < plan.categories.size() && plan.told; ++i)
        if (check_category(plan, i, sampled, faults)) add(plan.categories[i], plan.totals[i]);
    for (const auto& [category, rows] : sampled)
        if (std::find(plan.categories.begin(), plan.categories.end(), category) == plan.categories.end() && plan.told)
            faults.error(
                plan.where, "category-without-control",
                fmt::format("'{}' has {} rows of category '{}', which has no total", plan.name, rows, category),
                "add its total, or join the category to another one");
    return result;
}

void check_margins(const CalibrationPlan& plan, Diagnostics& faults) {
    const ControlPlan* first = nullptr;
    double sum = 0;
    for (const ControlPlan& control : plan.controls) {
        if (control.number || !control.told) continue;
        CompensatedSum total;
        for (const double of_category : control.totals) total.add(of_category);
        if (first && std::abs(total.value() - sum) > contradiction * std::abs(sum))
            faults.error(control.where, "controls-contradict",
                         fmt::format("the totals of '{}' sum to {:.10g}, those of '{}' to {:.10g}", control.name,
                                     total.value(), first->name, sum),
                         "the margins of one population have one sum: correct them, or scale one to the other");
        if (!first) first = &control, sum = total.value();
    }
}

}  // namespace cifra
