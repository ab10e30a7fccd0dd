// Expressions of the engine's language in the language of another program, with the same meaning of missing values.
//
// R has three-valued truth of its own. Stata and SAS have not: there a condition becomes two, when it is true and when
// it is false, and is missing where neither holds (Kleene's tables, engine/README.md); a filter asks for the first.
#pragma once

#include <set>
#include <string>

#include "engine/expression.h"

namespace cifra {

enum class Dialect { r, stata, sas };

// The value: of a condition TRUE, FALSE or NA in R, 1, 0 or missing elsewhere. `remarks` gains what the program cannot
// say, or says otherwise.
std::string value_text(const Expr& expression, Dialect dialect, std::set<std::string>& remarks);

// A condition that is never missing: whether the expression is true.
std::string truth_text(const Expr& expression, Dialect dialect, std::set<std::string>& remarks);

// Whether the value is missing.
std::string missing_text(const Expr& expression, Dialect dialect, std::set<std::string>& remarks);

// A variable as the program writes its name; a dot becomes an underscore outside R.
std::string name_text(const std::string& name, Dialect dialect);

// A text between quotes.
std::string quoted_text(const std::string& text, Dialect dialect);

}  // namespace cifra
