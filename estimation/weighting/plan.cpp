#include "estimation/weighting/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "estimation/weighting/dispositions.h"
#include "estimation/weighting/step_plan.h"

namespace cifra {

namespace {

bool is_selection(const WeightingStep& step) { return step.kind == StepKind::person_selection; }

void step_order(const WeightingStep& step, const std::string& why, const std::string& remedy, Diagnostics& faults) {
    faults.error(step.where, "step-order", fmt::format("step '{}' {}", step.name, why), remedy);
}

// Households, then the selection of persons, then persons; nonresponse and eligibility once a level.
void check_order(const WeightingPlan& plan, Diagnostics& faults) {
    StepLevel level = StepLevel::household;
    std::map<std::pair<StepLevel, StepKind>, const WeightingStep*> once;
    for (const WeightingStep& step : plan.steps) {
        if (is_selection(step)) {
            if (level == StepLevel::person)
                step_order(step, "stands twice", "persons are selected once: leave one of the two out", faults);
            level = StepLevel::person;
            continue;
        }
        if (step.level == StepLevel::person && level == StepLevel::household)
            step_order(step, "needs persons", "put '- step: person_selection' before it", faults);
        if (step.level == StepLevel::household && level == StepLevel::person)
            step_order(step, "comes after the selection of persons", "put it before '- step: person_selection'",
                       faults);
        const bool one = step.kind == StepKind::nonresponse || step.kind == StepKind::eligibility;
        if (one && !once.emplace(std::pair(level, step.kind), &step).second)
            step_order(step, "stands twice at its level", "name all its variables in one step", faults);
        if (step.kind == StepKind::eligibility && once.contains({level, StepKind::nonresponse}))
            step_order(step, "comes after nonresponse", "first say who is eligible, then who answered", faults);
        const bool of_drawn = step.kind == StepKind::first_stage_ratio;
        if (of_drawn && level == StepLevel::person)
            step_order(step, "is a step of drawn households", "put it before '- step: person_selection'", faults);
    }
}

// A step that stands twice is told apart by a number.
void name_steps(WeightingPlan& plan) {
    std::map<std::string, int> seen;
    for (WeightingStep& step : plan.steps)
        if (const int times = ++seen[step.name]; times > 1) step.name += fmt::format("_{}", times);
}

void read_steps(const YamlValue& list, WeightingPlan& plan, const WeightingPlaces& places, Diagnostics& faults) {
    if (!list.is_list()) {
        faults.error(list.where, "wrong-type", "'steps' must be a list", "write one '- step: ...' per step");
        return;
    }
    const std::size_t before = faults.error_count();
    for (const YamlValue& item : list.items) plan.steps.push_back(read_step(item, places, faults));
    if (faults.error_count() > before) return;
    check_order(plan, faults);
    name_steps(plan);
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
    plan.has_household = plan.household != "none";
    plan.unit = fields.text("unit", plan.unit);
    plan.base_weight = fields.text("base_weight", plan.base_weight);
}

void read_codes(Fields& fields, WeightingPlan& plan) {
    plan.outcome = fields.text("outcome", plan.outcome);
    plan.eligible = fields.text("eligible", plan.eligible);
    plan.person_outcome = fields.text("person_outcome", plan.person_outcome);
    const auto take = [&](const char* key, std::vector<std::string>& codes) {
        if (fields.has(key)) codes = fields.texts(key);
    };
    take("respondent", plan.outcomes.respondent);
    take("ineligible", plan.outcomes.ineligible);
    take("unknown_eligibility", plan.outcomes.unknown);
    take("person_respondent", plan.person_outcomes.respondent);
    take("person_ineligible", plan.person_outcomes.ineligible);
    take("person_unknown_eligibility", plan.person_outcomes.unknown);
}

void read_replicates(const YamlValue& value, WeightingPlan& plan, Diagnostics& faults) {
    Fields fields(value, faults, "replicates");
    ReplicationPlan replicates;
    fields.require("method");
    const std::string method = fields.choice("method", replication_names(), "rao_wu");
    replicates.method = replication_from_text(method);
    const std::int64_t count = fields.integer("count", is_bootstrap(replicates.method) ? 500 : 0);
    if (count < 0 || count > 100000)
        faults.error(value.where, "bad-number", "'count' lies between 1 and 100000", "500 to 1000 are usual");
    replicates.count = static_cast<std::size_t>(std::clamp<std::int64_t>(count, 0, 100000));
    plan.replicates_seeded = fields.has("seed");
    replicates.seed = static_cast<std::uint64_t>(std::max<std::int64_t>(fields.integer("seed", 1), 0));
    replicates.fay = fields.number("fay", replicates.fay);
    plan.write_replicates = fields.boolean("write", true);
    fields.finish();
    plan.replicates = replicates;
    plan.replicates_at = value.where;
}

// The AAPOR code of each outcome says what it means; an outcome that was never reported was not attempted.
void read_dispositions(Fields& fields, WeightingPlan& plan, Diagnostics& faults) {
    const YamlValue* map = fields.get("dispositions");
    if (!map) return;
    for (const char* key : {"respondent", "ineligible", "unknown_eligibility"})
        if (const YamlValue* value = fields.get(key))
            faults.error(value->where, "key-without-effect",
                         fmt::format("'{}' has no effect beside 'dispositions'", key), "the dispositions say it");
    if (!map->is_map()) {
        faults.error(map->where, "wrong-type", "'dispositions' must be a map",
                     "write the AAPOR code of each outcome: {\"1\": \"1.1\", \"2\": \"2.11\"}");
        return;
    }
    plan.dispositions[""] = "3.11";
    for (const auto& [outcome, code] : map->entries)
        plan.dispositions[outcome] = text_of(code, faults, "a disposition");
    plan.outcomes = {};
    for (const auto& [outcome, code] : plan.dispositions) {
        const Disposition* disposition = find_disposition(code);
        if (!disposition) {
            faults.error(map->where, "unknown-disposition", fmt::format("'{}' is no AAPOR disposition", code),
                         "codes begin with 1.1, 1.2, 2.1, 2.2, 2.3, 3 or 4");
            continue;
        }
        const DispositionGroup group = disposition->group;
        if (group == DispositionGroup::complete || group == DispositionGroup::partial)
            plan.outcomes.respondent.push_back(outcome);
        else if (group == DispositionGroup::ineligible)
            plan.outcomes.ineligible.push_back(outcome);
        else if (group == DispositionGroup::unknown_unit || group == DispositionGroup::unknown_other)
            plan.outcomes.unknown.push_back(outcome);
    }
    if (plan.outcomes.respondent.empty())
        faults.error(map->where, "unknown-disposition", "no outcome is an interview", "map one of them to 1.1");
}

}  // namespace

bool WeightingPlan::weighs_persons() const { return std::any_of(steps.begin(), steps.end(), is_selection); }

bool WeightingPlan::selects_one_person() const {
    return std::any_of(steps.begin(), steps.end(), [](const WeightingStep& step) {
        return is_selection(step) && !step.all_persons && step.factor.empty();
    });
}

bool WeightingPlan::weighs_all_persons() const {
    return std::any_of(steps.begin(), steps.end(),
                       [](const WeightingStep& step) { return is_selection(step) && step.all_persons; });
}

WeightingPlan read_weighting(const YamlValue& section, const WeightingPlaces& places, Diagnostics& faults) {
    WeightingPlan plan;
    plan.where = section.where;
    Fields fields(section, faults, "weighting");
    read_files(fields, plan);
    read_codes(fields, plan);
    read_dispositions(fields, plan, faults);
    plan.keep_steps = fields.boolean("keep_steps", false);
    plan.compare = fields.texts("compare");
    if (const YamlValue* design = fields.get("design")) plan.design = *design;
    if (const YamlValue* replicates = fields.get("replicates")) read_replicates(*replicates, plan, faults);
    if (const YamlValue* groups = fields.get("groups")) read_groups(*groups, plan, faults);
    if (const YamlValue* steps = fields.require("steps")) read_steps(*steps, plan, places, faults);
    fields.finish();
    return plan;
}

}  // namespace cifra
