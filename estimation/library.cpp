#include "estimation/library.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/embedded.h"

namespace cifra {

namespace {

constexpr std::string_view library_folder = "estimation/library/";

LibraryCondition read_condition(const YamlValue* value, Diagnostics& faults) {
    LibraryCondition condition;
    if (value)
        for (const auto& [parameter, choices] : value->entries)
            condition[parameter] = texts_of(choices, faults, "choices");
    return condition;
}

LibraryNeed read_need(const std::string& name, const YamlValue& value, Diagnostics& faults) {
    static const std::vector<std::string> kinds = {"level", "number", "text", "truth", "value"};
    LibraryNeed need;
    need.name = name;
    Fields fields(value, faults, fmt::format("need '{}'", name));
    const std::string kind = fields.choice("is", kinds, "level");
    need.kind = static_cast<NeedKind>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin());
    need.at = fields.text("at");
    need.text = fields.labels("text");
    if (fields.has("default")) need.fallback = fields.text("default");
    need.only = read_condition(fields.get("only"), faults);
    fields.finish();
    return need;
}

LibraryParameter read_parameter(const std::string& name, const YamlValue& value, Diagnostics& faults) {
    LibraryParameter parameter;
    parameter.name = name;
    Fields fields(value, faults, fmt::format("parameter '{}'", name));
    parameter.choices = fields.texts("choices");
    const std::string kind = fields.choice("is", {"number", "choice", "codes"}, "number");
    if (kind == "codes") parameter.kind = LibraryParameter::Kind::codes;
    if (!parameter.choices.empty()) parameter.kind = LibraryParameter::Kind::choice;
    parameter.fallback = fields.text("default");
    parameter.text = fields.labels("text");
    parameter.only = read_condition(fields.get("only"), faults);
    fields.finish();
    return parameter;
}

void read_meaning(Fields& fields, LibraryDefinition& definition, Diagnostics& faults) {
    definition.series = fields.text("series");
    definition.title = fields.labels("title");
    definition.custodian = fields.text("custodian");
    definition.version = fields.required_text("version");
    definition.source = fields.required_text("source");
    definition.verified = fields.boolean("verified", false);
    definition.unverified = fields.labels("unverified");
    definition.unit = fields.choice("unit", {"household", "person", "incident"}, "person");
    definition.numerator = fields.labels("numerator");
    definition.denominator = fields.labels("denominator");
    definition.window = fields.labels("window");
    definition.age = fields.labels("age");
    definition.basis = fields.choice("basis", {"any_event", "last_event", "incident", "parameter", "none"}, "none");
    if (const YamlValue* missing = fields.require("missing_items")) {
        Fields rule(*missing, faults, "the missing-item rule");
        definition.missing_rule = rule.choice("rule", {"exclude", "zero", "numerator", "parameter"}, "zero");
        definition.missing_reason = rule.labels("reason");
        rule.finish();
    }
    definition.notes = fields.labels("notes");
    definition.quality = fields.text("quality");
}

LibraryDefinition read_definition(const std::string& id, const YamlValue& value, Diagnostics& faults) {
    LibraryDefinition definition;
    definition.id = id;
    Fields fields(value, faults, fmt::format("definition '{}'", id));
    read_meaning(fields, definition, faults);
    if (const YamlValue* needs = fields.require("needs"))
        for (const auto& [name, need] : needs->entries) definition.needs.push_back(read_need(name, need, faults));
    if (const YamlValue* parameters = fields.get("parameters"))
        for (const auto& [name, parameter] : parameters->entries)
            definition.parameters.push_back(read_parameter(name, parameter, faults));
    if (const YamlValue* indicator = fields.require("indicator")) definition.indicator = *indicator;
    if (const YamlValue* variants = fields.get("variants"))
        for (const YamlValue& variant : variants->items) {
            Fields parts(variant, faults, "a variant");
            const YamlValue* when = parts.require("when");
            const YamlValue* keys = parts.require("indicator");
            if (when && keys) definition.variants.push_back({read_condition(when, faults), *keys});
            parts.finish();
        }
    fields.finish();
    return definition;
}

std::vector<LibraryDefinition> shipped_definitions() {
    std::vector<LibraryDefinition> definitions;
    for (const EmbeddedFile& file : embedded_estimation()) {
        if (!file.name.starts_with(library_folder) || !file.name.ends_with(".yaml")) continue;
        Diagnostics faults;
        const YamlValue root = parse_yaml(std::string(file.content), std::string(file.name), faults);
        for (LibraryDefinition& definition : read_definitions(root, faults))
            definitions.push_back(std::move(definition));
        faults.throw_if_errors();
    }
    std::sort(definitions.begin(), definitions.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return definitions;
}

}  // namespace

std::vector<LibraryDefinition> read_definitions(const YamlValue& file, Diagnostics& faults) {
    std::vector<LibraryDefinition> definitions;
    Fields fields(file, faults, "a file of definitions");
    fields.get("common");  // texts that several definitions share by alias
    if (const YamlValue* map = fields.require("definitions"))
        for (const auto& [id, value] : map->entries) definitions.push_back(read_definition(id, value, faults));
    fields.finish();
    return definitions;
}

const std::vector<LibraryDefinition>& library_definitions() {
    static const std::vector<LibraryDefinition> definitions = shipped_definitions();
    return definitions;
}

const LibraryDefinition* find_definition(std::string_view id) {
    for (const LibraryDefinition& definition : library_definitions())
        if (definition.id == id) return &definition;
    return nullptr;
}

}  // namespace cifra
