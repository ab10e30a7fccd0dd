#include "estimation/quality.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "engine/embedded.h"
#include "engine/evaluate.h"

namespace cifra {

namespace {

constexpr std::array<std::string_view, 4> level_names = {"good", "caution", "poor", "unknown"};
constexpr std::string_view rules_folder = "estimation/rules/";

Schema measures_schema() {
    Schema schema;
    for (const char* name :
         {"estimate", "se", "cv", "lower", "upper", "df", "deff", "n", "n_cases", "n_eff", "cases", "width"})
        schema.add(name, Type::number);
    schema.add("kind", Type::text);
    return schema;
}

QualityLabel read_label(const std::string& id, const YamlValue& value, Diagnostics& faults) {
    QualityLabel label;
    label.id = id;
    Fields fields(value, faults, fmt::format("label '{}'", id));
    const std::string level = fields.choice("level", {level_names.begin(), level_names.end()}, "unknown");
    const auto place = std::find(level_names.begin(), level_names.end(), level);
    label.level = static_cast<QualityLevel>(place - level_names.begin());
    label.mark = fields.text("mark");
    label.text = fields.labels("text");
    fields.finish();
    return label;
}

void read_labels(const YamlValue& map, QualityRules& rules, Diagnostics& faults) {
    if (!map.is_map()) faults.error(map.where, "wrong-type", "'labels' must be a map of labels", "write 'high: {...}'");
    for (const auto& [id, value] : map.entries) rules.labels.push_back(read_label(id, value, faults));
}

void read_definitions(const YamlValue& map, QualityRules& rules, Schema& schema, Diagnostics& faults) {
    if (!map.is_map())
        faults.error(map.where, "wrong-type", "'definitions' must be a map of expressions", "write 'half: n / 2'");
    for (const auto& [name, value] : map.entries) {
        auto expression = parse_expression(text_of(value, faults, name), value.where, schema, faults, Type::number);
        schema.add(name, Type::number);
        if (expression) rules.definitions.emplace_back(name, std::move(*expression));
    }
}

QualityRule read_rule(const YamlValue& value, const QualityRules& rules, const Schema& schema, Diagnostics& faults) {
    QualityRule rule;
    Fields fields(value, faults, "quality rule");
    rule.label = fields.required_text("label");
    std::vector<std::string> known;
    for (const QualityLabel& label : rules.labels) known.push_back(label.id);
    const YamlValue* label = fields.get("label");
    if (label && !rules.find_label(rule.label))
        faults.error(label->where, "unknown-label", fmt::format("'{}' is not among the labels", rule.label),
                     suggestion(rule.label, known));
    if (const YamlValue* when = fields.get("when"))
        rule.when = parse_expression(text_of(*when, faults, "'when'"), when->where, schema, faults, Type::truth);
    rule.reason = fields.text("reason");
    rule.text = fields.labels("text");
    fields.finish();
    return rule;
}

void read_rules(const YamlValue& list, QualityRules& rules, const Schema& schema, Diagnostics& faults) {
    if (!list.is_list())
        faults.error(list.where, "wrong-type", "'rules' must be a list", "write '- {when: ..., label: ...}'");
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        const YamlValue& item = list.items[i];
        const bool last = i + 1 == list.items.size();
        const bool conditional = item.find("when") != nullptr;
        if (item.is_map() && conditional == last)
            faults.error(item.where, "last-rule",
                         last ? "the last rule must hold always" : "only the last rule may do without 'when'",
                         last ? "end with a rule without 'when'" : "give it a condition or put it last");
        rules.rules.push_back(read_rule(item, rules, schema, faults));
    }
}

// Measures and definitions by name, as the expressions see them.
using Values = std::map<std::string, Value, std::less<>>;

Value number_value(double x) { return std::isnan(x) ? Value::absent(Type::number) : Value::of(x); }

Values values_of(const QualityRules& rules, const QualityMeasures& m) {
    Values values;
    const std::pair<const char*, double> numbers[] = {{"estimate", m.estimate},
                                                      {"se", m.se},
                                                      {"cv", m.cv},
                                                      {"lower", m.lower},
                                                      {"upper", m.upper},
                                                      {"df", m.df},
                                                      {"deff", m.deff},
                                                      {"n", m.n},
                                                      {"n_cases", m.n_cases},
                                                      {"n_eff", m.n_eff},
                                                      {"cases", std::isnan(m.n_cases) ? m.n : m.n_cases},
                                                      {"width", m.upper - m.lower}};
    for (const auto& [name, x] : numbers) values.emplace(name, number_value(x));
    values.emplace("kind", Value::of(m.kind));
    for (const auto& [name, expression] : rules.definitions) {
        const auto lookup = [&](std::string_view wanted) { return values.find(wanted)->second; };
        Value value = evaluate(expression, lookup);
        values.emplace(name, std::move(value));
    }
    return values;
}

const EmbeddedFile* embedded_rules(std::string_view id) {
    for (const EmbeddedFile& file : embedded_estimation())
        if (file.name == fmt::format("{}{}.yaml", rules_folder, id)) return &file;
    return nullptr;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text)
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

}  // namespace

std::string_view to_text(QualityLevel level) { return level_names[static_cast<std::size_t>(level)]; }

const QualityLabel* QualityRules::find_label(std::string_view label) const {
    for (const QualityLabel& candidate : labels)
        if (candidate.id == label) return &candidate;
    return nullptr;
}

const Labels* QualityRules::find_reason(std::string_view reason) const {
    for (const QualityRule& rule : rules)
        if (rule.reason == reason) return &rule.text;
    return nullptr;
}

QualityRules read_quality_rules(const YamlValue& value, Diagnostics& faults) {
    QualityRules rules;
    Schema schema = measures_schema();
    Fields fields(value, faults, "quality rules");
    rules.id = fields.required_text("id");
    rules.title = fields.labels("title");
    rules.source = fields.text("source");
    rules.verified = fields.boolean("verified", false);
    rules.unverified = fields.labels("unverified");
    if (const YamlValue* labels = fields.require("labels")) read_labels(*labels, rules, faults);
    if (const YamlValue* map = fields.get("definitions")) read_definitions(*map, rules, schema, faults);
    if (const YamlValue* list = fields.require("rules")) read_rules(*list, rules, schema, faults);
    fields.finish();
    return rules;
}

std::vector<std::string> shipped_quality_rules() {
    std::vector<std::string> ids;
    for (const EmbeddedFile& file : embedded_estimation()) {
        if (!file.name.starts_with(rules_folder) || !file.name.ends_with(".yaml")) continue;
        const std::string_view name = file.name.substr(rules_folder.size());
        ids.emplace_back(name.substr(0, name.size() - std::string_view(".yaml").size()));
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::optional<QualityRules> shipped_quality_rules(std::string_view id) {
    const EmbeddedFile* file = embedded_rules(id);
    if (!file) return std::nullopt;
    Diagnostics faults;
    QualityRules rules =
        read_quality_rules(parse_yaml(std::string(file->content), std::string(file->name), faults), faults);
    faults.throw_if_errors();
    return rules;
}

std::optional<QualityRules> read_quality_key(const YamlValue& value, Diagnostics& faults) {
    if (value.is_map()) return read_quality_rules(value, faults);
    const std::string name = text_of(value, faults, "'quality'");
    auto rules = shipped_quality_rules(name);
    if (!rules)
        faults.error(value.where, "unknown-choice", fmt::format("there is no quality rule set '{}'", name),
                     fmt::format("one of: {}", fmt::join(shipped_quality_rules(), ", ")));
    return rules;
}

Quality assess(const QualityRules& rules, const QualityMeasures& measures) {
    const Values values = values_of(rules, measures);
    const auto lookup = [&](std::string_view name) { return values.find(name)->second; };
    Quality quality;
    for (const QualityRule& rule : rules.rules) {
        const bool labelled = !quality.label.empty();
        if (labelled && (rule.label != quality.label || !rule.when)) continue;
        if (rule.when && !evaluate(*rule.when, lookup).is_true()) continue;
        quality.label = rule.label;
        if (!rule.reason.empty()) quality.reasons.push_back(rule.reason);
    }
    return quality;
}

std::string quality_cell(const QualityRules& rules, const Quality& quality) {
    std::string cell = rules.id + ':' + quality.label;
    for (std::size_t i = 0; i < quality.reasons.size(); ++i) cell += (i == 0 ? ':' : '+') + quality.reasons[i];
    return cell;
}

QualityCell parse_quality_cell(const std::string& cell) {
    const auto parts = split(cell, ':');
    if (parts.size() == 1) return {"", {parts[0], {}}};
    QualityCell result{parts[0], {parts[1], {}}};
    if (parts.size() > 2 && !parts[2].empty()) result.quality.reasons = split(parts[2], '+');
    return result;
}

}  // namespace cifra
