#include "questionnaires/proof/constraint_proof.h"

#include <fmt/format.h>
#include <algorithm>

namespace cifra {
namespace {

constexpr int most_answers_tried = 60;

std::vector<Proposition> with(std::vector<Proposition> formulas, const std::vector<Proposition>& more) {
    formulas.insert(formulas.end(), more.begin(), more.end());
    return formulas;
}

}  // namespace

ConstraintProof::ConstraintProof(Judge& judge, std::vector<Finding>& findings, std::size_t question,
                                 const std::set<std::size_t>& known_never)
    : judge_(judge),
      findings_(findings),
      conditions_(judge, findings),
      index_(question),
      question_(judge.path.instrument().questions[question]),
      known_never_(known_never) {
    std::vector<std::string> names = {question_.name};
    for (const Constraint& constraint : question_.constraints) {
        if (constraint.that.expr.empty()) continue;
        if (constraint.hard) hard_.push_back(&constraint);
        for (const std::string& name : constraint.that.expr.names()) names.push_back(name);
    }
    facts_ = judge.path.facts(names, {question_.unit, question + 1}, question);
    answered_ = {judge.path.asked(question), judge.path.solver().is_kind(question_.name, Missing::none)};
}

Gate ConstraintProof::gate(const Constraint& constraint) const {
    Gate gate;
    gate.condition = &constraint.that;
    gate.spot = {question_.unit, index_ + 1};
    gate.before = answered_;
    gate.before_names = {question_.name};
    gate.subject = question_.name;
    gate.happens = fmt::format("the {} of '{}' passes", constraint.hard ? "require" : "confirm", question_.name);
    return gate;
}

void ConstraintProof::check() {
    if (judge_.decide(facts_, answered_).decision == Decision::never) return;
    const std::size_t before = findings_.size();
    for (const Constraint& constraint : question_.constraints)
        if (!constraint.that.expr.empty()) check_one(constraint);
    if (hard_.empty() || findings_.size() > before) return;
    if (hard_.size() > 1) check_together();
    if (findings_.size() > before) return;
    check_codes();
    check_blocking();
}

void ConstraintProof::check_one(const Constraint& constraint) {
    const Gate gate = this->gate(constraint);
    const Proposition fails = judge_.path.solver().fails(constraint.that.expr);
    const Judgement passes = judge_.decide(facts_, with(answered_, {judge_.path.solver().negation(fails)}));
    if (passes.never()) {
        conditions_.add(
            constraint.hard ? Severity::error : Severity::warning,
            constraint.hard ? "require-never-holds" : "confirm-never-holds", gate,
            fmt::format("no answer to '{}' passes its {}", question_.name, constraint.hard ? "require" : "confirm"),
            "correct the constraint, or the range of the question");
        return;
    }
    const Judgement breaks = judge_.decide(facts_, with(answered_, {fails}));
    if (passes.decision == Decision::undecided || breaks.decision == Decision::undecided) conditions_.undecided(gate);
    if (breaks.never()) {
        const std::string reasons = words_of(judge_.fewest(breaks.reasons, with(answered_, {fails})));
        conditions_.add(Severity::warning, "constraint-always-holds", gate,
                        fmt::format("no answer to '{}' can break this constraint{}{}", question_.name,
                                    reasons.empty() ? "" : ": it follows from ", reasons),
                        "remove it, or correct what it was meant to refuse");
        return;
    }
    std::vector<ConditionProof::Values> seen;
    for (const Judgement* judgement : {&passes, &breaks})
        if (judgement->possible()) seen.push_back(judgement->values);
    conditions_.check_references(gate, known_never_, true, seen);
}

Proposition ConstraintProof::passing(const std::optional<Value>& answer) {
    Satisfiability& solver = judge_.path.solver();
    std::vector<Proposition> passes;
    for (const Constraint* constraint : hard_) passes.push_back(solver.negation(solver.fails(constraint->that.expr)));
    const Proposition all = solver.all(passes);
    return answer ? solver.with(all, question_.name, *answer) : all;
}

void ConstraintProof::check_together() {
    const Judgement together = judge_.decide(facts_, with(answered_, {passing({})}));
    if (together.never())
        conditions_.add(Severity::error, "require-never-holds", gate(*hard_.front()),
                        fmt::format("no answer to '{}' passes all its constraints", question_.name),
                        "correct one of them: they exclude each other");
}

void ConstraintProof::check_codes() {
    if (question_.type != QuestionType::single) return;
    for (const Code& code : question_.codes) {
        const Proposition chosen = judge_.path.solver().equals(question_.name, Value::of(code.code));
        const Judgement judgement = judge_.decide(facts_, with(answered_, {chosen, passing({})}));
        if (judgement.never())
            conditions_.add(
                Severity::warning, "code-never-accepted", gate(*hard_.front()),
                fmt::format("the constraints of '{}' never let its code '{}' pass", question_.name, code.code),
                "remove the code from the list, or correct the constraint");
    }
}

// Looks for earlier answers after which no answer passes: guesses some against which all answers tried so far fail, and
// tries to answer there. Every round ends the search or adds an answer that passes somewhere.
void ConstraintProof::check_blocking() {
    Satisfiability& solver = judge_.path.solver();
    std::vector<Proposition> claim = {answered_[0]};
    for (int round = 0; round < most_answers_tried; ++round) {
        const Judgement path = judge_.decide(facts_, claim);
        if (path.decision == Decision::never) return;
        if (!path.possible()) break;
        const Judgement answer = judge_.decide(facts_, candidate(path.values));
        if (answer.possible()) {
            claim.push_back(solver.negation(passing(answer.values.at(question_.name))));
            continue;
        }
        if (answer.decision == Decision::undecided) break;
        if (!blocked_by_own(path.values)) return conditions_.hangs_on_others(gate(*hard_.front()));
        const bool excused = !question_.dont_know.empty() || !question_.refused.empty();
        Witness witness = read_by_constraints(path.values);
        conditions_.add(excused ? Severity::warning : Severity::error, "require-blocks", gate(*hard_.front()),
                        fmt::format("after some answers no answer to '{}' passes{}", question_.name,
                                    excused ? " but don't know or refused" : ": the interview cannot go on"),
                        "widen the constraint or the range, or do not ask the question there", std::move(witness));
        return;
    }
    conditions_.undecided(gate(*hard_.front()));
}

// Nothing passes whatever the other lines and forms are.
bool ConstraintProof::blocked_by_own(const std::map<std::string, Value>& earlier) {
    std::map<std::string, Value> own = earlier;
    std::erase_if(own, [&](const auto& entry) { return judge_.path.depends_on_others(entry.first); });
    return own.size() == earlier.size() || (judge_.stands(facts_, {answered_[0]}, earlier) &&
                                            judge_.decide(facts_, candidate(own)).decision == Decision::never);
}

Witness ConstraintProof::read_by_constraints(const std::map<std::string, Value>& earlier) const {
    std::set<std::string> read;
    for (const Constraint* constraint : hard_)
        for (const std::string& name : constraint->that.expr.names()) read.insert(name);
    Witness witness{earlier, {}};
    for (const auto& [name, value] : earlier)
        if (read.contains(name) && judge_.path.question_of(name) != index_) witness.needed.push_back(name);
    return witness;
}

// An answer that passes, the earlier answers being these.
std::vector<Proposition> ConstraintProof::candidate(const std::map<std::string, Value>& earlier) {
    std::vector<Proposition> claim = with(answered_, {passing({})});
    for (const auto& [name, value] : earlier)
        if (judge_.path.question_of(name) != index_) claim.push_back(judge_.path.solver().equals(name, value));
    return claim;
}

}  // namespace cifra
