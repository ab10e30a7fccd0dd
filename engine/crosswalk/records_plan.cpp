#include "engine/crosswalk/records_plan.h"

#include <fmt/format.h>

namespace cifra {

namespace {

// A topic and what may be said of it; none: in words.
struct Topic {
    const char* key;
    std::vector<std::string> answers;
    bool mandatory = true;
};

const std::vector<Topic>& topics() {
    static const std::vector<Topic> all = {
        {"moment", {"input", "intermediate", "output"}},
        {"unit", {"offence", "case", "incident", "victim", "suspect", "charge", "conviction", "sentence"}},
        {"principal_offence", {"yes", "no"}},
        {"multiple_offenders", {"one", "each"}},
        {"serial_offences", {"one", "each"}},
        {"date_basis", {"event", "record"}},
        {"attempts", {"included", "excluded", "separate"}},
        {"coverage", {}},
        // What the classification calls Th, AA, Ac, CP and In.
        {"threats", {"included", "excluded"}, false},
        {"aiding_abetting", {"included", "excluded"}, false},
        {"accomplices", {"included", "excluded"}, false},
        {"conspiracy_planning", {"included", "excluded"}, false},
        {"incitement", {"included", "excluded"}, false}};
    return all;
}

CountingRules read_counting(const YamlValue& value, Diagnostics& faults) {
    Fields fields(value, faults, "'counting'");
    CountingRules rules;
    for (const Topic& topic : topics()) {
        if (!(topic.mandatory ? fields.require(topic.key) : fields.get(topic.key))) continue;
        const bool words = topic.answers.empty();
        rules.emplace_back(topic.key,
                           words ? fields.required_text(topic.key) : fields.choice(topic.key, topic.answers, ""));
    }
    fields.finish();
    return rules;
}

// A table of a server, and the columns that give its rows an order.
void read_source(Fields& fields, RecordsPlan& plan, Diagnostics& faults) {
    const std::vector<std::string> order = fields.texts("order");
    const YamlValue* source = fields.get("source");
    if (!source && !order.empty())
        faults.error(fields.get("order")->where, "missing-key", "'order' is of a table, and none is named",
                     "files have an order of their own: leave it out");
    if (!source) return;
    if (fields.has("files"))
        faults.error(source->where, "files-and-source", "'files' and 'source' both name the records",
                     "keep one of them");
    if (const auto address = parse_warehouse_address(fields.text("source"), source->where, faults))
        plan.table = WarehouseTable{*address, order, source->where};
}

// The recoded file has a column for each, beside those of recoding.
void check_names(const RecordsPlan& plan, const YamlValue* keep, Diagnostics& faults) {
    std::vector<std::string> names = {"iccs", "status", "row"};
    for (const std::string& name : plan.keep) {
        if (std::find(names.begin(), names.end(), name) != names.end())
            faults.error(keep->where, "column-twice", fmt::format("the recoded file would have two columns '{}'", name),
                         "keep a column once; 'iccs', 'status' and 'row' are made by recoding: rename yours");
        names.push_back(name);
    }
    for (const RecordTag& tag : plan.tags)
        if (std::find(plan.keep.begin(), plan.keep.end(), tag.tag->name) != plan.keep.end())
            faults.error(tag.where, "column-twice",
                         fmt::format("a column '{}' is kept, and the tag would have its name", tag.tag->name),
                         "leave it out of 'keep'");
}

}  // namespace

RecordsPlan read_records_plan(const Study& study, Diagnostics& faults) {
    RecordsPlan plan;
    plan.out = study.out;
    const Section section = read_section(study, "records", faults);
    if (!section.present()) {
        faults.error({study.file.string(), 0, 0}, "no-records", "the study has no section 'records'",
                     "add it with 'crosswalk: crosswalk.yaml' at least");
        return plan;
    }
    Fields fields(section.value, faults, "'records'");
    const auto path = [&](const std::string& name) {
        return name.empty() ? std::filesystem::path() : resolve(section.directory, name, study.out);
    };
    plan.comparison = path(fields.text("comparison"));
    plan.flow = path(fields.text("flow"));
    plan.system = path(fields.text("system"));
    read_source(fields, plan, faults);
    const bool named = fields.has("files") || fields.has("source");
    const bool recodes = named || (plan.comparison.empty() && plan.flow.empty() && plan.system.empty());
    plan.crosswalk = path(recodes ? fields.required_text("crosswalk") : fields.text("crosswalk"));
    plan.previous = path(fields.text("previous"));
    for (const std::string& file : fields.texts("files")) plan.files.push_back(path(file));
    plan.code = named ? fields.required_text("code") : fields.text("code");
    plan.date = fields.text("date");
    plan.institution = fields.text("institution");
    plan.keep = fields.texts("keep");
    if (const YamlValue* tags = fields.get("tags")) plan.tags = read_record_tags(*tags, faults);
    check_names(plan, fields.get("keep"), faults);
    const YamlValue* counting = named ? fields.require("counting") : fields.get("counting");
    if (counting) plan.counting = read_counting(*counting, faults);
    fields.finish();
    return plan;
}

}  // namespace cifra
