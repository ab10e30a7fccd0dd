// Checks of single offences and rows, and of the relations that the rows make.
#include <fmt/format.h>

#include <map>
#include <set>

#include "engine/crosswalk/crosswalk_check.h"
#include "engine/crosswalk/name_traps.h"
#include "engine/iccs.h"

namespace cifra {

namespace {

bool has_finer(const std::string& code) {
    const auto& all = iccs_codes();
    return std::any_of(all.begin(), all.end(), [&](const IccsCode& other) { return other.parent == code; });
}

void check_code(const CrosswalkRow& row, Diagnostics& faults) {
    if (!find_iccs(row.iccs)) {
        const IccsAlias* alias = find_iccs_alias(row.iccs);
        faults.error(row.where, "unknown-iccs", fmt::format("the ICCS has no code '{}'", row.iccs),
                     alias ? fmt::format("write \"{}\": {}", alias->right, alias->reason)
                           : "codes of version 1.0 are text of 2, 4, 5 or 6 digits, with leading zeros");
    } else if (has_finer(row.iccs) && !row.above_leaf) {
        faults.error(row.where, "code-above-leaf", fmt::format("'{}' has finer codes below it", row.iccs),
                     "use one of them, or say that none fits: 'above_leaf: true'");
    }
}

void check_status(const CrosswalkRow& row, Diagnostics& faults) {
    const bool assigned = row.status == MappingStatus::assigned;
    if (assigned && row.iccs.empty())
        faults.error(row.where, "missing-iccs", fmt::format("'{}' is assigned to no code", row.offence),
                     "give 'iccs', or the status excluded, no_match or pending");
    if (!assigned && !row.iccs.empty())
        faults.error(row.where, "code-without-status",
                     fmt::format("a row of status '{}' has a code", to_text(row.status)),
                     "leave out 'iccs', or the status");
    if (row.basis != MappingBasis::automatic && row.status != MappingStatus::pending &&
        (row.reviewer.empty() || !row.reviewed))
        faults.error(row.where, "manual-without-reviewer",
                     fmt::format("a row of basis '{}' does not tell who judged it, and when", to_text(row.basis)),
                     "give 'reviewer' and 'reviewed: 2024-05-31', or 'basis: automatic'");
}

void check_against_offences(const Crosswalk& crosswalk, const CrosswalkRow& row, Diagnostics& faults) {
    std::vector<std::string> codes;
    std::vector<DateRange> validities;
    for (const NationalOffence& offence : crosswalk.offences) {
        codes.push_back(offence.code);
        if (offence.code == row.offence) validities.push_back(offence.validity);
    }
    if (validities.empty()) {
        faults.error(row.where, "unknown-offence", fmt::format("there is no offence '{}'", row.offence),
                     suggestion(row.offence, codes));
        return;
    }
    if (row.validity == all_days()) return;
    std::sort(validities.begin(), validities.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
    // A side left open is that of the offence.
    Date covered = row.validity.start == all_days().start ? validities.front().start : row.validity.start;
    const Date end = row.validity.end == all_days().end ? validities.back().end : row.validity.end;
    const bool none = end < covered;
    for (const DateRange& validity : validities)
        if (validity.contains(covered)) covered = {validity.end.days + 1};
    if (none || covered <= end)
        faults.error(row.where, "row-outside-validity",
                     fmt::format("on {} the offence '{}' is not in force", to_text(covered), row.offence),
                     "keep valid_from and valid_to within those of the offence");
}

void warn_of_trap(const Crosswalk& crosswalk, const CrosswalkRow& row, Diagnostics& faults) {
    if (row.iccs.empty()) return;
    for (const NationalOffence& offence : crosswalk.offences) {
        if (offence.code != row.offence || !overlap(offence.validity, row.validity)) continue;
        for (const auto& [language, text] : offence.text) {
            const NameTrap* trap = name_trap(text, row.iccs);
            if (!trap) continue;
            faults.warning(row.where, "name-trap",
                           fmt::format("'{}' is mapped to {}: {}", text, row.iccs, trap->reason),
                           fmt::format("codes that fit the name: {}", fmt::join(trap->branches, ", ")));
            return;
        }
    }
}

// Where an ICCS code is used: by which offence, on which days.
struct Use {
    std::string offence;
    DateRange validity;
};
using Uses = std::map<std::string, std::vector<Use>>;

std::set<std::string> codes_of(const Crosswalk& crosswalk, const CrosswalkPeriod& period) {
    std::set<std::string> codes;
    for (const CrosswalkCase& one : period.cases)
        for (const std::size_t row : one.rows)
            if (!crosswalk.rows[row].iccs.empty()) codes.insert(crosswalk.rows[row].iccs);
    return codes;
}

MappingRelation relation_made(const std::set<std::string>& codes, const std::string& offence, const DateRange& validity,
                              const Uses& uses) {
    const bool shared = std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
        const auto& all = uses.at(code);
        return std::any_of(all.begin(), all.end(),
                           [&](const Use& use) { return use.offence != offence && overlap(use.validity, validity); });
    });
    if (codes.empty()) return MappingRelation::unstated;
    if (codes.size() == 1) return shared ? MappingRelation::narrower : MappingRelation::exact;
    return shared ? MappingRelation::partial : MappingRelation::broader;
}

void compare_relations(const Crosswalk& crosswalk, const CrosswalkPeriod& period, const Uses& uses,
                       std::set<std::size_t>& told, Diagnostics& faults) {
    const std::set<std::string> codes = codes_of(crosswalk, period);
    for (const CrosswalkCase& one : period.cases)
        for (const std::size_t index : one.rows) {
            const CrosswalkRow& row = crosswalk.rows[index];
            const MappingRelation made = relation_made(codes, row.offence, period.validity, uses);
            if (row.relation == MappingRelation::unstated || row.relation == made || !told.insert(index).second)
                continue;
            const bool none = made == MappingRelation::unstated;
            faults.error(row.where, "relation-not-made",
                         fmt::format("the relation is said to be '{}'; the rows make it '{}'", to_text(row.relation),
                                     none ? "none" : to_text(made)),
                         "exact 1:1, narrower n:1, broader 1:n, partial n:m; correct the row, or leave 'relation' out");
        }
}

}  // namespace

void check_offences(const Crosswalk& crosswalk, Diagnostics& faults) {
    std::map<std::string, std::vector<const NationalOffence*>> by_code;
    for (const NationalOffence& offence : crosswalk.offences) {
        std::vector<const NationalOffence*>& others = by_code[offence.code];
        if (std::any_of(others.begin(), others.end(),
                        [&](const auto* other) { return overlap(other->validity, offence.validity); }))
            faults.error(offence.where, "overlapping-offences",
                         fmt::format("the offence '{}' has two entries for the same days", offence.code),
                         "end one the day before the other begins");
        const bool mapped = std::any_of(crosswalk.rows.begin(), crosswalk.rows.end(),
                                        [&](const CrosswalkRow& row) { return row.offence == offence.code; });
        if (!mapped && others.empty())
            faults.error(offence.where, "offence-never-mapped", fmt::format("'{}' has no row", offence.code),
                         "add one, with status 'pending' where it is not yet judged");
        others.push_back(&offence);
    }
}

void check_row(const Crosswalk& crosswalk, const CrosswalkRow& row, Diagnostics& faults) {
    if (!row.iccs.empty()) check_code(row, faults);
    check_status(row, faults);
    check_against_offences(crosswalk, row, faults);
    warn_of_trap(crosswalk, row, faults);
}

void check_relations(const Crosswalk& crosswalk, Diagnostics& faults) {
    std::vector<CrosswalkPeriod> all;
    Uses uses;
    for (const std::string& offence : offence_codes(crosswalk))
        for (CrosswalkPeriod& period : periods_in_force(crosswalk, offence)) {
            for (const std::string& code : codes_of(crosswalk, period))
                uses[code].push_back({offence, period.validity});
            all.push_back(std::move(period));
        }
    std::set<std::size_t> told;
    for (const CrosswalkPeriod& period : all) compare_relations(crosswalk, period, uses, told, faults);
}

}  // namespace cifra
