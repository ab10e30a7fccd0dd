#include "estimation/derive.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "estimation/derive_iccs.h"

namespace cifra {

namespace {

struct Target {
    Hierarchy& hierarchy;
    std::size_t level;
    std::string name;
    Location where;
    Diagnostics& faults;
};

void store(Target& target, Column column, Type type) {
    Level& level = target.hierarchy.edit(target.level);
    level.table.set(target.name, std::move(column));
    level.types[target.name] = type;
}

std::optional<Expr> parse_at(const Target& target, std::size_t level, const YamlValue& value,
                             std::optional<Type> type) {
    const std::string text = text_of(value, target.faults, fmt::format("'{}'", target.name));
    return parse_expression(text, value.where, target.hierarchy.schema(level), target.faults, type);
}

void derive_expression(Target& target, const YamlValue& value) {
    if (const auto expression = parse_at(target, target.level, value, std::nullopt))
        store(target, target.hierarchy.evaluate(target.level, *expression), expression->type());
}

void derive_groups(Target& target, const YamlValue& groups) {
    if (!groups.is_map() || groups.entries.empty()) {
        target.faults.error(groups.where, "wrong-type", "'groups' must map each group to its condition",
                            "for example {young: age < 30, old: age >= 30}");
        return;
    }
    const std::size_t rows = target.hierarchy[target.level].rows();
    std::vector<std::uint32_t> codes(rows, 0);
    std::vector<Missing> missing(rows, Missing::system);
    std::vector<std::string> names;
    for (const auto& [name, condition] : groups.entries) {
        const auto expression = parse_at(target, target.level, condition, Type::truth);
        if (!expression) continue;
        const std::vector<std::uint8_t> inside = target.hierarchy.filter(target.level, *expression);
        for (std::size_t row = 0; row < rows; ++row) {
            if (!inside[row] || missing[row] == Missing::none) continue;
            codes[row] = static_cast<std::uint32_t>(names.size());
            missing[row] = Missing::none;
        }
        names.push_back(name);
    }
    store(target, Column::of_codes(std::move(codes), std::move(names), std::move(missing)), Type::text);
}

void derive_summary(Target& target, const std::string& kind, const YamlValue& from, Fields& fields) {
    const std::string name = text_of(from, target.faults, "the level below");
    const std::size_t below = target.hierarchy.find(name);
    const YamlValue* where = fields.get("where");
    const YamlValue* value = fields.get("value");
    if (below == no_level || below == target.level || !target.hierarchy.is_above(target.level, below)) {
        target.faults.error(from.where, "unknown-level",
                            fmt::format("'{}' is not a level below '{}'", name, target.hierarchy[target.level].name),
                            suggestion(name, target.hierarchy.names()));
        return;
    }
    if (kind == "sum" && !value) {
        target.faults.error(from.where, "missing-key", "a sum needs 'value'", "add 'value: <what is summed>'");
        return;
    }
    const auto condition = where ? parse_at(target, below, *where, Type::truth) : std::nullopt;
    const auto summed = kind == "sum" ? parse_at(target, below, *value, Type::number) : std::nullopt;
    if ((where && !condition) || (kind == "sum" && !summed)) return;
    const Level& level = target.hierarchy[below];
    const std::vector<std::uint8_t> counted =
        condition ? target.hierarchy.filter(below, *condition) : std::vector<std::uint8_t>(level.rows(), 1);
    const Column values = summed ? target.hierarchy.evaluate(below, *summed) : Column();
    const std::vector<std::size_t> owner = target.hierarchy.ancestor_rows(below, target.level);
    std::vector<double> result(target.hierarchy[target.level].rows(), 0);
    for (std::size_t row = 0; row < level.rows(); ++row) {
        if (!counted[row] || (summed && !values.present(row))) continue;
        const double times = level.multiplicity.empty() ? 1 : level.multiplicity[row];
        double& cell = result[owner[row]];
        if (kind == "any")
            cell = 1;
        else
            cell += times * (summed ? values.number(row) : 1);
    }
    store(target, Column::of_numbers(std::move(result)), kind == "any" ? Type::truth : Type::number);
}

void add_labels(const Target& target, Fields& fields, Codebook& labels) {
    Variable variable;
    variable.name = target.name;
    variable.where = target.where;
    variable.label = fields.labels("label");
    if (const YamlValue* categories = fields.get("categories"))
        for (const auto& [code, label] : categories->entries)
            variable.categories.emplace_back(code, labels_of(label, target.faults, "a category's label"));
    if (!variable.label.empty() || !variable.categories.empty()) labels.variables.push_back(std::move(variable));
}

void derive_from_iccs(Target& target, const YamlValue& code, Fields& fields, Codebook& labels) {
    const std::optional<IccsRollUp> roll_up = read_iccs_roll_up(fields, code.where, target.faults);
    const auto expression = parse_at(target, target.level, code, Type::text);
    if (!roll_up || !expression) return;
    const Column codes = target.hierarchy.evaluate(target.level, *expression);
    store(target, iccs_groups(codes, *roll_up, code.where, target.faults), Type::text);
    add_iccs_labels(target.name, target.where, *roll_up, labels);
}

void derive_from_map(Target& target, const YamlValue& value, Codebook& labels) {
    Fields fields(value, target.faults, fmt::format("derived variable '{}'", target.name));
    add_labels(target, fields, labels);
    const YamlValue* iccs = fields.get("iccs");
    const YamlValue* groups = iccs ? nullptr : fields.get("groups");
    const YamlValue* expression = fields.get("expression");
    if (groups)
        derive_groups(target, *groups);
    else if (expression)
        derive_expression(target, *expression);
    bool summary = false;
    for (const std::string kind : {"count", "any", "sum"}) {
        const YamlValue* from = fields.get(kind);
        if (!from) continue;
        derive_summary(target, kind, *from, fields);
        summary = true;
    }
    if (iccs) derive_from_iccs(target, *iccs, fields, labels);
    if (!groups && !expression && !summary && !iccs)
        target.faults.error(value.where, "missing-key",
                            fmt::format("derived variable '{}' says nothing to derive", target.name),
                            "give one of: expression, groups, count, any, sum, iccs");
    fields.finish();
}

void derive_all(const YamlValue& derive, Hierarchy& hierarchy, const KeepVariable& keep, Codebook& labels,
                Diagnostics& faults) {
    for (std::size_t i = 0; i < derive.entries.size(); ++i) {
        const auto& [level_name, variables] = derive.entries[i];
        const std::size_t level = hierarchy.find(level_name);
        if (level == no_level) {
            faults.error(derive.key_places[i], "unknown-level",
                         fmt::format("there is no level '{}' under data:", level_name),
                         suggestion(level_name, hierarchy.names()));
            continue;
        }
        for (std::size_t v = 0; v < variables.entries.size(); ++v) {
            const auto& [name, value] = variables.entries[v];
            if (keep(level, name)) continue;
            Target target{hierarchy, level, name, variables.key_places[v], faults};
            if (value.is_map())
                derive_from_map(target, value, labels);
            else
                derive_expression(target, value);
        }
    }
}

}  // namespace

void derive_again(const YamlValue& derive, Hierarchy& hierarchy, const KeepVariable& keep, Diagnostics& faults) {
    Codebook labels;
    derive_all(derive, hierarchy, keep, labels, faults);
}

void derive_variables(const YamlValue& derive, Hierarchy& hierarchy, Codebook& labels, Diagnostics& faults) {
    derive_all(
        derive, hierarchy, [](std::size_t, const std::string&) { return false; }, labels, faults);
}

}  // namespace cifra
