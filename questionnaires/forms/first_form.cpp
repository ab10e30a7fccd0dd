#include "questionnaires/forms/first_form.h"

#include <fmt/format.h>
#include <algorithm>

namespace cifra {
namespace {

using Op = ExprNode::Op;

// Comparisons that are not true where a name in them is missing.
bool needs_its_names(Op op) { return (op >= Op::equal && op <= Op::not_in) || op == Op::name; }

bool says_first(const std::vector<ExprNode>& nodes, const ExprNode& node) {
    if (node.op != Op::equal) return false;
    const ExprNode &a = nodes[node.children[0]], &b = nodes[node.children[1]];
    return a.op == Op::name && a.text == "ordinal" && b.op == Op::number && b.number == 1;
}

bool confines(const std::vector<ExprNode>& nodes, std::size_t i, const std::set<std::string>& confined) {
    const ExprNode& node = nodes[i];
    const auto child_confines = [&](std::size_t child) { return confines(nodes, child, confined); };
    if (node.op == Op::and_) return std::any_of(node.children.begin(), node.children.end(), child_confines);
    if (node.op == Op::or_) return std::all_of(node.children.begin(), node.children.end(), child_confines);
    if (says_first(nodes, node)) return true;
    if (!needs_its_names(node.op)) return false;
    return std::any_of(node.children.begin(), node.children.end(), [&](std::size_t child) {
        return nodes[child].op == Op::name && confined.contains(nodes[child].text);
    });
}

bool confines(const Condition& condition, const std::set<std::string>& confined) {
    return !condition.expr.empty() && confines(condition.expr.nodes(), condition.expr.nodes().size() - 1, confined);
}

// The question of the incident form that a name is of.
const Question* asked_of_incident(const Instrument& instrument, const std::string& used) {
    const Name& name = instrument.names[instrument.name_index.find(used)->second];
    return name.question && name.unit == Unit::incident ? &instrument.questions[*name.question] : nullptr;
}

bool reads_only(const Instrument& instrument, const Condition& condition, const std::set<std::string>& known) {
    if (condition.expr.empty()) return true;
    const std::vector<std::string> names = condition.expr.names();
    return std::all_of(names.begin(), names.end(), [&](const std::string& used) {
        const Question* question = asked_of_incident(instrument, used);
        return !question || known.contains(question->name);
    });
}

bool follows_from(const Instrument& instrument, const Question& question, const std::set<std::string>& known) {
    return question.computed && reads_only(instrument, question.computed->value, known) &&
           reads_only(instrument, question.ask_if, known);
}

}  // namespace

std::set<std::string> first_form_questions(const Instrument& instrument, Diagnostics& faults) {
    const Module& module = instrument.modules[instrument.incidents->module];
    std::set<std::string> confined, known;
    for (std::size_t q = module.begin; q < module.end; ++q) {
        const Question& question = instrument.questions[q];
        if (confines(module.ask_if, confined) || confines(question.ask_if, confined)) confined.insert(question.name);
        if (confined.contains(question.name) || follows_from(instrument, question, known)) known.insert(question.name);
    }
    const Condition& series = instrument.incidents->series;
    if (series.expr.empty()) return known;
    for (const std::string& used : series.expr.names()) {
        const Question* question = asked_of_incident(instrument, used);
        if (question && !known.contains(question->name))
            faults.error(series.where, "export-untranslatable",
                         fmt::format("the series condition reads '{}', which is asked on every form of a crime", used),
                         "ask it on the first form only: ask_if: ordinal = 1");
    }
    return known;
}

}  // namespace cifra
