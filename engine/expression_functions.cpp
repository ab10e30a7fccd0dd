#include "engine/expression_functions.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/expression.h"

namespace cifra {

namespace {

constexpr std::array<ExpressionFunction, 16> functions = {{
    {"coalesce", "coalesce(x, v, ...)", "vv", true, 'v'},
    {"if", "if(condition, a, b)", "bvv", false, 'v'},
    {"count", "count(condition, ...)", "b", true, 'n'},
    {"sum", "sum(x, ...)", "n", true, 'n'},
    {"min", "min(x, ...)", "n", true, 'n'},
    {"max", "max(x, ...)", "n", true, 'n'},
    {"abs", "abs(x)", "n", false, 'n'},
    {"floor", "floor(x)", "n", false, 'n'},
    {"round", "round(x)", "n", false, 'n'},
    {"sqrt", "sqrt(x)", "n", false, 'n'},
    {"log", "log(x)", "n", false, 'n'},
    {"exp", "exp(x)", "n", false, 'n'},
    {"contains", "contains(answers, code)", "tt", false, 'b'},
    {"starts_with", "starts_with(text, prefix)", "tt", false, 'b'},
    {"text", "text(number)", "n", false, 't'},
    {"number", "number(text)", "t", false, 'n'},
}};

}  // namespace

std::span<const ExpressionFunction> expression_functions() { return functions; }

const ExpressionFunction* find_function(std::string_view name) {
    const auto found = std::find_if(functions.begin(), functions.end(),
                                    [&](const ExpressionFunction& function) { return function.name == name; });
    return found == functions.end() ? nullptr : &*found;
}

std::vector<std::string> function_signatures() {
    std::vector<std::string> signatures;
    for (const ExpressionFunction& function : functions) signatures.emplace_back(function.signature);
    return signatures;
}

}  // namespace cifra
