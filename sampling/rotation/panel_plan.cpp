#include "sampling/rotation/panel_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/table.h"

namespace cifra {

namespace {

constexpr std::int64_t most = 100'000;

std::size_t whole(Fields& fields, const char* key, std::int64_t fallback, Diagnostics& faults, std::int64_t least = 1) {
    const std::int64_t number = fields.integer(key, fallback);
    if (number >= least && number <= most) return static_cast<std::size_t>(number);
    const YamlValue* given = fields.get(key);
    faults.error(given ? given->where : fields.where(), "out-of-range",
                 fmt::format("'{}' must lie in {} .. {}", key, least, most), "write a whole number of that range");
    return static_cast<std::size_t>(least);
}

double share_of(Fields& fields, double fallback, Diagnostics& faults) {
    const double share = fields.number("share", fallback);
    if (share > 0 && share <= 1) return share;
    faults.error(fields.get("share")->where, "out-of-range", "'share' must be above 0 and at most 1",
                 "write 0.5 for one half");
    return fallback;
}

std::vector<bool> runs(const YamlValue& list, Diagnostics& faults) {
    std::vector<bool> pattern;
    bool in = true;
    for (const YamlValue& item : list.items) {
        const std::int64_t run = integer_of(item, faults, "a run of 'in_out'");
        if (run < 1 || run > 1000)
            faults.error(item.where, "out-of-range", "a run of 'in_out' must lie in 1 .. 1000",
                         "for example [4, 8, 4]");
        else
            pattern.insert(pattern.end(), static_cast<std::size_t>(run), in);
        in = !in;
    }
    if (list.items.size() % 2 == 0)
        faults.error(list.where, "out-of-range",
                     "'in_out' must be a list that begins and ends with waves in the sample", "for example [4, 8, 4]");
    return pattern;
}

RotationPattern free_pattern(const YamlValue& value, Diagnostics& faults) {
    RotationPattern pattern;
    Fields fields(value, faults, "'pattern'");
    pattern.interval = whole(fields, "interval", 1, faults);
    const YamlValue* in_out = fields.get("in_out");
    const std::size_t visits = whole(fields, "visits", in_out ? 0 : 1, faults, in_out ? 0 : 1);
    pattern.dwellings = in_out ? runs(*in_out, faults) : std::vector<bool>(visits, true);
    if (in_out && fields.has("visits") && pattern.visits() != visits)
        faults.error(value.where, "visits-mismatch", "'visits' is not the number of waves in the sample of 'in_out'",
                     "correct one of them, or leave 'visits' out");
    fields.finish();
    return pattern;
}

void read_pattern(Fields& fields, PanelPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.require("pattern");
    if (!value) return;
    plan.where = value->where;
    if (value->is_map()) {
        plan.pattern = free_pattern(*value, faults);
        return;
    }
    const std::string name = fields.choice("pattern", {"ncvs", "overlapping", "split", "csew"}, "overlapping");
    if (name == "ncvs") plan.pattern = {std::vector<bool>(7, true), {}, 6};
    if (name == "csew") plan.pattern = {{true}, {true, true, true}, 12};
    if (name == "overlapping") plan.permanent = std::exchange(plan.take, 0);
    if (name != "split") return;
    plan.pattern.dwellings = {true};
    const double kept = std::round(share_of(fields, 0.5, faults) * static_cast<double>(plan.take));
    plan.permanent = static_cast<std::size_t>(kept);
    plan.take -= plan.permanent;
    if (plan.permanent == 0 || plan.take == 0)
        faults.error(fields.where(), "out-of-range", "'take' and 'share' leave no dwelling to keep or none to renew",
                     "for example take: 10, share: 0.5");
}

void read_coordination(Fields& fields, CoordinationPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.get("coordination");
    if (!value) return;
    Fields keys(*value, faults, "'coordination'");
    plan.where = value->where;
    plan.file = keys.required_text("file");
    const bool positive = keys.choice("kind", {"negative", "positive"}, "negative") == "positive";
    plan.kind = positive ? CoordinationKind::positive : CoordinationKind::negative;
    if (positive) plan.share = share_of(keys, 1, faults);
    keys.finish();
}

void read_update(Fields& fields, PanelPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.get("frame_update");
    if (!value) return;
    Fields keys(*value, faults, "'frame_update'");
    plan.births = keys.text("births");
    plan.deaths = keys.text("deaths");
    keys.finish();
}

// `start`: a number, or a column of the frame.
void read_start(Fields& keys, PsuSamplePlan& plan, Diagnostics& faults) {
    const std::string text = keys.text("start", "0");
    const std::optional<double> number = parse_number(text);
    if (!number) plan.start_column = text;
    plan.start = number.value_or(0);
    if (!(plan.start >= 0 && plan.start < 1))
        faults.error(keys.get("start")->where, "out-of-range", "'start' must lie from 0 to below 1",
                     "write the end of the other sample's arcs, or a column that holds its probabilities");
}

PsuSamplePlan psu_sample_of(const YamlValue& value, Diagnostics& faults) {
    PsuSamplePlan plan;
    plan.where = value.where;
    Fields keys(value, faults, "'psu_sample'");
    plan.frame = keys.required_text("frame");
    plan.strata = keys.texts("strata");
    const std::string method = keys.choice("method", {"srs", "pareto", "poisson"}, "srs");
    plan.method = method == "srs" ? PsuMethod::srs : method == "pareto" ? PsuMethod::pareto : PsuMethod::poisson;
    plan.size = keys.text("size");
    if (plan.method == PsuMethod::srs && !plan.size.empty())
        faults.error(keys.get("size")->where, "unused-key", "'srs' selects with equal probabilities",
                     "remove 'size', or take pareto or poisson");
    if (plan.method != PsuMethod::srs && plan.size.empty())
        faults.error(value.where, "missing-key", fmt::format("'{}' selects by size and needs 'size'", method),
                     "name the column that holds the measure of size");
    if (const YamlValue* n = keys.require("n_per_stratum"))
        plan.count = read_count_by_stratum(*n, "n_per_stratum", faults);
    plan.rotation = keys.number("rotation", 0);
    if (!(plan.rotation >= 0 && plan.rotation <= 1))
        faults.error(keys.get("rotation")->where, "out-of-range", "'rotation' must lie from 0 to 1",
                     "0 keeps the PSUs, 1 renews them all, 0.25 a quarter in each wave");
    read_start(keys, plan, faults);
    keys.finish();
    return plan;
}

void read_psu_sample(Fields& fields, PanelPlan& plan, Diagnostics& faults) {
    const YamlValue* value = fields.get("psu_sample");
    if (!value) return;
    plan.psu_sample = psu_sample_of(*value, faults);
    if (!plan.pattern.psus.empty())
        faults.error(value->where, "unused-key", "the pattern csew rotates the PSUs of a drawn sample itself",
                     "take another pattern, and 'rotation'");
    if (fields.has("sample"))
        faults.error(fields.get("sample")->where, "unused-key", "'psu_sample' draws the PSUs", "remove 'sample'");
}

}  // namespace

std::size_t RotationPattern::visits() const {
    return static_cast<std::size_t>(std::count(dwellings.begin(), dwellings.end(), true));
}

PanelPlan read_panel_plan(const YamlValue& value, Diagnostics& faults) {
    PanelPlan plan;
    Fields fields(value, faults, "'panel'");
    plan.take = whole(fields, "take", 1, faults);
    read_pattern(fields, plan, faults);
    plan.waves = whole(fields, "waves", 1, faults);
    plan.months = whole(fields, "months", static_cast<std::int64_t>(plan.pattern.interval), faults);
    if (plan.months > plan.pattern.interval)
        faults.error(fields.where(), "out-of-range", "'months' of field are more than the months between waves",
                     fmt::format("write at most {}", plan.pattern.interval));
    if (!plan.pattern.psus.empty()) plan.psus = whole(fields, "psus", 0, faults, 0);
    plan.month_of_psu = fields.choice("balance", {"dwelling", "psu"}, "dwelling") == "psu";
    plan.sample = fields.text("sample");
    plan.dwellings = fields.text("dwellings");
    plan.keep = fields.texts("keep");
    read_psu_sample(fields, plan, faults);
    read_coordination(fields, plan.coordination, faults);
    read_update(fields, plan, faults);
    fields.finish();
    return plan;
}

}  // namespace cifra
