#include "estimation/records/system_map.h"

#include <fmt/format.h>

#include <set>

#include "estimation/records/system_check.h"

namespace cifra {

namespace {

const std::vector<std::string> frequencies = {"daily", "weekly", "monthly", "quarterly", "yearly", "irregular"};

class SystemReader {
public:
    explicit SystemReader(Diagnostics& faults) : faults_(faults) {}

    SystemMap read(const YamlValue& root) {
        Fields fields(root, faults_, "the system's map");
        map_.title = fields.labels("title");
        map_.note = fields.labels("note");
        each(fields.require("institutions"), "institutions", [&](const YamlValue& item) { institution(item); });
        each(fields.get("identifiers"), "identifiers", [&](const YamlValue& item) { identifier(item); });
        each(fields.get("code_lists"), "code_lists", [&](const YamlValue& item) { code_list(item); });
        each(fields.require("records"), "records", [&](const YamlValue& item) { records(item); });
        each(fields.get("maturity"), "maturity", [&](const YamlValue& item) { answer(item); });
        fields.finish();
        return std::move(map_);
    }

private:
    template <class Use>
    void each(const YamlValue* list, const char* what, Use use) {
        if (!list) return;
        if (!list->is_list())
            faults_.error(list->where, "not-a-list", fmt::format("'{}' must be a list", what),
                          "write its items with '- ' before each");
        for (const YamlValue& item : list->items) use(item);
    }

    // An id once among its kind.
    std::string id(Fields& fields, std::set<std::string>& known) {
        std::string id = fields.required_text("id");
        if (!id.empty() && !known.insert(id).second)
            faults_.error(fields.get("id")->where, "duplicate-id", fmt::format("'{}' stands twice", id),
                          "give each an id of its own");
        return id;
    }

    void institution(const YamlValue& value) {
        Fields fields(value, faults_, "an institution");
        SystemInstitution one{id(fields, institutions_), fields.labels("name"), fields.labels("role"), value.where};
        fields.finish();
        map_.institutions.push_back(std::move(one));
    }

    void identifier(const YamlValue& value) {
        Fields fields(value, faults_, "an identifier");
        SystemIdentifier one;
        one.id = id(fields, identifiers_);
        one.of = fields.choice("of", {"event", "case", "person", "victim", "suspect", "prisoner"}, "event");
        one.name = fields.labels("name");
        fields.finish();
        map_.identifiers.push_back(std::move(one));
    }

    void code_list(const YamlValue& value) {
        Fields fields(value, faults_, "a code list");
        SystemCodeList one;
        one.id = id(fields, code_lists_);
        one.version = fields.text("version");
        one.name = fields.labels("name");
        one.keeper = fields.labels("keeper");
        fields.finish();
        map_.code_lists.push_back(std::move(one));
    }

    std::optional<double> number(Fields& fields, const char* key, double highest) {
        const auto value = fields.number(key);
        if (value && !(*value >= 0 && *value <= highest))
            faults_.error(fields.get(key)->where, "out-of-range",
                          fmt::format("'{}' must lie between 0 and {}", key, highest), "write shares as 0.95");
        return value;
    }

    void records(const YamlValue& value) {
        constexpr double longest_lag = 36500;
        Fields fields(value, faults_, "records");
        SystemRecords one;
        one.where = value.where;
        one.id = id(fields, records_);
        one.institution = fields.required_text("institution");
        one.name = fields.labels("name");
        if (const YamlValue* stages = fields.require("stages")) one.stages = stages_of(*stages);
        one.identifiers = fields.texts("identifiers");
        each(fields.get("variables"), "variables",
             [&](const YamlValue& item) { one.variables.push_back(variable(item)); });
        one.frequency = fields.has("published") ? fields.choice("published", frequencies, "") : "";
        one.lag = number(fields, "lag_days", longest_lag);
        one.mapped_codes = number(fields, "mapped_codes", 1);
        one.mapped_records = number(fields, "mapped_records", 1);
        each(fields.get("exchanges"), "exchanges",
             [&](const YamlValue& item) { one.exchanges.push_back(exchange(item)); });
        fields.finish();
        map_.records.push_back(std::move(one));
    }

    std::vector<FlowStage> stages_of(const YamlValue& value) {
        std::vector<FlowStage> stages;
        const std::vector<std::string> names = texts_of(value, faults_, "stages");
        for (std::size_t k = 0; k < names.size(); ++k) {
            if (const auto stage = flow_stage_from_text(names[k]))
                stages.push_back(*stage);
            else
                faults_.error(value.is_list() ? value.items[k].where : value.where, "unknown-choice",
                              fmt::format("'{}' is no stage", names[k]), suggestion(names[k], flow_stage_names()));
        }
        return stages;
    }

    // A name alone, or {name: ..., code_list: ...}.
    SystemVariable variable(const YamlValue& value) {
        if (value.is_scalar()) return {value.scalar, ""};
        Fields fields(value, faults_, "a variable");
        SystemVariable one{fields.required_text("name"), fields.text("code_list")};
        if (const YamlValue* list = fields.get("code_list"); list && !code_lists_.contains(one.code_list))
            faults_.error(list->where, "unknown-code-list", fmt::format("there is no code list '{}'", one.code_list),
                          "declare it under 'code_lists'");
        fields.finish();
        return one;
    }

    SystemExchange exchange(const YamlValue& value) {
        Fields fields(value, faults_, "an exchange");
        SystemExchange one;
        one.where = value.where;
        one.to = fields.required_text("to");
        one.means = fields.labels("means");
        one.frequency = fields.choice("frequency", frequencies, "irregular");
        if (fields.require("identifiers")) one.identifiers = fields.texts("identifiers");
        fields.finish();
        return one;
    }

    void answer(const YamlValue& value) {
        Fields fields(value, faults_, "an answer");
        MaturityAnswer one;
        one.where = value.where;
        one.item = fields.required_text("item");
        if (fields.require("level"))
            one.level = static_cast<int>(number(fields, "level", highest_maturity).value_or(0));
        one.evidence = fields.labels("evidence");
        fields.finish();
        map_.answers.push_back(std::move(one));
    }

    Diagnostics& faults_;
    SystemMap map_;
    std::set<std::string> institutions_, identifiers_, code_lists_, records_;
};

}  // namespace

SystemMap read_system_map(const std::filesystem::path& file, Diagnostics& faults) {
    const YamlValue root = read_yaml(file, faults);
    if (root.is_null()) return {};
    SystemMap map = SystemReader(faults).read(root);
    check_system_map(map, faults);
    return map;
}

}  // namespace cifra
