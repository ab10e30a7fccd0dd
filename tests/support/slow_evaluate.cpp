#include "tests/support/slow_evaluate.h"

#include <cmath>
#include <cstdlib>
#include <sstream>

namespace cifra::slow {

namespace {

bool is_call(const Tree& tree) { return tree.op.back() == '('; }
bool in_list(const Tree& tree) {
    return tree.op == "in" || tree.op == "not in" || tree.op == "is in" || tree.op == "is not in";
}
bool postfix(const Tree& tree) { return tree.op.starts_with("is ") && tree.children.size() == 1; }

int strength(const Tree& tree) {
    if (tree.op == "or") return 1;
    if (tree.op == "and") return 2;
    if (tree.op == "not") return 3;
    if (tree.op == "+" || tree.op == "-") return 5;
    if (tree.op == "*" || tree.op == "/") return 6;
    if (tree.op == "neg") return 7;
    if (tree.op == "literal" || tree.op == "missing" || tree.op == "name" || tree.op == "range" || is_call(tree))
        return 9;
    return 4;
}

std::string quoted(const std::string& text, Stream& chance) {
    const char quote = chance.bernoulli(0.5) ? '"' : '\'';
    std::string result(1, quote);
    for (const char c : text) result += c == quote ? std::string(2, c) : std::string(1, c);
    return result + quote;
}

std::string literal(const Value& value, Stream& chance) {
    if (value.type == Type::text) return quoted(value.text, chance);
    if (value.type == Type::truth) return value.number != 0 ? "true" : "false";
    std::ostringstream out;
    out.precision(17);
    out << value.number;
    return out.str();
}

std::string blank(Stream& chance) { return chance.bernoulli(0.1) ? "\n\t " : " "; }

// The tree as an operand of an operator that takes operands of `least` strength without parentheses.
std::string operand(const Tree& tree, int least, Stream& chance) {
    const std::string text = write(tree, chance);
    return strength(tree) < least || chance.bernoulli(0.1) ? "(" + text + ")" : text;
}

std::string comma_list(const Tree& tree, std::size_t from, Stream& chance) {
    std::string text;
    for (std::size_t k = from; k < tree.children.size(); ++k)
        text += (k > from ? ", " : "") + write(tree.children[k], chance);
    return text;
}

std::string synonym(const std::string& op, Stream& chance) {
    if (op == "=" && chance.bernoulli(0.2)) return "==";
    if (op == "!=" && chance.bernoulli(0.2)) return "<>";
    return op;
}

Value gap_of(const Value& gap) { return Value::absent(Type::truth, gap.missing); }
Value number_or_nothing(double x) { return std::isfinite(x) ? Value::of(x) : Value::absent(Type::number); }

int order(const Value& a, const Value& b) {
    if (a.type == Type::text) return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
    return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

bool listed(const Tree& tree, const Value& x) {
    for (std::size_t k = 1; k < tree.children.size(); ++k) {
        const Tree& item = tree.children[k];
        if (item.op == "range") {
            if (x.number >= item.children[0].literal.number && x.number <= item.children[1].literal.number) return true;
        } else if (order(x, item.literal) == 0) {
            return true;
        }
    }
    return false;
}

Value membership(const Tree& tree, const Value& x) {
    if (!x.present() && tree.op.starts_with("is")) return Value::of(tree.op == "is not in");
    if (!x.present()) return gap_of(x);
    return Value::of(listed(tree, x) == (tree.op == "in" || tree.op == "is in"));
}

Value kind_test(const std::string& op, const Value& x) {
    if (op == "is missing") return Value::of(!x.present());
    if (op == "is not missing") return Value::of(x.present());
    if (op == "is dk") return Value::of(x.missing == Missing::dont_know);
    if (op == "is not dk") return Value::of(x.missing != Missing::dont_know);
    if (op == "is refused") return Value::of(x.missing == Missing::refused);
    if (op == "is not refused") return Value::of(x.missing != Missing::refused);
    return Value::of(x.present() && x.number == 1);
}

// The truth tables of Kleene as tables: 0 false, 1 missing, 2 true.
Value kleene(const std::string& op, const Value& a, const Value& b) {
    const auto level = [](const Value& v) { return !v.present() ? 1 : v.number != 0 ? 2 : 0; };
    constexpr int and_table[3][3] = {{0, 0, 0}, {0, 1, 1}, {0, 1, 2}};
    constexpr int or_table[3][3] = {{0, 1, 2}, {1, 1, 2}, {2, 2, 2}};
    const int result = op == "and" ? and_table[level(a)][level(b)] : or_table[level(a)][level(b)];
    if (result != 1) return Value::of(result == 2);
    return gap_of(a.present() ? b : a);
}

Value arithmetic(const std::string& op, double a, double b) {
    if (op == "+") return number_or_nothing(a + b);
    if (op == "-") return number_or_nothing(a - b);
    if (op == "*") return number_or_nothing(a * b);
    return b == 0 ? Value::absent(Type::number) : number_or_nothing(a / b);
}

Value comparison(const std::string& op, const Value& a, const Value& b) {
    if (op == "is" || op == "is not") {
        const bool same = a.present() && b.present() ? order(a, b) == 0 : a.present() == b.present();
        return Value::of(same == (op == "is"));
    }
    if (!a.present()) return gap_of(a);
    if (!b.present()) return gap_of(b);
    const int sign = order(a, b);
    if (op == "=") return Value::of(sign == 0);
    if (op == "!=") return Value::of(sign != 0);
    if (op == "<") return Value::of(sign < 0);
    if (op == "<=") return Value::of(sign <= 0);
    return Value::of(op == ">" ? sign > 0 : sign >= 0);
}

bool has_word(const std::string& answers, const std::string& code) {
    std::string word;
    for (const char c : answers + " ") {
        if (c != ' ')
            word += c;
        else if (!word.empty() && word == code)
            return true;
        else
            word.clear();
    }
    return false;
}

Value read_number(const std::string& text) {
    if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string::npos)
        return Value::absent(Type::number);
    char* end = nullptr;
    const double x = std::strtod(text.c_str(), &end);
    return *end == '\0' ? number_or_nothing(x) : Value::absent(Type::number);
}

// The fewest digits that read back equal; plain decimals from 1e-5 up to 1e15.
Value write_number(double x) {
    const double size = std::fabs(x);
    const bool plain = size == 0 || (size >= 1e-5 && size < 1e15);
    for (int digits = 0; digits <= 25; ++digits) {
        std::ostringstream out;
        out.precision(digits);
        out << (plain ? std::fixed : std::scientific) << x;
        if (std::strtod(out.str().c_str(), nullptr) == x)
            return Value::of(out.str() == "-0" ? std::string("0") : out.str());
    }
    return Value::absent(Type::text);
}

double round_half_away(double x) {
    const double whole = std::trunc(x);
    if (std::fabs(x - whole) < 0.5) return whole;
    return whole + (x < 0 ? -1 : 1);
}

Value number_function(const std::string& op, double x) {
    if (op == "abs(") return Value::of(x < 0 ? -x : x);
    if (op == "floor(") return Value::of(std::floor(x));
    if (op == "round(") return Value::of(round_half_away(x));
    if (op == "sqrt(") return number_or_nothing(std::sqrt(x));
    if (op == "log(") return number_or_nothing(std::log(x));
    return number_or_nothing(std::exp(x));
}

Value total(const std::string& op, const std::vector<Value>& values) {
    double result = 0;
    for (const Value& value : values)
        if (value.present()) result += op == "count(" ? (value.number != 0 ? 1 : 0) : value.number;
    return number_or_nothing(result);
}

Value call(const Tree& tree, const std::vector<Value>& values) {
    const std::string& op = tree.op;
    if (op == "count(" || op == "sum(") return total(op, values);
    if (op == "coalesce(") {
        for (const Value& value : values)
            if (value.present()) return value;
        return gap_of(values[0]);
    }
    if (op == "if(") {
        return !values[0].present() ? gap_of(values[0]) : values[values[0].number != 0 ? 1 : 2];
    }
    for (const Value& value : values)
        if (!value.present()) return gap_of(value);
    if (op == "contains(") return Value::of(has_word(values[0].text, values[1].text));
    if (op == "starts_with(") return Value::of(values[0].text.substr(0, values[1].text.size()) == values[1].text);
    if (op == "text(") return write_number(values[0].number);
    if (op == "number(") return read_number(values[0].text);
    if (op != "min(" && op != "max(") return number_function(op, values[0].number);
    double best = values[0].number;
    for (const Value& value : values)
        if (op == "min(" ? value.number < best : value.number > best) best = value.number;
    return Value::of(best);
}

}  // namespace

std::string write(const Tree& tree, Stream& chance) {
    const std::vector<Tree>& parts = tree.children;
    if (tree.op == "literal") return literal(tree.literal, chance);
    if (tree.op == "missing") return "missing";
    if (tree.op == "name") return tree.name;
    if (tree.op == "range") return write(parts[0], chance) + ".." + write(parts[1], chance);
    if (is_call(tree)) return tree.op + comma_list(tree, 0, chance) + ")";
    const int own = strength(tree);
    if (in_list(tree)) return operand(parts[0], 5, chance) + " " + tree.op + " [" + comma_list(tree, 1, chance) + "]";
    if (postfix(tree)) return operand(parts[0], 5, chance) + " " + tree.op;
    if (tree.op == "not") return "not" + blank(chance) + operand(parts[0], 3, chance);
    if (tree.op == "neg") return "-" + operand(parts[0], 7, chance);
    std::string right = operand(parts[1], own + 1, chance);
    // `x is missing + 1` would be read as the test `x is missing`.
    const bool test = right.starts_with("missing") || right.starts_with("true");
    if (test && tree.op.starts_with("is")) right = "(" + right + ")";
    return operand(parts[0], own == 4 ? 5 : own, chance) + " " + synonym(tree.op, chance) + blank(chance) + right;
}

Value evaluate(const Tree& tree, const Record& record) {
    if (tree.op == "literal") return tree.literal;
    if (tree.op == "missing") return Value::absent(Type::truth);
    if (tree.op == "name") return record.at(tree.name);
    if (in_list(tree)) return membership(tree, evaluate(tree.children[0], record));
    std::vector<Value> values;
    for (const Tree& child : tree.children) values.push_back(evaluate(child, record));
    if (is_call(tree)) return call(tree, values);
    if (postfix(tree)) return kind_test(tree.op, values[0]);
    if (tree.op == "and" || tree.op == "or") return kleene(tree.op, values[0], values[1]);
    if (strength(tree) == 4) return comparison(tree.op, values[0], values[1]);
    for (const Value& value : values)
        if (!value.present()) return gap_of(value);
    if (tree.op == "not") return Value::of(values[0].number == 0);
    if (tree.op == "neg") return Value::of(-values[0].number);
    return arithmetic(tree.op, values[0].number, values[1].number);
}

}  // namespace cifra::slow
