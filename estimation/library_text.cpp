#include <fmt/format.h>

#include "estimation/library.h"

namespace cifra {

namespace {

std::string_view kind_of(NeedKind kind) {
    constexpr std::string_view names[] = {"level", "number", "text", "truth", "number or text"};
    return names[static_cast<std::size_t>(kind)];
}

std::string condition_text(const LibraryCondition& condition) {
    std::string text;
    for (const auto& [parameter, choices] : condition)
        text += fmt::format("; for {}: {}", parameter, fmt::join(choices, ", "));
    return text;
}

std::string need_line(const LibraryNeed& need, const std::string& language) {
    const std::string at = need.at.empty() ? "" : fmt::format(" at {}", need.at);
    const std::string fallback = need.fallback ? fmt::format("; default {}", *need.fallback) : "";
    return fmt::format("`{}` ({}{}{}{}): {}", need.name, kind_of(need.kind), at, fallback, condition_text(need.only),
                       label_in(need.text, language, ""));
}

std::string parameter_line(const LibraryParameter& parameter, const std::string& language) {
    const std::string fallback = parameter.fallback.empty() ? "required" : "default " + parameter.fallback;
    const std::string choices =
        parameter.choices.empty() ? "" : fmt::format("{}; ", fmt::join(parameter.choices, ", "));
    return fmt::format("`{}` ({}{}{}): {}", parameter.name, choices, fallback, condition_text(parameter.only),
                       label_in(parameter.text, language, ""));
}

std::string row(std::string_view what, const std::string& value) {
    return value.empty() ? "" : fmt::format("| {} | {} |\n", what, value);
}

std::string definition_section(const LibraryDefinition& d) {
    const auto in = [](const Labels& labels) { return label_in(labels, "en", ""); };
    std::string page = fmt::format("### `{}`\n\n| | {} |\n| --- | --- |\n", d.id, in(d.title));
    page += row("series", d.series);
    page += row("numerator", in(d.numerator)) + row("denominator", in(d.denominator));
    page += row("unit, basis", d.basis == "none" ? d.unit : fmt::format("{}, {}", d.unit, d.basis));
    page += row("window", in(d.window)) + row("age", in(d.age));
    page += row("missing items", fmt::format("{}: {}", d.missing_rule, in(d.missing_reason)));
    page += row("version, source",
                fmt::format("{}; {}{}", d.version, d.source, d.custodian.empty() ? "" : "; custodian " + d.custodian));
    page += row("verified", d.verified ? "yes" : "no");
    page += row("to be confirmed", in(d.unverified));
    std::string needs, parameters;
    for (const LibraryNeed& need : d.needs) needs += (needs.empty() ? "" : "<br>") + need_line(need, "en");
    for (const LibraryParameter& parameter : d.parameters)
        parameters += (parameters.empty() ? "" : "<br>") + parameter_line(parameter, "en");
    return page + row("needs", needs) + row("parameters", parameters) + row("notes", in(d.notes));
}

}  // namespace

std::string list_definitions(const std::string& language) {
    std::string text;
    for (const LibraryDefinition& definition : library_definitions()) {
        text += fmt::format("{}  (version {})\n  {}\n", definition.id, definition.version,
                            label_in(definition.title, language, definition.id));
        for (const LibraryNeed& need : definition.needs) text += "    " + need_line(need, language) + '\n';
        for (const LibraryParameter& parameter : definition.parameters)
            text += "    " + parameter_line(parameter, language) + '\n';
    }
    return text;
}

std::string definitions_page() {
    std::string page;
    for (const LibraryDefinition& definition : library_definitions())
        page += (page.empty() ? "" : "\n") + definition_section(definition);
    return page;
}

}  // namespace cifra
