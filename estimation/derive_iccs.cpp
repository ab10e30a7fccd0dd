#include "estimation/derive_iccs.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/iccs.h"

namespace cifra {

namespace {

std::string_view bare(std::string_view code) { return code.starts_with("ICCS") ? code.substr(4) : code; }

std::string remedy(std::string_view wrong) {
    if (const IccsAlias* alias = find_iccs_alias(wrong))
        return fmt::format("write {}: {}", alias->right, alias->reason);
    return "codes of version 1.0 are text of 2, 4, 5 or 6 digits, with leading zeros";
}

// The entry of each text of the dictionary: a row in the groups, or why there is none.
struct Groups {
    std::vector<std::string> names;
    std::vector<std::uint32_t> of_entry;
    std::vector<std::uint8_t> unknown, above;
};

Groups groups_of(const std::vector<std::string>& dictionary, const IccsRollUp& roll_up) {
    Groups groups;
    for (const std::string& code : dictionary) {
        const std::optional<std::string> group = iccs_group(code, roll_up);
        groups.unknown.push_back(!group.has_value());
        groups.above.push_back(group.has_value() && group->empty());
        const std::string name = group.value_or("");
        const auto found = std::find(groups.names.begin(), groups.names.end(), name);
        groups.of_entry.push_back(static_cast<std::uint32_t>(found - groups.names.begin()));
        if (found == groups.names.end()) groups.names.push_back(name);
    }
    return groups;
}

void report(const Column& codes, const Groups& groups, const IccsRollUp& roll_up, const Location& where,
            Diagnostics& faults) {
    std::size_t unknown = 0, above = 0;
    std::string first;
    for (std::size_t row = 0; row < codes.size(); ++row) {
        if (!codes.present(row)) continue;
        const std::uint32_t entry = codes.codes()[row];
        if (groups.unknown[entry] && ++unknown == 1) first = codes.text(row);
        above += groups.above[entry];
    }
    if (unknown > 0)
        faults.error(
            where, "unknown-iccs",
            fmt::format("{} records have a code that the ICCS does not have, the first is '{}'", unknown, first),
            remedy(bare(first)));
    if (above > 0 && roll_up.level > 0)
        faults.warning(where, "iccs-above-level",
                       fmt::format("{} records are coded above level {} and stay missing", above, roll_up.level),
                       "choose a lower level number, or list the groups under 'groups'");
}

}  // namespace

std::optional<IccsRollUp> read_iccs_roll_up(Fields& fields, const Location& where, Diagnostics& faults) {
    IccsRollUp roll_up;
    const std::size_t errors = faults.error_count();
    const YamlValue* level = fields.get("level");
    const YamlValue* codes = fields.get("groups");
    if ((level != nullptr) == (codes != nullptr))
        faults.error(where, "missing-key", "'iccs' needs either 'level' or 'groups'",
                     "for example 'level: 2', or 'groups: [\"0201\", \"0401\"]'");
    if (level) {
        const std::int64_t number = integer_of(*level, faults, "'level'");
        if (number < 1 || number > 4)
            faults.error(level->where, "out-of-range", "the levels of the ICCS are 1 to 4", "for example 'level: 2'");
        roll_up.level = static_cast<int>(number);
    }
    for (const std::string& code : codes ? texts_of(*codes, faults, "'groups'") : std::vector<std::string>{}) {
        roll_up.codes.emplace_back(bare(code));
        if (!find_iccs(roll_up.codes.back()))
            faults.error(codes->where, "unknown-iccs", fmt::format("the ICCS has no code '{}'", code),
                         remedy(roll_up.codes.back()));
    }
    if (faults.error_count() > errors) return std::nullopt;
    return roll_up;
}

std::optional<std::string> iccs_group(std::string_view code, const IccsRollUp& roll_up) {
    const IccsCode* found = find_iccs(bare(code));
    if (!found) return std::nullopt;
    if (roll_up.level > 0) return iccs_at_level(found->code, roll_up.level).value_or("");
    std::string deepest;
    for (const std::string& group : roll_up.codes)
        if (group.size() > deepest.size() && iccs_within(found->code, group)) deepest = group;
    return deepest;
}

Column iccs_groups(const Column& codes, const IccsRollUp& roll_up, const Location& where, Diagnostics& faults) {
    const Groups groups = groups_of(codes.dictionary(), roll_up);
    report(codes, groups, roll_up, where, faults);
    std::vector<std::uint32_t> cells(codes.size(), 0);
    std::vector<Missing> missing(codes.size(), Missing::none);
    for (std::size_t row = 0; row < codes.size(); ++row) {
        const std::uint32_t entry = codes.present(row) ? codes.codes()[row] : 0;
        if (!codes.present(row))
            missing[row] = codes.missing(row);
        else if (groups.unknown[entry] || groups.above[entry])
            missing[row] = Missing::system;
        else
            cells[row] = groups.of_entry[entry];
    }
    return Column::of_codes(std::move(cells), groups.names, std::move(missing));
}

void add_iccs_labels(const std::string& name, const Location& where, const IccsRollUp& roll_up, Codebook& labels) {
    const auto found = std::find_if(labels.variables.begin(), labels.variables.end(),
                                    [&](const Variable& variable) { return variable.name == name; });
    Variable own;
    own.name = name;
    own.where = where;
    Variable& variable = found == labels.variables.end() ? labels.variables.emplace_back(std::move(own)) : *found;
    for (const IccsCode& code : iccs_codes()) {
        const bool listed = std::find(roll_up.codes.begin(), roll_up.codes.end(), code.code) != roll_up.codes.end();
        const bool labelled = std::any_of(variable.categories.begin(), variable.categories.end(),
                                          [&](const auto& category) { return category.first == code.code; });
        if ((listed || code.level == roll_up.level) && !labelled)
            variable.categories.emplace_back(code.code,
                                             Labels{{"en", iccs_title(code, "en")}, {"es", iccs_title(code, "es")}});
    }
}

}  // namespace cifra
