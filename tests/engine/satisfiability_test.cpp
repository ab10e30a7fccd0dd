#include "engine/satisfiability.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "tests/support/slow_evaluate.h"

namespace cifra {
namespace {

using Values = std::map<std::string, Value>;

const Schema& schema() {
    static const Schema names = [] {
        Schema made;
        for (const char* name : {"age", "debt"}) made.add(name, Type::number);
        for (const char* name : {"crime", "goods", "goods_1", "word"}) made.add(name, Type::text);
        made.add("adult", Type::truth);
        return made;
    }();
    return names;
}

Expr parsed(const std::string& text) {
    Diagnostics faults;
    const auto expression = parse_expression(text, {"test", 1, 1}, schema(), faults);
    if (!expression) throw InputError(faults);
    return *expression;
}

const std::map<std::string, Domain>& domains() {
    static const std::map<std::string, Domain> known = {
        {"age", {.type = Type::number, .low = 0, .high = 3, .missing = {Missing::dont_know, Missing::refused}}},
        {"debt", {.type = Type::number, .low = -2, .high = 9}},
        {"crime", {.texts = {"1", "2", "03"}, .missing = {Missing::not_asked, Missing::refused}}},
        {"goods", {.texts = {"1", "3", "8"}, .several = true, .alone = {"8"}, .missing = {Missing::dont_know}}},
        {"adult", {.type = Type::truth, .missing = {Missing::system}}}};
    return known;
}

Satisfiability declared() {
    Satisfiability room;
    for (const auto& [name, domain] : domains()) room.declare(name, domain);
    room.declare_mention("goods_1", "goods", "1");
    room.declare("word", {.open = true, .missing = {Missing::not_asked}});
    return room;
}

// Every value of a domain, written out by hand from its definition.
std::vector<Value> values_of(const std::string& name) {
    const auto numbers = [](int low, int high) {
        std::vector<Value> values;
        for (int x = low; x <= high; ++x) values.push_back(Value::of(static_cast<double>(x)));
        return values;
    };
    const auto texts = [](const std::vector<std::string>& all) {
        std::vector<Value> values;
        for (const std::string& text : all) values.push_back(Value::of(text));
        return values;
    };
    std::vector<Value> values;
    if (name == "age") values = numbers(0, 3);
    if (name == "debt") return numbers(-2, 9);
    if (name == "crime") values = texts({"1", "2", "03"});
    if (name == "goods") values = texts({"1", "3", "8", "1 3", "3 1"});
    if (name == "adult") values = {Value::of(true), Value::of(false)};
    for (const Missing kind : domains().at(name).missing) values.push_back(Value::absent(values[0].type, kind));
    return values;
}

// Calls `visit` with every assignment of the names read; stops when it says so.
bool any_assignment(const std::vector<std::string>& names, const std::function<bool(const Values&)>& visit) {
    Values values;
    const std::function<bool(std::size_t)> from = [&](std::size_t k) {
        if (k == names.size()) return visit(values);
        const std::string& name = names[k] == "goods_1" ? "goods" : names[k];
        for (const Value& value : values_of(name)) {
            values[name] = value;
            if (from(k + 1)) return true;
        }
        return false;
    };
    return from(0);
}

Value lookup(const Values& values, std::string_view name) {
    if (name != "goods_1") return values.at(std::string(name));
    const Value& goods = values.at("goods");
    if (!goods.present()) return goods;
    return Value::of(std::string(goods.text.starts_with("1") || goods.text.ends_with("1") ? "1" : "2"));
}

Value value_of(const Expr& expression, const Values& values) {
    return evaluate(expression, [&](std::string_view name) { return lookup(values, name); });
}

bool is_answers(const slow::Tree& tree) { return tree.op == "name" && tree.name == "goods"; }

// Multiple answers are translated where they are tested for a kind of missing, compared with other texts by equality,
// or searched for a code.
bool answers_are_translated(const slow::Tree& tree) {
    const auto plain = [](const slow::Tree& part) { return part.children.empty() && !is_answers(part); };
    const auto& parts = tree.children;
    if (std::none_of(parts.begin(), parts.end(), is_answers)) return true;
    if (tree.op == "contains(") return is_answers(parts[0]) && plain(parts[1]);
    for (const char* op : {"=", "!=", "is", "is not"})
        if (tree.op == op) return plain(parts[0]) || plain(parts[1]);
    return tree.op.starts_with("is ") || tree.op == "in" || tree.op == "not in";
}

// What is not may stay undecided: functions without an exact translation, fractions, numbers beyond all bounds.
bool translated_exactly(const slow::Tree& tree) {
    for (const char* op : {"sqrt(", "log(", "exp(", "text(", "/", "*"})
        if (tree.op == op) return false;
    const double number = tree.op == "literal" && tree.literal.type == Type::number ? tree.literal.number : 0;
    if (number != std::floor(number) || number > 1e15 || !answers_are_translated(tree)) return false;
    return std::all_of(tree.children.begin(), tree.children.end(), translated_exactly);
}

std::vector<std::string> base_names(const Expr& expression) {
    std::vector<std::string> names = expression.names();
    const bool both = std::count(names.begin(), names.end(), "goods") > 0;
    if (both) names.erase(std::remove(names.begin(), names.end(), "goods_1"), names.end());
    return names;
}

struct Tally {
    int never = 0, possible = 0, undecided = 0;
};

void compare_with_enumeration(const slow::Tree& tree, const std::string& text, Tally& tally) {
    const Expr expression = parsed(text);
    Satisfiability room = declared();
    const std::vector<std::pair<Proposition, std::function<bool(const Value&)>>> claims = {
        {room.holds(expression), [](const Value& value) { return value.is_true(); }},
        {room.fails(expression), [](const Value& value) { return value.present() && !value.is_true(); }},
        {room.lacks(expression), [](const Value& value) { return !value.present(); }}};
    for (const auto& [formula, wanted] : claims) {
        const Verdict verdict = room.decide({&formula, 1});
        const bool exists = any_assignment(base_names(expression),
                                           [&](const Values& values) { return wanted(value_of(expression, values)); });
        if (verdict.decision == Decision::undecided) {
            ++tally.undecided;
            EXPECT_FALSE(translated_exactly(tree)) << text;
            continue;
        }
        EXPECT_EQ(verdict.decision == Decision::possible, exists) << text;
        if (verdict.decision == Decision::possible) {
            EXPECT_TRUE(wanted(value_of(expression, verdict.witness))) << text;
        }
        ++(exists ? tally.possible : tally.never);
    }
}

TEST(Satisfiability, AgreesWithEveryAssignmentOnRandomConditions) {
    const std::map<std::string, Type> types = {{"age", Type::number}, {"debt", Type::number},  {"crime", Type::text},
                                               {"goods", Type::text}, {"goods_1", Type::text}, {"adult", Type::truth}};
    Tally tally;
    for (std::uint64_t k = 0; k < 700; ++k) {
        Stream chance({11, Purpose::test, 0, k});
        const slow::Tree tree = slow::random_tree(Type::truth, 4, types, chance);
        compare_with_enumeration(tree, slow::write(tree, chance), tally);
    }
    EXPECT_GT(tally.never, 200);
    EXPECT_GT(tally.possible, 600);
    EXPECT_LT(tally.undecided, 200);
}

Decision decision_of(const std::string& text) {
    Satisfiability room = declared();
    const Proposition formula = room.holds(parsed(text));
    return room.decide({&formula, 1}).decision;
}

TEST(Satisfiability, KnowsTheConstructsOfTheLanguage) {
    for (const char* never :
         {"age > 3", "age = 1 and age is dk", "crime is dk", "goods = '8 1'", "goods_1 = '1' and contains(goods, '8')",
          "crime != '1' and crime not in ['2', '03']", "debt * 2 = 5", "age is missing and age != 2",
          "coalesce(age, 5) in [4..4]", "if(adult, 1, 2) = 3", "count(age = 1, age = 2) = 2", "number(crime) > 3",
          "word < ''", "starts_with(word, '2025') and word > '2026'", "sqrt(age) > 1 and age = 7", "debt / 2 > 4.6",
          "round(debt / 4) = 3", "(age = 1 or age > 1) is missing and age is not missing"})
        EXPECT_EQ(decision_of(never), Decision::never) << never;
    for (const char* possible :
         {"age > 2", "age is dk", "goods = '3 1' and goods != '1 3'", "goods_1 = '1' and contains(goods, '3')",
          "age is not 1 and age is missing", "coalesce(age, 5) = 5", "word > '2025-01-31' and word < '2025-02-01'",
          "starts_with(word, '2025') and word != '2025'", "debt / 2 = 4.5", "number(crime) = 3", "round(debt / 2) = -1",
          "sum(age, debt) > 10", "min(age, debt) = -2", "adult is missing", "(crime = '1') is refused"})
        EXPECT_EQ(decision_of(possible), Decision::possible) << possible;
}

TEST(Satisfiability, WhatIsNotTranslatedIsUndecidedUnlessItDoesNotMatter) {
    EXPECT_EQ(decision_of("exp(age) > 1e9"), Decision::undecided);
    EXPECT_EQ(decision_of("exp(age) > 1e9 and age > 5"), Decision::never);
    EXPECT_EQ(decision_of("exp(age) > 1e9 or age = 2"), Decision::possible);
}

TEST(Satisfiability, ExhaustsNoTimeOnAHardProductAndSaysSo) {
    Satisfiability room(2000);
    Schema names;
    for (const char* name : {"x", "y", "z"}) {
        room.declare(name, {.type = Type::number, .low = 2, .high = 90000});
        names.add(name, Type::number);
    }
    Diagnostics faults;
    const auto fermat = parse_expression("x * x * x + y * y * y = z * z * z", {"test", 1, 1}, names, faults);
    const Proposition formula = room.holds(*fermat);
    EXPECT_EQ(room.decide({&formula, 1}).decision, Decision::undecided);
}

TEST(Satisfiability, ConflictNamesFormulasThatExcludeEachOther) {
    Satisfiability room = declared();
    const std::vector<Proposition> formulas = {room.holds(parsed("debt > 2")), room.holds(parsed("age >= 2")),
                                               room.holds(parsed("crime = '1'")), room.fails(parsed("age > 1"))};
    const Verdict verdict = room.decide(formulas);
    EXPECT_EQ(verdict.decision, Decision::never);
    EXPECT_EQ(verdict.conflict, (std::vector<std::size_t>{1, 3}));
    EXPECT_EQ(room.decide(std::span(formulas).first(3)).decision, Decision::possible) << "decisions leave no trace";
}

TEST(Satisfiability, FormulasAreBuiltFromFormulas) {
    Satisfiability room = declared();
    const Proposition adult = room.holds(parsed("age >= 2")), minor = room.holds(parsed("age < 2"));
    const std::vector<Proposition> both = {adult, minor};
    const Proposition some = room.any(both), every = room.all(both), none = room.negation(some);
    EXPECT_EQ(room.decide({&every, 1}).decision, Decision::never);
    const Verdict missing = room.decide({&none, 1});
    EXPECT_EQ(missing.decision, Decision::possible);
    EXPECT_FALSE(missing.witness.at("age").present());
    const std::vector<Proposition> twins = {room.same("debt", parsed("age + 1")), room.is_kind("age", Missing::none),
                                            room.equals("debt", Value::of(4.0))};
    EXPECT_EQ(room.decide(twins).witness.at("age"), Value::of(3.0));
    const std::vector<Proposition> substituted = {room.with(adult, "age", Value::of(1.0))};
    EXPECT_EQ(room.decide(substituted).decision, Decision::never);
}

TEST(Satisfiability, OneConditionByItself) {
    EXPECT_EQ(decide(parsed("age > 2 and crime = '03'"), domains()).decision, Decision::possible);
    EXPECT_EQ(decide(parsed("age > 2 and age < 3"), domains()).decision, Decision::never);
    EXPECT_THROW(decide(parsed("word = ''"), domains()), std::invalid_argument);
}

}  // namespace
}  // namespace cifra
