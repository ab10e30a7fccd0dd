#include "sampling/size_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "engine/table.h"

namespace cifra {

namespace {

const std::vector<std::string> requirement_keys = {"cv", "margin", "relative_error", "issued", "budget"};

struct DeffPlan {
    double number = 1;
    bool by_take = false, optimal = false;  // number is not used then
    double take = 1, icc = 0, weight_cv = 0;
};

struct Defaults {
    double confidence = 0.95;
    DeffPlan deff;
    std::optional<double> population;
    FieldworkRates rates;
    UnitCosts costs;
};

DeffPlan read_deff(const YamlValue& value, Diagnostics& faults) {
    if (!value.is_map()) return {number_of(value, faults, "'deff'")};
    DeffPlan deff;
    deff.by_take = true;
    Fields fields(value, faults, "'deff'");
    const YamlValue* take = fields.require("take");
    deff.optimal = take && take->is_scalar() && take->scalar == "optimal";
    if (take && !deff.optimal) deff.take = number_of(*take, faults, "'take'");
    fields.require("icc");
    deff.icc = fields.number("icc", 0);
    deff.weight_cv = fields.number("weight_cv", 0);
    fields.finish();
    return deff;
}

void read_unit_costs(Fields& fields, UnitCosts& costs) {
    costs.psu = fields.number("psu", costs.psu);
    costs.interview = fields.number("interview", costs.interview);
    costs.dwelling = fields.number("dwelling", costs.dwelling);
    if (!(costs.psu >= 0 && costs.interview >= 0 && costs.dwelling >= 0 && costs.interview + costs.dwelling > 0))
        throw std::invalid_argument("costs must not be negative, and interviews or dwellings cost something");
}

Defaults read_common(Fields& fields, Defaults common, Diagnostics& faults) {
    common.confidence = fields.number("confidence", common.confidence);
    common.rates.eligibility = fields.number("eligibility", common.rates.eligibility);
    common.rates.contact = fields.number("contact_rate", common.rates.contact);
    common.rates.response = fields.number("response_rate", common.rates.response);
    if (const auto population = fields.number("population")) common.population = population;
    if (const YamlValue* deff = fields.get("deff")) common.deff = read_deff(*deff, faults);
    return common;
}

double required(Fields& fields, const std::string& key) { return fields.require(key) ? fields.number(key, 0.5) : 0.5; }

// The second wave has the same variance function: only its mean is read.
double read_mean(Fields& fields, const std::string& of, const std::string& wave) {
    if (of == "mean") return required(fields, "mean" + wave);
    if (of != "count") return required(fields, "p" + wave);
    if (fields.has("dispersion")) return required(fields, "rate" + wave);
    return required(fields, "p" + wave) * fields.number("mean_count", 1);
}

VarianceFunction read_variance(Fields& fields, const std::string& of) {
    if (of == "mean") return constant_variance(required(fields, "sd"));
    if (of != "count") return proportion_variance();
    if (fields.has("dispersion")) return negative_binomial_variance(fields.number("dispersion", 0));
    fields.require("mean_count");
    fields.require("count_cv");
    return count_variance(fields.number("mean_count", 1), fields.number("count_cv", 0));
}

TakeEffect read_incidents(Fields& fields, const DeffPlan& deff, double per_person, Diagnostics& faults) {
    const double mean_count = fields.number("mean_count", 1), count_cv = fields.number("count_cv", 0);
    const bool several = mean_count > 1 || count_cv > 0;
    const YamlValue* victim_icc = several && deff.by_take ? fields.require("victim_icc") : fields.get("victim_icc");
    if (victim_icc && !deff.by_take)
        faults.error(victim_icc->where, "unused-key", "'victim_icc' has no use where 'deff' is a number",
                     "write 'deff: {take: ..., icc: ...}', or leave it out and count it in the number");
    return incident_take_effect(deff.icc, per_person, mean_count, count_cv, fields.number("victim_icc", 0));
}

void set_deff(const DeffPlan& deff, TakeEffect effect, SizeDomain& domain) {
    domain.target.deff = deff.number;
    if (!deff.by_take) return;
    effect.weight_cv = deff.weight_cv;
    design_effect(deff.take, deff.icc, deff.weight_cv);
    domain.take = deff.take;
    if (deff.optimal)
        domain.take = static_cast<double>(optimal_whole_take(
            domain.costs.psu, interview_cost(domain.costs, domain.target.rates), effect.between / effect.within));
    domain.target.deff = effect.at(*domain.take);
}

// What a target or a domain is read with.
struct TargetReader {
    const Defaults& defaults;
    const SizePlan& plan;
    std::uint64_t domains = 1;  // that share a budget
    Diagnostics& faults;

    void read_budget(double budget, const Location& where, SizeDomain& domain) const {
        if (!plan.has_costs) {
            faults.error(where, "missing-key", "a budget needs 'costs'", "costs: {fixed: 0, psu: 300, interview: 45}");
            return;
        }
        const double share = (budget - plan.fixed_cost) / static_cast<double>(domains);
        domain.target.required =
            static_cast<double>(affordable_issued(domain.costs, domain.target.rates, domain.take.value_or(1), share));
        if (domain.target.required < 1)
            throw std::invalid_argument("the budget does not pay the fixed cost and one dwelling in each domain");
    }

    void read_requirement(Fields& fields, SizeDomain& domain) const {
        PrecisionTarget& target = domain.target;
        const auto given = [&](const std::string& key) { return fields.has(key); };
        const auto keys = std::count_if(requirement_keys.begin(), requirement_keys.end(), given);
        if (keys > 1 || (keys == 0 && !target.change)) {
            faults.error(fields.where(), "one-requirement",
                         "a target needs exactly one of cv, margin, relative_error, issued and budget",
                         "keep one, for instance 'cv: 0.10'");
            return;
        }
        if (keys == 0) {
            target.requirement = Requirement::power;
            target.required = target.change->power;
            domain.requirement = "power " + shortest(target.required);
            return;
        }
        const std::string key = *std::find_if(requirement_keys.begin(), requirement_keys.end(), given);
        target.required = fields.number(key, target.required);
        domain.requirement = key + " " + shortest(target.required);
        static const std::map<std::string, Requirement> kinds = {{"cv", Requirement::cv},
                                                                 {"margin", Requirement::margin},
                                                                 {"relative_error", Requirement::relative_error},
                                                                 {"issued", Requirement::issued},
                                                                 {"budget", Requirement::issued}};
        target.requirement = kinds.at(key);
        if (key == "budget") read_budget(target.required, fields.where(), domain);
    }

    void read_change(Fields& fields, const std::string& of, PrecisionTarget& target) const {
        Change change;
        change.mean2 = read_mean(fields, of, "2");
        change.power = fields.number("power", change.power);
        change.overlap = fields.number("overlap", 0);
        change.correlation = fields.number("correlation", 0);
        if (const auto alpha = fields.number("alpha")) target.confidence = 1 - *alpha;
        target.change = change;
    }

    void read_statistic(Fields& fields, const SizeTarget& target, const DeffPlan& deff, SizeDomain& domain) const {
        PrecisionTarget& each = domain.target;
        const bool change = target.quantity == "change";
        each.variance = read_variance(fields, target.of);
        each.mean = read_mean(fields, target.of, change ? "1" : "");
        if (change) read_change(fields, target.of, each);
        TakeEffect effect{1, deff.icc, 0};
        if (target.of == "share") {
            each.units_per_person = required(fields, "incidents_per_person");
            if (each.population) *each.population *= each.units_per_person;
            effect = read_incidents(fields, deff, each.units_per_person, faults);
        }
        set_deff(deff, effect, domain);
        if (plan.has_costs && domain.costs.psu > 0 && !domain.take)
            faults.error(fields.where(), "missing-key", "a cost per PSU needs the take",
                         "write 'deff: {take: 10, icc: 0.05}'");
        const std::string kind = fields.choice("interval", {"wald", "wilson", "logit"}, "wald");
        each.interval = kind == "wilson"  ? MarginMethod::wilson
                        : kind == "logit" ? MarginMethod::logit
                                          : MarginMethod::wald;
    }

    SizeDomain read_domain(const YamlValue& value, const SizeTarget& target) const {
        SizeDomain domain;
        Fields fields(value, faults, "a target");
        for (const char* known : {"name", "quantity", "of", "domains"}) fields.get(known);
        try {
            const Defaults common = read_common(fields, defaults, faults);
            domain.costs = common.costs;
            if (const YamlValue* costs = fields.get("costs")) {
                Fields unit_costs(*costs, faults, "'costs' of a target");
                read_unit_costs(unit_costs, domain.costs);
                unit_costs.finish();
            }
            domain.target.confidence = common.confidence;
            domain.target.population = common.population;
            domain.target.rates = common.rates;
            const std::size_t before = faults.error_count();
            read_statistic(fields, target, common.deff, domain);
            read_requirement(fields, domain);
            if (faults.error_count() == before) sample_size(domain.target);
            fields.finish();
        } catch (const std::invalid_argument& fault) {
            faults.error(value.where, "out-of-range", fault.what(),
                         "correct the value in this target or in the defaults above it");
        }
        return domain;
    }
};

// The target with what the domain says otherwise; a requirement of the domain replaces the target's.
YamlValue with_domain(const YamlValue& target, const YamlValue& domain) {
    YamlValue merged = domain;
    const auto is_requirement = [](const std::string& key) {
        return std::find(requirement_keys.begin(), requirement_keys.end(), key) != requirement_keys.end();
    };
    merged.kind = YamlValue::Kind::map;
    const bool requires_itself = std::any_of(domain.entries.begin(), domain.entries.end(),
                                             [&](const auto& entry) { return is_requirement(entry.first); });
    for (std::size_t i = 0; i < target.entries.size(); ++i) {
        const std::string& key = target.entries[i].first;
        if (domain.find(key) || (requires_itself && is_requirement(key))) continue;
        merged.entries.push_back(target.entries[i]);
        merged.key_places.push_back(target.key_places[i]);
    }
    return merged;
}

// Faults of keys that several domains inherit are told once.
void add_new(const Diagnostics& found, Diagnostics& faults) {
    for (const Diagnostic& each : found.items()) {
        const auto same = [&](const Diagnostic& other) {
            return other.where == each.where && other.code == each.code && other.message == each.message;
        };
        if (std::none_of(faults.items().begin(), faults.items().end(), same)) faults.add(each);
    }
}

bool has_only_own_keys(const YamlValue& domain, Diagnostics& faults) {
    const std::size_t before = faults.error_count();
    for (const char* key : {"name", "quantity", "of", "domains", "budget"})
        if (const YamlValue* own = domain.find(key))
            faults.error(own->where, "misplaced-key", fmt::format("a domain cannot have its own '{}'", key),
                         "write it in the target");
    return faults.error_count() == before;
}

void read_named_domains(const YamlValue& value, const YamlValue& domains, const SizePlan& plan,
                        const Defaults& defaults, SizeTarget& target, Diagnostics& faults) {
    for (const auto& [name, domain] : domains.entries) {
        if (!has_only_own_keys(domain, faults)) continue;
        Diagnostics found;
        const TargetReader reader{defaults, plan, domains.entries.size(), found};
        target.domains.push_back(reader.read_domain(with_domain(value, domain), target));
        target.domains.back().name = name;
        add_new(found, faults);
    }
}

void read_domains(const YamlValue& value, const YamlValue* domains, const SizePlan& plan, const Defaults& defaults,
                  SizeTarget& target, Diagnostics& faults) {
    if (domains && domains->is_map() && !domains->entries.empty())
        return read_named_domains(value, *domains, plan, defaults, target, faults);
    const std::int64_t count = domains ? integer_of(*domains, faults, "'domains'") : 1;
    if (count < 1)
        faults.error(value.where, "out-of-range", "'domains' must be at least 1",
                     "leave it out for the whole population");
    const auto like = static_cast<std::uint64_t>(std::max<std::int64_t>(count, 1));
    target.domains.push_back(TargetReader{defaults, plan, like, faults}.read_domain(value, target));
    target.domains.back().count = like;
}

SizeTarget read_target(const YamlValue& value, const SizePlan& plan, const Defaults& defaults, Diagnostics& faults) {
    SizeTarget target;
    Fields fields(value, faults, "a target");
    target.name = fields.required_text("name");
    target.quantity = fields.choice("quantity", {"proportion", "count", "share", "mean", "change"}, "proportion");
    target.of = target.quantity;
    if (target.quantity == "change")
        target.of = fields.choice("of", {"proportion", "count", "share", "mean"}, "proportion");
    else if (const YamlValue* of = fields.get("of"))
        faults.error(of->where, "unused-key", "only a change is 'of' something", "remove it");
    read_domains(value, fields.get("domains"), plan, defaults, target, faults);
    return target;
}

void read_costs(Fields& fields, SizePlan& plan, Defaults& common, Diagnostics& faults) {
    const YamlValue* value = fields.get("costs");
    if (!value) return;
    plan.has_costs = true;
    Fields costs(*value, faults, "'costs'");
    plan.fixed_cost = costs.number("fixed", 0);
    read_unit_costs(costs, common.costs);
    if (!(plan.fixed_cost >= 0)) throw std::invalid_argument("the fixed cost must not be negative");
    costs.finish();
}

}  // namespace

SizePlan read_size_plan(const YamlValue& value, Diagnostics& faults) {
    SizePlan plan;
    Fields fields(value, faults, "'size'");
    Defaults common;
    try {
        common = read_common(fields, common, faults);
        read_costs(fields, plan, common, faults);
    } catch (const std::invalid_argument& fault) {
        faults.error(value.where, "out-of-range", fault.what(), "correct 'costs'");
    }
    const YamlValue* targets = fields.require("targets");
    if (targets && !targets->is_list())
        faults.error(targets->where, "wrong-type", "'targets' must be a list",
                     "write one '- {name: ..., p: ..., cv: ...}' a line");
    if (targets)
        for (const YamlValue& item : targets->items) plan.targets.push_back(read_target(item, plan, common, faults));
    fields.finish();
    return plan;
}

}  // namespace cifra
