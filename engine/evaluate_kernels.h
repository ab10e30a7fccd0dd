// What operators and functions compute on present values: shared by the evaluation of records and of columns, which add
// the rules of missing values. A NaN or an infinity as result means "no value": system missing.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression.h"

namespace cifra::kernels {

inline constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

// Calls body with the operator as a function object, so that a loop in `body` is compiled once for each operator.
template <class Body>
auto with_arithmetic(ExprNode::Op op, const Body& body) {
    switch (op) {
        case ExprNode::Op::add:
            return body(std::plus<>{});
        case ExprNode::Op::subtract:
            return body(std::minus<>{});
        case ExprNode::Op::multiply:
            return body(std::multiplies<>{});
        default:
            return body([](double a, double b) { return b == 0 ? no_number : a / b; });
    }
}

template <class Body>
auto with_comparison(ExprNode::Op op, const Body& body) {
    switch (op) {
        case ExprNode::Op::not_equal:
        case ExprNode::Op::is_not:
            return body(std::not_equal_to<>{});
        case ExprNode::Op::less:
            return body(std::less<>{});
        case ExprNode::Op::less_equal:
            return body(std::less_equal<>{});
        case ExprNode::Op::greater:
            return body(std::greater<>{});
        case ExprNode::Op::greater_equal:
            return body(std::greater_equal<>{});
        default:
            return body(std::equal_to<>{});
    }
}

using NumberFunction = double (*)(double);

// abs, floor, round (halves away from zero), sqrt, log (natural), exp; nullptr for any other name.
inline NumberFunction number_function(std::string_view name) {
    if (name == "abs") return [](double x) { return std::fabs(x); };
    if (name == "floor") return [](double x) { return std::floor(x); };
    if (name == "round") return [](double x) { return std::round(x); };
    if (name == "sqrt") return [](double x) { return x < 0 ? no_number : std::sqrt(x); };
    if (name == "log") return [](double x) { return x <= 0 ? no_number : std::log(x); };
    if (name == "exp") return [](double x) { return std::exp(x); };
    return nullptr;
}

inline double smaller(double a, double b) { return b < a ? b : a; }
inline double larger(double a, double b) { return b > a ? b : a; }

// The fewest digits that read back equal: plain decimals from 1e-5 up to 1e15, so that codes look like codes, else
// 1.5e+20.
inline std::string number_text(double x) {
    const double size = std::fabs(x);
    const bool plain = size == 0 || (size >= 1e-5 && size < 1e15);
    char buffer[48];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, x == 0 ? 0.0 : x,
                                   plain ? std::chars_format::fixed : std::chars_format::scientific);
    return {buffer, end.ptr};
}

// Whether `code` is one of the blank-separated words of `answers`. A code that is empty or holds a blank never is.
inline bool has_word(std::string_view answers, std::string_view code) {
    if (code.empty() || code.find(' ') != std::string_view::npos) return false;
    for (std::size_t at = 0; (at = answers.find(code, at)) != std::string_view::npos; ++at) {
        const std::size_t end = at + code.size();
        if ((at == 0 || answers[at - 1] == ' ') && (end == answers.size() || answers[end] == ' ')) return true;
    }
    return false;
}

// The list of an `in`, sorted for search.
class Members {
public:
    Members(const std::vector<ExprNode>& nodes, const ExprNode& in) {
        for (std::size_t k = 1; k < in.children.size(); ++k) add(nodes, nodes[in.children[k]]);
        std::sort(numbers_.begin(), numbers_.end());
        std::sort(texts_.begin(), texts_.end());
    }
    bool hold(double x) const {
        const auto within = [x](const Range& range) { return range.low <= x && x <= range.high; };
        return std::binary_search(numbers_.begin(), numbers_.end(), x) ||
               std::any_of(ranges_.begin(), ranges_.end(), within);
    }
    bool hold(std::string_view text) const { return std::binary_search(texts_.begin(), texts_.end(), text); }

private:
    struct Range {
        double low, high;
    };
    void add(const std::vector<ExprNode>& nodes, const ExprNode& item) {
        if (item.op == ExprNode::Op::text)
            texts_.push_back(item.text);
        else if (item.op == ExprNode::Op::number)
            numbers_.push_back(item.number);
        else
            ranges_.push_back({nodes[item.children[0]].number, nodes[item.children[1]].number});
    }

    std::vector<double> numbers_;
    std::vector<std::string_view> texts_;
    std::vector<Range> ranges_;
};

}  // namespace cifra::kernels
