// The functions of the expression language: names and types. What they compute stands in evaluate_kernels.h.
#pragma once

#include <span>
#include <string_view>

namespace cifra {

// A type in a signature: n number, t text, b truth, v any one type, the same throughout the call.
struct ExpressionFunction {
    std::string_view name;
    std::string_view signature;     // for people
    std::string_view parameters;    // a letter each
    bool repeats = false;           // the last parameter may be given any number of times
    char result = 'n';
};

std::span<const ExpressionFunction> expression_functions();
const ExpressionFunction* find_function(std::string_view name);    // nullptr when unknown

}  // namespace cifra
