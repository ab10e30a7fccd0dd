#include "questionnaires/proof/fill_proof.h"

#include <fmt/format.h>

#include <map>

#include "questionnaires/fills.h"

namespace cifra {

void FillProof::check(std::size_t question) {
    const Question& asked = judge_.path.instrument().questions[question];
    Said said{{&asked.text, &asked.note, &asked.self.text, &asked.self.note, &asked.paper.text, &asked.paper.note},
              {asked.unit, question},
              {judge_.path.asked(question)},
              {},
              asked.where,
              fmt::format("the text of '{}'", asked.name),
              asked.name};
    for (const Condition* condition : judge_.path.conditions(question))
        for (const std::string& name : condition->expr.names()) said.reads.push_back(name);
    check(said);
}

void FillProof::check(const Module& module) {
    Said said{{&module.intro},
              {module.unit, module.begin},
              {},
              module.ask_if.expr.names(),
              module.where,
              fmt::format("the introduction of module '{}'", module.id),
              module.id};
    if (module.ask_if.given()) said.when.push_back(judge_.path.holds(module.ask_if.expr));
    check(said);
}

void FillProof::check(const Said& said) {
    std::map<std::string, Location> names;  // where they are said first
    for (const Texts* texts : said.texts)
        for (const auto& [language, text] : *texts)
            for (const Fill& fill : fills_of(text))
                if (fill.kind == Fill::Kind::answer || fill.kind == Fill::Kind::label ||
                    fill.kind == Fill::Kind::plural)
                    names.emplace(fill.text, texts->where.line > 0 ? texts->where : said.where);
    for (const auto& [name, where] : names) check_fill(said, name, where);
}

void FillProof::check_fill(const Said& said, const std::string& name, const Location& where) {
    const auto question = judge_.path.question_of(name);
    if (!question) return;
    std::vector<std::string> names = said.reads;
    names.push_back(name);
    const std::vector<PathFact> facts = judge_.path.facts(names, said.spot);
    std::vector<Proposition> claim = said.when;
    claim.push_back(judge_.path.not_asked(*question));
    const Judgement unasked = judge_.decide(facts, claim);
    if (!unasked.possible() || !judge_.stands(facts, claim, unasked.values)) return;
    Witness witness = judge_.minimal(facts, claim, unasked.values);
    std::erase(witness.needed, name);
    findings_.push_back({Severity::warning, "fill-not-asked", where, said.subject,
                         fmt::format("{} says the answer to '{}', which is not asked of everybody who hears it",
                                     said.what, judge_.path.instrument().questions[*question].name),
                         "leave the fill out, or confine the text to those who were asked", std::move(witness)});
}

}  // namespace cifra
