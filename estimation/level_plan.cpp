#include "estimation/level_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

namespace {

void read_keys(LevelPlan& plan, const YamlValue* by, Diagnostics& faults) {
    if (!by) return;
    if (!by->is_map()) {
        plan.by = plan.parent_by = texts_of(*by, faults, "'by'");
        return;
    }
    for (const auto& [own, above] : by->entries) {
        plan.by.push_back(own);
        plan.parent_by.push_back(text_of(above, faults, "the key column of the level above"));
    }
}

// Exactly one of a file and a table of a server.
void read_place(LevelPlan& plan, Fields& fields, Diagnostics& faults) {
    plan.source_at = fields.get("source");
    if (!plan.source_at) {
        const YamlValue* file = fields.require("file");
        if (file) plan.files = fields.texts("file");
        if (file && (plan.files.empty() || std::ranges::find(plan.files, "") != plan.files.end()))
            faults.error(file->where, "missing-key", fmt::format("level '{}' names no file", plan.name),
                         "write 'file: persons.csv', or a list of such names");
        return;
    }
    plan.source = fields.text("source");
    if (fields.get("file"))
        faults.error(plan.source_at->where, "design-conflict",
                     fmt::format("level '{}' has a file and a table of a server", plan.name),
                     "leave out one of 'file' and 'source'");
}

char separator_of(const std::string& word) {
    if (word == "comma") return ',';
    if (word == "semicolon") return ';';
    return word == "tab" ? '\t' : '\0';
}

}  // namespace

LevelPlan read_level_plan(const std::string& name, const YamlValue& value, Diagnostics& faults) {
    LevelPlan plan;
    plan.name = name;
    plan.where = value.where;
    Fields fields(value, faults, fmt::format("level '{}'", name));
    read_place(plan, fields, faults);
    plan.parent_at = fields.get("parent");
    plan.parent = fields.text("parent");
    read_keys(plan, fields.get("by"), faults);
    plan.weight = fields.get("weight");
    plan.filter = fields.get("where");
    plan.counting_at = fields.get("count");
    plan.counting = fields.texts("count");
    plan.codebook = fields.text("codebook");
    plan.csv.separator = separator_of(fields.choice("separator", {"comma", "semicolon", "tab"}, ""));
    plan.csv.decimal_comma = fields.boolean("decimal_comma", false);
    fields.finish();
    if (plan.parent.empty() && !plan.weight)
        faults.error(plan.where, "missing-key", fmt::format("level '{}' needs a weight", name),
                     "add 'weight: <column>', or 'weight: 1' for a census");
    if (!plan.parent.empty() && plan.by.empty())
        faults.error(plan.where, "missing-key", fmt::format("level '{}' needs the key of its parent", name),
                     "add 'by: [<key columns>]'");
    return plan;
}

std::vector<LevelPlan> read_level_plans(const YamlValue& data, Diagnostics& faults) {
    if (!data.is_map() || data.entries.empty())
        faults.error(data.where, "wrong-type", "'data' must be a map of levels, from the top down",
                     "for example {persons: {file: persons.csv, weight: w}}");
    std::vector<LevelPlan> plans;
    std::vector<std::string> above;
    for (const auto& [name, value] : data.entries) {
        plans.push_back(read_level_plan(name, value, faults));
        const LevelPlan& plan = plans.back();
        if (!plan.parent.empty() && std::ranges::find(above, plan.parent) == above.end())
            faults.error(plan.parent_at->where, "unknown-level",
                         fmt::format("level '{}' has no parent '{}' above it", name, plan.parent),
                         above.empty() ? "the level at the top has none" : suggestion(plan.parent, above));
        above.push_back(name);
    }
    return plans;
}

std::vector<std::string> key_columns(const LevelPlan& plan, const std::vector<LevelPlan>& plans) {
    std::vector<std::string> keys = plan.by;
    for (const LevelPlan& other : plans)
        if (other.parent == plan.name)
            for (const std::string& key : other.parent_by)
                if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    return keys;
}

}  // namespace cifra
