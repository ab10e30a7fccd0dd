#include "questionnaires/proof/judge.h"

#include <fmt/format.h>
#include <algorithm>

namespace cifra {
namespace {

using Op = ExprNode::Op;

std::vector<Proposition> formulas_of(const std::vector<PathFact>& facts, const std::vector<Proposition>& claim) {
    std::vector<Proposition> formulas;
    for (const PathFact& fact : facts) formulas.push_back(fact.formula);
    formulas.insert(formulas.end(), claim.begin(), claim.end());
    return formulas;
}

Op safe(Op op) {
    if (op == Op::not_equal) return Op::is_not;
    return op == Op::not_in ? Op::is_not_in : op;
}

void add_names(const std::vector<ExprNode>& nodes, std::uint32_t root, std::vector<std::string>& names) {
    if (nodes[root].op == Op::name && std::find(names.begin(), names.end(), nodes[root].text) == names.end())
        names.push_back(nodes[root].text);
    for (const std::uint32_t child : nodes[root].children) add_names(nodes, child, names);
}

}  // namespace

Judgement Judge::decide(const std::vector<PathFact>& facts, const std::vector<Proposition>& claim) {
    Verdict verdict = path.solver().decide(formulas_of(facts, claim));
    Judgement judgement{verdict.decision, std::move(verdict.witness), {}, false};
    for (const std::size_t index : verdict.conflict) {
        if (index < facts.size())
            judgement.reasons.push_back(facts[index]);
        else
            judgement.claim_matters = true;
    }
    return judgement;
}

std::vector<PathFact> Judge::fewest(std::vector<PathFact> reasons, const std::vector<Proposition>& claim) {
    for (std::size_t k = reasons.size(); k-- > 0;) {
        std::vector<PathFact> fewer = reasons;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(k));
        if (decide(fewer, claim).decision == Decision::never) reasons = std::move(fewer);
    }
    return reasons;
}

bool Judge::suffices(const std::vector<PathFact>& facts, Proposition refuted,
                     const std::map<std::string, Value>& values, const std::vector<std::string>& names) {
    std::vector<Proposition> claim = {refuted};
    for (const std::string& name : names) claim.push_back(path.solver().equals(name, values.at(name)));
    return path.solver().decide(formulas_of(facts, claim)).decision == Decision::never;
}

// What was answered, the household's first and in the order of the interview: not the names of single answers to a
// multiple question, and not what follows from other answers because it was not asked.
std::vector<std::string> Judge::answers(const std::map<std::string, Value>& values) const {
    std::vector<const Name*> names;
    for (const Name& name : path.instrument().names) {
        const auto value = values.find(name.name);
        if (value != values.end() && name.code.empty() && value->second.missing != Missing::not_asked)
            names.push_back(&name);
    }
    std::stable_sort(names.begin(), names.end(), [](const Name* a, const Name* b) {
        return std::pair(a->unit, a->position) < std::pair(b->unit, b->position);
    });
    std::vector<std::string> result;
    for (const Name* name : names) result.push_back(name->name);
    return result;
}

// Leaves out what can be left out, the farthest from the end of the interview first: what stays is near the claim.
Witness Judge::minimal(const std::vector<PathFact>& facts, const std::vector<Proposition>& claim,
                       const std::map<std::string, Value>& values) {
    Witness witness{values, answers(values)};
    const Proposition refuted = path.solver().negation(path.solver().all(claim));
    if (!suffices(facts, refuted, values, witness.needed)) return witness;
    for (std::size_t k = 0; k < witness.needed.size();) {
        std::vector<std::string> fewer = witness.needed;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(k));
        if (suffices(facts, refuted, values, fewer))
            witness.needed = std::move(fewer);
        else
            ++k;
    }
    return witness;
}

bool Judge::stands(const std::vector<PathFact>& facts, const std::vector<Proposition>& claim,
                   const std::map<std::string, Value>& values) {
    std::vector<std::string> own = answers(values);
    const auto others = [this](const std::string& name) { return path.depends_on_others(name); };
    if (std::erase_if(own, others) == 0) return true;
    return suffices(facts, path.solver().negation(path.solver().all(claim)), values, own);
}

std::string words_of(const std::vector<PathFact>& reasons) {
    std::vector<std::string> words;
    for (const PathFact& reason : reasons) {
        std::string each = fmt::format("{} (line {})", reason.words, reason.where.line);
        if (std::find(words.begin(), words.end(), each) == words.end()) words.push_back(std::move(each));
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

std::optional<NullSafe> null_safe(const Expr& condition) {
    const std::vector<ExprNode>& nodes = condition.nodes();
    NullSafe result;
    std::vector<ExprNode> made;
    std::vector<std::uint32_t> place(nodes.size());
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        ExprNode node = nodes[n];
        for (std::uint32_t& child : node.children) child = place[child];
        const bool negative = node.op == Op::not_ || node.op == Op::not_equal || node.op == Op::not_in;
        if (negative) add_names(nodes, static_cast<std::uint32_t>(n), result.names);
        if (node.op == Op::not_) {
            ExprNode test = node;
            test.op = Op::is_true;
            made.push_back(std::move(test));
            node.children = {static_cast<std::uint32_t>(made.size() - 1)};
        }
        node.op = safe(node.op);
        place[n] = static_cast<std::uint32_t>(made.size());
        made.push_back(std::move(node));
    }
    if (result.names.empty()) return std::nullopt;
    result.condition = Expr(condition.source(), std::move(made));
    return result;
}

}  // namespace cifra
