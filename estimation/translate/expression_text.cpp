#include "estimation/translate/expression_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "engine/table.h"

namespace cifra {

namespace {

using Op = ExprNode::Op;

// A node in words: its value and, outside R, of a condition when it is true and when it is false.
struct NodeText {
    std::string value, yes, no;
};

bool is_literal(const ExprNode& node) { return node.op == Op::number || node.op == Op::text || node.op == Op::truth; }

bool is_plain_name(const std::string& name) {
    const auto plain = [](unsigned char letter) { return std::isalnum(letter) || letter == '_' || letter == '.'; };
    return !name.empty() && std::isalpha(static_cast<unsigned char>(name.front())) && std::ranges::all_of(name, plain);
}

std::string symbol(Op op, Dialect dialect) {
    switch (op) {
        case Op::equal:
        case Op::is:
            return dialect == Dialect::sas ? "=" : "==";
        case Op::not_equal:
        case Op::is_not:
            return dialect == Dialect::sas ? "^=" : "!=";
        case Op::less:
            return "<";
        case Op::less_equal:
            return "<=";
        case Op::greater:
            return ">";
        case Op::greater_equal:
            return ">=";
        case Op::add:
            return "+";
        case Op::subtract:
            return "-";
        case Op::multiply:
            return "*";
        default:
            return "/";
    }
}

std::string call_text(const std::string& name, const std::vector<std::string>& arguments) {
    return fmt::format("{}({})", name, fmt::join(arguments, ", "));
}

// a and b, a or b of texts that stand in parentheses already.
std::string joined(const std::vector<std::string>& parts, const char* with) {
    return parts.size() == 1 ? parts.front() : fmt::format("({})", fmt::join(parts, with));
}

class Writer {
public:
    Writer(const Expr& expression, Dialect dialect, std::set<std::string>& remarks)
        : nodes_(expression.nodes()), dialect_(dialect), remarks_(remarks) {
        for (const ExprNode& node : nodes_) texts_.push_back(text_of(node));
    }

    const NodeText& root() const { return texts_.back(); }
    std::string missing() const { return missing(nodes_.size() - 1); }

private:
    bool r() const { return dialect_ == Dialect::r; }
    const char* and_() const { return dialect_ == Dialect::sas ? " and " : " & "; }
    const char* or_() const { return dialect_ == Dialect::sas ? " or " : " | "; }
    std::string negated(const std::string& condition) const {
        return (dialect_ == Dialect::sas ? "not " : "!") +
               (condition.starts_with('(') ? condition : "(" + condition + ")");
    }
    const std::string& value(const ExprNode& node, std::size_t child) const {
        return texts_[node.children[child]].value;
    }

    std::vector<std::string> values(const ExprNode& node) const {
        std::vector<std::string> all;
        for (const std::uint32_t child : node.children) all.push_back(texts_[child].value);
        return all;
    }

    std::string missing(std::size_t node) const {
        const NodeText& text = texts_[node];
        if (r()) return fmt::format("is.na({})", text.value);
        if (nodes_[node].type == Type::truth)
            return fmt::format("({}{}{})", negated(text.yes), and_(), negated(text.no));
        return fmt::format("missing({})", text.value);
    }

    // 1, 0 or missing of a condition in two halves.
    NodeText truth(std::string yes, std::string no) const {
        const char* choose = dialect_ == Dialect::sas ? "ifn" : "cond";
        std::string value = fmt::format("{0}({1}, 1, {0}({2}, 0, .))", choose, yes, no);
        return {std::move(value), std::move(yes), std::move(no)};
    }
    NodeText never_missing(const std::string& yes) const {
        return r() ? NodeText{yes, {}, {}} : truth(yes, negated(yes));
    }

    NodeText text_of(const ExprNode& node) {
        switch (node.op) {
            case Op::number:
                return {shortest(node.number), {}, {}};
            case Op::text:
                return {quoted_text(node.text, dialect_), {}, {}};
            case Op::truth:
                if (r()) return {node.number != 0 ? "TRUE" : "FALSE", {}, {}};
                return node.number != 0 ? NodeText{"1", "(1 = 1)", "(1 = 0)"} : NodeText{"0", "(1 = 0)", "(1 = 1)"};
            case Op::missing:
                return missing_literal(node);
            case Op::name:
                return name_of(node);
            case Op::negate:
                return {fmt::format("(-{})", value(node, 0)), {}, {}};
            case Op::add:
            case Op::subtract:
            case Op::multiply:
                return {fmt::format("({} {} {})", value(node, 0), symbol(node.op, dialect_), value(node, 1)), {}, {}};
            case Op::divide:
                return division(node);
            case Op::call:
                return call(node);
            case Op::range:
                return {};
            default:
                return condition(node);
        }
    }

    NodeText missing_literal(const ExprNode& node) const {
        if (r()) return {"NA", {}, {}};
        if (node.type == Type::truth) return {".", "(1 = 0)", "(1 = 0)"};
        return {node.type == Type::text ? "\"\"" : ".", {}, {}};
    }

    NodeText name_of(const ExprNode& node) const {
        const std::string name = name_text(node.text, dialect_);
        if (r() || node.type != Type::truth) return {name, {}, {}};
        const char* equals = dialect_ == Dialect::sas ? "=" : "==";
        return {name, fmt::format("({} {} 1)", name, equals), fmt::format("({} {} 0)", name, equals)};
    }

    // R's quotient by zero is infinite.
    NodeText division(const ExprNode& node) const {
        const std::string quotient = fmt::format("({} / {})", value(node, 0), value(node, 1));
        const ExprNode& by = nodes_[node.children[1]];
        if (!r() || (by.op == Op::number && by.number != 0)) return {quotient, {}, {}};
        return {fmt::format("ifelse({} == 0, NA, {})", value(node, 1), quotient), {}, {}};
    }

    NodeText condition(const ExprNode& node) {
        switch (node.op) {
            case Op::and_:
            case Op::or_:
                return connected(node);
            case Op::not_:
                return opposite(texts_[node.children[0]]);
            case Op::is_missing:
                return never_missing(missing(node.children[0]));
            case Op::is_not_missing:
                return never_missing(negated(missing(node.children[0])));
            case Op::is_dk:
            case Op::is_refused:
                remarks_.insert("kinds of missing are one here: 'is dk' and 'is refused' are written as missing");
                return never_missing(missing(node.children[0]));
            case Op::is_true:
                return r() ? NodeText{fmt::format("({} %in% TRUE)", value(node, 0)), {}, {}}
                           : never_missing(texts_[node.children[0]].yes);
            case Op::in:
            case Op::not_in:
            case Op::is_in:
            case Op::is_not_in:
                return among(node);
            default:
                return comparison(node);
        }
    }

    NodeText opposite(const NodeText& text) const {
        return r() ? NodeText{negated(text.value), {}, {}} : truth(text.no, text.yes);
    }

    NodeText connected(const ExprNode& node) const {
        const bool both = node.op == Op::and_;
        if (r()) return {joined(values(node), both ? " & " : " | "), {}, {}};
        std::vector<std::string> yes, no;
        for (const std::uint32_t child : node.children) {
            yes.push_back(texts_[child].yes);
            no.push_back(texts_[child].no);
        }
        return truth(joined(yes, both ? and_() : or_()), joined(no, both ? or_() : and_()));
    }

    NodeText comparison(const ExprNode& node) {
        const bool null_safe = node.op == Op::is || node.op == Op::is_not;
        const bool ordered = node.op != Op::equal && node.op != Op::not_equal && !null_safe;
        if (ordered && nodes_[node.children[0]].type == Type::text)
            remarks_.insert("texts are compared by their bytes: set the collation of the program to C");
        if (r()) return null_safe ? same_in_r(node) : NodeText{compared(node, node.op), {}, {}};
        if (null_safe) {
            const std::string same = compared(node, Op::is);
            return node.op == Op::is ? never_missing(same) : opposite(never_missing(same));
        }
        std::vector<std::string> holds, fails;
        for (const std::uint32_t child : node.children)
            if (!is_literal(nodes_[child])) holds.push_back(negated(missing(child)));
        fails = holds;
        holds.push_back(compared(node, node.op));
        fails.push_back(compared(node, counterpart(node.op)));
        return truth(joined(holds, and_()), joined(fails, and_()));
    }

    static Op counterpart(Op op) {
        switch (op) {
            case Op::equal:
                return Op::not_equal;
            case Op::not_equal:
                return Op::equal;
            case Op::less:
                return Op::greater_equal;
            case Op::less_equal:
                return Op::greater;
            case Op::greater:
                return Op::less_equal;
            default:
                return Op::less;
        }
    }

    std::string compared(const ExprNode& node, Op op) const {
        return fmt::format("({} {} {})", value(node, 0), symbol(op, dialect_), value(node, 1));
    }

    NodeText same_in_r(const ExprNode& node) const {
        const bool literal = is_literal(nodes_[node.children[1]]);
        const std::string a = value(node, 0), b = value(node, 1);
        const std::string same = literal ? fmt::format("({} %in% {})", a, b)
                                         : fmt::format("(({0} == {1}) %in% TRUE | (is.na({0}) & is.na({1})))", a, b);
        return {node.op == Op::is ? same : negated(same), {}, {}};
    }

    // One of a list of literals and ranges.
    NodeText among(const ExprNode& node) const {
        const std::string& of = value(node, 0);
        std::vector<std::string> listed, ways;
        for (std::size_t i = 1; i < node.children.size(); ++i) {
            const ExprNode& item = nodes_[node.children[i]];
            if (item.op == Op::range)
                ways.push_back(fmt::format("({0} >= {1}{2}{0} <= {3})", of, value(item, 0), and_(), value(item, 1)));
            else
                listed.push_back(value(node, i));
        }
        if (r() && !listed.empty()) ways.push_back(fmt::format("({} %in% c({}))", of, fmt::join(listed, ", ")));
        for (const std::string& item : listed)
            if (!r()) ways.push_back(fmt::format("({} {} {})", of, symbol(Op::equal, dialect_), item));
        const bool null_safe = node.op == Op::is_in || node.op == Op::is_not_in;
        const bool inside = node.op == Op::in || node.op == Op::is_in;
        return null_safe ? null_safe_list(ways, inside) : list(ways, inside, missing(node.children[0]));
    }

    NodeText null_safe_list(const std::vector<std::string>& ways, bool inside) const {
        const std::string one = r() ? fmt::format("({} %in% TRUE)", joined(ways, or_())) : joined(ways, or_());
        return never_missing(inside ? one : negated(one));
    }

    NodeText list(const std::vector<std::string>& ways, bool inside, const std::string& absent) const {
        const std::string one = joined(ways, or_());
        if (r()) return {fmt::format("ifelse({}, NA, {})", absent, inside ? one : negated(one)), {}, {}};
        const std::string present = negated(absent);
        const std::string yes = fmt::format("({}{}{})", present, and_(), one);
        const std::string no = fmt::format("({}{}{})", present, and_(), negated(one));
        return inside ? truth(yes, no) : truth(no, yes);
    }

    std::string choice(const std::string& condition, const std::string& a, const std::string& b, Type type) const {
        if (r()) return call_text("ifelse", {condition, a, b});
        if (dialect_ == Dialect::stata) return call_text("cond", {condition, a, b});
        return call_text(type == Type::text ? "ifc" : "ifn", {condition, a, b});
    }

    NodeText call(const ExprNode& node) {
        const std::string& name = node.text;
        if (name == "coalesce") return coalesce(node);
        if (name == "if") return chosen(node);
        if (name == "count" || name == "sum") return added(node);
        if (name == "min" || name == "max") return extreme(node);
        if (name == "contains" || name == "starts_with") return search(node);
        if (name == "text" || name == "number") return converted(node);
        if (name == "round") return {fmt::format("(sign({0}) * floor(abs({0}) + 0.5))", value(node, 0)), {}, {}};
        if (r() && (name == "sqrt" || name == "log"))
            return {fmt::format("suppressWarnings(ifelse(is.finite({0}({1})), {0}({1}), NA))", name, value(node, 0)),
                    {},
                    {}};
        return {call_text(name, values(node)), {}, {}};
    }

    NodeText coalesce(const ExprNode& node) const {
        std::string text = value(node, node.children.size() - 1);
        for (std::size_t i = node.children.size() - 1; i-- > 0;)
            text = choice(missing(node.children[i]), text, value(node, i), node.type);
        return of_type({text, {}, {}}, node.type);
    }

    NodeText chosen(const ExprNode& node) const {
        const NodeText& condition = texts_[node.children[0]];
        if (r()) return {choice(condition.value, value(node, 1), value(node, 2), node.type), {}, {}};
        const std::string absent = node.type == Type::text ? "\"\"" : ".";
        return of_type(
            {choice(condition.yes, value(node, 1), choice(condition.no, value(node, 2), absent, node.type), node.type),
             {},
             {}},
            node.type);
    }

    // A condition that was put together as a value.
    NodeText of_type(NodeText text, Type type) const {
        if (r() || type != Type::truth) return text;
        const char* equals = dialect_ == Dialect::sas ? "=" : "==";
        text.yes = fmt::format("(({}) {} 1)", text.value, equals);
        text.no = fmt::format("(({}) {} 0)", text.value, equals);
        return text;
    }

    NodeText added(const ExprNode& node) const {
        std::vector<std::string> terms;
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            if (node.text == "count")
                terms.push_back(r() ? fmt::format("({} %in% TRUE)", value(node, i)) : texts_[node.children[i]].yes);
            else
                terms.push_back(choice(missing(node.children[i]), "0", value(node, i), Type::number));
        }
        return {fmt::format("({})", fmt::join(terms, " + ")), {}, {}};
    }

    NodeText extreme(const ExprNode& node) const {
        if (r()) return {call_text("p" + node.text, values(node)), {}, {}};
        std::vector<std::string> absent;
        for (const std::uint32_t child : node.children) absent.push_back(missing(child));
        return {choice(joined(absent, or_()), ".", call_text(node.text, values(node)), Type::number), {}, {}};
    }

    NodeText search(const ExprNode& node) const {
        const std::string a = value(node, 0), b = value(node, 1);
        const std::string absent = fmt::format("({}{}{})", missing(node.children[0]), or_(), missing(node.children[1]));
        const bool words = node.text == "contains";
        if (r()) {
            const std::string found =
                words ? fmt::format("mapply(grepl, paste0(\" \", {}, \" \"), paste0(\" \", {}, \" \"), fixed = TRUE)",
                                    b, a)
                      : fmt::format("startsWith({}, {})", a, b);
            return {fmt::format("ifelse({}, NA, {})", absent, found), {}, {}};
        }
        std::string found;
        if (dialect_ == Dialect::stata)
            found = words ? fmt::format("(strpos(\" \" + {} + \" \", \" \" + {} + \" \") > 0)", a, b)
                          : fmt::format("(strpos({}, {}) == 1)", a, b);
        else
            found = words ? fmt::format("(index(' ' || strip({}) || ' ', ' ' || strip({}) || ' ') > 0)", a, b)
                          : fmt::format("(index({}, strip({})) = 1)", a, b);
        const std::string present = negated(absent);
        return truth(fmt::format("({}{}{})", present, and_(), found),
                     fmt::format("({}{}{})", present, and_(), negated(found)));
    }

    NodeText converted(const ExprNode& node) {
        const std::string& of = value(node, 0);
        const bool stata = dialect_ == Dialect::stata;
        if (node.text == "number") {
            if (r()) return {fmt::format("suppressWarnings(as.numeric({}))", of), {}, {}};
            return {(stata ? "real(" : "input(") + of + (stata ? ")" : ", ?? best32.)"), {}, {}};
        }
        remarks_.insert("numbers turned into texts may have other digits here than in cifra: check 'text()'");
        if (r()) return {fmt::format("as.character({})", of), {}, {}};
        return {(stata ? "strofreal(" : "strip(put(") + of + (stata ? ", \"%18.0g\")" : ", best16.))"), {}, {}};
    }

    const std::vector<ExprNode>& nodes_;
    Dialect dialect_;
    std::set<std::string>& remarks_;
    std::vector<NodeText> texts_;
};

}  // namespace

std::string value_text(const Expr& expression, Dialect dialect, std::set<std::string>& remarks) {
    return Writer(expression, dialect, remarks).root().value;
}

std::string truth_text(const Expr& expression, Dialect dialect, std::set<std::string>& remarks) {
    const NodeText text = Writer(expression, dialect, remarks).root();
    return dialect == Dialect::r ? fmt::format("({} %in% TRUE)", text.value) : text.yes;
}

std::string missing_text(const Expr& expression, Dialect dialect, std::set<std::string>& remarks) {
    return Writer(expression, dialect, remarks).missing();
}

std::string name_text(const std::string& name, Dialect dialect) {
    if (dialect == Dialect::r) return is_plain_name(name) ? name : "`" + name + "`";
    std::string text = name;
    std::replace(text.begin(), text.end(), '.', '_');
    return text;
}

std::string quoted_text(const std::string& text, Dialect dialect) {
    std::string inside;
    for (const char letter : text) {
        if (dialect == Dialect::r && (letter == '"' || letter == '\\')) inside += '\\';
        if (dialect == Dialect::sas && letter == '\'') inside += '\'';
        inside += letter;
    }
    if (dialect == Dialect::sas) return "'" + inside + "'";
    const bool compound = dialect == Dialect::stata && text.find('"') != std::string::npos;
    return compound ? "`\"" + inside + "\"'" : "\"" + inside + "\"";
}

}  // namespace cifra
