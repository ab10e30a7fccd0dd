#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/warehouse/sql.h"
#include "engine/warehouse/sql_parts.h"

namespace cifra {

namespace {

using Op = ExprNode::Op;

constexpr std::size_t largest_text = std::size_t{256} << 10;
constexpr std::size_t deepest_text = 800;  // the server bounds the depth of what it parses

bool is_kleene(Op op) { return op == Op::and_ || op == Op::or_; }

// Levels of calls; parentheses within quotes do not count.
std::size_t depth_of(const std::string& sql) {
    std::size_t depth = 0, deepest = 0;
    char quote = '\0';
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const char c = sql[i];
        if (quote) {
            if (c == '\\') ++i;
            if (c == quote) quote = '\0';
        } else if (c == '\'' || c == '`') {
            quote = c;
        } else if (c == '(') {
            deepest = std::max(deepest, ++depth);
        } else if (c == ')') {
            --depth;
        }
    }
    return deepest;
}

// From the leaves up, one part a node. The operands of a chain of one Kleene operator are joined at its top, so that a
// chain of any length is shallow.
class SqlCompiler {
public:
    SqlCompiler(const Expr& expression, const SqlSource& source, const Location& where, Diagnostics& faults)
        : nodes_(expression.nodes()), source_(source), where_(where), faults_(faults), parts_(nodes_.size()) {}

    std::optional<SqlItem> run(bool with_kinds) {
        std::vector<bool> joined_above(nodes_.size());
        for (const ExprNode& node : nodes_)
            for (const std::uint32_t child : node.children)
                joined_above[child] = is_kleene(node.op) && nodes_[child].op == node.op;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (joined_above[i]) continue;
            parts_[i] = part(nodes_[i]);
            if (failed_ || too_large(parts_[i])) return std::nullopt;
        }
        SqlItem item;
        item.value = value_of(parts_.back());
        for (std::size_t k = static_cast<std::size_t>(Missing::not_asked); with_kinds && k < item.kinds.size(); ++k)
            item.kinds[k] = kind(static_cast<std::uint32_t>(nodes_.size() - 1), static_cast<Missing>(k));
        return item;
    }

private:
    static SqlValue value_of(const SqlPart& part) {
        return {part.type, part.type == Type::truth ? holds(part) : part.value, missing_of(part)};
    }

    bool too_large(const SqlPart& part) {
        const std::size_t size = part.value.size() + part.missing.size();
        if (size <= largest_text && std::max(depth_of(part.value), depth_of(part.missing)) <= deepest_text)
            return false;
        faults_.error(where_, "expression-too-large", "the expression is too large for SQL",
                      "split it into derived columns of the table, or of a view of it");
        return true;
    }

    void refuse(const ExprNode& node, std::string message, std::string hint) {
        Location place = where_;
        if (place.column > 0) place.column += node.offset;
        faults_.error(place, "not-in-sql", std::move(message), std::move(hint));
        failed_ = true;
    }

    const SqlPart& child(const ExprNode& node, std::size_t k) const { return parts_[node.children[k]]; }

    std::vector<SqlPart> operands(const ExprNode& node) const {
        std::vector<SqlPart> result;
        for (const std::uint32_t index : node.children)
            if (nodes_[index].op != Op::range) result.push_back(parts_[index]);
        return result;
    }

    // Every operand of a chain of one Kleene operator, from the left.
    std::vector<std::uint32_t> chain(const ExprNode& node) const {
        std::vector<std::uint32_t> open(node.children.rbegin(), node.children.rend()), result;
        while (!open.empty()) {
            const std::uint32_t index = open.back();
            open.pop_back();
            const ExprNode& operand = nodes_[index];
            if (operand.op == node.op)
                open.insert(open.end(), operand.children.rbegin(), operand.children.rend());
            else
                result.push_back(index);
        }
        return result;
    }

    SqlPart part(const ExprNode& node) {
        switch (node.op) {
            case Op::number:
                return number_part(sql_number(node.number), true);
            case Op::text:
                return {Type::text, true, sql_text(node.text), "0"};
            case Op::truth:
                return complete_truth(node.number != 0 ? "1" : "0");
            case Op::range:
                return {};
            case Op::missing:
                return nothing(node.type);
            case Op::name:
                return name(node);
            case Op::call:
                return call(node);
            case Op::negate:
                return number_part(sql_negative(child(node, 0).value), child(node, 0).complete);
            case Op::add:
            case Op::subtract:
            case Op::multiply:
            case Op::divide:
                return arithmetic(node);
            default:
                return truth(node);
        }
    }

    SqlPart truth(const ExprNode& node) {
        const SqlPart& x = child(node, 0);
        switch (node.op) {
            case Op::and_:
            case Op::or_:
                return kleene(node);
            case Op::not_:
                if (x.complete) return complete_truth(sql_not(x.value));
                return {Type::truth, false, fmt::format("toUInt8(minus(2, {}))", x.value), "0"};
            case Op::in:
            case Op::not_in: {
                const std::string member = membership(node);
                return strict_truth({x}, node.op == Op::in ? member : sql_not(member));
            }
            case Op::is_in:
            case Op::is_not_in: {
                const std::string member = x.complete ? membership(node) : sql_all({present(x), membership(node)});
                return complete_truth(node.op == Op::is_in ? member : sql_not(member));
            }
            case Op::is:
                return complete_truth(same(node));
            case Op::is_not:
                return complete_truth(sql_not(same(node)));
            case Op::is_missing:
                return complete_truth(missing_of(x));
            case Op::is_not_missing:
                return complete_truth(present(x));
            case Op::is_dk:
                return complete_truth(kind(node.children[0], Missing::dont_know));
            case Op::is_refused:
                return complete_truth(kind(node.children[0], Missing::refused));
            case Op::is_true:
                return complete_truth(holds(x));
            default:
                return strict_truth(operands(node), comparison(node));
        }
    }

    static std::string present(const SqlPart& x) { return x.complete ? "1" : sql_not(missing_of(x)); }

    static SqlPart nothing(Type type) {
        if (type == Type::number) return number_part("nan");
        return {type, false, type == Type::text ? "''" : "1", "1"};
    }

    SqlPart name(const ExprNode& node) {
        if (const SqlItem* derived = source_.find_derived(node.text))
            if (derived->value.type == node.type) return sql_part_of(derived->value);
        const SqlColumn* column = source_.find(node.text);
        if (column)
            if (auto result = sql_column(*column, node.type)) return *result;
        refuse(node,
               column ? fmt::format("'{}' is {} on the server and is used as {}", node.text, column->type,
                                    to_text(node.type))
                      : fmt::format("the table has no column '{}'", node.text),
               "give a view of the table in which it is a column of that type");
        return {};
    }

    // A zero or an infinity below the line would give a value where there is none.
    static std::string divisor(const SqlPart& b) {
        std::string limits = b.value;
        if (!b.complete) limits = fmt::format("nullIf(nullIf({}, inf), -inf)", limits);
        return fmt::format("ifNull(nullIf({}, 0.), nan)", limits);
    }

    SqlPart arithmetic(const ExprNode& node) const {
        const SqlPart &a = child(node, 0), &b = child(node, 1);
        switch (node.op) {
            case Op::add:
                return number_part(sql_call("plus", {a.value, b.value}));
            case Op::subtract:
                return number_part(sql_call("minus", {a.value, b.value}));
            case Op::multiply:
                return number_part(sql_call("multiply", {a.value, b.value}));
            default:
                return number_part(sql_call("divide", {a.value, divisor(b)}));
        }
    }

    SqlPart kleene(const ExprNode& node) const {
        std::vector<std::string> complete, levels;
        for (const std::uint32_t index : chain(node))
            (parts_[index].complete ? complete : levels).push_back(parts_[index].value);
        const bool all = node.op == Op::and_;
        const SqlPart known = complete_truth(all ? sql_all(complete) : sql_any(complete));
        if (levels.empty()) return known;
        if (!complete.empty()) levels.push_back(levels_of(known));
        return {Type::truth, false, sql_fold(all ? "least" : "greatest", std::move(levels)), "0"};
    }

    std::string comparison(const ExprNode& node) const {
        static const std::map<Op, std::string_view> functions = {
            {Op::equal, "equals"},    {Op::not_equal, "notEquals"},
            {Op::less, "less"},       {Op::less_equal, "lessOrEquals"},
            {Op::greater, "greater"}, {Op::greater_equal, "greaterOrEquals"}};
        const SqlPart &a = child(node, 0), &b = child(node, 1);
        if (a.type == Type::truth) return sql_call(functions.at(node.op), {levels_of(a), levels_of(b)});
        return sql_call(functions.at(node.op), {a.value, b.value});
    }

    std::string same(const ExprNode& node) const {
        const SqlPart &a = child(node, 0), &b = child(node, 1);
        if (a.type == Type::truth) return sql_call("equals", {levels_of(a), levels_of(b)});
        const std::string equal = sql_call("equals", {a.value, b.value});
        const std::string missing = any_missing({a, b});
        if (missing == "0") return equal;
        return sql_call("if", {missing, sql_all({missing_of(a), missing_of(b)}), equal});
    }

    // Whether a present value is one of the list.
    std::string membership(const ExprNode& node) const {
        const SqlPart& x = child(node, 0);
        std::vector<std::string> literals, conditions;
        for (std::size_t k = 1; k < node.children.size(); ++k) {
            const ExprNode& item = nodes_[node.children[k]];
            if (item.op == Op::range)
                conditions.push_back(sql_all({sql_call("greaterOrEquals", {x.value, child(item, 0).value}),
                                              sql_call("lessOrEquals", {x.value, child(item, 1).value})}));
            else
                literals.push_back(item.op == Op::text ? sql_text(item.text) : sql_number(item.number + 0.0));
        }
        const std::string value = x.type == Type::text ? x.value : sql_call("plus", {x.value, "0."});
        if (!literals.empty()) conditions.push_back(sql_member(value, literals));
        return sql_any(conditions);
    }

    SqlPart call(const ExprNode& node) {
        const std::string& name = node.text;
        if (name == "coalesce") return coalesce(node);
        if (name == "if") return choice(node);
        if (name == "count") return count(node);
        if (name == "sum") return sum(node);
        if (name == "min") return extreme(node, "least");
        if (name == "max") return extreme(node, "greatest");
        if (name == "contains") return contains(node);
        if (name == "starts_with") return strict_truth(operands(node), sql_call("startsWith", values(node)));
        if (name == "text") return text(node);
        if (name == "number") return number(node);
        return function_of_number(node);
    }

    std::vector<std::string> values(const ExprNode& node) const {
        std::vector<std::string> result;
        for (const std::uint32_t index : node.children) result.push_back(parts_[index].value);
        return result;
    }

    SqlPart coalesce(const ExprNode& node) const {
        SqlPart result = parts_[node.children.back()];
        for (std::size_t k = node.children.size() - 1; k-- > 0;) {
            const SqlPart& x = child(node, k);
            result = x.complete ? x : chosen(missing_of(x), result, x);
        }
        return result;
    }

    // One or the other by a condition that is 0 or 1.
    static SqlPart chosen(const std::string& condition, const SqlPart& yes, const SqlPart& no) {
        SqlPart result{yes.type, yes.complete && no.complete, {}, "0"};
        if (result.type == Type::truth && !result.complete) {
            result.value = sql_call("if", {condition, levels_of(yes), levels_of(no)});
            return result;
        }
        result.value = sql_call("if", {condition, yes.value, no.value});
        if (result.type == Type::text && !result.complete)
            result.missing = sql_call("if", {condition, missing_of(yes), missing_of(no)});
        return result;
    }

    SqlPart choice(const ExprNode& node) const {
        const SqlPart& condition = child(node, 0);
        const SqlPart branches = chosen(holds(condition), child(node, 1), child(node, 2));
        return condition.complete ? branches : chosen(missing_of(condition), nothing(node.type), branches);
    }

    SqlPart count(const ExprNode& node) const {
        std::vector<std::string> conditions;
        for (const SqlPart& condition : operands(node)) conditions.push_back(holds(condition));
        return number_part(sql_call("toFloat64", {sql_fold("plus", std::move(conditions))}), true);
    }

    SqlPart sum(const ExprNode& node) const {
        std::string total = "0.";
        for (const SqlPart& x : operands(node)) {
            const std::string term = x.complete ? x.value : sql_call("if", {missing_of(x), "0.", x.value});
            total = sql_call("plus", {total, term});
        }
        return number_part(total);
    }

    // Of equals the first stands, as in kernels::smaller: the server takes its second argument then.
    SqlPart extreme(const ExprNode& node, std::string_view function) const {
        std::string best = child(node, 0).value;
        for (std::size_t k = 1; k < node.children.size(); ++k) best = sql_call(function, {child(node, k).value, best});
        const std::string missing = any_missing(operands(node));
        return missing == "0" ? number_part(best, true) : number_part(sql_call("if", {missing, "nan", best}));
    }

    SqlPart contains(const ExprNode& node) const {
        const SqlPart &answers = child(node, 0), &code = child(node, 1);
        return strict_truth({answers, code}, fmt::format("and(notEquals({1}, ''), has(splitByChar(' ', {0}), {1}))",
                                                         answers.value, code.value));
    }

    SqlPart text(const ExprNode& node) const {
        const SqlPart& x = child(node, 0);
        return {Type::text, x.complete, sql_text_of_number(x.value), missing_of(x)};
    }

    // What `text` wrote is read without a detour; only its zero has no sign.
    SqlPart number(const ExprNode& node) const {
        const ExprNode& operand = nodes_[node.children[0]];
        if (operand.op == Op::text) {
            const auto literal = parse_number(operand.text);
            return number_part(literal ? sql_number(*literal) : "nan", literal.has_value());
        }
        if (operand.op == Op::call && operand.text == "text")
            return number_part(sql_call("plus", {child(operand, 0).value, "0."}), child(operand, 0).complete);
        return number_part(sql_number_of_text({Type::text, false, child(node, 0).value, missing_of(child(node, 0))}));
    }

    SqlPart function_of_number(const ExprNode& node) {
        const std::string& name = node.text;
        const SqlPart& x = child(node, 0);
        if ((name == "log" || name == "exp") && !source_.same_exp_and_log)
            refuse(node, fmt::format("the server's {} may differ from that of this program in the last digit", name),
                   "give the values as a column of the table, or of a view of it");
        if (name == "abs") return number_part(fmt::format("plus(abs({}), 0.)", x.value), x.complete);
        if (name == "round") return rounded(x);
        if (name == "exp" && !x.complete)
            return number_part(sql_call("if", {sql_call("isFinite", {x.value}), sql_call("exp", {x.value}), "nan"}));
        return number_part(sql_call(name, {x.value}), name == "floor" && x.complete);
    }

    // Halves away from zero: the greatest double below a half moves every half, and nothing below one, over the next
    // whole number. 1 / x tells the sign of a zero.
    static SqlPart rounded(const SqlPart& x) {
        const std::string half = sql_number(std::nextafter(0.5, 0.0));
        return number_part(fmt::format("trunc(plus({0}, if(less(divide(1., {0}), 0.), -{1}, {1})))", x.value, half),
                           x.complete);
    }

    // 1 where the node is missing with the kind; "0" where it never is.
    std::string kind(std::uint32_t index, Missing wanted) const {
        const ExprNode& node = nodes_[index];
        switch (node.op) {
            case Op::name:
                if (const SqlItem* derived = source_.find_derived(node.text))
                    return derived->kinds[static_cast<std::size_t>(wanted)];
                return sql_column_kind(*source_.find(node.text), wanted);
            case Op::and_:
            case Op::or_: {
                const std::string first = kind_of_first(chain(node), wanted);
                return first == "0" ? first : sql_all({missing_of(parts_[index]), first});
            }
            case Op::call:
                return kind_of_call(node, wanted);
            case Op::negate:
            case Op::add:
            case Op::subtract:
            case Op::multiply:
            case Op::divide:
            case Op::equal:
            case Op::not_equal:
            case Op::less:
            case Op::less_equal:
            case Op::greater:
            case Op::greater_equal:
            case Op::in:
            case Op::not_in:
            case Op::not_:
                return kind_of_first(node.children, wanted);
            default:
                return "0";
        }
    }

    // The first missing operand from the left has the kind.
    std::string kind_of_first(const std::vector<std::uint32_t>& indices, Missing wanted) const {
        std::string result = "0";
        for (std::size_t k = indices.size(); k-- > 0;) {
            if (nodes_[indices[k]].op == Op::range) continue;
            const SqlPart& x = parts_[indices[k]];
            const std::string own = kind(indices[k], wanted);
            if (x.complete || (own == "0" && result == "0")) continue;
            result = sql_call("if", {missing_of(x), own, result});
        }
        return result;
    }

    std::string kind_of_call(const ExprNode& node, Missing wanted) const {
        if (node.text == "count" || node.text == "sum") return "0";
        if (node.text == "coalesce") {
            std::vector<std::string> conditions;
            for (const SqlPart& x : operands(node)) conditions.push_back(missing_of(x));
            conditions.push_back(kind(node.children[0], wanted));
            return conditions.back() == "0" ? "0" : sql_all(conditions);
        }
        if (node.text != "if") return kind_of_first(node.children, wanted);
        const SqlPart& condition = child(node, 0);
        const std::string branches = fmt::format("if({}, {}, {})", holds(condition), kind(node.children[1], wanted),
                                                 kind(node.children[2], wanted));
        if (condition.complete) return branches;
        return sql_call("if", {missing_of(condition), kind(node.children[0], wanted), branches});
    }

    const std::vector<ExprNode>& nodes_;
    const SqlSource& source_;
    const Location& where_;
    Diagnostics& faults_;
    std::vector<SqlPart> parts_;
    bool failed_ = false;
};

}  // namespace

std::optional<SqlValue> sql_of(const Expr& expression, const SqlSource& source, const Location& where,
                               Diagnostics& faults) {
    auto item = SqlCompiler(expression, source, where, faults).run(false);
    return item ? std::optional(std::move(item->value)) : std::nullopt;
}

std::optional<SqlItem> sql_item(const Expr& expression, const SqlSource& source, const Location& where,
                                Diagnostics& faults) {
    return SqlCompiler(expression, source, where, faults).run(true);
}

std::optional<SqlValue> sql_of_name(const std::string& name, Type type, const SqlSource& source, const Location& where,
                                    Diagnostics& faults) {
    ExprNode node;
    node.op = Op::name;
    node.type = type;
    node.text = name;
    return sql_of(Expr(name, {std::move(node)}), source, where, faults);
}

}  // namespace cifra
