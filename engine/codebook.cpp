#include "engine/codebook.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

namespace {

const std::vector<std::string> missing_kinds = {"system", "not_asked", "not_reached", "refused", "dont_know"};

Missing kind_of(const YamlValue& value, Diagnostics& faults) {
    const std::string text = text_of(value, faults, "a kind of missing");
    if (const auto kind = missing_from_text(text)) return *kind;
    faults.error(value.where, "unknown-choice", fmt::format("'{}' is not a kind of missing", text),
                 fmt::format("one of: {}", fmt::join(missing_kinds, ", ")));
    return Missing::system;
}

Variable read_variable(const std::string& name, const YamlValue& value, Diagnostics& faults) {
    Variable variable;
    variable.name = name;
    variable.where = value.where;
    Fields fields(value, faults, fmt::format("variable '{}'", name));
    variable.type =
        fields.choice("type", {"text", "number"}, "text") == "number" ? ColumnType::number : ColumnType::text;
    variable.label = fields.labels("label");
    if (const YamlValue* categories = fields.get("categories"))
        for (const auto& [code, label] : categories->entries)
            variable.categories.emplace_back(code, labels_of(label, faults, "a category's label"));
    if (const YamlValue* missing = fields.get("missing"))
        for (const auto& [code, kind] : missing->entries) variable.missing[code] = kind_of(kind, faults);
    if (const YamlValue* blank = fields.get("blank")) variable.blank = kind_of(*blank, faults);
    fields.finish();
    return variable;
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        if (c == '\n')
            result += "\\n";
        else
            result += c;
    }
    return result + '"';
}

std::string yaml_of(const Labels& labels) {
    if (labels.size() == 1 && labels.begin()->first.empty()) return quoted(labels.begin()->second);
    std::vector<std::string> parts;
    for (const auto& [language, text] : labels)
        parts.push_back(fmt::format("{}: {}", language.empty() ? "\"\"" : language, quoted(text)));
    return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

std::string yaml_of(const Variable& variable) {
    std::string text =
        fmt::format("  {}:\n    type: {}\n", variable.name, variable.type == ColumnType::number ? "number" : "text");
    if (!variable.label.empty()) text += fmt::format("    label: {}\n", yaml_of(variable.label));
    if (!variable.categories.empty()) text += "    categories:\n";
    for (const auto& [code, label] : variable.categories)
        text += fmt::format("      {}: {}\n", quoted(code), yaml_of(label));
    if (!variable.missing.empty()) text += "    missing:\n";
    for (const auto& [code, kind] : variable.missing)
        text += fmt::format("      {}: {}\n", quoted(code), to_text(kind));
    if (variable.blank != Missing::system) text += fmt::format("    blank: {}\n", to_text(variable.blank));
    return text;
}

// Codes may be written "01" for a number column's 1: both sides are compared as numbers there.
std::map<double, Missing> numeric_missing(const Variable& variable) {
    std::map<double, Missing> codes;
    for (const auto& [code, kind] : variable.missing)
        if (const auto number = parse_number(code)) codes[*number] = kind;
    return codes;
}

Column with_missing(const Column& column, const Variable& variable) {
    const std::map<double, Missing> numbers = numeric_missing(variable);
    std::vector<Missing> by_code(column.dictionary().size(), Missing::none);
    for (std::size_t i = 0; i < by_code.size(); ++i)
        if (const auto found = variable.missing.find(column.dictionary()[i]); found != variable.missing.end())
            by_code[i] = found->second;
    std::vector<Missing> missing(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        missing[row] = column.missing(row);
        if (missing[row] == Missing::system) missing[row] = variable.blank;
        if (missing[row] != Missing::none) continue;
        if (!column.is_number())
            missing[row] = by_code[column.codes()[row]];
        else if (const auto found = numbers.find(column.number(row)); found != numbers.end())
            missing[row] = found->second;
    }
    if (column.is_number())
        return Column::of_numbers({column.numbers().begin(), column.numbers().end()}, std::move(missing));
    return Column::of_codes({column.codes().begin(), column.codes().end()}, column.dictionary(), std::move(missing));
}

void warn_of_undeclared(const Column& column, const Variable& variable, const std::string& source,
                        Diagnostics& faults) {
    if (variable.categories.empty() || column.is_number()) return;
    std::size_t undeclared = 0;
    for (const std::string& code : column.dictionary()) {
        const bool declared = std::any_of(variable.categories.begin(), variable.categories.end(),
                                          [&](const auto& category) { return category.first == code; });
        if (!declared && !variable.missing.contains(code)) ++undeclared;
    }
    if (undeclared > 0)
        faults.warning(
            {source, 0, 0}, "undeclared-code",
            fmt::format("column '{}' holds {} codes that the codebook does not declare", variable.name, undeclared),
            "add them to its categories or to its missing codes");
}

}  // namespace

const Variable* Codebook::find(std::string_view name) const {
    for (const Variable& variable : variables)
        if (variable.name == name) return &variable;
    return nullptr;
}

Codebook read_codebook(const YamlValue& value, Diagnostics& faults) {
    Codebook codebook;
    if (!value.is_map()) {
        faults.error(value.where, "wrong-type", "a codebook must be a map of variables",
                     "write 'name: {type: text, ...}' lines");
        return codebook;
    }
    for (const auto& [name, variable] : value.entries)
        codebook.variables.push_back(read_variable(name, variable, faults));
    return codebook;
}

std::string to_yaml(const Codebook& codebook) {
    if (codebook.variables.empty()) return "variables: {}\n";
    std::string text = "variables:\n";
    for (const Variable& variable : codebook.variables) text += yaml_of(variable);
    return text;
}

Table apply_codebook(Table table, const Codebook& codebook, Diagnostics& faults) {
    for (const Variable& variable : codebook.variables) {
        const Column* column = table.find(variable.name);
        if (!column) continue;
        warn_of_undeclared(*column, variable, table.source, faults);
        table.set(variable.name, with_missing(*column, variable));
    }
    return table;
}

}  // namespace cifra
