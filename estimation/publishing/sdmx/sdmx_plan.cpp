#include <fmt/format.h>

#include <regex>

#include "estimation/publishing/sdmx/sdmx.h"

namespace cifra {

namespace {

std::map<std::string, std::string> text_map(const YamlValue* value, Diagnostics& faults, std::string_view what) {
    std::map<std::string, std::string> map;
    if (!value) return map;
    if (!value->is_map())
        faults.error(value->where, "wrong-type", fmt::format("{} must be a map", what), "write 'name: code' lines");
    for (const auto& [key, item] : value->entries) map[key] = text_of(item, faults, what);
    return map;
}

SdmxVariable read_variable(const YamlValue& value, Diagnostics& faults) {
    Fields fields(value, faults, "variable of sdmx");
    SdmxVariable variable{fields.text("dimension"), text_map(fields.get("codes"), faults, "'codes'")};
    fields.finish();
    return variable;
}

void check_identifiers(const SdmxPlan& plan, Diagnostics& faults) {
    static const std::regex identifier("[A-Za-z][A-Za-z0-9_-]*(\\.[A-Za-z][A-Za-z0-9_-]*)*"),
        version("[0-9]+\\.[0-9]+(\\.[0-9]+)?"), date("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])");
    for (const std::string* id : {&plan.agency, &plan.id, &plan.dataflow, &plan.sender})
        if (!std::regex_match(*id, identifier))
            faults.error(plan.where, "bad-identifier", fmt::format("'{}' is no identifier of SDMX", *id),
                         "a letter, then letters, digits, '_' and '-'");
    if (!std::regex_match(plan.version, version))
        faults.error(plan.where, "bad-identifier", fmt::format("'{}' is no version of SDMX", plan.version),
                     "for example 1.0");
    if (!std::regex_match(plan.prepared, date))
        faults.error(plan.where, "bad-date", "'prepared' is the date of the message", "write it as 2026-03-31");
}

}  // namespace

SdmxPlan read_sdmx_plan(const YamlValue& value, Diagnostics& faults) {
    Fields fields(value, faults, "sdmx");
    SdmxPlan plan;
    plan.where = value.where;
    plan.sdg = fields.choice("structure", {"cifra", "sdg"}, "cifra") == "sdg";
    plan.agency = fields.text("agency", plan.sdg ? "IAEG-SDGs" : "CIFRA");
    plan.id = fields.text("id", plan.sdg ? "SDG" : "VICTIMIZATION");
    plan.dataflow = fields.text("dataflow", plan.sdg ? "DF_SDG_GLH" : "DF_" + plan.id);
    plan.version = fields.text("version", "1.0");
    plan.sender = fields.text("sender", plan.agency);
    plan.prepared = fields.required_text("prepared");
    plan.tables = fields.texts("tables");
    plan.fixed = text_map(fields.get("fixed"), faults, "'fixed'");
    plan.indicators = text_map(fields.get("indicators"), faults, "'indicators'");
    plan.units = text_map(fields.get("units"), faults, "'units'");
    if (const YamlValue* variables = fields.get("variables"))
        for (const auto& [name, variable] : variables->entries) plan.variables[name] = read_variable(variable, faults);
    fields.finish();
    check_identifiers(plan, faults);
    return plan;
}

}  // namespace cifra
