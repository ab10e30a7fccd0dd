#include "questionnaires/forms/xpath.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>

#include "engine/evaluate_kernels.h"
#include "questionnaires/answer.h"

namespace cifra {
namespace {

using Op = ExprNode::Op;

const std::string always = "true()", never = "false()";

// The operator stands outside every quote and parenthesis.
bool joined_by(const std::string& text, std::string_view operation) {
    int depth = 0;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '(' || c == '[') {
            ++depth;
        } else if (c == ')' || c == ']') {
            --depth;
        } else if (depth == 0 && text.compare(i, operation.size(), operation) == 0) {
            return true;
        }
    }
    return false;
}

std::string join(const std::vector<std::string>& conditions, const std::string& operation, const std::string& decides,
                 const std::string& says_nothing, std::string_view looser) {
    std::vector<std::string> parts;
    for (const std::string& condition : conditions) {
        if (condition == decides) return decides;
        if (condition == says_nothing || std::find(parts.begin(), parts.end(), condition) != parts.end()) continue;
        parts.push_back(condition);
    }
    if (parts.empty()) return says_nothing;
    if (parts.size() == 1) return parts.front();
    for (std::string& part : parts)
        if (!looser.empty() && joined_by(part, looser)) part = "(" + part + ")";
    return fmt::format("{}", fmt::join(parts, operation));
}

std::string number_literal(double number) {
    std::array<char, 400> buffer{};
    const auto end = std::to_chars(buffer.begin(), buffer.end(), number, std::chars_format::fixed);
    return {buffer.data(), end.ptr};
}

double parsed(const std::string& text) {
    double number = kernels::no_number;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string sign_of(Op op) {
    switch (op) {
        case Op::equal:
            return "=";
        case Op::not_equal:
            return "!=";
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
            return "div";
    }
}

Op opposite(Op op) {
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

bool is_arithmetic(Op op) { return op >= Op::add && op <= Op::divide; }
bool is_comparison(Op op) { return op >= Op::equal && op <= Op::greater_equal; }

class Translator {
public:
    Translator(const Expr& expression, const XPathNames& names) : nodes_(expression.nodes()), names_(names) {}

    std::size_t root() const { return nodes_.size() - 1; }

    std::string truth(std::size_t i, bool wanted) {
        const ExprNode& node = nodes_[i];
        if (is_comparison(node.op)) return compared(node, wanted ? node.op : opposite(node.op));
        switch (node.op) {
            case Op::truth:
                return (node.number != 0) == wanted ? always : never;
            case Op::missing:
                return never;
            case Op::name:
                return fmt::format("{} = '{}'", names_(node.text).path, wanted ? 1 : 2);
            case Op::and_:
            case Op::or_:
                return both_or_either(node, wanted);
            case Op::not_:
                return truth(node.children[0], !wanted);
            case Op::in:
            case Op::not_in:
                return member(node, (node.op == Op::in) == wanted);
            case Op::call:
                return called_truth(node, wanted);
            default:
                return certain(node, wanted);
        }
    }

    std::string value(std::size_t i) {
        const ExprNode& node = nodes_[i];
        switch (node.op) {
            case Op::number:
                return number_literal(node.number);
            case Op::text:
                return xpath_text(node.text);
            case Op::missing:
                return "''";
            case Op::name: {
                const XPathName name = names_(node.text);
                if (name.mention.empty()) return name.path;
                return fmt::format("if(selected({}, {}), '1', '2')", name.path, xpath_text(name.mention));
            }
            case Op::negate:
                return "(0 - " + operand(node.children[0]) + ")";  // not every client takes a sign before a path
            case Op::call:
                return called(node);
            default:
                return fmt::format("{} {} {}", operand(node.children[0]), sign_of(node.op), operand(node.children[1]));
        }
    }

    // The value can be had.
    std::string present(std::size_t i) {
        const ExprNode& node = nodes_[i];
        if (node.type == Type::truth) return xpath_any({truth(i, true), truth(i, false)});
        switch (node.op) {
            case Op::number:
            case Op::text:
                return always;
            case Op::missing:
                return never;
            case Op::name:
                return name_present(names_(node.text), [](const std::string&) { return true; });
            case Op::call:
                return call_present(node);
            default: {
                std::vector<std::string> conditions;
                for (const std::size_t child : node.children) conditions.push_back(present(child));
                if (node.op == Op::divide) conditions.push_back(not_zero(node.children[1]));
                return xpath_all(conditions);
            }
        }
    }

    std::vector<std::string> trouble;

private:
    std::string operand(std::size_t i) { return is_arithmetic(nodes_[i].op) ? "(" + value(i) + ")" : value(i); }

    std::string not_zero(std::size_t i) {
        const ExprNode& node = nodes_[i];
        if (node.op == Op::number) return node.number == 0 ? never : always;
        return operand(i) + " != 0";
    }

    std::vector<std::string> values(const ExprNode& node) {
        std::vector<std::string> texts;
        for (const std::size_t child : node.children) texts.push_back(value(child));
        return texts;
    }

    // `needed` says whether a blank ("") or a code must be told apart by a test of its own.
    static std::string name_present(const XPathName& name, const std::function<bool(const std::string&)>& needed) {
        if (name.never_blank) return always;
        std::vector<std::string> tests;
        if (needed("")) tests.push_back(name.path + " != ''");
        for (const std::string& code : {name.dont_know, name.refused})
            if (!code.empty() && needed(code)) tests.push_back(name.path + " != " + xpath_text(code));
        return xpath_all(tests);
    }

    std::string both_or_either(const ExprNode& node, bool wanted) {
        std::vector<std::string> parts;
        for (const std::size_t child : node.children) parts.push_back(truth(child, wanted));
        return (node.op == Op::and_) == wanted ? xpath_all(parts) : xpath_any(parts);
    }

    // What must hold of operand `i` beside a comparison that `holds` for a number or text of its type.
    std::string guard(std::size_t i, const std::function<bool(const ExprNode&)>& holds) {
        const ExprNode& node = nodes_[i];
        if (node.op != Op::name) return present(i);
        const XPathName name = names_(node.text);
        if (!name.mention.empty()) return present(i);
        return name_present(name, [&](const std::string& blank_or_code) {
            ExprNode value;
            value.text = blank_or_code;
            value.number = parsed(blank_or_code);
            return holds(value);
        });
    }

    bool is_literal(std::size_t i) const { return nodes_[i].op == Op::number || nodes_[i].op == Op::text; }

    static bool holds(Op op, const ExprNode& a, const ExprNode& b, Type type) {
        return kernels::with_comparison(op, [&](auto compare) {
            return type == Type::number ? compare(a.number, b.number) : compare(a.text, b.text);
        });
    }

    std::string guard_against(std::size_t i, std::size_t other, Op op) {
        const Type type = nodes_[i].type;
        return guard(i, [&](const ExprNode& missing) {
            if (is_literal(other)) return holds(op, missing, nodes_[other], type);
            return !missing.text.empty() || type == Type::text || op == Op::not_equal;
        });
    }

    std::string compared(const ExprNode& node, Op op) {
        const std::size_t a = node.children[0], b = node.children[1];
        if (nodes_[a].type == Type::truth) return same_truth(a, b, op == Op::equal);
        if (const std::string mention = mentioned(a, b, op); !mention.empty()) return mention;
        if (nodes_[a].type == Type::text && op != Op::equal && op != Op::not_equal) return dates_compared(a, b, op);
        return xpath_all({guard_against(a, b, op), guard_against(b, a, mirrored(op)),
                          fmt::format("{} {} {}", value(a), sign_of(op), value(b))});
    }

    static Op mirrored(Op op) {
        switch (op) {
            case Op::less:
                return Op::greater;
            case Op::less_equal:
                return Op::greater_equal;
            case Op::greater:
                return Op::less;
            case Op::greater_equal:
                return Op::less_equal;
            default:
                return op;
        }
    }

    // `goods_3 = "1"`: selected() by itself.
    std::string mentioned(std::size_t a, std::size_t b, Op op) {
        if (nodes_[a].op != Op::name || nodes_[b].op != Op::text) return {};
        const XPathName name = names_(nodes_[a].text);
        if (name.mention.empty()) return {};
        const std::string selected = fmt::format("selected({}, {})", name.path, xpath_text(name.mention));
        std::vector<std::string> either;
        if ((nodes_[b].text == "1") == (op == Op::equal)) either.push_back(selected);
        if ((nodes_[b].text == "2") == (op == Op::equal))
            either.push_back(xpath_all({present(a), xpath_not(selected)}));
        return xpath_any(either);
    }

    bool is_day(std::size_t i) const {
        const ExprNode& node = nodes_[i];
        return node.op == Op::name ? names_(node.text).date : node.op == Op::text && is_date(node.text);
    }

    std::string dates_compared(std::size_t a, std::size_t b, Op op) {
        if (!is_day(a) || !is_day(b)) {
            trouble.emplace_back("texts are compared by their order, which a form does only for dates");
            return never;
        }
        const auto number = [&](std::size_t i) { return fmt::format("number(translate({}, '-', ''))", value(i)); };
        return xpath_all({present(a), present(b), fmt::format("{} {} {}", number(a), sign_of(op), number(b))});
    }

    std::string same_truth(std::size_t a, std::size_t b, bool same) {
        return xpath_any({xpath_all({truth(a, true), truth(b, same)}), xpath_all({truth(a, false), truth(b, !same)})});
    }

    std::string item_test(const std::string& value, const ExprNode& item) {
        if (item.op == Op::range)
            return fmt::format("{0} >= {1} and {0} <= {2}", value, number_literal(nodes_[item.children[0]].number),
                               number_literal(nodes_[item.children[1]].number));
        return value + " = " + (item.op == Op::text ? xpath_text(item.text) : number_literal(item.number));
    }

    std::string member(const ExprNode& node, bool wanted) {
        const std::size_t i = node.children[0];
        const kernels::Members members(nodes_, node);
        const Type type = nodes_[i].type;
        const std::string guarded = guard(i, [&](const ExprNode& missing) {
            if (missing.text.empty() && (!wanted || type == Type::number)) return !wanted;
            return (type == Type::number ? members.hold(missing.number) : members.hold(missing.text)) == wanted;
        });
        std::vector<std::string> tests;
        for (std::size_t k = 1; k < node.children.size(); ++k)
            tests.push_back(item_test(operand(i), nodes_[node.children[k]]));
        const std::string in = xpath_any(tests);
        return xpath_all({guarded, wanted ? in : xpath_not(in)});
    }

    std::string certain(const ExprNode& node, bool wanted) {
        const std::string test = certain_test(node);
        return wanted ? test : xpath_not(test);
    }

    // The operators that begin with `is`: never missing.
    std::string certain_test(const ExprNode& node) {
        const std::size_t a = node.children[0];
        switch (node.op) {
            case Op::is:
                return same(node);
            case Op::is_not:
                return xpath_not(same(node));
            case Op::is_in:
                return member(node, true);
            case Op::is_not_in:
                return xpath_not(member(node, true));
            case Op::is_missing:
                return xpath_not(present(a));
            case Op::is_not_missing:
                return present(a);
            case Op::is_true:
                return truth(a, true);
            default:
                return missing_as(a, node.op == Op::is_dk);
        }
    }

    std::string same(const ExprNode& node) {
        const std::size_t a = node.children[0], b = node.children[1];
        return xpath_any({compared(node, Op::equal), xpath_all({xpath_not(present(a)), xpath_not(present(b))})});
    }

    std::string missing_as(std::size_t i, bool dont_know) {
        const ExprNode& node = nodes_[i];
        if (node.op != Op::name || names_(node.text).computed) {
            trouble.emplace_back("'is dk' and 'is refused' are known of an answer, not of something computed");
            return never;
        }
        const XPathName name = names_(node.text);
        const std::string& code = dont_know ? name.dont_know : name.refused;
        const Missing kind = dont_know ? Missing::dont_know : Missing::refused;
        return xpath_any({code.empty() ? never : name.path + " = " + xpath_text(code),
                          !name.never_blank && name.blank == kind ? name.path + " = ''" : never});
    }

    std::string called_truth(const ExprNode& node, bool wanted) {
        const auto& part = node.children;
        if (node.text == "if")
            return xpath_any({xpath_all({truth(part[0], true), truth(part[1], wanted)}),
                              xpath_all({truth(part[0], false), truth(part[2], wanted)})});
        if (node.text == "coalesce") return first_truth(node, 0, wanted);
        const bool words = node.text == "contains";
        if (words && nodes_[part[1]].op == Op::text && !kernels::has_word(nodes_[part[1]].text, nodes_[part[1]].text))
            return wanted ? never : present(part[0]);
        const std::string function = words ? "selected" : "starts-with";
        const std::string test = fmt::format("{}({})", function, fmt::join(values(node), ", "));
        return xpath_all({present(part[0]), present(part[1]), wanted ? test : xpath_not(test)});
    }

    std::string first_truth(const ExprNode& node, std::size_t k, bool wanted) {
        const std::string here = truth(node.children[k], wanted);
        if (k + 1 == node.children.size()) return here;
        const std::string absent = xpath_not(present(node.children[k]));
        return xpath_any({here, xpath_all({absent, first_truth(node, k + 1, wanted)})});
    }

    std::string called(const ExprNode& node) {
        const auto& part = node.children;
        if (node.text == "if")
            return fmt::format("if({}, {}, {})", truth(part[0], true), value(part[1]), value(part[2]));
        if (node.text == "coalesce") return first_value(node, 0);
        if (node.text == "count" || node.text == "sum") return added(node);
        const std::string x = operand(part[0]);
        if (node.text == "floor") return fmt::format("(int({0}) - if({0} < int({0}), 1, 0))", x);
        if (node.text == "round") return fmt::format("if({0} < 0, int({0} - 0.5), int({0} + 0.5))", x);
        if (node.text == "text") return fmt::format("string({})", x);
        return fmt::format("{}({})", node.text, fmt::join(values(node), ", "));
    }

    std::string first_value(const ExprNode& node, std::size_t k) {
        const std::string here = value(node.children[k]);
        if (k + 1 == node.children.size()) return here;
        return fmt::format("if({}, {}, {})", present(node.children[k]), here, first_value(node, k + 1));
    }

    std::string added(const ExprNode& node) {
        std::vector<std::string> terms;
        for (const std::size_t child : node.children)
            terms.push_back(node.text == "count" ? fmt::format("if({}, 1, 0)", truth(child, true))
                                                 : fmt::format("if({}, {}, 0)", present(child), value(child)));
        return fmt::format("({})", fmt::join(terms, " + "));
    }

    std::string call_present(const ExprNode& node) {
        const auto& part = node.children;
        if (node.text == "count" || node.text == "sum") return always;
        if (node.text == "if")
            return xpath_any({xpath_all({truth(part[0], true), present(part[1])}),
                              xpath_all({truth(part[0], false), present(part[2])})});
        std::vector<std::string> each;
        for (const std::size_t child : part) each.push_back(present(child));
        if (node.text == "coalesce") return xpath_any(each);
        if (node.text == "sqrt") each.push_back(operand(part[0]) + " >= 0");
        if (node.text == "log") each.push_back(operand(part[0]) + " > 0");
        if (node.text == "number") each.push_back(fmt::format("number({0}) = number({0})", value(part[0])));
        return xpath_all(each);
    }

    const std::vector<ExprNode>& nodes_;
    const XPathNames& names_;
};

XPath translated(const Expr& condition, const XPathNames& names, bool wanted) {
    Translator translator(condition, names);
    XPath result;
    result.text = translator.truth(translator.root(), wanted);
    result.trouble = std::move(translator.trouble);
    return result;
}

}  // namespace

XPath when_true(const Expr& condition, const XPathNames& names) { return translated(condition, names, true); }
XPath when_false(const Expr& condition, const XPathNames& names) { return translated(condition, names, false); }

XPath xpath_value(const Expr& expression, const XPathNames& names) {
    Translator translator(expression, names);
    const std::size_t root = translator.root();
    XPath result;
    if (expression.type() == Type::truth) {
        result.text =
            fmt::format("if({}, '1', if({}, '2', ''))", translator.truth(root, true), translator.truth(root, false));
    } else {
        const std::string present = translator.present(root), value = translator.value(root);
        result.text = present == always ? value : fmt::format("if({}, {}, '')", present, value);
    }
    result.trouble = std::move(translator.trouble);
    return result;
}

std::string xpath_text(const std::string& text) {
    if (text.find('\'') == std::string::npos) return "'" + text + "'";
    if (text.find('"') == std::string::npos) return "\"" + text + "\"";
    std::string parts;
    for (std::size_t begin = 0; begin < text.size();) {
        const char quote = text[begin] == '\'' ? '"' : '\'';
        const std::size_t end = std::min(text.find(quote, begin), text.size());
        parts += fmt::format("{}{}{}{}", parts.empty() ? "" : ", ", quote, text.substr(begin, end - begin), quote);
        begin = end;
    }
    return "concat(" + parts + ")";
}

std::string xpath_all(const std::vector<std::string>& conditions) {
    return join(conditions, " and ", never, always, " or ");
}

std::string xpath_any(const std::vector<std::string>& conditions) {
    return join(conditions, " or ", always, never, "");
}

std::string xpath_not(const std::string& condition) {
    if (condition == always) return never;
    if (condition == never) return always;
    return "not(" + condition + ")";
}

}  // namespace cifra
