#include "questionnaires/proof/proof.h"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/table.h"
#include "questionnaires/coding.h"
#include "questionnaires/proof/computed_proof.h"
#include "questionnaires/proof/constraint_proof.h"
#include "questionnaires/proof/fill_proof.h"
#include "questionnaires/proof/indicator_proof.h"

namespace cifra {
namespace {

class Proof {
public:
    explicit Proof(const Instrument& instrument)
        : instrument_(instrument), judge_(instrument), conditions_(judge_, findings_) {}

    std::vector<Finding> run(const ProofProgress& progress) {
        for (std::size_t m = 0; m < instrument_.modules.size(); ++m) {
            if (progress) progress(static_cast<double>(m) / static_cast<double>(instrument_.modules.size()));
            module(m);
        }
        coding();
        for (const MeasuredIndicator& indicator : instrument_.indicators)
            IndicatorProof(judge_, findings_).check(indicator);
        std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
            return std::tie(a.where.file, a.where.line, a.where.column) <
                   std::tie(b.where.file, b.where.line, b.where.column);
        });
        return std::move(findings_);
    }

private:
    void module(std::size_t index) {
        const Module& module = instrument_.modules[index];
        const bool nobody = nobody_eligible_ && module.unit >= Unit::person;
        if (nobody || !module_asked(module)) {
            for (std::size_t q = module.begin; q < module.end; ++q) never_.insert(q);
            return;
        }
        FillProof(judge_, findings_).check(module);
        for (std::size_t q = module.begin; q < module.end; ++q) question(q);
        if (instrument_.roster && instrument_.roster->module == index) eligible(module);
        if (instrument_.incidents && instrument_.incidents->module == index) series(module);
    }

    bool module_asked(const Module& module) {
        if (!module.ask_if.given()) return true;
        return conditions_.check({.condition = &module.ask_if,
                                  .spot = {module.unit, module.begin},
                                  .subject = module.id,
                                  .happens = fmt::format("the module '{}' is asked", module.id)},
                                 never_);
    }

    void question(std::size_t q) {
        const Question& question = instrument_.questions[q];
        if (question.ask_if.given() && !conditions_.check(question_gate(q), never_)) {
            never_.insert(q);
            return;
        }
        if (question.computed)
            ComputedProof(judge_, findings_).check(q, never_);
        else
            FillProof(judge_, findings_).check(q);
        if (!question.constraints.empty()) ConstraintProof(judge_, findings_, q, never_).check();
    }

    Gate question_gate(std::size_t q) {
        const Question& question = instrument_.questions[q];
        const Module& module = instrument_.modules[question.module];
        Gate gate{.condition = &question.ask_if,
                  .spot = {question.unit, q},
                  .subject = question.name,
                  .happens = fmt::format("'{}' is asked", question.name)};
        if (module.ask_if.given()) {
            gate.before.push_back(judge_.path.holds(module.ask_if.expr));
            gate.before_names = module.ask_if.expr.names();
        }
        return gate;
    }

    void eligible(const Module& module) {
        const Condition& condition = instrument_.roster->eligible;
        if (!condition.given()) return;
        nobody_eligible_ = !conditions_.check({.condition = &condition,
                                               .spot = {Unit::roster, module.end},
                                               .subject = module.id,
                                               .happens = "a person is eligible",
                                               .never_id = "eligible-never",
                                               .always_id = ""},
                                              never_);
    }

    // Decided on the first form of a crime.
    void series(const Module& module) {
        const Condition& condition = instrument_.incidents->series;
        if (!condition.given()) return;
        conditions_.check({.condition = &condition,
                           .spot = {Unit::incident, module.end},
                           .before = {judge_.path.solver().equals("ordinal", Value::of(1.0))},
                           .before_names = {"ordinal"},
                           .subject = module.id,
                           .happens = "a form stands for a series",
                           .never_id = "series-never",
                           .always_id = ""},
                          never_);
        series_asked();
    }

    // With one incident more than there are forms, somebody must ask whether they are alike: else it is lost.
    void series_asked() {
        const IncidentLoop& loop = *instrument_.incidents;
        Satisfiability& solver = judge_.path.solver();
        const std::vector<std::string> names = loop.series.expr.names();
        std::vector<Proposition> claim = {
            solver.equals("ordinal", Value::of(1.0)),
            solver.equals("times", Value::of(static_cast<double>(loop.max.value_or(1)) + 1))};
        bool asks = false;
        for (const std::string& name : names)
            if (const auto question = judge_.path.question_of(name)) {
                claim.push_back(judge_.path.not_asked(*question));
                asks = true;
            }
        if (!asks || never_.contains(instrument_.modules[loop.module].begin)) return;
        const auto facts = judge_.path.facts(names, {Unit::incident, instrument_.modules[loop.module].end});
        const Judgement unasked = judge_.decide(facts, claim);
        if (!unasked.possible() || !judge_.stands(facts, claim, unasked.values)) return;
        findings_.push_back(
            {Severity::warning,
             "series-not-asked",
             loop.where,
             instrument_.modules[loop.module].id,
             fmt::format("of {} incidents only {} are described, and nobody asks whether they are a series",
                         loop.max.value_or(1) + 1, loop.max.value_or(1)),
             "raise 'max', or ask about the series from one incident more on",
             {}});
    }

    void coding() {
        if (nobody_eligible_) return;
        const std::vector<const CodingRule*> rules = by_precedence(instrument_.coding);
        for (std::size_t k = 0; k < rules.size(); ++k)
            if (!rules[k]->condition.expr.empty()) coding_rule(*rules[k], {rules.begin(), rules.begin() + k});
    }

    // That the rules before it do not hold.
    std::vector<PathFact> none_of(const std::vector<const CodingRule*>& earlier) {
        std::vector<PathFact> facts;
        for (const CodingRule* rule : earlier) {
            if (rule->condition.expr.empty()) continue;
            const Proposition holds = judge_.path.holds(rule->condition.expr);
            facts.push_back({judge_.path.solver().negation(holds), rule->condition.where, "the rule",
                             rule->condition.expr.names()});
        }
        return facts;
    }

    void coding_rule(const CodingRule& rule, const std::vector<const CodingRule*>& earlier) {
        const Gate gate{.condition = &rule.condition,
                        .spot = {Unit::incident, instrument_.questions.size()},
                        .subject = rule.offence.empty() ? rule.iccs : rule.offence,
                        .happens = "this coding rule is used"};
        if (conditions_.reads_never(gate, never_)) return;
        std::vector<std::string> names = rule.condition.expr.names();
        std::vector<PathFact> facts = none_of(earlier);
        for (const PathFact& other : facts) names.insert(names.end(), other.reads.begin(), other.reads.end());
        const std::vector<PathFact> path = judge_.path.facts(names, gate.spot);
        facts.insert(facts.end(), path.begin(), path.end());
        const Proposition holds = judge_.path.holds(rule.condition.expr);
        const Judgement used = judge_.decide(facts, {holds});
        if (used.decision == Decision::undecided) conditions_.undecided(gate);
        // Rules that hold of every incident leave nothing to the facts themselves.
        if (used.decision != Decision::never || judge_.decide(path, {}).decision == Decision::never) return;
        const bool hidden = judge_.decide(path, {holds}).decision != Decision::never;
        const std::string reasons = words_of(judge_.fewest(used.reasons, {holds}));
        if (hidden && !instrument_.coding.hierarchy.empty())
            return conditions_.add(Severity::warning, "offence-never-principal", gate,
                                   "a graver rule holds wherever this one does: its offence is only a secondary one",
                                   "correct the condition or the hierarchy, if the offence is to be counted");
        conditions_.add(Severity::error, "coding-rule-never-used", gate, rule_message(rule, hidden, reasons, earlier),
                        "put it before the rules that are more general, or remove it");
    }

    static std::string rule_message(const CodingRule& rule, bool hidden, const std::string& reasons,
                                    const std::vector<const CodingRule*>& earlier) {
        const auto same = [&](const CodingRule* other) { return other->condition.text == rule.condition.text; };
        const auto twin = std::find_if(earlier.begin(), earlier.end(), same);
        if (hidden && twin != earlier.end())
            return fmt::format("this rule has the condition of the rule at line {}, which comes first",
                               (*twin)->condition.where.line);
        if (hidden) return fmt::format("an earlier rule holds wherever this one does: {}", reasons);
        return fmt::format("the condition of this rule is never true{}{}", reasons.empty() ? "" : ": it excludes ",
                           reasons);
    }

    const Instrument& instrument_;
    Judge judge_;
    std::vector<Finding> findings_;
    ConditionProof conditions_;
    std::set<std::size_t> never_;
    bool nobody_eligible_ = false;
};

std::string shown(const std::string& name, const Value& value) {
    if (value.missing == Missing::dont_know) return name + " is dk";
    if (value.missing == Missing::refused) return name + " is refused";
    if (!value.present()) return name + " not asked";
    return value.type == Type::text ? fmt::format("{} = \"{}\"", name, value.text)
                                    : fmt::format("{} = {}", name, shortest(value.number));
}

nlohmann::ordered_json json_of(const Value& value) {
    if (!value.present()) return {{"missing", std::string(to_text(value.missing))}};
    return value.type == Type::text ? value.text : shortest(value.number);
}

std::string_view word(Severity severity) {
    if (severity == Severity::error) return "error";
    return severity == Severity::warning ? "warning" : "note";
}

}  // namespace

std::string to_text(const Witness& witness) {
    std::vector<std::string> parts;
    for (const std::string& name : witness.needed) parts.push_back(shown(name, witness.values.at(name)));
    return fmt::format("{}", fmt::join(parts, ", "));
}

Diagnostic to_diagnostic(const Finding& finding) {
    const std::string witness = to_text(finding.witness);
    return {finding.severity, finding.where, finding.id,
            witness.empty() ? finding.message : fmt::format("{}; so when {}", finding.message, witness), finding.hint};
}

std::vector<Finding> prove(const Instrument& instrument, const ProofProgress& progress) {
    return Proof(instrument).run(progress);
}

std::string to_json(const Instrument& instrument, const std::vector<Finding>& findings) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Finding& finding : findings) {
        nlohmann::ordered_json witness = nlohmann::ordered_json::object();
        for (const auto& [name, value] : finding.witness.values) witness[name] = json_of(value);
        list.push_back({{"id", finding.id},
                        {"severity", std::string(word(finding.severity))},
                        {"file", finding.where.file},
                        {"line", finding.where.line},
                        {"column", finding.where.column},
                        {"subject", finding.subject},
                        {"message", finding.message},
                        {"hint", finding.hint},
                        {"witness", witness},
                        {"needed", finding.witness.needed}});
    }
    return nlohmann::ordered_json{{"instrument", instrument.name}, {"findings", list}}.dump(2) + "\n";
}

}  // namespace cifra
