#include "estimation/records/flow_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/iccs.h"
#include "engine/study.h"

namespace cifra {

namespace {

const std::vector<std::string>& coded_columns() {
    static const std::vector<std::string> names = {"sex", "age", "citizenship", "status"};
    return names;
}

class FlowReader {
public:
    FlowReader(std::filesystem::path file, std::filesystem::path out, Diagnostics& faults)
        : directory_(file.parent_path()), out_(std::move(out)), faults_(faults) {
        plan_.file = std::move(file);
    }

    FlowPlan read() {
        const YamlValue root = read_yaml(plan_.file, faults_);
        if (root.is_null()) return std::move(plan_);
        Fields fields(root, faults_, "the flow");
        head(fields);
        for (const YamlValue& item : list(fields.require("stages"), "stages"))
            if (const auto one = stage(item)) plan_.stages.push_back(*one);
        for (const YamlValue& item : list(fields.get("factors"), "factors")) plan_.factors.push_back(factor(item));
        for (const YamlValue& item : list(fields.get("crimes"), "crimes")) plan_.crimes.push_back(crime(item));
        if (plan_.crimes.empty()) plan_.crimes.push_back({"all", {}, {}, ""});
        if (const YamlValue* value = fields.get("events")) plan_.events = events(*value);
        tables(fields);
        fields.finish();
        check_order(root.where);
        check_sources();
        check_units();
        return std::move(plan_);
    }

private:
    std::filesystem::path path(const std::string& name) const {
        return name.empty() ? std::filesystem::path() : resolve(directory_, name, out_);
    }

    const std::vector<YamlValue>& list(const YamlValue* value, const char* what) {
        static const std::vector<YamlValue> none;
        if (!value) return none;
        if (!value->is_list()) {
            faults_.error(value->where, "not-a-list", fmt::format("'{}' must be a list", what),
                          "write its items with '- ' before each");
            return none;
        }
        return value->items;
    }

    void head(Fields& fields) {
        plan_.title = fields.labels("title");
        plan_.note = fields.labels("note");
        if (const YamlValue* year = fields.require("year")) {
            const std::int64_t number = fields.integer("year", 1);
            if (number < 1 || number > 9999) out_of_range(*year, "a year as 2021");
            plan_.year = static_cast<int>(std::clamp<std::int64_t>(number, 1, 9999));
        }
        plan_.area = fields.text("area");
        plan_.level = fields.number("level", 0.95);
        if (!(plan_.level > 0 && plan_.level < 1)) out_of_range(*fields.get("level"), "a level between 0 and 1");
        plan_.estimates = path(fields.text("estimates", "$out/estimates.csv"));
        plan_.covariances = path(fields.text("covariances", "$out/covariances.csv"));
    }

    void out_of_range(const YamlValue& value, const std::string& remedy) {
        faults_.error(value.where, "out-of-range", "the number is out of its range", "write " + remedy);
    }

    // A survey's row is named by table, indicator and period.
    template <class Row>
    void survey_row(Fields& fields, Row& row) {
        row.table = fields.text("table");
        row.indicator = fields.required_text("indicator");
        row.period = fields.text("period");
    }

    // Nothing where it has no place in the order.
    std::optional<FlowStagePlan> stage(const YamlValue& value) {
        Fields fields(value, faults_, "a stage");
        FlowStagePlan plan;
        plan.where = value.where;
        const bool named = fields.require("stage") != nullptr;
        const auto known = flow_stage_from_text(named ? fields.choice("stage", flow_stage_names(), "") : "");
        plan.stage = known.value_or(FlowStage::occurred);
        plan.title = fields.labels("title");
        if (fields.require("institution")) plan.institution = fields.labels("institution");
        if (fields.require("unit")) plan.unit = fields.choice("unit", flow_units(), "");
        if (fields.require("source")) source(fields, plan);
        fields.finish();
        return known ? std::optional(plan) : std::nullopt;
    }

    void source(Fields& fields, FlowStagePlan& plan) {
        const std::string kind = fields.choice("source", {"survey", "counts", "events"}, "counts");
        plan.source = kind == "survey"   ? FlowSource::survey
                      : kind == "events" ? FlowSource::events
                                         : FlowSource::counts;
        if (kind == "survey") survey_row(fields, plan);
        if (kind == "counts") plan.counts = path(fields.required_text("file"));
    }

    UnitFactor factor(const YamlValue& value) {
        Fields fields(value, faults_, "a factor");
        UnitFactor factor;
        if (fields.require("from")) factor.from = fields.choice("from", flow_units(), "");
        if (fields.require("to")) factor.to = fields.choice("to", flow_units(), "");
        const auto exact = fields.number("value"), low = fields.number("low"), high = fields.number("high");
        factor.source = fields.required_text("source");
        fields.finish();
        const bool interval = low && high;
        if (!exact && !interval) {
            faults_.error(value.where, "missing-key", "the factor has neither a value nor an interval",
                          "write 'value: 1.2', or 'low: 1.1' and 'high: 1.4'");
            return factor;
        }
        factor.low = low.value_or(exact.value_or(1));
        factor.high = high.value_or(exact.value_or(1));
        factor.value = exact.value_or(std::sqrt(factor.low * factor.high));
        if (!(factor.low > 0 && factor.low <= factor.value && factor.value <= factor.high)) {
            faults_.error(value.where, "factor-out-of-range", "a factor needs 0 < low <= value <= high",
                          "how many units of 'to' there are for each unit of 'from'");
            factor = {factor.from, factor.to, 1, 1, 1, factor.source};
        }
        return factor;
    }

    FlowCrime crime(const YamlValue& value) {
        Fields fields(value, faults_, "a crime");
        FlowCrime crime{fields.required_text("id"), fields.labels("title"), fields.texts("iccs"),
                        fields.text("domain")};
        const YamlValue* codes = fields.get("iccs");
        for (std::size_t k = 0; k < crime.iccs.size(); ++k) {
            if (find_iccs(crime.iccs[k])) continue;
            const IccsAlias* alias = find_iccs_alias(crime.iccs[k]);
            faults_.error(codes->is_list() ? codes->items[k].where : codes->where, "unknown-iccs",
                          fmt::format("'{}' is no code of the ICCS", crime.iccs[k]),
                          alias ? fmt::format("'{}' is the right one: {}", alias->right, alias->reason)
                                : "write a code of version 1.0 with its leading zero, in quotes");
        }
        fields.finish();
        return crime;
    }

    std::optional<Date> date(Fields& fields, const char* key) {
        const YamlValue* value = fields.get(key);
        if (!value) return std::nullopt;
        const auto day = parse_date(text_of(*value, faults_, key));
        if (!day)
            faults_.error(value->where, "bad-date", fmt::format("'{}' is no date", key), "write it as 2021-12-31");
        return day;
    }

    EventsPlan events(const YamlValue& value) {
        Fields fields(value, faults_, "'events'");
        EventsPlan plan;
        plan.from = *flow_stage_from_text(fields.choice("from", flow_stage_names(), "recorded"));
        const Date first = make_date(plan_.year, 1, 1).value_or(Date{});
        plan.entry = {date(fields, "entered_from").value_or(first),
                      date(fields, "entered_to").value_or(Date{add_months(first, 12).days - 1})};
        if (fields.require("until")) plan.until = date(fields, "until").value_or(plan.entry.end);
        if (plan.entry.end < plan.entry.start || plan.until < plan.entry.end)
            faults_.error(value.where, "ends-before-it-begins", "the days of the cohort are not in order",
                          "entered_from <= entered_to <= until");
        for (const YamlValue& item : list(fields.require("files"), "files")) plan.files.push_back(event_file(item));
        const YamlValue* from = fields.get("from");
        if (!plan.files.empty()) check_told(plan, plan.from, from ? from->where : value.where);
        fields.finish();
        return plan;
    }

    // A file whose column names the stages itself may tell any of them.
    static bool tells(const EventFile& file, const std::string& stage) {
        const bool any = !file.stage_column.empty() && file.codes.empty();
        return any || file.stage == stage ||
               std::any_of(file.codes.begin(), file.codes.end(), [&](const auto& one) { return one.second == stage; });
    }

    // An empty cohort or a count of none would look like a finding.
    void check_told(const EventsPlan& plan, FlowStage stage, const Location& where) {
        const std::string name(to_text(stage));
        const auto of_stage = [&](const EventFile& file) { return tells(file, name); };
        if (std::none_of(plan.files.begin(), plan.files.end(), of_stage))
            faults_.error(where, "source-without-events", fmt::format("no file of 'events' tells the stage '{}'", name),
                          "correct the stage, or name a file whose 'stage' or 'codes' have it");
    }

    EventFile event_file(const YamlValue& value) {
        Fields fields(value, faults_, "a file of events");
        EventFile file;
        file.where = value.where;
        file.file = path(fields.required_text("file"));
        file.event = fields.required_text("event");
        file.date = fields.required_text("date");
        file.iccs = fields.text("iccs");
        std::vector<std::string> stages = flow_stage_names();
        stages.emplace_back("ended");
        file.stage_column = fields.text("stage_column");
        if (file.stage_column.empty() && fields.require("stage")) file.stage = fields.choice("stage", stages, "");
        if (const YamlValue* codes = fields.get("codes")) {
            Fields map(*codes, faults_, "'codes'");
            for (const YamlValue::Entry& entry : codes->entries)
                file.codes[entry.first] = map.choice(entry.first, stages, "");
            map.finish();
        }
        fields.finish();
        return file;
    }

    void tables(Fields& fields) {
        plan_.caseload = path(fields.text("caseload"));
        plan_.population = path(fields.text("population"));
        plan_.homicide = path(fields.text("homicide"));
        plan_.trafficking = path(fields.text("trafficking"));
        if (const YamlValue* value = fields.get("prison")) prison(*value);
        for (const YamlValue& item : list(fields.get("sdg_survey"), "sdg_survey")) sdg_row(item);
        if (const YamlValue* value = fields.get("uncts")) {
            Fields blocks(*value, faults_, "'uncts'");
            for (const char* block : {"offences", "suspected", "prosecuted", "convicted"})
                if (const std::string name = blocks.text(block); !name.empty())
                    plan_.uncts.emplace_back(block, path(name));
            blocks.finish();
        }
        if (const YamlValue* value = fields.get("codes")) codes(*value);
    }

    void prison(const YamlValue& value) {
        Fields fields(value, faults_, "'prison'");
        PrisonPlan plan;
        plan.file = path(fields.required_text("file"));
        if (fields.require("date")) plan.date = date(fields, "date").value_or(Date{});
        fields.finish();
        plan_.prison = plan;
    }

    void sdg_row(const YamlValue& value) {
        Fields fields(value, faults_, "a row of 'sdg_survey'");
        SdgSurveyRow row;
        row.where = value.where;
        row.goal = fields.choice("goal", {"16.3.1", "16.b.1"}, "16.3.1");
        row.series = fields.text("series");
        survey_row(fields, row);
        fields.finish();
        plan_.sdg_survey.push_back(row);
    }

    void codes(const YamlValue& value) {
        Fields fields(value, faults_, "'codes'");
        for (const std::string& column : coded_columns()) {
            const YamlValue* map = fields.get(column);
            if (!map) continue;
            for (const YamlValue::Entry& entry : map->entries)
                plan_.codes[column][entry.first] = text_of(entry.second, faults_, column);
        }
        fields.finish();
    }

    void check_order(const Location& where) {
        if (plan_.stages.size() < 2 && !faults_.has_errors())
            faults_.error(where, "few-stages", "a flow needs two stages at least", "add a stage to 'stages'");
        for (std::size_t k = 1; k < plan_.stages.size(); ++k) {
            const FlowStagePlan& before = plan_.stages[k - 1];
            const FlowStagePlan& now = plan_.stages[k];
            if (now.stage == before.stage)
                faults_.error(now.where, "duplicate-stage", fmt::format("'{}' stands twice", to_text(now.stage)),
                              "keep one of the two");
            else if (now.stage < before.stage)
                faults_.error(now.where, "stages-out-of-order",
                              fmt::format("'{}' comes before '{}'", to_text(now.stage), to_text(before.stage)),
                              "stages stand in the order of the flow");
        }
    }

    void check_sources() {
        for (const FlowStagePlan& stage : plan_.stages) {
            if (stage.source != FlowSource::events) continue;
            if (plan_.events && !plan_.events->files.empty()) check_told(*plan_.events, stage.stage, stage.where);
            if (!plan_.events)
                faults_.error(stage.where, "source-without-events",
                              fmt::format("'{}' is counted from events, and there are none", to_text(stage.stage)),
                              "add 'events', or name a count table with 'source: counts'");
        }
    }

    void check_units() {
        for (std::size_t k = 1; k < plan_.stages.size(); ++k) {
            const FlowStagePlan& before = plan_.stages[k - 1];
            const FlowStagePlan& now = plan_.stages[k];
            if (before.unit.empty() || now.unit.empty() || unit_factor(plan_.factors, before.unit, now.unit)) continue;
            faults_.error(
                now.where, "units-differ",
                fmt::format("'{}' counts by {}, '{}' by {}: no factor leads from one to the other",
                            to_text(before.stage), before.unit, to_text(now.stage), now.unit),
                fmt::format("add to 'factors': {{from: {}, to: {}, value: ..., source: ...}}", before.unit, now.unit));
        }
    }

    std::filesystem::path directory_, out_;
    Diagnostics& faults_;
    FlowPlan plan_;
};

}  // namespace

std::string_view to_text(FlowSource source) {
    switch (source) {
        case FlowSource::survey:
            return "survey";
        case FlowSource::counts:
            return "counts";
        case FlowSource::events:
            return "events";
    }
    return "";
}

FlowPlan read_flow_plan(const std::filesystem::path& file, const std::filesystem::path& out, Diagnostics& faults) {
    return FlowReader(file, out, faults).read();
}

std::optional<UnitFactor> unit_factor(const std::vector<UnitFactor>& factors, const std::string& from,
                                      const std::string& to) {
    if (from == to) return UnitFactor{from, to, 1, 1, 1, ""};
    for (const UnitFactor& one : factors)
        if (one.from == from && one.to == to) return one;
    for (const UnitFactor& one : factors)
        if (one.from == to && one.to == from)
            return UnitFactor{from, to, 1 / one.high, 1 / one.value, 1 / one.low, one.source};
    return std::nullopt;
}

}  // namespace cifra
