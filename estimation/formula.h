// Smooth functions of weighted sums with their gradient: what makes any statistic of totals linearizable.
//
//   theta = g(S_1, ..., S_k)      z_i = sum_j (dg/dS_j) s_ij
//
// (Särndal, Swensson and Wretman 1992, section 5.5; Wolter 2007, section 6.5), s_ij the total of unit i in sum j. The
// gradient comes from reverse automatic differentiation of the expression's tree (Griewank and Walther 2008, chapter
// 3), not from differences. Oracle: central differences, and R survey svycontrast on the api data.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/expression.h"

namespace cifra {

class Formula {
public:
    Formula() = default;

    // `text` over `variables`: numbers, + - * / ( ), abs, exp, log, sqrt and sum. Anything else of the language is a
    // fault (code not-smooth): it has no derivative.
    static std::optional<Formula> parse(const std::string& text, const Location& where,
                                        const std::vector<std::string>& variables, Diagnostics& faults);

    // S_1, and S_1 / S_2.
    static Formula identity();
    static Formula quotient();

    struct Point {
        double value = 0;              // NaN where undefined (0/0, log of a negative, overflow)
        std::vector<double> gradient;  // as long as the variables
    };
    Point at(std::span<const double> variables) const;
    double value(std::span<const double> variables) const { return at(variables).value; }

    std::size_t variables() const { return variables_; }

private:
    Expr expression_;
    std::vector<std::size_t> variable_of_node_;  // of nodes that are names
    std::size_t variables_ = 0;
};

// The end of the identifier that begins at `at` of a text; `at` where none does.
std::size_t end_of_name(const std::string& text, std::size_t at);

// A call of an aggregate in the text of an indicator: sum(loss), sum(loss, where), count(victim), sum_all(...).
struct AggregateCall {
    bool count = false;                                     // a condition is counted; else a number is summed
    bool whole = false;                                     // over all rows, whatever the domain: sum_all, count_all
    std::string argument, condition;                        // their texts; condition "" where there is none
    std::size_t argument_offset = 0, condition_offset = 0;  // bytes into the text
};

// The text with each call replaced by a variable `aggregate_1`, `aggregate_2`, ...; equal calls share one.
struct AggregateText {
    std::string formula;
    std::vector<AggregateCall> calls;
    std::vector<std::string> variables;
};
AggregateText find_aggregates(const std::string& text, const Location& where, Diagnostics& faults);

}  // namespace cifra
