#include "estimation/weighting/group_variables.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

namespace {

struct ParsedRule {
    std::string code;
    Expr when;
};

std::vector<ParsedRule> parse_rules(const GroupVariable& group, const Hierarchy& levels, Diagnostics& faults) {
    std::vector<ParsedRule> rules;
    const Schema schema = levels.schema(levels.size() - 1);
    for (const GroupRule& rule : group.rules)
        if (auto when = parse_expression(rule.when, rule.where, schema, faults, Type::truth))
            rules.push_back({rule.code, std::move(*when)});
    return rules;
}

std::size_t highest_level(const std::vector<ParsedRule>& rules, const Hierarchy& levels) {
    for (std::size_t level = 0; level + 1 < levels.size(); ++level)
        if (std::all_of(rules.begin(), rules.end(), [&](const ParsedRule& rule) {
                const auto names = rule.when.names();
                return std::all_of(names.begin(), names.end(),
                                   [&](const std::string& name) { return levels.knows(level, name); });
            }))
            return level;
    return levels.size() - 1;
}

Column group_column(const std::vector<ParsedRule>& rules, const Hierarchy& levels, std::size_t level) {
    const std::size_t rows = levels[level].rows();
    std::vector<std::string> codes(rows);
    std::vector<Missing> missing(rows, Missing::system);
    for (const ParsedRule& rule : rules) {
        const auto holds = levels.filter(level, rule.when);
        for (std::size_t row = 0; row < rows; ++row) {
            if (!holds[row] || missing[row] == Missing::none) continue;
            codes[row] = rule.code;
            missing[row] = Missing::none;
        }
    }
    return Column::of_texts(codes, std::move(missing));
}

}  // namespace

void add_group_variables(const std::vector<GroupVariable>& groups, Hierarchy& levels, Diagnostics& faults) {
    for (const GroupVariable& group : groups) {
        if (levels.knows(levels.size() - 1, group.name)) {
            faults.error(group.where, "duplicate-name", fmt::format("'{}' is also a column of a file", group.name),
                         "give the group another name");
            continue;
        }
        const std::vector<ParsedRule> rules = parse_rules(group, levels, faults);
        if (rules.size() != group.rules.size()) continue;
        const std::size_t level = highest_level(rules, levels);
        const Column column = group_column(rules, levels, level);
        levels.edit(level).table.set(group.name, column);
    }
}

}  // namespace cifra
