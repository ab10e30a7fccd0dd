#include "questionnaires/proof/indicator_proof.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

Coverage coverage(Judge& judge, Unit unit, const Expr& numerator, const Expr& universe) {
    Satisfiability& solver = judge.path.solver();
    std::vector<std::string> names = numerator.names();
    std::vector<Proposition> unasked, answered;
    std::vector<std::string> asked_names;
    for (const std::string& name : numerator.names()) {
        const auto question = judge.path.question_of(name);
        if (!question) continue;
        asked_names.push_back(name);
        unasked.push_back(judge.path.not_asked(*question));
        for (const Missing kind : {Missing::dont_know, Missing::refused})
            answered.push_back(solver.negation(solver.is_kind(name, kind)));
    }
    if (asked_names.empty()) return {Decision::never, {}, {}};
    answered.push_back(solver.lacks(numerator));
    const std::vector<Proposition> ways = {solver.all(answered), solver.all(unasked)};
    std::vector<Proposition> claim = {solver.any(ways)};
    if (!universe.empty()) {
        claim.push_back(judge.path.holds(universe));
        for (const std::string& name : universe.names()) names.push_back(name);
    }
    const auto facts = judge.path.facts(names, {unit, judge.path.instrument().questions.size()});
    const Judgement judgement = judge.decide(facts, claim);
    Coverage result{judgement.decision, {}, {}};
    if (!judgement.possible()) return result;
    if (!judge.stands(facts, claim, judgement.values)) return {Decision::undecided, {}, {}};
    result.witness = judge.minimal(facts, claim, judgement.values);
    for (const std::string& name : asked_names)
        if (judgement.values.at(name).missing == Missing::not_asked) result.unasked.push_back(name);
    return result;
}

Coverage coverage(const Instrument& instrument, Unit unit, const Expr& numerator, const Expr& universe) {
    Judge judge(instrument);
    return coverage(judge, unit, numerator, universe);
}

void IndicatorProof::check(const MeasuredIndicator& indicator) {
    if (indicator.numerator.expr.empty()) return;
    if (never_true(indicator)) return;
    always_true(indicator);
    const Coverage covered = coverage(judge_, indicator.unit, indicator.numerator.expr, indicator.universe.expr);
    if (covered.uncovered == Decision::undecided)
        add(Severity::note, "not-decided", indicator, "it is not decided whether everyone of its universe is asked",
            "write its conditions in a simpler way");
    if (covered.uncovered != Decision::possible) return;
    const std::string why = covered.unasked.empty()
                                ? "its numerator is missing of some"
                                : fmt::format("'{}' is not asked of some", fmt::join(covered.unasked, "', '"));
    add(Severity::error, "indicator-not-covered", indicator, why + " of its universe",
        "confine the universe to those who are asked, or ask the question of all of it", covered.witness);
}

// Whether the claim about the numerator can be true of somebody of the universe, which is added to it.
Judgement IndicatorProof::in_universe(const MeasuredIndicator& indicator, std::vector<Proposition>& claim) {
    std::vector<std::string> names = indicator.numerator.expr.names();
    if (!indicator.universe.expr.empty()) {
        claim.push_back(judge_.path.holds(indicator.universe.expr));
        for (const std::string& name : indicator.universe.expr.names()) names.push_back(name);
    }
    const auto facts = judge_.path.facts(names, {indicator.unit, judge_.path.instrument().questions.size()});
    return judge_.decide(facts, claim);
}

// A numerator that reads no answer counts its unit: that it is always true is what it says.
void IndicatorProof::always_true(const MeasuredIndicator& indicator) {
    const std::vector<std::string> names = indicator.numerator.expr.names();
    const auto is_answer = [this](const std::string& name) { return judge_.path.question_of(name).has_value(); };
    if (std::none_of(names.begin(), names.end(), is_answer)) return;
    std::vector<Proposition> claim = {judge_.path.solver().negation(judge_.path.holds(indicator.numerator.expr))};
    if (in_universe(indicator, claim).never())
        add(Severity::warning, "indicator-always", indicator, "its numerator is true of everybody in its universe",
            "correct the numerator or the universe");
}

bool IndicatorProof::never_true(const MeasuredIndicator& indicator) {
    std::vector<Proposition> claim = {judge_.path.holds(indicator.numerator.expr)};
    const Judgement judgement = in_universe(indicator, claim);
    if (judgement.decision != Decision::never) return false;
    const std::string reasons = words_of(judge_.fewest(judgement.reasons, claim));
    add(Severity::error, "indicator-never", indicator,
        "its numerator is never true in its universe" + (reasons.empty() ? "" : ": it excludes " + reasons),
        "correct the numerator or the universe");
    return true;
}

void IndicatorProof::add(Severity severity, const std::string& id, const MeasuredIndicator& indicator,
                         const std::string& message, const std::string& hint, Witness witness) {
    findings_.push_back({severity, id, indicator.numerator.where, indicator.id,
                         fmt::format("indicator '{}': {}", indicator.id, message), hint, std::move(witness)});
}

}  // namespace cifra
