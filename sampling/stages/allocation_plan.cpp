#include <fmt/format.h>

#include <algorithm>

#include "sampling/stages/stage_plan.h"

namespace cifra {

namespace {

constexpr std::pair<const char*, AllocationRule> rules[] = {{"proportional", AllocationRule::proportional},
                                                            {"equal", AllocationRule::equal},
                                                            {"neyman", AllocationRule::neyman},
                                                            {"power", AllocationRule::power},
                                                            {"cost", AllocationRule::cost},
                                                            {"bethel", AllocationRule::bethel}};

AllocationRule rule_of(const std::string& word) {
    return std::find_if(std::begin(rules), std::end(rules), [&](const auto& rule) { return rule.first == word; })
        ->second;
}

std::vector<std::string> rule_names() {
    std::vector<std::string> names;
    for (const auto& [name, rule] : rules) names.emplace_back(name);
    return names;
}

// A map of numbers by stratum, which the rule either needs or has no use for.
struct StratumValues {
    const char* key;
    const char* meaning;
    double least;        // smallest allowed
    bool least_allowed;  // or only values above it
    std::map<std::string, double> AllocationPlan::*values;
};

constexpr StratumValues deviations{"deviations", "standard deviation", 0, true, &AllocationPlan::deviations};
constexpr StratumValues means{"means", "mean", 0, false, &AllocationPlan::means};
constexpr StratumValues costs{"costs", "cost of a unit", 0, false, &AllocationPlan::costs};

bool uses(AllocationRule rule, const StratumValues& values) {
    if (values.values == deviations.values)
        return rule == AllocationRule::neyman || rule == AllocationRule::power || rule == AllocationRule::cost;
    return values.values == means.values ? rule == AllocationRule::power : rule == AllocationRule::cost;
}

void read_values(Fields& fields, const StratumValues& kind, AllocationPlan& plan, const std::string& word,
                 Diagnostics& faults) {
    const YamlValue* value = fields.get(kind.key);
    const bool used = uses(plan.rule, kind);
    if (used && !value)
        faults.error(fields.where(), "missing-key", fmt::format("{} allocation needs '{}'", word, kind.key),
                     fmt::format("give the {} in every stratum, for instance {{N-U: 0.41, N-R: 0.33}}", kind.meaning));
    if (!used && value)
        faults.error(value->where, "unused-key", fmt::format("{} allocation does not use '{}'", word, kind.key),
                     "remove it, or change 'method'");
    if (!value || !used) return;
    if (!value->is_map())
        faults.error(value->where, "wrong-type", fmt::format("'{}' must be a map of numbers by stratum", kind.key),
                     "{N-U: 0.41}");
    for (const auto& [stratum, item] : value->entries) {
        const double number = number_of(item, faults, fmt::format("a {}", kind.meaning));
        if (number < kind.least || (number == kind.least && !kind.least_allowed))
            faults.error(item.where, "out-of-range",
                         fmt::format("a {} must {} {}", kind.meaning, kind.least_allowed ? "not be below" : "be above",
                                     kind.least),
                         "correct it");
        (plan.*kind.values)[stratum] = std::max(number, kind.least);
    }
}

CvTarget read_target(const YamlValue& value, Diagnostics& faults) {
    CvTarget target;
    Fields fields(value, faults, "a target");
    target.indicator = fields.required_text("indicator");
    target.by = fields.text("by");
    if (const YamlValue* cv = fields.require("cv")) target.cv = number_of(*cv, faults, "'cv'");
    if (!(target.cv > 0) && fields.has("cv"))
        faults.error(fields.get("cv")->where, "out-of-range", "'cv' must be above 0", "write 0.1 for ten per cent");
    fields.finish();
    return target;
}

void read_bethel(Fields& fields, AllocationPlan& plan, Diagnostics& faults) {
    const YamlValue* targets = fields.get("targets");
    plan.means_file = plan.rule == AllocationRule::bethel ? fields.required_text("file") : "";
    if (plan.rule == AllocationRule::bethel && (!targets || !targets->is_list() || targets->items.empty()))
        faults.error(fields.where(), "missing-key", "bethel allocation needs the list 'targets'",
                     "targets: [{indicator: burglary, by: region, cv: 0.15}]");
    if (plan.rule != AllocationRule::bethel && targets)
        faults.error(targets->where, "unused-key", "only bethel allocation uses 'targets'",
                     "remove it, or write 'method: bethel'");
    if (targets && targets->is_list() && plan.rule == AllocationRule::bethel)
        for (const YamlValue& item : targets->items) plan.targets.push_back(read_target(item, faults));
}

void read_rule_keys(Fields& fields, AllocationPlan& plan, const std::string& word, Diagnostics& faults) {
    for (const StratumValues& kind : {deviations, means, costs}) read_values(fields, kind, plan, word, faults);
    if (plan.rule == AllocationRule::power) {
        plan.power = fields.number("power", plan.power);
        if (!(plan.power >= 0 && plan.power <= 1))
            faults.error(fields.get("power")->where, "out-of-range", "'power' must lie in 0 .. 1", "write 0.5");
    }
    if (plan.rule == AllocationRule::cost) {
        plan.budget = fields.require("budget") ? fields.number("budget") : std::nullopt;
        if (plan.budget && !(*plan.budget > 0))
            faults.error(fields.get("budget")->where, "out-of-range", "'budget' must be above 0",
                         "in the unit of 'costs'");
    }
    read_bethel(fields, plan, faults);
}

}  // namespace

AllocationPlan read_allocation(const YamlValue& value, Diagnostics& faults) {
    AllocationPlan plan;
    plan.where = value.where;
    Fields fields(value, faults, "'allocation'");
    const std::string word = fields.choice("method", rule_names(), "proportional");
    plan.rule = rule_of(word);
    plan.minimum = read_positive(fields, "minimum", faults).value_or(plan.minimum);
    plan.maximum = read_positive(fields, "maximum", faults);
    if (plan.maximum && *plan.maximum < plan.minimum)
        faults.error(value.where, "out-of-range", "'maximum' lies below 'minimum'", "exchange or drop one of them");
    read_rule_keys(fields, plan, word, faults);
    fields.finish();
    return plan;
}

}  // namespace cifra
