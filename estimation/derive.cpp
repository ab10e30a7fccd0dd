#include "estimation/derive.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

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

// Rows with equal keys get the sum over all of them, or 1 where any has one.
void share_by_key(const Target& target, const std::vector<std::string>& names, bool any, std::vector<double>& result) {
    std::vector<Column> key;
    for (const std::string& name : names) key.push_back(target.hierarchy.column(target.level, name).as_text());
    std::unordered_map<std::string, std::size_t> place;
    std::vector<std::size_t> of_row;
    std::vector<double> shared;
    for (std::size_t row = 0; row < result.size(); ++row) {
        std::string text;
        for (const Column& column : key)  // a row without its key stands alone
            text += (column.present(row) ? column.cell(row) : fmt::format("\x1e{}", row)) + '\x1f';
        const std::size_t at = place.emplace(std::move(text), shared.size()).first->second;
        if (at == shared.size()) shared.push_back(0);
        shared[at] = any ? std::max(shared[at], result[row]) : shared[at] + result[row];
        of_row.push_back(at);
    }
    for (std::size_t row = 0; row < result.size(); ++row) result[row] = shared[of_row[row]];
}

// The names under `key`, variables of the row's level or above.
std::vector<std::string> read_share_key(const Target& target, Fields& fields) {
    const YamlValue* value = fields.get("key");
    std::vector<std::string> names;
    if (!value) return names;
    for (const std::string& name : texts_of(*value, target.faults, "'key'")) {
        if (target.hierarchy.knows(target.level, name))
            names.push_back(name);
        else
            target.faults.error(
                value->where, "unknown-name",
                fmt::format("'{}' is not a variable of level '{}' or above", name, target.hierarchy[target.level].name),
                suggestion(name, target.hierarchy.schema(target.level).names()));
    }
    return names;
}

void derive_summary(Target& target, const std::string& kind, const YamlValue& from, Fields& fields) {
    const std::string name = text_of(from, target.faults, "the level below");
    const std::size_t below = target.hierarchy.find(name);
    const YamlValue* where = fields.get("where");
    const YamlValue* value = fields.get("value");
    const std::vector<std::string> key = read_share_key(target, fields);
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
    if (!key.empty()) share_by_key(target, key, kind == "any", result);
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
