#include "questionnaires/coding.h"

namespace cifra {

Coded code_incident(const Instrument& instrument, const std::vector<CodingRule>& rules, std::uint32_t crime,
                    const Board& board) {
    for (const CodingRule& rule : rules) {
        if (rule.condition.expr.empty()) continue;
        const Value held = evaluate(rule.condition.expr, [&](std::string_view name) { return board.lookup(name); });
        if (held.is_true()) return {rule.offence, rule.iccs};
    }
    return {instrument.crimes[crime].offence, instrument.crimes[crime].iccs};
}

}  // namespace cifra
