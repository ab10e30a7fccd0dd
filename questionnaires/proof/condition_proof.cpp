#include "questionnaires/proof/condition_proof.h"

#include <fmt/format.h>
#include <algorithm>

namespace cifra {
namespace {

using Op = ExprNode::Op;

bool names_a_kind(const Expr& expression) {
    return std::any_of(expression.nodes().begin(), expression.nodes().end(), [](const ExprNode& node) {
        return node.op == Op::is_missing || node.op == Op::is_not_missing || node.op == Op::is_dk ||
               node.op == Op::is_refused || node.op == Op::missing;
    });
}

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

std::vector<Proposition> with(std::vector<Proposition> formulas, std::initializer_list<Proposition> more) {
    formulas.insert(formulas.end(), more);
    return formulas;
}

}  // namespace

void ConditionProof::add(Severity severity, const std::string& id, const Gate& gate, std::string message,
                         std::string hint, Witness witness) {
    findings_.push_back(
        {severity, id, gate.condition->where, gate.subject, std::move(message), std::move(hint), std::move(witness)});
}

void ConditionProof::undecided(const Gate& gate) {
    add(Severity::note, "not-decided", gate, fmt::format("whether {} could not be decided", gate.happens),
        "try it with the answers that matter, or write the condition without functions of numbers");
}

void ConditionProof::hangs_on_others(const Gate& gate) {
    add(Severity::note, "not-decided", gate,
        fmt::format("whether {} as it should hangs on other persons or incidents, of which the proof knows only bounds",
                    gate.happens),
        "try it with a household of several, in a test beside the instrument");
}

bool ConditionProof::reads_never(const Gate& gate, const std::set<std::size_t>& known_never) const {
    for (const std::string& name : joined(gate.condition->expr.names(), gate.before_names))
        if (const auto question = judge_.path.question_of(name); question && known_never.contains(*question))
            return true;
    return false;
}

void ConditionProof::never(const Gate& gate, const Judgement& judgement) {
    const auto claim = with(gate.before, {judge_.path.holds(gate.condition->expr)});
    const std::string reasons = words_of(judge_.fewest(judgement.reasons, claim));
    add(Severity::error, gate.never_id, gate,
        fmt::format("it never comes about that {}{}{}", gate.happens,
                    reasons.empty() ? "" : ": the condition cannot be true together with ", reasons),
        "correct the condition, or remove what it decides");
}

void ConditionProof::always(const Gate& gate, const Judgement& otherwise) {
    Satisfiability& solver = judge_.path.solver();
    const auto claim = with(gate.before, {solver.negation(solver.holds(gate.condition->expr))});
    const std::string reasons = words_of(judge_.fewest(otherwise.reasons, claim));
    add(Severity::warning, gate.always_id, gate,
        fmt::format("the condition is always true where it is read{}{}", reasons.empty() ? "" : ": it follows from ",
                    reasons),
        "remove it, or correct what it was meant to leave out");
}

bool ConditionProof::check(const Gate& gate, const std::set<std::size_t>& known_never) {
    const Expr& expression = gate.condition->expr;
    const Proposition holds = judge_.path.holds(expression);
    const auto facts = judge_.path.facts(joined(expression.names(), gate.before_names), gate.spot);
    const Judgement once = judge_.decide(facts, with(gate.before, {holds}));
    if (once.decision == Decision::undecided) undecided(gate);
    if (once.decision == Decision::never) {
        if (judge_.decide({}, {holds}).decision == Decision::never)
            add(Severity::error, "condition-contradiction", gate,
                fmt::format("the condition contradicts itself: it never comes about that {}", gate.happens),
                "no answers make all of it true: correct one of its parts");
        else if (judge_.decide(facts, gate.before).decision != Decision::never && !reads_never(gate, known_never))
            never(gate, once);
        return false;
    }
    const Judgement otherwise = judge_.decide(facts, with(gate.before, {judge_.path.solver().negation(holds)}));
    if (otherwise.never() && !gate.always_id.empty()) always(gate, otherwise);
    std::vector<Values> seen;
    for (const Judgement* judgement : {&once, &otherwise})
        if (judgement->possible()) seen.push_back(judgement->values);
    check_references(gate, known_never, false, seen);
    if (once.possible()) only_without_answer(gate, facts, once.values);
    return true;
}

void ConditionProof::check_references(const Gate& gate, const std::set<std::size_t>& known_never, bool missing_passes,
                                      const std::vector<Values>& seen) {
    const Expr& expression = gate.condition->expr;
    const auto facts = judge_.path.facts(joined(expression.names(), gate.before_names), gate.spot);
    for (const std::string& name : expression.names()) {
        const auto question = judge_.path.question_of(name);
        const auto asked_in = [&](const Values& values) { return values.at(name).missing != Missing::not_asked; };
        if (!question || known_never.contains(*question) || std::any_of(seen.begin(), seen.end(), asked_in)) continue;
        const Proposition answered = judge_.path.solver().negation(judge_.path.not_asked(*question));
        const Judgement read = judge_.decide(facts, with(gate.before, {answered}));
        if (!read.never() || judge_.decide(facts, gate.before).decision != Decision::possible) continue;
        const std::string reasons = words_of(judge_.fewest(read.reasons, with(gate.before, {answered})));
        add(Severity::error, "reads-never-asked", gate,
            fmt::format("the condition reads '{}', which is never asked where the condition is read{}{}", name,
                        reasons.empty() ? "" : ": ", reasons),
            fmt::format("ask '{}' there too, or read another question",
                        judge_.path.instrument().questions[*question].name));
        return;
    }
    silent_negation(gate, facts, missing_passes);
}

// Where missing counts as false, the null-safe twin is true although the condition is not; where missing passes, the
// twin is false although the condition is missing.
void ConditionProof::silent_negation(const Gate& gate, const std::vector<PathFact>& facts, bool missing_passes) {
    const auto twin = null_safe(gate.condition->expr);
    if (!twin) return;
    Satisfiability& solver = judge_.path.solver();
    std::vector<Proposition> unasked;
    for (const std::string& name : twin->names)
        if (const auto question = judge_.path.question_of(name)) unasked.push_back(judge_.path.not_asked(*question));
    const Proposition twin_says = missing_passes ? solver.fails(twin->condition) : solver.holds(twin->condition);
    const auto claim = with(gate.before, {solver.any(unasked), solver.lacks(gate.condition->expr), twin_says});
    const Judgement silent = judge_.decide(facts, claim);
    if (!silent.possible()) return;
    if (!judge_.stands(facts, claim, silent.values)) return hangs_on_others(gate);
    add(Severity::warning, "silent-negation", gate,
        fmt::format("a negation reads a question that was not asked, so the condition is missing and {}",
                    missing_passes ? "passes" : "counts as false"),
        "write 'is not', 'is not in' or 'not (... is true)' if those cases belong here; else add the condition under "
        "which the question is asked",
        judge_.minimal(facts, claim, silent.values));
}

void ConditionProof::only_without_answer(const Gate& gate, const std::vector<PathFact>& facts, const Values& seen) {
    const auto without_answer = [](const auto& entry) {
        return entry.second.missing == Missing::dont_know || entry.second.missing == Missing::refused;
    };
    if (std::none_of(seen.begin(), seen.end(), without_answer)) return;
    Satisfiability& solver = judge_.path.solver();
    std::vector<Proposition> claim = with(gate.before, {solver.holds(gate.condition->expr)});
    const std::vector<Proposition> plain = claim;
    std::set<std::size_t> questions;
    for (const PathFact& fact : facts)
        for (const std::string& name : fact.reads)
            if (const auto question = judge_.path.question_of(name)) questions.insert(*question);
    if (names_a_kind(gate.condition->expr)) return;
    for (const std::size_t q : questions) {
        for (const Condition* condition : judge_.path.conditions(q))
            if (names_a_kind(condition->expr)) return;
        for (const Missing kind : {Missing::dont_know, Missing::refused})
            claim.push_back(solver.negation(solver.is_kind(judge_.path.instrument().questions[q].name, kind)));
    }
    if (!judge_.decide(facts, claim).never()) return;
    add(Severity::warning, "asked-only-without-answer", gate,
        fmt::format("{} only after a don't know or refused that the condition does not name", gate.happens),
        "write 'is dk' or 'is refused' if that is meant", judge_.minimal(facts, plain, seen));
}

}  // namespace cifra
