#include "sampling/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "sampling/stages/allocate.h"

#include "sampling/size_plan.h"

namespace cifra {

namespace {

const char* const one_of_sizes =
    "write one of 'dwellings: 6000', 'dwellings: from_size', 'psus: 600', 'psus_per_stratum: 20'";

FramePlan read_frame_plan(const YamlValue& value, Diagnostics& faults) {
    FramePlan frame;
    Fields fields(value, faults, "'frame'");
    frame.stratum = fields.text("stratum", frame.stratum);
    frame.size = fields.text("size", frame.size);
    if (value.is_map())
        for (const YamlValue::Entry& entry : value.entries)
            if (entry.first != "stratum" && entry.first != "size") frame.files[entry.first] = fields.text(entry.first);
    fields.finish();
    return frame;
}

// A frame file of a unit that is no stage is mostly a slip of the pen.
void check_frame_units(const YamlValue& value, const std::vector<StagePlan>& stages, bool short_form,
                       Diagnostics& faults) {
    std::vector<std::string> known = {"person"};
    if (short_form) known.insert(known.end(), {"stratum", "size"});
    for (const StagePlan& stage : stages) known.push_back(stage.unit);
    for (std::size_t i = 0; i < value.entries.size(); ++i)
        if (std::find(known.begin(), known.end(), value.entries[i].first) == known.end())
            faults.error(
                value.key_places[i], "unknown-key",
                fmt::format("'frame' has the key '{}', which is not the unit of a stage", value.entries[i].first),
                suggestion(value.entries[i].first, known));
}

// How many PSUs the short form asks for.
StageCount read_short_count(Fields& fields, Diagnostics& faults) {
    const YamlValue *psus = fields.get("psus"), *per_stratum = fields.get("psus_per_stratum"),
                    *dwellings = fields.get("dwellings");
    if (int(psus != nullptr) + int(per_stratum != nullptr) + int(dwellings != nullptr) != 1)
        faults.error(fields.where(), "one-sample-size",
                     "'draw' needs exactly one of dwellings, psus and psus_per_stratum", one_of_sizes);
    if (per_stratum && fields.has("allocation"))
        faults.error(fields.get("allocation")->where, "unused-key", "'psus_per_stratum' leaves nothing to allocate",
                     "remove 'allocation', or give a total by 'psus' or 'dwellings'");
    if (per_stratum) return read_count_by_stratum(*per_stratum, "psus_per_stratum", faults);
    StageCount count;
    count.kind = psus ? CountKind::total : CountKind::final_total;
    if (dwellings && dwellings->is_scalar() && dwellings->scalar == "from_size")
        count.kind = CountKind::from_size;
    else
        count.n = read_positive(fields, psus ? "psus" : "dwellings", faults).value_or(1);
    return count;
}

void read_short_order(Fields& fields, std::vector<StagePlan>& stages, Diagnostics& faults) {
    const YamlValue* value = fields.get("order");
    if (!value) return;
    Fields order(*value, faults, "'order'");
    stages[0].order = read_ordering(order, "psu", faults);
    stages[1].order = read_ordering(order, "dwelling", faults);
    order.finish();
}

// PSUs by PPS systematic, dwellings systematically.
std::vector<StagePlan> read_short_form(Fields& fields, const FramePlan& frame, Diagnostics& faults) {
    std::vector<StagePlan> stages(2);
    StagePlan &psu = stages[0], &dwelling = stages[1];
    psu.unit = "psu";
    psu.strata = {frame.stratum};
    psu.method = find_selection_method("pps_systematic");
    psu.size = frame.size;
    psu.count = read_short_count(fields, faults);
    if (const YamlValue* allocation = fields.get("allocation")) psu.allocation = read_allocation(*allocation, faults);
    psu.forbid_certainty = fields.choice("certainty", {"allow", "forbid"}, "allow") == "forbid";
    dwelling.unit = "dwelling";
    dwelling.method = find_selection_method("systematic");
    dwelling.count = {CountKind::per_stratum, read_positive(fields, "take", faults).value_or(10), 0, {}};
    read_short_order(fields, stages, faults);
    psu.where = dwelling.where = fields.where();
    if (psu.allocation.rule == AllocationRule::cost || psu.allocation.rule == AllocationRule::bethel)
        faults.error(psu.allocation.where, "unused-key", "this allocation finds the number of PSUs itself",
                     "write the plan with 'stages'");
    return stages;
}

PersonPlan read_person(Fields& fields, Diagnostics& faults) {
    const YamlValue* person = fields.get("person");
    const std::int64_t age = fields.integer("adult_age", 18);
    if (age < 0 || age > 120)
        faults.error(fields.get("adult_age")->where, "out-of-range", "'adult_age' must lie in 0 .. 120", "write 18");
    if (person && fields.has("adult_age"))
        faults.error(fields.get("adult_age")->where, "unused-key", "'person' says who is eligible",
                     fmt::format("write 'eligible: age >= {}' there", age));
    if (person) return read_person_plan(*person, faults);
    PersonPlan plan;
    plan.eligible = fmt::format("age >= {}", age);
    return plan;
}

// With `replacements: {per_psu: 3}`.
std::optional<std::uint64_t> read_reserves(Fields& fields, const std::vector<StagePlan>& stages, Diagnostics& faults) {
    const YamlValue* value = fields.get("replacements");
    if (!value) return std::nullopt;
    Fields keys(*value, faults, "'replacements'");
    keys.require("per_psu");
    const auto reserves = read_positive(keys, "per_psu", faults);
    keys.finish();
    if (stages.size() < 2 || !stages.back().size.empty() || !stages.back().strata.empty())
        faults.error(value->where, "unused-key",
                     "reserves need a last stage of equal probabilities within the units above, without strata",
                     "remove 'replacements'");
    return reserves;
}

std::optional<FieldPlan> read_field(Fields& fields, Diagnostics& faults) {
    const YamlValue* value = fields.get("field");
    if (!value) return std::nullopt;
    FieldPlan plan;
    if (value->is_scalar()) return boolean_of(*value, faults, "'field'") ? std::optional(plan) : std::nullopt;
    Fields keys(*value, faults, "'field'");
    plan.interviewers = read_positive(keys, "interviewers", faults).value_or(0);
    plan.visits = read_positive(keys, "visits", faults).value_or(plan.visits);
    if (plan.visits > 20) faults.error(value->where, "out-of-range", "'visits' must be at most 20", "write 5");
    keys.finish();
    return plan;
}

void check_joint(const DrawPlan& plan, Diagnostics& faults) {
    if (plan.joint && !plan.stages.empty() && !plan.stages.front().method->joint)
        faults.error(plan.where, "no-joint-probabilities",
                     fmt::format("no positive joint probabilities are known of '{}'", plan.stages.front().method->name),
                     "remove 'joint', or take a method like sampford that has them");
}

// A number of last units, or targets for them, needs to know how many a first-stage unit gives.
void check_takes(const std::vector<StagePlan>& stages, Diagnostics& faults) {
    if (stages.empty()) return;
    const StagePlan& first = stages.front();
    const bool needed = first.count.kind == CountKind::from_size || first.count.kind == CountKind::final_total ||
                        (first.count.kind == CountKind::targets && first.allocation.rule == AllocationRule::bethel);
    if (needed && product_of_takes(stages) == 0)
        faults.error(first.where, "no-fixed-take", "the number of units needs one fixed 'take' at each later stage",
                     "write 'take' at the later stages, or 'n' with 'allocation' at the first");
}

DrawPlan read_draw_plan(const YamlValue& value, const FramePlan& frame, Diagnostics& faults) {
    DrawPlan plan;
    plan.where = value.where;
    Fields fields(value, faults, "'draw'");
    const YamlValue* stages = fields.get("stages");
    plan.stages = stages ? read_stages(*stages, faults) : read_short_form(fields, frame, faults);
    plan.person = read_person(fields, faults);
    plan.keep = fields.texts("keep");
    plan.reserves = read_reserves(fields, plan.stages, faults);
    plan.field = read_field(fields, faults);
    plan.joint = fields.boolean("joint", false);
    check_joint(plan, faults);
    check_takes(plan.stages, faults);
    fields.finish();
    return plan;
}

// Holds the plan against the frame.
class PlanCheck {
public:
    PlanCheck(const DrawPlan& plan, const Frame& frame, Diagnostics& faults)
        : plan_(plan), frame_(frame), faults_(faults) {}

    void run() {
        const StagePlan& first = plan_.stages.front();
        const std::vector<FrameStratum> strata = first_stage_strata(frame_, first);
        std::vector<std::string> known;
        for (const FrameStratum& stratum : strata) known.push_back(stratum.id);
        check_names(first, first.count.by_stratum, "the number of units", known);
        check_names(first, first.allocation.deviations, "'deviations'", known);
        check_names(first, first.allocation.means, "'means'", known);
        check_names(first, first.allocation.costs, "'costs'", known);
        for (const FrameStratum& stratum : strata) check_number(first, stratum);
        if (first.count.kind == CountKind::total && first.count.n > frame_.levels.front().units.size())
            faults_.error(first.where, "too-many-units",
                          fmt::format("the frame has {} of the unit '{}', {} are asked for",
                                      frame_.levels.front().units.size(), first.unit, first.count.n),
                          "ask for less");
        for (std::size_t s = 1; s < plan_.stages.size(); ++s) check_later_strata(s);
        check_columns();
    }

private:
    // The plan's map must name exactly the strata of the frame.
    template <class Value>
    void check_names(const StagePlan& stage, const std::map<std::string, Value>& by_stratum, const char* what,
                     const std::vector<std::string>& known) {
        if (by_stratum.empty()) return;
        for (const auto& [stratum, value] : by_stratum)
            if (std::find(known.begin(), known.end(), stratum) == known.end())
                faults_.error(stage.where, "unknown-stratum",
                              fmt::format("{} names the stratum '{}', which the frame does not have", what, stratum),
                              suggestion(stratum, known));
        for (const std::string& stratum : known)
            if (!by_stratum.contains(stratum))
                faults_.error(stage.where, "missing-stratum",
                              fmt::format("{} says nothing of stratum '{}'", what, stratum), "add it");
    }

    void check_number(const StagePlan& stage, const FrameStratum& stratum) {
        const auto found = stage.count.by_stratum.find(stratum.id);
        if (found != stage.count.by_stratum.end() && found->second > stratum.units.size())
            faults_.error(stage.where, "too-many-psus",
                          fmt::format("stratum '{}' has {} PSUs, {} are asked for", stratum.id, stratum.units.size(),
                                      found->second),
                          fmt::format("ask for at most {}", stratum.units.size()));
    }

    void check_later_strata(std::size_t stage) {
        const std::map<std::string, std::uint64_t>& counts = plan_.stages[stage].count.by_stratum;
        if (counts.empty()) return;
        std::vector<std::string> known = frame_.levels[stage].strata.dictionary();
        if (plan_.stages[stage].strata.empty()) known = {"all"};
        std::sort(known.begin(), known.end());
        check_names(plan_.stages[stage], counts, "'take'", known);
    }

    void check_columns() {
        std::vector<std::string> all;
        for (const FrameLevel& level : frame_.levels)
            all.insert(all.end(), level.table.names().begin(), level.table.names().end());
        require(plan_.keep, "keep", all);
        for (std::size_t s = 0; s < plan_.stages.size(); ++s)
            require(plan_.stages[s].order.columns, fmt::format("order: {}", plan_.stages[s].unit),
                    frame_.levels[s].table.names());
    }

    void require(const std::vector<std::string>& names, const std::string& key, const std::vector<std::string>& known) {
        for (const std::string& name : names)
            if (std::find(known.begin(), known.end(), name) == known.end())
                faults_.error(plan_.where, "missing-column",
                              fmt::format("'{}' names the column '{}', which the frame does not have", key, name),
                              suggestion(name, known));
    }

    const DrawPlan& plan_;
    const Frame& frame_;
    Diagnostics& faults_;
};

}  // namespace

SamplePlan read_plan(const YamlValue& value, Diagnostics& faults) {
    SamplePlan plan;
    Fields fields(value, faults, "the sample plan");
    const YamlValue* frame = fields.get("frame");
    if (frame) plan.frame = read_frame_plan(*frame, faults);
    if (const YamlValue* size = fields.get("size")) plan.size = read_size_plan(*size, faults);
    if (const YamlValue* draw = fields.get("draw")) plan.draw = read_draw_plan(*draw, plan.frame, faults);
    if (frame && plan.draw)
        check_frame_units(*frame, plan.draw->stages, value.find("draw")->find("stages") == nullptr, faults);
    if (plan.draw && !plan.draw->stages.empty() && plan.draw->stages.front().count.kind == CountKind::from_size &&
        !plan.size)
        faults.error(plan.draw->where, "missing-key", "a number 'from_size' needs the section 'size'",
                     "add 'size:' with its targets, or write a number of dwellings");
    fields.finish();
    return plan;
}

void check_plan(const DrawPlan& plan, const Frame& frame, Diagnostics& faults) { PlanCheck(plan, frame, faults).run(); }

}  // namespace cifra
