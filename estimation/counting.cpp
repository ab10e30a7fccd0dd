#include "estimation/counting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "engine/csv.h"

namespace cifra {

namespace {

std::optional<Expr> expression_at(Fields& fields, std::string_view key, const Schema& schema, Type type,
                                  Diagnostics& faults) {
    const YamlValue* value = fields.get(key);
    if (!value) return std::nullopt;
    return parse_expression(text_of(*value, faults, key), value->where, schema, faults, type);
}

void read_cap(CountingRule& rule, const YamlValue* value, const Schema& schema, Diagnostics& faults) {
    if (!value) return;
    if (!value->is_map()) {
        rule.cap = number_of(*value, faults, "'cap'");
        return;
    }
    Fields fields(*value, faults, "'cap'");
    rule.cap_percentile = fields.number("percentile");
    rule.cap_by = fields.text("by");
    rule.cap_weighted = fields.boolean("weighted", false);
    rule.cap_table = fields.text("table");
    rule.cap_column = fields.text("column", "cap");
    fields.finish();
    if (rule.cap_percentile.has_value() == !rule.cap_table.empty())
        faults.error(value->where, "missing-key", "a cap has a 'percentile' or a 'table'",
                     "for example {percentile: 98, by: offence}");
    if (rule.cap_percentile && !(*rule.cap_percentile > 0 && *rule.cap_percentile <= 100))
        faults.error(value->where, "out-of-range", "'percentile' lies between 0 and 100", "for example 98");
    if (!rule.cap_by.empty() && !schema.find(rule.cap_by))
        faults.error(value->where, "unknown-name", fmt::format("'by' names no column '{}'", rule.cap_by),
                     suggestion(rule.cap_by, schema.names()));
}

// The group of every row: the text of `cap_by`, one group without it.
std::vector<std::string> groups_of(const CountingRule& rule, const Hierarchy& hierarchy, std::size_t level) {
    std::vector<std::string> groups(hierarchy[level].rows());
    if (rule.cap_by.empty()) return groups;
    const Column& column = hierarchy.column(level, rule.cap_by);
    for (std::size_t row = 0; row < groups.size(); ++row) groups[row] = column.cell(row);
    return groups;
}

// The smallest count that at least this share of the records (or of their weight) does not exceed.
double percentile_cap(std::vector<std::pair<double, double>> counts, double percentile) {
    std::sort(counts.begin(), counts.end());
    double all = 0, below = 0;
    for (const auto& [count, weight] : counts) all += weight;
    for (const auto& [count, weight] : counts) {
        below += weight;
        if (below >= percentile / 100 * all * (1 - 1e-12)) return std::max(1.0, count);
    }
    return 1;
}

std::map<std::string, double> percentile_caps(const CountingRule& rule, const std::vector<std::string>& groups,
                                              const std::vector<double>& counts, const std::vector<double>& weights) {
    std::map<std::string, std::vector<std::pair<double, double>>> of_group;
    const bool weighted = rule.cap_weighted && !weights.empty();
    for (std::size_t row = 0; row < counts.size(); ++row)
        of_group[groups[row]].emplace_back(counts[row], weighted ? weights[row] : 1);
    std::map<std::string, double> caps;
    for (const auto& [group, values] : of_group) caps[group] = percentile_cap(values, *rule.cap_percentile);
    return caps;
}

std::map<std::string, double> table_caps(const CountingRule& rule, const std::filesystem::path& folder,
                                         Diagnostics& faults) {
    CsvOptions options;
    options.columns = {rule.cap_column};
    if (!rule.cap_by.empty()) options.columns.push_back(rule.cap_by);
    options.types = {{rule.cap_by, ColumnType::text}, {rule.cap_column, ColumnType::number}};
    const Table table = read_csv(folder / rule.cap_table, options, faults);
    std::map<std::string, double> caps;
    if (faults.has_errors()) return caps;
    for (std::size_t row = 0; row < table.rows(); ++row)
        caps[rule.cap_by.empty() ? "" : table.at(rule.cap_by).cell(row)] = table.at(rule.cap_column).number(row);
    return caps;
}

void cap_by_group(const CountingRule& rule, const Hierarchy& hierarchy, std::size_t level,
                  const std::filesystem::path& folder, std::vector<double>& counts, Diagnostics& faults) {
    const std::vector<std::string> groups = groups_of(rule, hierarchy, level);
    const auto caps = rule.cap_percentile ? percentile_caps(rule, groups, counts, hierarchy[level].weight)
                                          : table_caps(rule, folder, faults);
    std::set<std::string> without;
    for (std::size_t row = 0; row < counts.size(); ++row) {
        const auto cap = caps.find(groups[row]);
        if (cap == caps.end())
            without.insert(groups[row]);
        else
            counts[row] = std::min(counts[row], cap->second);
    }
    if (!without.empty() && !faults.has_errors())
        faults.error(rule.where, "no-cap",
                     fmt::format("{} groups of '{}' have no cap in {}", without.size(), rule.cap_by, rule.cap_table),
                     "give every group a cap");
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
    read_cap(rule, fields.get("cap"), schema, faults);
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
                                   const std::filesystem::path& folder, Diagnostics& faults) {
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
    if (rule.cap_percentile || !rule.cap_table.empty()) cap_by_group(rule, hierarchy, level, folder, result, faults);
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
