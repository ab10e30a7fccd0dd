#include "estimation/formula.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

namespace cifra {

namespace {

using Op = ExprNode::Op;

bool smooth(const ExprNode& node) {
    switch (node.op) {
        case Op::number:
        case Op::name:
        case Op::negate:
        case Op::add:
        case Op::subtract:
        case Op::multiply:
        case Op::divide:
            return true;
        case Op::call:
            return node.text == "abs" || node.text == "exp" || node.text == "log" || node.text == "sqrt" ||
                   node.text == "sum";
        default:
            return false;
    }
}

double call_value(const ExprNode& node, const std::vector<double>& values) {
    const double x = values[node.children.front()];
    if (node.text == "abs") return std::abs(x);
    if (node.text == "exp") return std::exp(x);
    if (node.text == "log") return x > 0 ? std::log(x) : std::numeric_limits<double>::quiet_NaN();
    if (node.text == "sqrt") return std::sqrt(x);
    double total = 0;
    for (const std::uint32_t child : node.children) total += values[child];
    return total;
}

double node_value(const ExprNode& node, const std::vector<double>& values) {
    const auto child = [&](std::size_t i) { return values[node.children[i]]; };
    switch (node.op) {
        case Op::number:
            return node.number;
        case Op::negate:
            return -child(0);
        case Op::add:
            return child(0) + child(1);
        case Op::subtract:
            return child(0) - child(1);
        case Op::multiply:
            return child(0) * child(1);
        case Op::divide:
            return child(1) == 0 ? std::numeric_limits<double>::quiet_NaN() : child(0) / child(1);
        default:
            return call_value(node, values);
    }
}

// Derivative of a one-argument call.
double slope(const ExprNode& node, double x, double value) {
    if (node.text == "abs") return x < 0 ? -1 : 1;
    if (node.text == "exp") return value;
    if (node.text == "log") return 1 / x;
    if (node.text == "sqrt") return 0.5 / value;
    return 1;
}

// Passes the adjoint of a node on to its children.
void push_back_adjoint(const ExprNode& node, double value, double adjoint, const std::vector<double>& values,
                       std::vector<double>& adjoints) {
    const auto child = [&](std::size_t i) { return values[node.children[i]]; };
    const auto add = [&](std::size_t i, double amount) { adjoints[node.children[i]] += amount; };
    switch (node.op) {
        case Op::negate:
            return add(0, -adjoint);
        case Op::add:
            add(0, adjoint);
            return add(1, adjoint);
        case Op::subtract:
            add(0, adjoint);
            return add(1, -adjoint);
        case Op::multiply:
            add(0, adjoint * child(1));
            return add(1, adjoint * child(0));
        case Op::divide:
            add(0, adjoint / child(1));
            return add(1, -adjoint * value / child(1));
        case Op::call:
            for (std::size_t i = 0; i < node.children.size(); ++i) add(i, adjoint * slope(node, child(i), value));
            return;
        default:
            return;
    }
}

Formula parsed(const std::string& text, const std::vector<std::string>& variables) {
    Diagnostics faults;
    return *Formula::parse(text, {}, variables, faults);
}

}  // namespace

std::optional<Formula> Formula::parse(const std::string& text, const Location& where,
                                      const std::vector<std::string>& variables, Diagnostics& faults) {
    Schema schema;
    for (const std::string& variable : variables) schema.add(variable, Type::number);
    const auto expression = parse_expression(text, where, schema, faults, Type::number);
    if (!expression) return std::nullopt;
    Formula formula;
    formula.expression_ = *expression;
    formula.variables_ = variables.size();
    for (const ExprNode& node : expression->nodes()) {
        if (!smooth(node)) {
            faults.error(where, "not-smooth", "a formula of sums is made of + - * /, abs, exp, log, sqrt and sum",
                         "conditions belong inside the sums: sum(x, condition)");
            return std::nullopt;
        }
        const auto found = std::find(variables.begin(), variables.end(), node.text);
        formula.variable_of_node_.push_back(node.op == Op::name ? static_cast<std::size_t>(found - variables.begin())
                                                                : variables.size());
    }
    return formula;
}

Formula Formula::identity() {
    static const Formula formula = parsed("a", {"a"});
    return formula;
}

Formula Formula::quotient() {
    static const Formula formula = parsed("a / b", {"a", "b"});
    return formula;
}

Formula::Point Formula::at(std::span<const double> variables) const {
    const std::vector<ExprNode>& nodes = expression_.nodes();
    std::vector<double> values(nodes.size()), adjoints(nodes.size(), 0);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        values[i] = nodes[i].op == Op::name ? variables[variable_of_node_[i]] : node_value(nodes[i], values);
    Point point{values.back(), std::vector<double>(variables_, 0)};
    if (!std::isfinite(point.value)) {
        point.value = std::numeric_limits<double>::quiet_NaN();
        return point;
    }
    adjoints.back() = 1;
    for (std::size_t i = nodes.size(); i-- > 0;) {
        if (adjoints[i] == 0) continue;
        if (nodes[i].op == Op::name)
            point.gradient[variable_of_node_[i]] += adjoints[i];
        else
            push_back_adjoint(nodes[i], values[i], adjoints[i], values, adjoints);
    }
    return point;
}

namespace {

// The position after a quoted text that begins at `at`.
std::size_t skip_quoted(const std::string& text, std::size_t at) {
    const std::size_t end = text.find(text[at], at + 1);
    return end == std::string::npos ? text.size() : end + 1;
}

struct Arguments {
    std::vector<std::pair<std::size_t, std::size_t>> spans;  // begin, end
    std::size_t after = std::string::npos;                   // past the closing parenthesis
};

Arguments arguments_from(const std::string& text, std::size_t open) {
    Arguments arguments;
    std::size_t begin = open + 1;
    int depth = 1;
    for (std::size_t i = begin; i < text.size();) {
        const char c = text[i];
        if (c == '"' || c == '\'') {
            i = skip_quoted(text, i);
            continue;
        }
        if (c == '(' || c == '[') ++depth;
        if (c == ')' || c == ']') --depth;
        if ((c == ',' && depth == 1) || depth == 0) {
            arguments.spans.emplace_back(begin, i);
            begin = i + 1;
        }
        ++i;
        if (depth == 0) {
            arguments.after = i;
            return arguments;
        }
    }
    return arguments;
}

AggregateCall call_of(const std::string& name, const std::string& text, const Arguments& arguments) {
    AggregateCall call;
    call.count = name.starts_with("count");
    call.whole = name.ends_with("_all");
    const auto part = [&](std::size_t i) {
        return text.substr(arguments.spans[i].first, arguments.spans[i].second - arguments.spans[i].first);
    };
    call.argument = part(0);
    call.argument_offset = arguments.spans[0].first;
    if (arguments.spans.size() > 1) {
        call.condition = part(1);
        call.condition_offset = arguments.spans[1].first;
    }
    return call;
}

bool same(const AggregateCall& a, const AggregateCall& b) {
    return a.count == b.count && a.whole == b.whole && a.argument == b.argument && a.condition == b.condition;
}

}  // namespace

std::size_t end_of_name(const std::string& text, std::size_t at) {
    const auto belongs = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.'; };
    while (at < text.size() && belongs(text[at])) ++at;
    return at;
}

AggregateText find_aggregates(const std::string& text, const Location& where, Diagnostics& faults) {
    AggregateText result;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == '"' || text[i] == '\'') {
            const std::size_t end = skip_quoted(text, i);
            result.formula += text.substr(i, end - i);
            i = end;
            continue;
        }
        const std::size_t end = end_of_name(text, i);
        const std::string name = text.substr(i, end - i);
        const bool aggregate = (name == "sum" || name == "sum_all" || name == "count" || name == "count_all") &&
                               end < text.size() && text[end] == '(';
        if (!aggregate) {
            result.formula += end > i ? name : text.substr(i, 1);
            i = std::max(end, i + 1);
            continue;
        }
        const Arguments arguments = arguments_from(text, end);
        if (arguments.after == std::string::npos || arguments.spans.size() > 2) {
            faults.error(where, "wrong-arguments",
                         fmt::format("'{}(' needs a value, a condition if any, and ')'", name),
                         fmt::format("for example {}(loss) or {}(loss, crime = \"burglary\")", name, name));
            return {};
        }
        const AggregateCall call = call_of(name, text, arguments);
        const auto found = std::find_if(result.calls.begin(), result.calls.end(),
                                        [&](const auto& other) { return same(other, call); });
        const auto at = static_cast<std::size_t>(found - result.calls.begin());
        if (found == result.calls.end()) {
            result.calls.push_back(call);
            result.variables.push_back(fmt::format("aggregate_{}", result.calls.size()));
        }
        result.formula += result.variables[at];
        i = arguments.after;
    }
    return result;
}

}  // namespace cifra
