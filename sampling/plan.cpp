#include "sampling/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sampling/size_plan.h"

namespace cifra {

namespace {

const char* const one_of_sizes =
    "write one of 'dwellings: 6000', 'dwellings: from_size', 'psus: 600', 'psus_per_stratum: 20'";

std::uint64_t positive(const YamlValue& value, Diagnostics& faults, std::string_view key) {
    const std::size_t before = faults.error_count();
    const std::int64_t number = integer_of(value, faults, fmt::format("'{}'", key));
    if (number < 1 && faults.error_count() == before)
        faults.error(value.where, "out-of-range", fmt::format("'{}' must be at least 1", key),
                     "write a whole number from 1");
    return static_cast<std::uint64_t>(std::max<std::int64_t>(number, 1));
}

std::optional<std::uint64_t> positive(Fields& fields, const char* key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return std::nullopt;
    return positive(*value, faults, key);
}

FramePlan read_frame_plan(const YamlValue& value, Diagnostics& faults) {
    FramePlan frame;
    Fields fields(value, faults, "'frame'");
    frame.psu = fields.text("psu");
    frame.dwelling = fields.text("dwelling");
    frame.person = fields.text("person");
    frame.columns.stratum = fields.text("stratum", frame.columns.stratum);
    frame.columns.size = fields.text("size", frame.columns.size);
    fields.finish();
    return frame;
}

Ordering read_ordering(Fields& fields, const char* key, Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return {};
    if (value->is_list()) return {UnitOrder::columns, texts_of(*value, faults, fmt::format("'{}'", key))};
    const std::string word = fields.choice(key, {"id", "file", "random"}, "id");
    return {word == "file" ? UnitOrder::file : word == "random" ? UnitOrder::random : UnitOrder::id, {}};
}

void read_order(Fields& fields, DrawPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.get("order");
    if (!value) return;
    Fields order(*value, faults, "'order'");
    plan.psu_order = read_ordering(order, "psu", faults);
    plan.dwelling_order = read_ordering(order, "dwelling", faults);
    order.finish();
}

void read_deviations(Fields& fields, DrawPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.get("deviations");
    const bool neyman = plan.method == AllocationMethod::neyman;
    if (neyman && !value)
        faults.error(fields.where(), "missing-key", "neyman allocation needs 'deviations'",
                     "give the standard deviation in every stratum, for instance {N-U: 0.41, N-R: 0.33}");
    if (!neyman && value)
        faults.error(value->where, "unused-key", "only neyman allocation uses 'deviations'",
                     "remove it, or write 'method: neyman'");
    if (!value || !neyman) return;
    if (!value->is_map())
        faults.error(value->where, "wrong-type", "'deviations' must be a map of numbers by stratum", "{N-U: 0.41}");
    for (const auto& [stratum, item] : value->entries) {
        const double deviation = number_of(item, faults, "a standard deviation");
        if (deviation < 0)
            faults.error(item.where, "out-of-range", "a standard deviation must not be negative", "correct it");
        plan.deviations[stratum] = std::max(deviation, 0.0);
    }
}

void read_allocation(Fields& fields, DrawPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.get("allocation");
    if (!value) return;
    Fields allocation(*value, faults, "'allocation'");
    const std::string word = allocation.choice("method", {"proportional", "equal", "neyman"}, "proportional");
    plan.method = word == "neyman"  ? AllocationMethod::neyman
                  : word == "equal" ? AllocationMethod::equal
                                    : AllocationMethod::proportional;
    plan.minimum = positive(allocation, "minimum", faults).value_or(plan.minimum);
    plan.maximum = positive(allocation, "maximum", faults);
    if (plan.maximum && *plan.maximum < plan.minimum)
        faults.error(value->where, "out-of-range", "'maximum' lies below 'minimum'", "exchange or drop one of them");
    read_deviations(allocation, plan, faults);
    allocation.finish();
}

void read_psus_per_stratum(const YamlValue& value, DrawPlan& plan, Diagnostics& faults) {
    if (!value.is_map()) {
        plan.psus_per_stratum = positive(value, faults, "psus_per_stratum");
        return;
    }
    for (const auto& [stratum, item] : value.entries)
        plan.psus_by_stratum[stratum] = positive(item, faults, "psus_per_stratum");
}

void read_numbers(Fields& fields, DrawPlan& plan, Diagnostics& faults) {
    plan.psus = positive(fields, "psus", faults);
    const YamlValue* per_stratum = fields.get("psus_per_stratum");
    const YamlValue* dwellings = fields.get("dwellings");
    if (per_stratum) read_psus_per_stratum(*per_stratum, plan, faults);
    if (dwellings) {
        plan.from_size = dwellings->is_scalar() && dwellings->scalar == "from_size";
        if (!plan.from_size) plan.dwellings = positive(*dwellings, faults, "dwellings");
    }
    if (int(plan.psus.has_value()) + int(per_stratum != nullptr) + int(dwellings != nullptr) != 1)
        faults.error(fields.where(), "one-sample-size",
                     "'draw' needs exactly one of dwellings, psus and psus_per_stratum", one_of_sizes);
    if (per_stratum && fields.has("allocation"))
        faults.error(fields.get("allocation")->where, "unused-key", "'psus_per_stratum' leaves nothing to allocate",
                     "remove 'allocation', or give a total by 'psus' or 'dwellings'");
    plan.take = positive(fields, "take", faults).value_or(plan.take);
}

DrawPlan read_draw_plan(const YamlValue& value, Diagnostics& faults) {
    DrawPlan plan;
    plan.where = value.where;
    Fields fields(value, faults, "'draw'");
    read_numbers(fields, plan, faults);
    read_allocation(fields, plan, faults);
    read_order(fields, plan, faults);
    plan.forbid_certainty = fields.choice("certainty", {"allow", "forbid"}, "allow") == "forbid";
    const std::int64_t age = fields.integer("adult_age", plan.adult_age);
    if (age < 0 || age > 120)
        faults.error(fields.where(), "out-of-range", "'adult_age' must lie in 0 .. 120", "write 18");
    plan.adult_age = static_cast<int>(std::clamp<std::int64_t>(age, 0, 120));
    plan.keep = fields.texts("keep");
    fields.finish();
    return plan;
}

// The plan's map must name exactly the strata of the frame.
template <class Value>
void check_strata(const std::map<std::string, Value>& by_stratum, const char* what, const DrawPlan& plan,
                  const Frame& frame, Diagnostics& faults) {
    if (by_stratum.empty()) return;
    std::vector<std::string> known;
    for (const FrameStratum& stratum : frame.strata) known.push_back(stratum.id);
    for (const auto& [stratum, value] : by_stratum)
        if (std::find(known.begin(), known.end(), stratum) == known.end())
            faults.error(plan.where, "unknown-stratum",
                         fmt::format("{} names the stratum '{}', which the frame does not have", what, stratum),
                         suggestion(stratum, known));
    for (const std::string& stratum : known)
        if (!by_stratum.contains(stratum))
            faults.error(plan.where, "missing-stratum", fmt::format("{} says nothing of stratum '{}'", what, stratum),
                         "add it");
}

void check_columns(const std::vector<std::string>& names, const char* key, std::initializer_list<const Table*> tables,
                   const DrawPlan& plan, Diagnostics& faults) {
    std::vector<std::string> known;
    for (const Table* table : tables) known.insert(known.end(), table->names().begin(), table->names().end());
    for (const std::string& name : names)
        if (std::find(known.begin(), known.end(), name) == known.end())
            faults.error(plan.where, "missing-column",
                         fmt::format("'{}' names the column '{}', which the frame does not have", key, name),
                         suggestion(name, known));
}

}  // namespace

SamplePlan read_plan(const YamlValue& value, Diagnostics& faults) {
    SamplePlan plan;
    Fields fields(value, faults, "the sample plan");
    if (const YamlValue* frame = fields.get("frame")) plan.frame = read_frame_plan(*frame, faults);
    if (const YamlValue* size = fields.get("size")) plan.size = read_size_plan(*size, faults);
    if (const YamlValue* draw = fields.get("draw")) plan.draw = read_draw_plan(*draw, faults);
    if (plan.draw && plan.draw->from_size && !plan.size)
        faults.error(plan.draw->where, "missing-key", "'dwellings: from_size' needs the section 'size'",
                     "add 'size:' with its targets, or write a number of dwellings");
    fields.finish();
    return plan;
}

void check_plan(const DrawPlan& plan, const Frame& frame, Diagnostics& faults) {
    check_strata(plan.psus_by_stratum, "'psus_per_stratum'", plan, frame, faults);
    check_strata(plan.deviations, "'deviations'", plan, frame, faults);
    for (const FrameStratum& stratum : frame.strata) {
        const auto found = plan.psus_by_stratum.find(stratum.id);
        if (found != plan.psus_by_stratum.end() && found->second > stratum.count)
            faults.error(
                plan.where, "too-many-psus",
                fmt::format("stratum '{}' has {} PSUs, {} are asked for", stratum.id, stratum.count, found->second),
                fmt::format("ask for at most {}", stratum.count));
    }
    check_columns(plan.keep, "keep", {&frame.psu_table, &frame.dwelling_table}, plan, faults);
    check_columns(plan.psu_order.columns, "order: psu", {&frame.psu_table}, plan, faults);
    check_columns(plan.dwelling_order.columns, "order: dwelling", {&frame.dwelling_table}, plan, faults);
}

}  // namespace cifra
