#include "questionnaires/coding.h"

#include <algorithm>

namespace cifra {
namespace {

bool holds(const CodingRule& rule, const Board& board) {
    if (rule.condition.expr.empty()) return false;
    return evaluate(rule.condition.expr, [&](std::string_view name) { return board.lookup(name); }).is_true();
}

std::ptrdiff_t rank(const CodingRule& rule, const std::vector<Reference>& hierarchy) {
    return std::ranges::find(hierarchy, rule.offence, &Reference::id) - hierarchy.begin();
}

Coded principal_first(const std::vector<const CodingRule*>& rules) {
    Coded coded{rules.front()->offence, rules.front()->iccs};
    for (const CodingRule* rule : rules) {
        if (rule->offence == coded.offence) continue;
        if (std::ranges::find(coded.secondary_offences, rule->offence) != coded.secondary_offences.end()) continue;
        coded.secondary_offences.push_back(rule->offence);
        coded.secondary_iccs.push_back(rule->iccs);
    }
    return coded;
}

}  // namespace

std::vector<const CodingRule*> by_precedence(const Coding& coding) {
    std::vector<const CodingRule*> rules;
    for (const CodingRule& rule : coding.rules) rules.push_back(&rule);
    if (!coding.hierarchy.empty())
        std::ranges::stable_sort(rules, {}, [&](const CodingRule* rule) { return rank(*rule, coding.hierarchy); });
    return rules;
}

Coded code_incident(const Instrument& instrument, const Coding& coding, std::uint32_t crime, const Board& board) {
    std::vector<const CodingRule*> holding;
    for (const CodingRule* rule : by_precedence(coding)) {
        if (!holds(*rule, board)) continue;
        if (coding.hierarchy.empty()) return {rule->offence, rule->iccs};
        holding.push_back(rule);
    }
    if (!holding.empty()) return principal_first(holding);
    return {instrument.crimes[crime].offence, instrument.crimes[crime].iccs};
}

}  // namespace cifra
