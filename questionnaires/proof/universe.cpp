#include "questionnaires/proof/universe.h"

#include <fmt/format.h>
#include <algorithm>

#include "questionnaires/form_words.h"
#include "questionnaires/names.h"
#include "questionnaires/proof/judge.h"

namespace cifra {
namespace {

using Op = ExprNode::Op;

// One of the conditions that a conjunction joins.
struct Part {
    std::string text;
    Expr expr;
    Location where;
};

bool binds_looser_than_and(const ExprNode& node) { return node.op == Op::or_; }

Expr subtree(const Expr& whole, std::uint32_t root) {
    const std::vector<ExprNode>& nodes = whole.nodes();
    std::vector<std::uint8_t> used(root + 1, 0);
    used[root] = 1;
    for (std::uint32_t n = root + 1; n-- > 0;)
        if (used[n])
            for (const std::uint32_t child : nodes[n].children) used[child] = 1;
    std::vector<ExprNode> kept;
    std::vector<std::uint32_t> place(root + 1);
    for (std::uint32_t n = 0; n <= root; ++n) {
        if (!used[n]) continue;
        ExprNode node = nodes[n];
        for (std::uint32_t& child : node.children) child = place[child];
        place[n] = static_cast<std::uint32_t>(kept.size());
        kept.push_back(std::move(node));
    }
    return Expr(whole.source(), std::move(kept));
}

void split(const Condition& condition, std::uint32_t root, std::vector<Part>& parts) {
    const ExprNode& node = condition.expr.nodes()[root];
    if (node.op == Op::and_) {
        for (const std::uint32_t child : node.children) split(condition, child, parts);
        return;
    }
    const std::string text = condition.text.substr(node.offset, node.length);
    parts.push_back(
        {binds_looser_than_and(node) ? "(" + text + ")" : text, subtree(condition.expr, root), condition.where});
}

class UniverseSearch {
public:
    explicit UniverseSearch(const Instrument& instrument) : instrument_(instrument), judge_(instrument) {}

    QuestionUniverse of(std::size_t question) {
        std::vector<Part> parts;
        for (const Condition* condition : judge_.path.conditions(question))
            split(*condition, static_cast<std::uint32_t>(condition->expr.nodes().size() - 1), parts);
        const Question& asked = instrument_.questions[question];
        for (std::size_t p = 0; p < parts.size();) {
            if (follows(parts, p, {asked.unit, question}))
                parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(p));
            else
                ++p;
        }
        return {question, asked.unit, joined(parts, asked, question)};
    }

private:
    // Whether a part is true wherever the others are.
    bool follows(const std::vector<Part>& parts, std::size_t which, const Spot& spot) {
        std::vector<std::string> names;
        std::vector<Proposition> claim;
        for (std::size_t p = 0; p < parts.size(); ++p) {
            const Proposition holds = judge_.path.holds(parts[p].expr);
            claim.push_back(p == which ? judge_.path.solver().negation(holds) : holds);
            for (const std::string& name : parts[p].expr.names()) names.push_back(name);
        }
        return judge_.decide(judge_.path.facts(names, spot), claim).decision == Decision::never;
    }

    Condition joined(const std::vector<Part>& parts, const Question& question, std::size_t position) const {
        Condition condition;
        for (const Part& part : parts) {
            const std::string text =
                parts.size() == 1 && part.text.front() == '(' && binds_looser_than_and(part.expr.root())
                    ? part.text.substr(1, part.text.size() - 2)
                    : part.text;
            condition.text += (condition.text.empty() ? "" : " and ") + text;
        }
        if (parts.empty()) return condition;
        condition.where = parts.back().where;
        Diagnostics faults;
        bind(condition, instrument_, question.unit, position, faults);
        faults.throw_if_errors();
        return condition;
    }

    const Instrument& instrument_;
    Judge judge_;
};

}  // namespace

std::vector<QuestionUniverse> universes(const Instrument& instrument) {
    UniverseSearch search(instrument);
    std::vector<QuestionUniverse> result;
    for (std::size_t q = 0; q < instrument.questions.size(); ++q) result.push_back(search.of(q));
    return result;
}

std::string universe_words(const QuestionUniverse& universe, const Instrument& instrument,
                           const std::string& language) {
    if (!universe.condition.given()) return {};
    std::vector<std::string> said;
    for (const Question& question : instrument.questions)
        said.push_back(fmt::format("“{}”", say(instrument, question.text, language)));
    return fmt::format("{} {}", form_word("only_if", language),
                       condition_words(universe.condition, instrument, said, language));
}

}  // namespace cifra
