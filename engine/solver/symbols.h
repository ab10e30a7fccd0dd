// Part of `satisfiability`: values of the expression language as terms of the solver. Not installed: the only header
// that knows Z3.
//
// A Symbol says by `kinds` whether there is a value and which kind is missing otherwise (exactly one of the six is
// true), and by one of the others which value it is where there is one:
//   number        an integer term, or a real one; |number| <= bound
//   truth
//   cases         a text of finitely many; exactly one guard is true where the text is present
//   set           answers to a multiple question: a mark per code
//   rank          any text, as a number in [0, 1) that orders texts by bytes: the sum of (byte i + 1) / 257^i
#pragma once

#include <z3++.h>

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/satisfiability.h"

namespace cifra::solver {

z3::expr conj(const z3::expr& a, const z3::expr& b);
z3::expr disj(const z3::expr& a, const z3::expr& b);
z3::expr neg(const z3::expr& a);

struct Case {
    z3::expr guard;
    std::string text;
};

struct AnswerSet {
    std::vector<std::string> codes;
    std::vector<z3::expr> marks;
    std::vector<std::string> alone;
    std::map<std::string, z3::expr> orders;  // texts of several codes: the answers stand in this order
    std::vector<z3::expr> one_order;         // no two orders at once
};

struct Symbol {
    Type type = Type::truth;
    std::vector<z3::expr> kinds;  // by Missing
    std::optional<z3::expr> number, truth, rank;
    double bound = std::numeric_limits<double>::infinity();
    std::optional<double> constant;  // number: the value of a literal
    std::vector<Case> cases;
    std::shared_ptr<AnswerSet> set;
    const z3::expr& present() const { return kinds[0]; }
};

class Symbols {
public:
    explicit Symbols(z3::context& context) : context_(context) {}

    Symbol variable(const std::string& name, const Domain& domain);
    Symbol constant(const Value& value);
    Symbol mention(const Symbol& of, const std::string& code) const;
    // The condition or value of an expression whose names stand for symbols.
    Symbol translate(const Expr& expression, const std::function<Symbol(const std::string&)>& lookup);
    // Both are missing of whatever kind, or both present and equal.
    z3::expr same(const Symbol& a, const Symbol& b);

    Value value_in(const z3::model& model, const Symbol& symbol) const;

    // What holds of the terms made since the last call, for whoever uses them.
    std::vector<z3::expr> take_facts() { return std::exchange(facts_, {}); }

    // What translation is made of.
    z3::expr truth(bool value) const { return context_.bool_val(value); }
    z3::expr free_truth();
    Symbol free_value(Type type, std::vector<z3::expr> kinds);  // any value of the type
    std::vector<z3::expr> always_present() const;
    std::optional<z3::expr> number_term(double value) const;
    z3::expr rank_of(const std::string& text);
    z3::expr set_is(const Symbol& symbol, const std::string& text);
    z3::expr fresh(const char* name, const z3::sort& sort) const;
    void define(const z3::expr& fact) { facts_.push_back(fact); }
    z3::context& context() const { return context_; }

private:
    std::vector<z3::expr> kinds_of(const std::string& name, const std::vector<Missing>& allowed);
    void finite_text(Symbol& symbol, const std::string& name, const Domain& domain);
    void answer_set(Symbol& symbol, const std::string& name, const Domain& domain);
    void any_number(Symbol& symbol, const std::string& name, const Domain& domain);
    std::string text_in(const z3::model& model, const z3::expr& rank) const;
    std::string answers_in(const z3::model& model, const AnswerSet& set) const;

    z3::context& context_;
    std::vector<z3::expr> facts_;
    std::map<std::string, z3::expr> ranks_;  // of the texts met
    std::vector<std::string> welcome_;       // texts for witnesses
};

}  // namespace cifra::solver
