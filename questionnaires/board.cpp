#include <algorithm>

#include "questionnaires/route.h"

namespace cifra {

Value Board::lookup(std::string_view name) const {
    const auto found = instrument->name_index.find(name);
    return found == instrument->name_index.end() ? Value::absent(Type::text) : values[found->second];
}

bool Board::reads_unsure(const Expr& expression) const {
    for (const ExprNode& node : expression.nodes()) {
        if (node.op != ExprNode::Op::name) continue;
        const auto found = instrument->name_index.find(node.text);
        if (found != instrument->name_index.end() && unsure[found->second]) return true;
    }
    return false;
}

std::vector<std::size_t> Board::broken_constraints(const Question& question, const Value& value) const {
    std::vector<std::size_t> broken;
    const auto with_answer = [&](std::string_view name) -> Value {
        if (name == question.name) return value;
        const auto found = instrument->name_index.find(name);
        if (found == instrument->name_index.end()) return Value::absent(Type::text);
        const Name& entry = instrument->names[found->second];
        const bool own = entry.question && &instrument->questions[*entry.question] == &question;
        return own ? mention(value, entry.code) : values[found->second];
    };
    for (std::size_t c = 0; c < question.constraints.size(); ++c) {
        const Expr& expression = question.constraints[c].that.expr;
        if (expression.empty() || reads_unsure(expression)) continue;
        const Value held = evaluate(expression, with_answer);
        if (held.present() && !held.is_true()) broken.push_back(c);
    }
    return broken;
}

}  // namespace cifra
