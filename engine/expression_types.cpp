#include "engine/expression_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "engine/expression_functions.h"
#include "engine/table.h"

namespace cifra {

namespace {

using Op = ExprNode::Op;
using Index = std::uint32_t;

std::string_view noun(Type type) {
    switch (type) {
        case Type::number:
            return "a number";
        case Type::text:
            return "text";
        case Type::truth:
            return "a condition (true or false)";
    }
    return "";
}

bool is_literal(const ExprNode& node) { return node.op == Op::number || node.op == Op::text || node.op == Op::range; }

Type type_of_letter(char letter) { return letter == 'n' ? Type::number : letter == 't' ? Type::text : Type::truth; }

// A node whose type is not known (`missing`, an unknown name, a faulty call) goes with any type, so that one fault is
// reported once.
class Typing {
public:
    Typing(std::vector<ExprNode>& nodes, const Schema& schema, ExpressionFaults& faults)
        : nodes_(nodes), types_(nodes.size()), schema_(schema), faults_(faults) {}

    void run(std::optional<Type> expected) {
        for (Index i = 0; i < nodes_.size(); ++i) types_[i] = infer(i);
        const auto root = static_cast<Index>(nodes_.size() - 1);
        if (expected) expect(root, *expected, "the whole expression");
        for (Index i = root + 1; i-- > 0;) settle(i, Type::truth);
        for (Index i = 0; i <= root; ++i) nodes_[i].type = *types_[i];
    }

private:
    std::optional<Type> infer(Index i) {
        const ExprNode& node = nodes_[i];
        switch (node.op) {
            case Op::number:
            case Op::range:
                return Type::number;
            case Op::text:
                return Type::text;
            case Op::truth:
                return Type::truth;
            case Op::missing:
                return std::nullopt;
            case Op::name:
                return name(node);
            case Op::negate:
            case Op::add:
            case Op::subtract:
            case Op::multiply:
            case Op::divide:
                return operands(node, Type::number);
            case Op::and_:
            case Op::or_:
            case Op::not_:
            case Op::is_true:
                return operands(node, Type::truth);
            case Op::less:
            case Op::less_equal:
            case Op::greater:
            case Op::greater_equal:
                return ordered(node);
            case Op::equal:
            case Op::not_equal:
            case Op::is:
            case Op::is_not:
            case Op::in:
            case Op::not_in:
            case Op::is_in:
            case Op::is_not_in:
                unify(node.children);
                return Type::truth;
            case Op::is_missing:
            case Op::is_not_missing:
            case Op::is_dk:
            case Op::is_refused:
                return Type::truth;
            case Op::call:
                return call(node);
        }
        return std::nullopt;
    }

    std::optional<Type> name(const ExprNode& node) {
        const std::optional<Type> type = schema_.find(node.text);
        if (!type) {
            faults_.add(node.offset, "unknown-name", fmt::format("there is no '{}' here", shown(node)),
                        suggestion(node.text, schema_.names()));
        }
        return type;
    }

    Type operands(const ExprNode& node, Type type) {
        for (const Index child : node.children) expect(child, type, operator_name(node));
        return type;
    }

    Type ordered(const ExprNode& node) {
        const std::optional<Type> type = unify(node.children);
        if (type == Type::truth)
            faults_.add(node.offset, "type-mismatch", "conditions have no order", "compare them by = or !=");
        return Type::truth;
    }

    // The one type of all `operands`; those that differ from the first known one are faults.
    std::optional<Type> unify(std::span<const Index> operands) {
        const auto known =
            std::find_if(operands.begin(), operands.end(), [&](Index i) { return types_[i].has_value(); });
        if (known == operands.end()) return std::nullopt;
        const Type type = *types_[*known];
        for (const Index operand : operands) {
            if (!types_[operand])
                settle(operand, type);
            else if (*types_[operand] != type)
                mismatch(*known, operand);
        }
        return type;
    }

    std::optional<Type> call(const ExprNode& node) {
        const ExpressionFunction* function = find_function(node.text);
        if (!function) {
            unknown_function(node);
            return std::nullopt;
        }
        const std::size_t given = node.children.size(), declared = function->parameters.size();
        if (given < declared || (given > declared && !function->repeats)) {
            faults_.add(node.offset, "wrong-arguments",
                        fmt::format("{} takes {}{} argument{}, {} given", node.text,
                                    function->repeats ? "at least " : "", declared, declared == 1 ? "" : "s", given),
                        fmt::format("write {}", function->signature));
        }
        const std::optional<Type> common = arguments(node, *function);
        return function->result == 'v' ? common : type_of_letter(function->result);
    }

    std::optional<Type> arguments(const ExprNode& node, const ExpressionFunction& function) {
        std::vector<Index> alike;
        for (std::size_t k = 0; k < node.children.size(); ++k) {
            const char letter = function.parameters[std::min(k, function.parameters.size() - 1)];
            if (letter == 'v')
                alike.push_back(node.children[k]);
            else
                expect(node.children[k], type_of_letter(letter), fmt::format("{}(...)", node.text));
        }
        return unify(alike);
    }

    void unknown_function(const ExprNode& node) {
        std::vector<std::string> names;
        for (const ExpressionFunction& function : expression_functions()) names.emplace_back(function.name);
        std::string hint = suggestion(node.text, names);
        if (schema_.find(node.text))
            hint = fmt::format("'{}' is a name, not a function: put an operator before '('", node.text);
        faults_.add(node.offset, "unknown-function",
                    fmt::format("there is no function '{}'", faults_.excerpt(node.offset, node.text.size())),
                    std::move(hint));
    }

    void expect(Index i, Type type, const std::string& who) {
        if (!types_[i]) return settle(i, type);
        if (*types_[i] == type) return;
        faults_.add(nodes_[i].offset, "type-mismatch",
                    fmt::format("{} needs {}; '{}' is {}", who, noun(type), shown(nodes_[i]), noun(*types_[i])),
                    remedy(i, type));
    }

    // Reported at the literal, if one of the two is a literal: it is the one to be written otherwise.
    void mismatch(Index a, Index b) {
        if (is_literal(nodes_[a]) && !is_literal(nodes_[b])) std::swap(a, b);
        faults_.add(nodes_[b].offset, "type-mismatch",
                    fmt::format("'{}' is {} and '{}' is {}: they do not go together", shown(nodes_[a]),
                                noun(*types_[a]), shown(nodes_[b]), noun(*types_[b])),
                    literal_remedy(a, b));
    }

    std::string literal_remedy(Index a, Index b) {
        const ExprNode& literal = nodes_[b];
        if (literal.op == Op::number && types_[a] == Type::text)
            return fmt::format("'{}' is text here: write \"{}\" in quotes", shown(nodes_[a]), shown(literal));
        if (literal.op == Op::text && types_[a] == Type::number && parse_number(literal.text))
            return fmt::format("'{}' is a number here: write {} without quotes", shown(nodes_[a]), literal.text);
        return remedy(b, *types_[a]);
    }

    // How to make what stands at `i` a `wanted`.
    std::string remedy(Index i, Type wanted) {
        const Type given = *types_[i];
        if (wanted == Type::truth) return fmt::format("compare it with a value: {} = ...", shown(nodes_[i]));
        if (given == Type::truth) return "count(condition) is 1 where the condition is true, else 0";
        return wanted == Type::number ? "number(x) reads a number from text" : "text(x) writes a number as text";
    }

    // Gives a type to `i` and to the parts whose type becomes its own.
    void settle(Index i, Type type) {
        std::vector<Index> open = {i};
        while (!open.empty()) {
            const Index at = open.back();
            open.pop_back();
            if (types_[at]) continue;
            types_[at] = type;
            const ExprNode& node = nodes_[at];
            const ExpressionFunction* function = node.op == Op::call ? find_function(node.text) : nullptr;
            if (!function || function->result != 'v') continue;
            for (std::size_t k = function->parameters.find('v'); k < node.children.size(); ++k)
                open.push_back(node.children[k]);
        }
    }

    std::string shown(const ExprNode& node) const { return faults_.excerpt(node.offset, node.length); }

    std::string operator_name(const ExprNode& node) const {
        switch (node.op) {
            case Op::and_:
                return "'and'";
            case Op::or_:
                return "'or'";
            case Op::not_:
                return "'not'";
            case Op::is_true:
                return "'is true'";
            case Op::add:
                return "'+'";
            case Op::multiply:
                return "'*'";
            case Op::divide:
                return "'/'";
            default:
                return "'-'";
        }
    }

    std::vector<ExprNode>& nodes_;
    std::vector<std::optional<Type>> types_;
    const Schema& schema_;
    ExpressionFaults& faults_;
};

}  // namespace

void check_types(std::vector<ExprNode>& nodes, const Schema& schema, ExpressionFaults& faults,
                 std::optional<Type> expected) {
    Typing(nodes, schema, faults).run(expected);
}

}  // namespace cifra
