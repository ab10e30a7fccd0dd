#include "sampling/stages/stage_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "engine/table.h"

namespace cifra {

namespace {

const char* const count_help =
    "write one of 'n: 600', 'n_per_stratum: 20', 'take: 10', 'rate: 0.05', 'self_weighting: 0.002'";

std::uint64_t positive_of(const YamlValue& value, Diagnostics& faults, std::string_view key) {
    const std::size_t before = faults.error_count();
    const std::int64_t number = integer_of(value, faults, fmt::format("'{}'", key));
    if (number < 1 && faults.error_count() == before)
        faults.error(value.where, "out-of-range", fmt::format("'{}' must be at least 1", key),
                     "write a whole number from 1");
    return static_cast<std::uint64_t>(std::max<std::int64_t>(number, 1));
}

// A share in (0, 1], also as a fraction 1/3.
double share_of(const YamlValue& value, Diagnostics& faults, std::string_view key) {
    const std::size_t slash = value.scalar.find('/');
    const std::size_t before = faults.error_count();
    double share = 1;
    if (value.is_scalar() && slash != std::string::npos) {
        const auto above = parse_number(value.scalar.substr(0, slash)),
                   below = parse_number(value.scalar.substr(slash + 1));
        share = above && below ? *above / *below : 0;
    } else {
        share = number_of(value, faults, fmt::format("'{}'", key));
    }
    if (!(share > 0 && share <= 1) && faults.error_count() == before)
        faults.error(value.where, "out-of-range", fmt::format("'{}' must lie above 0 and not above 1", key),
                     "write a share like 0.25 or 1/4");
    return share > 0 && share <= 1 ? share : 1;
}

StageCount rate_count(CountKind kind, const YamlValue& value, Diagnostics& faults, const char* key) {
    StageCount count;
    count.kind = kind;
    count.rate = share_of(value, faults, key);
    return count;
}

StageCount total_count(const YamlValue& value, Diagnostics& faults) {
    StageCount count;
    count.kind = value.is_scalar() && value.scalar == "from_size" ? CountKind::from_size : CountKind::total;
    if (count.kind == CountKind::total) count.n = positive_of(value, faults, "n");
    return count;
}

// `self_weighting: true` with `take`, or the overall rate.
StageCount self_weighting_count(const YamlValue& value, const YamlValue* take, Diagnostics& faults) {
    if (!value.is_scalar() || value.scalar != "true")
        return rate_count(CountKind::overall_rate, value, faults, "self_weighting");
    StageCount count;
    count.kind = CountKind::self_weighting;
    if (take)
        count.n = positive_of(*take, faults, "take");
    else
        faults.error(value.where, "missing-key", "'self_weighting: true' needs 'take'",
                     "give the expected take, or write the overall rate: 'self_weighting: 0.002'");
    return count;
}

bool allocates_itself(const YamlValue* allocation) {
    const YamlValue* rule = allocation ? allocation->find("method") : nullptr;
    return rule && (rule->scalar == "cost" || rule->scalar == "bethel");
}

bool needs_by_cut(const StagePlan& plan) { return plan.cut && plan.cut->method == CutMethod::lavallee_hidiroglou; }

StageCount read_count(Fields& fields, const StagePlan& plan, bool first, Diagnostics& faults) {
    const YamlValue *total = fields.get("n"), *each = fields.get("n_per_stratum"), *take = fields.get("take"),
                    *rate = fields.get("rate"), *self = fields.get("self_weighting"),
                    *allocation = fields.get("allocation");
    const bool itself = allocates_itself(allocation);
    const int given = int(total != nullptr) + int(each != nullptr) + int(take && !self) + int(rate != nullptr) +
                      int(self != nullptr) + int(itself) + int(needs_by_cut(plan)) +
                      int(plan.method && plan.method->name == "all");
    if (given != 1)
        faults.error(fields.where(), "one-sample-size",
                     fmt::format("stage '{}' must say how many in one way", plan.unit), count_help);
    if (first && (take || self))
        faults.error(fields.where(), "unused-key", "'take' and 'self_weighting' are of later stages",
                     "write 'n' or 'n_per_stratum'");
    if (!first && (total || each || allocation))
        faults.error(fields.where(), "unused-key", "'n', 'n_per_stratum' and 'allocation' are of the first stage",
                     "write 'take' or 'rate'");
    if (given != 1) return {};
    if (total) return total_count(*total, faults);
    if (each) return read_count_by_stratum(*each, "n_per_stratum", faults);
    if (self) return self_weighting_count(*self, take, faults);
    if (take) return read_count_by_stratum(*take, "take", faults);
    if (rate) return rate_count(CountKind::rate, *rate, faults, "rate");
    StageCount count;
    count.kind = itself ? CountKind::targets : needs_by_cut(plan) ? CountKind::by_cut : CountKind::all;
    return count;
}

void check_size(Fields& fields, const StagePlan& plan, Diagnostics& faults) {
    const SelectionMethod& method = *plan.method;
    if (method.size == SizeUse::needed && plan.size.empty())
        faults.error(fields.where(), "missing-key", fmt::format("'{}' selects by size and needs 'size'", method.name),
                     "name the column that holds the measure of size");
    if (method.size == SizeUse::none && !plan.size.empty())
        faults.error(fields.get("size")->where, "unused-key",
                     fmt::format("'{}' selects with equal probabilities and has no use for 'size'", method.name),
                     "remove it, or take a method that selects by size, for instance pps_systematic");
    const CountKind kind = plan.count.kind;
    const bool rate = kind == CountKind::rate || kind == CountKind::overall_rate || kind == CountKind::self_weighting;
    if (rate && !method.takes_rate)
        faults.error(fields.where(), "unused-key", fmt::format("'{}' takes a number of units, not a rate", method.name),
                     "write 'n' or 'take', or take srs, systematic or bernoulli");
    if (plan.subsample && !rate)
        faults.error(fields.where(), "unused-key", "'subsample' changes nothing where a fixed number is taken",
                     "remove it, or write 'rate' or 'self_weighting' in place of a number");
}

void read_auxiliary(Fields& fields, StagePlan& plan, Diagnostics& faults) {
    for (const auto& [key, use] :
         {std::pair{"coordinates", AuxiliaryUse::coordinates}, {"balance", AuxiliaryUse::balance}}) {
        const YamlValue* value = fields.get(key);
        const bool used = plan.method->auxiliary == use;
        if (used && !value)
            faults.error(fields.where(), "missing-key", fmt::format("'{}' needs '{}'", plan.method->name, key),
                         fmt::format("list the columns: '{}: [x, y]'", key));
        if (!used && value)
            faults.error(value->where, "unused-key", fmt::format("'{}' has no use for '{}'", plan.method->name, key),
                         "remove it, or change 'method'");
        if (used && value) plan.auxiliary = texts_of(*value, faults, fmt::format("'{}'", key));
    }
}

std::optional<Subsample> read_subsample(Fields& fields, Diagnostics& faults) {
    const YamlValue* value = fields.get("subsample");
    if (!value) return std::nullopt;
    Subsample subsample;
    Fields keys(*value, faults, "'subsample'");
    if (const YamlValue* over = keys.require("over")) subsample.over = positive_of(*over, faults, "over");
    if (const YamlValue* keep = keys.require("keep")) subsample.keep = share_of(*keep, faults, "keep");
    keys.finish();
    return subsample;
}

// Columns, or how strata are cut.
void read_strata(Fields& fields, StagePlan& plan, bool first, Diagnostics& faults) {
    const YamlValue* value = fields.get("strata");
    if (!value || !value->is_map()) {
        plan.strata = fields.texts("strata");
        return;
    }
    plan.cut = read_cut_plan(*value, faults);
    plan.strata = plan.cut->by;
    if (!first)
        faults.error(value->where, "unused-key", "strata are cut at the first stage",
                     "write them into a column of the frame");
}

StagePlan read_stage(const YamlValue& value, bool first, Diagnostics& faults) {
    StagePlan plan;
    plan.where = value.where;
    Fields fields(value, faults, "a stage");
    plan.unit = fields.required_text("unit");
    plan.within = fields.choice("ids", {"unique", "within"}, "unique") == "within";
    read_strata(fields, plan, first, faults);
    plan.method = find_selection_method(fields.choice("method", selection_method_names(), "srs"));
    plan.size = fields.text("size");
    plan.count = read_count(fields, plan, first, faults);
    if (const YamlValue* allocation = fields.get("allocation")) {
        plan.allocation = read_allocation(*allocation, faults);
        if (plan.count.kind != CountKind::total && plan.count.kind != CountKind::from_size &&
            plan.count.kind != CountKind::targets)
            faults.error(allocation->where, "unused-key", "there is nothing to allocate", "give a total by 'n'");
    }
    plan.order = read_ordering(fields, "order", faults);
    plan.forbid_certainty = fields.choice("certainty", {"allow", "forbid"}, "allow") == "forbid";
    plan.subsample = read_subsample(fields, faults);
    check_size(fields, plan, faults);
    read_auxiliary(fields, plan, faults);
    fields.finish();
    return plan;
}

// sample.csv names the first stage psu and the last dwelling, so these words mean nothing else.
void check_units(const std::vector<StagePlan>& stages, Diagnostics& faults) {
    std::set<std::string> seen;
    for (std::size_t s = 0; s < stages.size(); ++s) {
        const std::string& unit = stages[s].unit;
        if (!seen.insert(unit).second)
            faults.error(stages[s].where, "duplicate-unit", fmt::format("the unit '{}' has two stages", unit),
                         "give every stage a unit of its own");
        if ((unit == "psu" && s > 0) || (unit == "dwelling" && s + 1 < stages.size()))
            faults.error(
                stages[s].where, "bad-unit",
                fmt::format("'{}' can only be the unit of the {} stage", unit, unit == "psu" ? "first" : "last"),
                "persons of a dwelling are selected by the key 'person'");
        if (stages[s].within && s == 0)
            faults.error(stages[s].where, "bad-unit", "the first stage lies within nothing", "remove 'ids: within'");
    }
}

// The rate of `self_weighting: true` is a constant of the design only where the stages between have a fixed take.
void check_self_weighting(const std::vector<StagePlan>& stages, Diagnostics& faults) {
    for (std::size_t s = 1; s < stages.size(); ++s) {
        const CountKind kind = stages[s].count.kind;
        if (kind != CountKind::self_weighting && kind != CountKind::overall_rate) continue;
        if (s + 1 < stages.size())
            faults.error(stages[s].where, "bad-unit", "'self_weighting' is a key of the last stage",
                         "move it there, or write 'rate'");
        for (std::size_t between = 1; between < s && kind == CountKind::self_weighting; ++between)
            if (stages[between].count.kind != CountKind::per_stratum || !stages[between].strata.empty())
                faults.error(stages[s].where, "no-fixed-take",
                             "'self_weighting: true' needs one fixed 'take' at each stage between",
                             "write the overall rate instead: 'self_weighting: 0.002'");
    }
}

}  // namespace

bool in_random_groups(const StagePlan& stage) { return stage.method->name == "rao_hartley_cochran"; }

std::optional<std::uint64_t> read_positive(Fields& fields, const char* key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return std::nullopt;
    return positive_of(*value, faults, key);
}

StageCount read_count_by_stratum(const YamlValue& value, const char* key, Diagnostics& faults) {
    StageCount count;
    count.kind = value.is_map() ? CountKind::by_stratum : CountKind::per_stratum;
    if (!value.is_map()) count.n = positive_of(value, faults, key);
    for (const auto& [stratum, item] : value.entries) count.by_stratum[stratum] = positive_of(item, faults, key);
    return count;
}

Ordering read_ordering(Fields& fields, const char* key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return {};
    if (value->is_list()) return {UnitOrder::columns, texts_of(*value, faults, fmt::format("'{}'", key))};
    if (value->is_map()) {
        Fields keys(*value, faults, fmt::format("'{}'", key));
        keys.require("serpentine");
        Ordering ordering{UnitOrder::serpentine, keys.texts("serpentine")};
        keys.finish();
        return ordering;
    }
    const std::string word = fields.choice(key, {"id", "file", "random"}, "id");
    return {word == "file" ? UnitOrder::file : word == "random" ? UnitOrder::random : UnitOrder::id, {}};
}

std::vector<StagePlan> read_stages(const YamlValue& value, Diagnostics& faults) {
    std::vector<StagePlan> stages;
    if (!value.is_list() || value.items.empty())
        faults.error(value.where, "wrong-type", "'stages' must be a list of stages",
                     "- {unit: psu, method: pps_systematic, size: dwellings, n: 600}");
    for (const YamlValue& item : value.items) stages.push_back(read_stage(item, stages.empty(), faults));
    check_units(stages, faults);
    check_self_weighting(stages, faults);
    return stages;
}

}  // namespace cifra
