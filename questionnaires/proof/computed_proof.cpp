#include "questionnaires/proof/computed_proof.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {
namespace {

bool judges(Aggregate aggregate) {
    return aggregate == Aggregate::count || aggregate == Aggregate::any || aggregate == Aggregate::all;
}

// What becomes of the value where a condition of the aggregate holds of nothing.
std::string_view of_nothing(Aggregate aggregate, bool chooses) {
    switch (aggregate) {
        case Aggregate::count:
        case Aggregate::sum:
            return "it is always 0";
        case Aggregate::any:
            return "it is never true";
        case Aggregate::all:
            return chooses ? "it is always true" : "it is true only where nothing is chosen";
        default:
            return "it is always missing";
    }
}

void add_names(const Condition& condition, std::vector<std::string>& names) {
    for (const std::string& name : condition.expr.names()) names.push_back(name);
}

}  // namespace

void ComputedProof::check(std::size_t q, const std::set<std::size_t>& known_never) {
    const Question& question = judge_.path.instrument().questions[q];
    const Computation& computed = *question.computed;
    const bool alone = computed.aggregate == Aggregate::none;
    if (alone && computed.type != Type::truth) return;
    Claim claim{.spot = {alone ? question.unit : computed.over, q}};
    add_names(computed.value, claim.names);
    add_names(computed.where, claim.names);
    if (claim.names.empty()) return;
    // The condition under which an aggregate is made is no condition on its lines.
    if (alone) {
        claim.before.push_back(judge_.path.asked(q));
        for (const Condition* condition : judge_.path.conditions(q)) add_names(*condition, claim.names);
    }
    const auto reads_never = [&](const std::string& name) {
        const auto read = judge_.path.question_of(name);
        return read && known_never.contains(*read);
    };
    if (std::any_of(claim.names.begin(), claim.names.end(), reads_never)) return;
    alone ? truth(question, claim) : aggregate(question, std::move(claim));
}

void ComputedProof::truth(const Question& question, const Claim& claim) {
    if (!never(question, claim, question.computed->value, "it is never true")) always(question, claim);
}

void ComputedProof::aggregate(const Question& question, Claim claim) {
    const Computation& computed = *question.computed;
    const char* record = computed.over == Unit::roster ? "line of the roster" : "incident";
    const auto of_none = [&](const Condition& condition, bool chooses) {
        return never(question, claim, condition,
                     fmt::format("no {} meets this condition, so {}", record, of_nothing(computed.aggregate, chooses)));
    };
    if (!computed.where.expr.empty()) {
        if (of_none(computed.where, true)) return;
        claim.before.push_back(judge_.path.holds(computed.where.expr));
    }
    if (!judges(computed.aggregate) || of_none(computed.value, false)) return;
    if (computed.aggregate == Aggregate::all) always(question, claim);
}

bool ComputedProof::never(const Question& question, const Claim& claim, const Condition& condition,
                          const std::string& message) {
    std::vector<Proposition> formulas = claim.before;
    formulas.push_back(judge_.path.holds(condition.expr));
    const Judgement once = judge_.decide(judge_.path.facts(claim.names, claim.spot), formulas);
    if (once.decision == Decision::undecided)
        add(Severity::note, "not-decided", question, condition, "whether it is ever true could not be decided",
            "try it in a test beside the instrument, or write it without functions of numbers");
    if (!once.never()) return false;
    const std::string reasons = words_of(judge_.fewest(once.reasons, formulas));
    add(Severity::warning, "computed-never", question, condition,
        message + (reasons.empty() ? "" : ": it excludes " + reasons), "correct the condition");
    return true;
}

void ComputedProof::always(const Question& question, const Claim& claim) {
    const Condition& value = question.computed->value;
    std::vector<Proposition> formulas = claim.before;
    formulas.push_back(judge_.path.solver().negation(judge_.path.holds(value.expr)));
    const Judgement otherwise = judge_.decide(judge_.path.facts(claim.names, claim.spot), formulas);
    if (!otherwise.never()) return;
    const std::string reasons = words_of(judge_.fewest(otherwise.reasons, formulas));
    add(Severity::warning, "computed-always", question, value,
        "it is always true" + (reasons.empty() ? "" : ": it follows from " + reasons),
        "correct the condition, or leave the question out");
}

void ComputedProof::add(Severity severity, const std::string& id, const Question& question, const Condition& condition,
                        const std::string& message, const std::string& hint) {
    findings_.push_back({severity,
                         id,
                         condition.where,
                         question.name,
                         fmt::format("computed question '{}': {}", question.name, message),
                         hint,
                         {}});
}

}  // namespace cifra
