#include "engine/evaluate.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "tests/support/slow_evaluate.h"

namespace cifra {
namespace {

constexpr Missing blank = Missing::system;
constexpr Missing dk = Missing::dont_know;
constexpr Missing refused = Missing::refused;

const slow::Record& record() {
    static const slow::Record values = {{"age", Value::of(40.0)},
                                        {"zero", Value::of(0.0)},
                                        {"no_age", Value::absent(Type::number, dk)},
                                        {"crime", Value::of(std::string("03"))},
                                        {"answers", Value::of(std::string("1 3 18"))},
                                        {"no_crime", Value::absent(Type::text, refused)},
                                        {"yes", Value::of(true)},
                                        {"no", Value::of(false)},
                                        {"open", Value::absent(Type::truth, Missing::not_asked)}};
    return values;
}

Schema schema_of_types(const std::map<std::string, Type>& types) {
    Schema schema;
    for (const auto& [name, type] : types) schema.add(name, type);
    return schema;
}

Schema schema_of_record() {
    Schema schema;
    for (const auto& [name, value] : record()) schema.add(name, value.type);
    return schema;
}

Expr parsed(const std::string& text, const Schema& schema) {
    Diagnostics faults;
    const auto expression = parse_expression(text, {"test", 1, 1}, schema, faults);
    if (!expression) throw InputError(faults);
    return *expression;
}

Column column_of(const std::vector<Value>& values) {
    std::vector<Missing> kinds;
    std::vector<double> numbers;
    std::vector<std::string> texts;
    for (const Value& value : values) {
        kinds.push_back(value.missing);
        numbers.push_back(value.number);
        texts.push_back(value.text);
    }
    return values[0].type == Type::text ? Column::of_texts(texts, kinds) : Column::of_numbers(numbers, kinds);
}

Value cell(const Column& column, std::size_t row, Type type) {
    if (!column.present(row)) return Value::absent(type, column.missing(row));
    if (type == Type::text) return Value::of(column.text(row));
    return type == Type::truth ? Value::of(column.number(row) != 0) : Value::of(column.number(row));
}

Value over_record(const Expr& expression, const slow::Record& values) {
    return evaluate(expression, [&](std::string_view name) { return values.at(std::string(name)); });
}

// The value over the record, after the same over a column of three such rows.
Value value(const std::string& text) {
    const Expr expression = parsed(text, schema_of_record());
    std::map<std::string, Column, std::less<>> columns;
    for (const auto& [name, own] : record()) columns[name] = column_of({own, own, own});
    const Column column =
        evaluate(expression, 3, [&](std::string_view name) -> const Column& { return columns.find(name)->second; });
    const Value result = over_record(expression, record());
    EXPECT_EQ(result.type, expression.type()) << text;
    for (std::size_t row = 0; row < 3; ++row) EXPECT_EQ(cell(column, row, expression.type()), result) << text;
    return result;
}

Value number_gap(Missing kind) { return Value::absent(Type::number, kind); }
Value truth_gap(Missing kind) { return Value::absent(Type::truth, kind); }

TEST(Evaluate, comparisons_with_a_missing_operand_are_missing_with_its_kind) {
    for (const char* op : {"=", "!=", "<", "<=", ">", ">="}) {
        EXPECT_EQ(value(std::string("no_age ") + op + " 3"), truth_gap(dk)) << op;
        EXPECT_EQ(value(std::string("3 ") + op + " no_age"), truth_gap(dk)) << op;
        EXPECT_EQ(value(std::string("no_crime ") + op + " crime"), truth_gap(refused)) << op;
    }
    EXPECT_EQ(value("no_age in [1, 9]"), truth_gap(dk));
    EXPECT_EQ(value("no_crime not in ['1']"), truth_gap(refused));
    EXPECT_EQ(value("no_age = number(no_crime)"), truth_gap(dk));
    EXPECT_EQ(value("number(no_crime) = no_age"), truth_gap(refused));
}

TEST(Evaluate, kleene_truth_tables) {
    const std::array<const char*, 3> operands = {"no", "open", "yes"};
    const Value f = Value::of(false), m = truth_gap(Missing::not_asked), t = Value::of(true);
    const std::array<std::array<Value, 3>, 3> both = {{{f, f, f}, {f, m, m}, {f, m, t}}};
    const std::array<std::array<Value, 3>, 3> either = {{{f, m, t}, {m, m, t}, {t, t, t}}};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
            EXPECT_EQ(value(std::string(operands[i]) + " and " + operands[j]), both[i][j]) << i << j;
            EXPECT_EQ(value(std::string(operands[i]) + " or " + operands[j]), either[i][j]) << i << j;
        }
    }
    EXPECT_EQ(value("not open"), m);
    EXPECT_EQ(value("not yes"), f);
    EXPECT_EQ(value("no_age = 1 or open"), truth_gap(dk));
    EXPECT_EQ(value("open or no_age = 1"), m);
}

TEST(Evaluate, null_safe_twins_are_always_true_or_false) {
    EXPECT_EQ(value("no_age is 3"), Value::of(false));
    EXPECT_EQ(value("no_age is not 3"), Value::of(true));
    EXPECT_EQ(value("no_age is number(no_crime)"), Value::of(true)) << "kinds of missing are not told apart";
    EXPECT_EQ(value("no_age is in [1, 9]"), Value::of(false));
    EXPECT_EQ(value("no_age is not in [1, 9]"), Value::of(true));
    EXPECT_EQ(value("age is not in [1, 18..39, 41..99]"), Value::of(true));
    EXPECT_EQ(value("open is true"), Value::of(false));
    EXPECT_EQ(value("open is not true"), Value::of(true));
    EXPECT_EQ(value("open is false"), Value::of(false));
    EXPECT_EQ(value("yes is not false"), Value::of(true));
}

TEST(Evaluate, kinds_of_missing_are_told_apart) {
    EXPECT_EQ(value("no_age is missing"), Value::of(true));
    EXPECT_EQ(value("age is not missing"), Value::of(true));
    EXPECT_EQ(value("no_age is dk"), Value::of(true));
    EXPECT_EQ(value("no_age is refused"), Value::of(false));
    EXPECT_EQ(value("no_crime is refused"), Value::of(true));
    EXPECT_EQ(value("no_crime is not dk"), Value::of(true));
    EXPECT_EQ(value("age is not refused"), Value::of(true));
    EXPECT_EQ(value("(no_age + 1) is dk"), Value::of(true));
}

TEST(Evaluate, arithmetic_is_total) {
    EXPECT_EQ(value("1 + 2 * 3 - 4 / 2"), Value::of(5.0));
    EXPECT_EQ(value("-age - -2"), Value::of(-38.0));
    EXPECT_EQ(value("10 - 3 - 2"), Value::of(5.0));
    EXPECT_EQ(value("12 / 3 / 2"), Value::of(2.0));
    EXPECT_EQ(value("age / zero"), number_gap(blank));
    EXPECT_EQ(value("zero / zero"), number_gap(blank));
    EXPECT_EQ(value("1e308 * 10"), number_gap(blank));
    EXPECT_EQ(value("no_age / zero"), number_gap(dk));
    EXPECT_EQ(value("sqrt(-1)"), number_gap(blank));
    EXPECT_EQ(value("log(zero)"), number_gap(blank));
    EXPECT_EQ(value("exp(1000)"), number_gap(blank));
    EXPECT_EQ(value("sqrt(age + 9)"), Value::of(7.0));
    EXPECT_EQ(value("log(exp(2))"), Value::of(2.0));
}

TEST(Evaluate, functions_of_numbers) {
    EXPECT_EQ(value("round(2.5) + round(-2.5)"), Value::of(0.0));
    EXPECT_EQ(value("round(-2.5)"), Value::of(-3.0));
    EXPECT_EQ(value("floor(-2.5)"), Value::of(-3.0));
    EXPECT_EQ(value("abs(-2.5)"), Value::of(2.5));
    EXPECT_EQ(value("min(3, age, 1)"), Value::of(1.0));
    EXPECT_EQ(value("max(3, age, 1)"), Value::of(40.0));
    EXPECT_EQ(value("max(3, no_age)"), number_gap(dk));
    EXPECT_EQ(value("sum(3, no_age, age)"), Value::of(43.0));
    EXPECT_EQ(value("sum(no_age)"), Value::of(0.0));
    EXPECT_EQ(value("count(yes, open, no, age > 3)"), Value::of(2.0));
}

TEST(Evaluate, choice) {
    EXPECT_EQ(value("coalesce(no_age, 7)"), Value::of(7.0));
    EXPECT_EQ(value("coalesce(no_crime, crime, 'x')"), Value::of(std::string("03")));
    EXPECT_EQ(value("coalesce(no_age, number(no_crime))"), number_gap(dk));
    EXPECT_EQ(value("if(yes, crime, 'x')"), Value::of(std::string("03")));
    EXPECT_EQ(value("if(no, crime, missing)"), Value::absent(Type::text));
    EXPECT_EQ(value("if(open, 1, 2)"), number_gap(Missing::not_asked));
    EXPECT_EQ(value("if(no, 1, no_age)"), number_gap(dk));
}

TEST(Evaluate, text) {
    EXPECT_EQ(value("crime = '3'"), Value::of(false)) << "leading zeros count";
    EXPECT_EQ(value("crime < '1'"), Value::of(true));
    EXPECT_EQ(value("'Z' < 'a' and 'z' < 'ñ'"), Value::of(true)) << "bytes, not a locale";
    EXPECT_EQ(value("contains(answers, '1')"), Value::of(true));
    EXPECT_EQ(value("contains(answers, '8')"), Value::of(false));
    EXPECT_EQ(value("contains(answers, '18')"), Value::of(true));
    EXPECT_EQ(value("contains(answers, '1 3')"), Value::of(false));
    EXPECT_EQ(value("contains(answers, '')"), Value::of(false));
    EXPECT_EQ(value("starts_with(crime, '0')"), Value::of(true));
    EXPECT_EQ(value("starts_with(no_crime, '0')"), truth_gap(refused));
    EXPECT_EQ(value("number(crime) + 1"), Value::of(4.0));
    EXPECT_EQ(value("number(answers)"), number_gap(blank));
    EXPECT_EQ(value("text(100000)"), Value::of(std::string("100000")));
    EXPECT_EQ(value("text(-0.5)"), Value::of(std::string("-0.5")));
    EXPECT_EQ(value("text(1.5 * 1e20)"), Value::of(std::string("1.5e+20")));
    EXPECT_EQ(value("text(no_age)"), Value::absent(Type::text, dk));
}

TEST(Evaluate, a_filter_takes_missing_as_false) {
    Table table;
    table.set("x", Column::of_numbers({1, 2, 0, 1}, {Missing::none, Missing::none, dk, Missing::none}));
    const auto lookup = [&](std::string_view name) -> const Column& { return table.at(name); };
    const auto keep = [&](const char* text) { return evaluate_filter(parsed(text, schema_of(table)), 4, lookup); };
    EXPECT_EQ(keep("x = 1"), (std::vector<std::uint8_t>{1, 0, 0, 1}));
    EXPECT_EQ(keep("not (x = 1)"), (std::vector<std::uint8_t>{0, 1, 0, 0}));
    EXPECT_EQ(keep("true"), (std::vector<std::uint8_t>{1, 1, 1, 1}));
    EXPECT_EQ(keep("x = missing"), (std::vector<std::uint8_t>{0, 0, 0, 0}));
}

TEST(Evaluate, columns_of_any_length) {
    Schema schema;
    schema.add("crime", Type::text);
    const Column none = Column::of_texts({}), gaps = Column::of_texts({"", ""}, {dk, refused});
    for (const char* text :
         {"crime = '1'", "crime is in ['1']", "number(crime) > 2", "if(true, 'a', crime) = 'a'", "missing"}) {
        const Expr expression = parsed(text, schema);
        EXPECT_EQ(evaluate(expression, 0, [&](std::string_view) -> const Column& { return none; }).size(), 0U) << text;
        EXPECT_EQ(evaluate(expression, 2, [&](std::string_view) -> const Column& { return gaps; }).size(), 2U) << text;
    }
}

TEST(Evaluate, a_text_result_has_a_tidy_dictionary) {
    Schema schema;
    schema.add("a", Type::text);
    schema.add("b", Type::text);
    const Column a = Column::of_texts({"x", "y", "z", ""}, {Missing::none, Missing::none, Missing::none, dk});
    const Column b = Column::of_texts({"q", "x", "q", "z"});
    const auto lookup = [&](std::string_view name) -> const Column& { return name == "a" ? a : b; };
    const Column chosen = evaluate(parsed("if(a in ['x', 'z'], a, b)", schema), 4, lookup);
    EXPECT_EQ(chosen.dictionary(), (std::vector<std::string>{"x", "z"}));
    EXPECT_EQ(chosen.missing(3), dk);
    const Column filled = evaluate(parsed("coalesce(a, b)", schema), 4, lookup);
    EXPECT_EQ(filled.dictionary(), (std::vector<std::string>{"x", "y", "z"}));
    EXPECT_EQ(filled.text(3), "z");
    EXPECT_TRUE(evaluate(parsed("if(a = 'q', a, missing)", schema), 4, lookup).dictionary().empty());
}

TEST(Evaluate, faults_of_the_caller_are_refused) {
    Schema schema;
    schema.add("x", Type::number);
    const Expr expression = parsed("x + 1", schema);
    const Column text = Column::of_texts({"1"}), number = Column::of_numbers({1});
    EXPECT_THROW(evaluate(expression, 1, [&](std::string_view) -> const Column& { return text; }),
                 std::invalid_argument);
    EXPECT_THROW(evaluate(expression, 2, [&](std::string_view) -> const Column& { return number; }),
                 std::invalid_argument);
    EXPECT_THROW(evaluate(expression, [](std::string_view) { return Value::of(std::string("1")); }),
                 std::invalid_argument);
    EXPECT_THROW(evaluate_filter(expression, 1, [&](std::string_view) -> const Column& { return number; }),
                 std::invalid_argument);
    EXPECT_THROW(evaluate(Expr(), [](std::string_view) { return Value(); }), std::invalid_argument);
    const Value not_a_number = Value::of(std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(evaluate(expression, [&](std::string_view) { return not_a_number; }), number_gap(blank));
    EXPECT_EQ(evaluate(expression, [](std::string_view) { return Value(); }), number_gap(blank))
        << "any missing will do";
}

const std::map<std::string, Type>& random_types() {
    static const std::map<std::string, Type> types = {
        {"n1", Type::number}, {"n2", Type::number}, {"person.age", Type::number}, {"t1", Type::text},
        {"t2", Type::text},   {"año", Type::text},  {"b1", Type::truth},          {"b2", Type::truth}};
    return types;
}

std::vector<slow::Record> random_records(std::size_t rows, Stream& chance) {
    std::vector<slow::Record> records(rows);
    for (slow::Record& record : records)
        for (const auto& [name, type] : random_types()) record[name] = slow::random_value(type, chance);
    return records;
}

void expect_same(const Value& value, const Value& twin, Type type, const std::string& what) {
    ASSERT_EQ(value.missing, twin.missing) << what;
    ASSERT_EQ(value.type, type) << what;
    if (value.present()) {
        ASSERT_EQ(value, twin) << what;
    }
}

// Thousands of expressions over two dozen records: record, column and the slow twin agree cell by cell, kinds of
// missing included; and the parser reads what the twin wrote as the twin meant it.
TEST(Evaluate, record_column_and_slow_twin_agree_on_random_expressions) {
    constexpr std::size_t rows = 24;
    Stream chance({.seed = 11, .unit = stable_hash("twins")});
    const Schema schema = schema_of_types(random_types());
    std::size_t present = 0, missing = 0;
    for (int round = 0; round < 3000; ++round) {
        const std::vector<slow::Record> records = random_records(rows, chance);
        std::map<std::string, Column, std::less<>> columns;
        for (const auto& [name, type] : random_types()) {
            std::vector<Value> cells;
            for (const slow::Record& record : records) cells.push_back(record.at(name));
            columns[name] = column_of(cells);
        }
        const Type type = std::array{Type::truth, Type::number, Type::text}[chance.below(3)];
        const slow::Tree tree = slow::random_tree(type, 2 + static_cast<int>(chance.below(5)), random_types(), chance);
        const std::string text = slow::write(tree, chance);
        Diagnostics faults;
        const auto expression = parse_expression(text, {"test", 1, 1}, schema, faults, type);
        ASSERT_TRUE(expression) << text << "\n" << to_text(faults.items().at(0));
        const Column column = evaluate(
            *expression, rows, [&](std::string_view name) -> const Column& { return columns.find(name)->second; });
        ASSERT_EQ(column.size(), rows);
        for (std::size_t row = 0; row < rows; ++row) {
            const Value twin = slow::evaluate(tree, records[row]);
            expect_same(over_record(*expression, records[row]), twin, type, text);
            expect_same(cell(column, row, type), twin, type, text);
            ++(twin.present() ? present : missing);
        }
    }
    EXPECT_GT(present, 30000U);
    EXPECT_GT(missing, 11000U);
}

}  // namespace
}  // namespace cifra
