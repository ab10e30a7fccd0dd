#include "estimation/confidentiality/confidentiality_plan.h"

namespace cifra {

namespace {

double at_least_zero(Fields& fields, std::string_view key, Diagnostics& faults) {
    const double number = fields.number(key, 0);
    if (!(number >= 0))
        faults.error(fields.get(key)->where, "out-of-range", std::string(key) + " must not be negative",
                     "for example 5");
    return number;
}

std::map<std::string, std::vector<std::string>> lists_of(const YamlValue* map, std::string_view what,
                                                         Diagnostics& faults) {
    std::map<std::string, std::vector<std::string>> lists;
    if (!map) return lists;
    if (!map->is_map())
        faults.error(map->where, "wrong-type", std::string(what) + " must be a map of indicators",
                     "write 'crimes: [reported, not_reported]'");
    for (const auto& [indicator, list] : map->entries) lists[indicator] = texts_of(list, faults, what);
    return lists;
}

void read_partitions(const YamlValue& value, ConfidentialityPlan& plan, Diagnostics& faults) {
    if (!value.is_list())
        faults.error(value.where, "wrong-type", "'partitions' must be a list of lists of indicators",
                     "write '[[reported, not_reported]]'");
    for (const YamlValue& list : value.items) plan.partitions.push_back(texts_of(list, faults, "a partition"));
}

void read_rounding(const YamlValue& value, ConfidentialityPlan& plan, Diagnostics& faults) {
    Fields fields(value, faults, "rounding");
    const std::string method = fields.choice("method", {"conventional", "controlled"}, "controlled");
    plan.rounding = method == "controlled" ? RoundingMethod::controlled : RoundingMethod::conventional;
    plan.base = fields.number("base", 0);
    if (!(plan.base > 0))
        faults.error(value.where, "out-of-range", "rounding needs a 'base' above 0", "for example 100");
    fields.finish();
}

}  // namespace

ConfidentialityPlan read_confidentiality(const YamlValue& value, const std::set<std::string>& totals,
                                         Diagnostics& faults) {
    ConfidentialityPlan plan;
    Fields fields(value, faults, "confidentiality");
    plan.minimum_cases = at_least_zero(fields, "minimum_cases", faults);
    plan.minimum_n = at_least_zero(fields, "minimum_n", faults);
    plan.minimum_df = at_least_zero(fields, "minimum_df", faults);
    plan.protection = fields.number("protection", plan.protection);
    if (!(plan.protection > 0 && plan.protection <= 1))
        faults.error(value.where, "out-of-range", "'protection' is a share of the value, above 0 and at most 1",
                     "for example 0.5");
    const std::vector<std::string> additive = fields.texts("additive");
    plan.additive = fields.has("additive") ? std::set<std::string>(additive.begin(), additive.end()) : totals;
    plan.sums = lists_of(fields.get("sums"), "'sums'", faults);
    plan.follows = lists_of(fields.get("follows"), "'follows'", faults);
    if (const YamlValue* partitions = fields.get("partitions")) read_partitions(*partitions, plan, faults);
    if (const YamlValue* rounding = fields.get("rounding")) read_rounding(*rounding, plan, faults);
    fields.finish();
    return plan;
}

}  // namespace cifra
