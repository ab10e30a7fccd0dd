#include "estimation/weighting/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cifra {

namespace {

constexpr std::array<const char*, 5> step_names = {"household_nonresponse", "household_poststratification",
                                                   "person_selection", "person_nonresponse",
                                                   "person_poststratification"};
constexpr std::int64_t default_min_respondents = 20;
constexpr double default_max_factor = 2;

void bad_number(Fields& fields, Diagnostics& faults, const char* key, const char* expected) {
    const YamlValue* value = fields.get(key);
    faults.error(value ? value->where : fields.where(), "bad-number", fmt::format("'{}' must be {}", key, expected),
                 "correct the number");
}

CollapseRule read_collapse(Fields& fields, Diagnostics& faults, std::int64_t min_respondents, double max_factor) {
    const std::int64_t min = fields.integer("min_respondents", min_respondents);
    const double max = fields.number("max_factor", max_factor);
    if (min < 1) bad_number(fields, faults, "min_respondents", "at least 1");
    if (max <= 1) bad_number(fields, faults, "max_factor", "above 1");
    return {static_cast<std::size_t>(std::max<std::int64_t>(min, 1)), max};
}

void read_nonresponse(Fields& fields, WeightingStep& step, Diagnostics& faults) {
    step.cells = fields.texts("cells");
    step.collapse = read_collapse(fields, faults, default_min_respondents, default_max_factor);
}

void read_poststratification(Fields& fields, WeightingStep& step, Diagnostics& faults) {
    if (fields.require("cells")) step.cells = fields.texts("cells");
    step.benchmarks = fields.required_text("benchmarks");
    step.total = fields.text("total", "total");
    if (fields.has("min_respondents") || fields.has("max_factor"))
        step.collapse = read_collapse(fields, faults, 1, std::numeric_limits<double>::infinity());
}

void read_selection(Fields& fields, WeightingStep& step, Diagnostics& faults) {
    step.cap = fields.number("cap", 0);
    if (fields.has("cap") && step.cap < 1) bad_number(fields, faults, "cap", "at least 1");
}

WeightingStep read_step(const YamlValue& value, Diagnostics& faults) {
    WeightingStep step;
    step.where = value.where;
    Fields fields(value, faults, "weighting step");
    fields.require("step");
    const std::string name = fields.choice("step", {step_names.begin(), step_names.end()}, "");
    const auto place = std::find(step_names.begin(), step_names.end(), name);
    if (place == step_names.end()) return step;
    step.kind = static_cast<StepKind>(place - step_names.begin());
    switch (step.kind) {
        case StepKind::household_nonresponse:
        case StepKind::person_nonresponse:
            read_nonresponse(fields, step, faults);
            break;
        case StepKind::household_poststratification:
        case StepKind::person_poststratification:
            read_poststratification(fields, step, faults);
            break;
        case StepKind::person_selection:
            read_selection(fields, step, faults);
            break;
    }
    fields.finish();
    return step;
}

void read_steps(const YamlValue& list, WeightingPlan& plan, Diagnostics& faults) {
    if (!list.is_list()) {
        faults.error(list.where, "wrong-type", "'steps' must be a list", "write one '- step: ...' per step");
        return;
    }
    const std::size_t before = faults.error_count();
    for (const YamlValue& item : list.items) plan.steps.push_back(read_step(item, faults));
    if (faults.error_count() > before) return;
    for (std::size_t i = 1; i < plan.steps.size(); ++i)
        if (plan.steps[i].kind <= plan.steps[i - 1].kind)
            faults.error(plan.steps[i].where, "step-order",
                         fmt::format("step '{}' cannot follow '{}'", to_text(plan.steps[i].kind),
                                     to_text(plan.steps[i - 1].kind)),
                         fmt::format("the order is: {}; each at most once", fmt::join(step_names, ", ")));
    const auto is_selection = [](const WeightingStep& s) { return s.kind == StepKind::person_selection; };
    for (const WeightingStep& step : plan.steps)
        if (is_person_step(step.kind) && std::none_of(plan.steps.begin(), plan.steps.end(), is_selection)) {
            faults.error(step.where, "step-order", fmt::format("step '{}' needs persons", to_text(step.kind)),
                         "put '- step: person_selection' before it");
            break;
        }
}

GroupVariable read_group(const std::string& name, const Location& where, const YamlValue& list, Diagnostics& faults) {
    GroupVariable group{name, {}, where};
    if (!list.is_list() || list.items.empty()) {
        faults.error(list.where, "wrong-type", fmt::format("group '{}' must be a list of rules", name),
                     "for example - {code: \"18-29\", when: age <= 29}");
        return group;
    }
    for (const YamlValue& item : list.items) {
        Fields fields(item, faults, fmt::format("rule of group '{}'", name));
        GroupRule rule{fields.required_text("code"), fields.required_text("when"), item.where};
        if (const YamlValue* when = fields.get("when")) rule.where = when->where;
        fields.finish();
        group.rules.push_back(std::move(rule));
    }
    return group;
}

void read_groups(const YamlValue& map, WeightingPlan& plan, Diagnostics& faults) {
    if (!map.is_map()) {
        faults.error(map.where, "wrong-type", "'groups' must be a map", "write 'age_group: [{code: ..., when: ...}]'");
        return;
    }
    for (std::size_t i = 0; i < map.entries.size(); ++i)
        plan.groups.push_back(read_group(map.entries[i].first, map.key_places[i], map.entries[i].second, faults));
}

void read_files(Fields& fields, WeightingPlan& plan) {
    plan.sample_given = fields.has("sample");
    plan.household_given = fields.has("household");
    plan.person_given = fields.has("person");
    plan.sample = fields.text("sample", plan.sample);
    plan.household = fields.text("household", plan.household);
    plan.person = fields.text("person", plan.person);
}

void read_codes(Fields& fields, WeightingPlan& plan) {
    plan.outcome = fields.text("outcome", plan.outcome);
    plan.eligible = fields.text("eligible", plan.eligible);
    plan.person_outcome = fields.text("person_outcome", plan.person_outcome);
    if (fields.has("respondent")) plan.respondent = fields.texts("respondent");
    if (fields.has("ineligible")) plan.ineligible = fields.texts("ineligible");
    if (fields.has("person_respondent")) plan.person_respondent = fields.texts("person_respondent");
}

}  // namespace

std::string to_text(StepKind kind) { return step_names[static_cast<std::size_t>(kind)]; }

bool is_person_step(StepKind kind) { return kind >= StepKind::person_selection; }

bool WeightingPlan::weighs_persons() const {
    return std::any_of(steps.begin(), steps.end(), [](const WeightingStep& s) { return is_person_step(s.kind); });
}

WeightingPlan read_weighting(const YamlValue& section, Diagnostics& faults) {
    WeightingPlan plan;
    plan.where = section.where;
    Fields fields(section, faults, "weighting");
    read_files(fields, plan);
    read_codes(fields, plan);
    plan.keep_steps = fields.boolean("keep_steps", false);
    if (const YamlValue* groups = fields.get("groups")) read_groups(*groups, plan, faults);
    if (const YamlValue* steps = fields.require("steps")) read_steps(*steps, plan, faults);
    fields.finish();
    return plan;
}

}  // namespace cifra
