#include "estimation/counting.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

namespace {

std::optional<Expr> expression_at(Fields& fields, std::string_view key, const Schema& schema, Type type,
                                  Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return std::nullopt;
    return parse_expression(text_of(*value, faults, key), value->where, schema, faults, type);
}

}  // namespace

CountingRule read_counting_rule(const std::string& name, const YamlValue& value, const Schema& schema,
                                Diagnostics& faults) {
    CountingRule rule;
    rule.name = name;
    rule.where = value.where;
    Fields fields(value, faults, fmt::format("counting rule '{}'", name));
    rule.series = expression_at(fields, "series", schema, Type::truth, faults);
    if (fields.require("count")) rule.count = expression_at(fields, "count", schema, Type::number, faults);
    rule.cap = fields.number("cap");
    rule.unknown_as = fields.number("unknown_as");
    if (const YamlValue* codes = fields.get("unknown"))
        for (const std::string& code : texts_of(*codes, faults, "'unknown'")) {
            if (const auto number = parse_number(code))
                rule.unknown.push_back(*number);
            else
                faults.error(codes->where, "wrong-type", "'unknown' must list numbers", "for example [997, 998]");
        }
    if (rule.cap && *rule.cap < 1)
        faults.error(rule.where, "out-of-range", "'cap' must be at least 1", "leave it out for no cap");
    fields.finish();
    return rule;
}

std::vector<double> multiplicities(const CountingRule& rule, const Hierarchy& hierarchy, std::size_t level,
                                   Diagnostics& faults) {
    const std::size_t rows = hierarchy[level].rows();
    const std::vector<std::uint8_t> series =
        rule.series ? hierarchy.filter(level, *rule.series) : std::vector<std::uint8_t>(rows, 1);
    const Column counts = hierarchy.evaluate(level, *rule.count);
    std::vector<double> result(rows, 1);
    std::size_t negative = 0, unknown = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        if (!series[row]) continue;
        const bool known = counts.present(row) && std::find(rule.unknown.begin(), rule.unknown.end(),
                                                            counts.number(row)) == rule.unknown.end();
        if (known && counts.number(row) < 0) ++negative;
        if (!known && !rule.unknown_as) ++unknown;
        result[row] =
            known ? std::min(counts.number(row), rule.cap.value_or(counts.number(row))) : rule.unknown_as.value_or(1);
    }
    const std::string& source = hierarchy[level].table.source;
    if (negative > 0)
        faults.error({source, 0, 0}, "negative-count", fmt::format("{} series have a negative count", negative),
                     "correct the counts");
    if (unknown > 0)
        faults.error(rule.where, "unknown-count", fmt::format("{} series of {} have no known count", unknown, source),
                     "declare unknown_as: the count such a series stands for");
    return result;
}

}  // namespace cifra
