#include "engine/expression.h"

#include <algorithm>
#include <utility>

#include "engine/expression_lexer.h"
#include "engine/expression_parser.h"
#include "engine/expression_types.h"

namespace cifra {

std::string_view to_text(Type type) {
    switch (type) {
        case Type::number:
            return "number";
        case Type::text:
            return "text";
        case Type::truth:
            return "truth";
    }
    return "";
}

void Schema::add(std::string name, Type type) {
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.first == name; });
    if (found == entries_.end())
        entries_.emplace_back(std::move(name), type);
    else
        found->second = type;
}

std::optional<Type> Schema::find(std::string_view name) const {
    for (const auto& [known, type] : entries_)
        if (known == name) return type;
    return std::nullopt;
}

std::vector<std::string> Schema::names() const {
    std::vector<std::string> names;
    names.reserve(entries_.size());
    for (const auto& [name, type] : entries_) names.push_back(name);
    return names;
}

Expr::Expr(std::string source, std::vector<ExprNode> nodes)
    : source_(std::move(source)), nodes_(std::make_shared<const std::vector<ExprNode>>(std::move(nodes))) {}

namespace {

// The arena is in the order in which the text is read, up to operators, which follow their operands.
std::vector<std::string> names_of(const std::vector<ExprNode>& nodes) {
    std::vector<std::string> names;
    for (const ExprNode& node : nodes) {
        const bool is_new =
            node.op == ExprNode::Op::name && std::find(names.begin(), names.end(), node.text) == names.end();
        if (is_new) names.push_back(node.text);
    }
    return names;
}

}  // namespace

std::vector<std::string> Expr::names() const { return nodes_ ? names_of(*nodes_) : std::vector<std::string>{}; }

std::optional<Expr> parse_expression(const std::string& text, const Location& where, const Schema& schema,
                                     Diagnostics& faults, std::optional<Type> expected) {
    ExpressionFaults found(text, where, faults);
    std::vector<ExprNode> nodes = parse_nodes(text, found);
    if (found.any()) return std::nullopt;
    check_types(nodes, schema, found, expected);
    if (found.any()) return std::nullopt;
    return Expr(text, std::move(nodes));
}

std::vector<std::string> names_in(const std::string& text) {
    Diagnostics ignored;
    ExpressionFaults found(text, {}, ignored);
    const std::vector<ExprNode> nodes = parse_nodes(text, found);
    return found.any() ? std::vector<std::string>{} : names_of(nodes);
}

}  // namespace cifra
