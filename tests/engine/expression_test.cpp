#include "engine/expression.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "engine/random.h"
#include "tests/support/slow_evaluate.h"

namespace cifra {
namespace {

Schema persons() {
    Schema schema;
    schema.add("edad", Type::number);
    schema.add("BPCOD", Type::text);
    schema.add("persons.sex", Type::text);
    schema.add("robbery", Type::truth);
    schema.add("n_robbery", Type::number);
    schema.add("año", Type::number);
    return schema;
}

struct Parsed {
    std::optional<Expr> expression;
    Diagnostics faults;
};

Parsed parse(const std::string& text, std::optional<Type> expected = std::nullopt) {
    Parsed result;
    result.expression = parse_expression(text, {"study.yaml", 7, 10}, persons(), result.faults, expected);
    EXPECT_EQ(result.expression.has_value(), !result.faults.has_errors()) << text;
    return result;
}

// The tree in fully parenthesized prefix form.
std::string shape(const Expr& expression, std::size_t index) {
    using Op = ExprNode::Op;
    const ExprNode& node = expression.nodes()[index];
    if (node.children.empty()) return expression.source().substr(node.offset, node.length);
    static const std::map<Op, std::string> names = {{Op::negate, "neg"},
                                                    {Op::add, "+"},
                                                    {Op::subtract, "-"},
                                                    {Op::multiply, "*"},
                                                    {Op::divide, "/"},
                                                    {Op::equal, "="},
                                                    {Op::not_equal, "!="},
                                                    {Op::less, "<"},
                                                    {Op::less_equal, "<="},
                                                    {Op::greater, ">"},
                                                    {Op::greater_equal, ">="},
                                                    {Op::in, "in"},
                                                    {Op::not_in, "not-in"},
                                                    {Op::is, "is"},
                                                    {Op::is_not, "is-not"},
                                                    {Op::is_in, "is-in"},
                                                    {Op::is_not_in, "is-not-in"},
                                                    {Op::is_missing, "missing?"},
                                                    {Op::is_not_missing, "present?"},
                                                    {Op::is_dk, "dk?"},
                                                    {Op::is_refused, "refused?"},
                                                    {Op::is_true, "true?"},
                                                    {Op::and_, "and"},
                                                    {Op::or_, "or"},
                                                    {Op::not_, "not"},
                                                    {Op::range, ".."}};
    std::string text = "(" + (node.op == Op::call ? node.text : names.at(node.op));
    for (const std::uint32_t child : node.children) text += " " + shape(expression, child);
    return text + ")";
}

std::string shape_of(const std::string& text) {
    const Parsed result = parse(text);
    if (!result.expression) return to_text(result.faults.items().at(0));
    return shape(*result.expression, result.expression->nodes().size() - 1);
}

TEST(Expression, precedence) {
    EXPECT_EQ(shape_of("edad + 1 * 2 = 3 and robbery or not robbery"),
              "(or (and (= (+ edad (* 1 2)) 3) robbery) (not robbery))");
    EXPECT_EQ(shape_of("1 - 2 - 3 / 4 / 5"), "(- (- 1 2) (/ (/ 3 4) 5))");
    EXPECT_EQ(shape_of("- edad * - 2"), "(* (neg edad) (neg 2))");
    EXPECT_EQ(shape_of("not edad = 1 and robbery"), "(and (not (= edad 1)) robbery)");
    EXPECT_EQ(shape_of("not not robbery"), "(not (not robbery))");
    EXPECT_EQ(shape_of("robbery or robbery and robbery or robbery"), "(or (or robbery (and robbery robbery)) robbery)");
    EXPECT_EQ(shape_of("(edad = 1) = (edad <> 2)"), "(= (= edad 1) (!= edad 2))");
}

TEST(Expression, words_that_compare) {
    EXPECT_EQ(shape_of("edad in [1, -9, 18..29] and edad not in [ 2 ]"),
              "(and (in edad 1 -9 (.. 18 29)) (not-in edad 2))");
    EXPECT_EQ(shape_of("BPCOD is in ['03'] or BPCOD is not in ['04']"),
              "(or (is-in BPCOD '03') (is-not-in BPCOD '04'))");
    EXPECT_EQ(shape_of("edad is 3 or edad is not 3 + 1"), "(or (is edad 3) (is-not edad (+ 3 1)))");
    EXPECT_EQ(shape_of("edad is missing or edad is not missing"), "(or (missing? edad) (present? edad))");
    EXPECT_EQ(shape_of("edad is dk or edad is not refused"), "(or (dk? edad) (not (refused? edad)))");
    EXPECT_EQ(shape_of("robbery is true and robbery is not true"), "(and (true? robbery) (is-not robbery true))");
    EXPECT_EQ(shape_of("edad + 1 is missing"), "(missing? (+ edad 1))");
    EXPECT_EQ(shape_of("edad==1"), "(= edad 1)");
}

TEST(Expression, literals) {
    const auto text_of = [](const std::string& text) { return parse(text).expression.value().root().text; };
    EXPECT_EQ(text_of("'it''s \"so\"'"), "it's \"so\"");
    EXPECT_EQ(text_of("\"a \"\"b\"\" \\n\""), "a \"b\" \\n") << "a backslash is a backslash";
    const auto number_of = [](const std::string& text) { return parse(text).expression.value().root().number; };
    EXPECT_EQ(number_of("0.25"), 0.25);
    EXPECT_EQ(number_of("1e3"), 1000);
    EXPECT_EQ(number_of("12.5E-1"), 1.25);
    EXPECT_EQ(number_of("03"), 3);
}

TEST(Expression, children_come_before_their_parents) {
    const Expr expression = parse("if(edad in [1..5, 9], min(edad, 3), -edad) > 2 and not robbery").expression.value();
    for (std::size_t i = 0; i < expression.nodes().size(); ++i)
        for (const std::uint32_t child : expression.nodes()[i].children) EXPECT_LT(child, i);
}

TEST(Expression, types) {
    const auto type_of = [](const std::string& text) { return parse(text).expression.value().type(); };
    EXPECT_EQ(type_of("edad + 1"), Type::number);
    EXPECT_EQ(type_of("coalesce(missing, BPCOD)"), Type::text);
    EXPECT_EQ(type_of("if(robbery, missing, edad)"), Type::number);
    EXPECT_EQ(type_of("missing"), Type::truth);
    EXPECT_EQ(type_of("text(edad)"), Type::text);
    const Expr nested = parse("if(robbery, coalesce(missing, missing), 'x')").expression.value();
    for (const ExprNode& node : nested.nodes())
        EXPECT_TRUE(node.op != ExprNode::Op::missing || node.type == Type::text);
    EXPECT_EQ(parse("missing", Type::number).expression.value().type(), Type::number);
}

TEST(Expression, names_in_order_of_first_use) {
    const std::vector<std::string> names = {"persons.sex", "edad", "min"};
    EXPECT_EQ(names_in("persons.sex = '1' and min(edad, min) > edad"), names);
    EXPECT_TRUE(names_in("persons.sex = ").empty());
    EXPECT_EQ(parse("edad > 1 and año > edad").expression.value().names(), (std::vector<std::string>{"edad", "año"}));
    EXPECT_TRUE(Expr().names().empty());
}

struct Fault {
    std::string text;
    std::size_t column;  // the text begins in column 10
    std::string code, message, hint;
};

void expect_fault(const Fault& fault, std::optional<Type> expected = std::nullopt) {
    const Parsed result = parse(fault.text, expected);
    ASSERT_EQ(result.faults.items().size(), 1U) << fault.text;
    const Diagnostic& found = result.faults.items()[0];
    EXPECT_EQ(found.where, (Location{"study.yaml", 7, fault.column})) << fault.text;
    EXPECT_EQ(found.code, fault.code) << fault.text;
    EXPECT_EQ(found.message, fault.message) << fault.text;
    EXPECT_EQ(found.hint, fault.hint) << fault.text;
}

TEST(Expression, faults_of_syntax_say_what_was_expected_where) {
    const std::string code = "expression-syntax",
                      manual = "the language of expressions is described in engine/README.md",
                      value = "a value is a number, text in quotes, a name, a call or (...)";
    expect_fault({"", 10, code, "expected a value, found the end", value});
    expect_fault({"edad = ", 17, code, "expected a value, found the end", value});
    expect_fault({"edad = and", 17, code, "expected a value, found 'and'", value});
    expect_fault({"(edad = 1", 19, code, "the parenthesis is not closed: expected ')', found the end", manual});
    expect_fault({"edad = 1)", 18, code, "this ')' closes nothing", manual});
    expect_fault(
        {"min(edad, 2", 21, code, "the list of arguments of min is not closed: expected ')', found the end", manual});
    expect_fault({"edad in [1, 2", 23, code, "the list is not closed: expected ']', found the end", manual});
    expect_fault({"edad in (1, 2)", 18, code, "expected a list, found '('", "write a list so: [1, 9]"});
    expect_fault(
        {"edad in [29..18]", 19, code, "a range goes up from one whole number to another", "write a range so: 18..29"});
    expect_fault(
        {"edad in [1.5..3]", 19, code, "a range goes up from one whole number to another", "write a range so: 18..29"});
    expect_fault({"edad in [n_robbery]", 19, code, "expected a literal in the list, found 'n_robbery'",
                  "a list holds numbers and ranges, or texts in quotes: [1, 9], [18..29], [\"01\", \"02\"]"});
    expect_fault({"1 < edad < 5", 19, code, "comparisons do not chain",
                  "write both: 1 < x and x < 5; or put the inner one in parentheses"});
    expect_fault({"robbery AND edad = 1", 18, code, "expected an operator or the end, found 'AND'",
                  "operators are written small: and"});
    expect_fault(
        {"edad edad", 15, code, "expected an operator or the end, found 'edad'", "join conditions by 'and' or 'or'"});
    expect_fault({"1 + not robbery", 14, code, "'not' needs parentheses here", "write (not ...)"});
}

TEST(Expression, faults_of_words) {
    const std::string code = "expression-syntax",
                      manual = "the language of expressions is described in engine/README.md";
    expect_fault({"BPCOD = '03", 18, code, "the quote opened here is not closed",
                  "close it with ' on the same line; a ' inside is written ''"});
    expect_fault({"año = 1 && robbery", 18, code, "'&' has no meaning here", "write 'and'"});
    expect_fault(
        {"BPCOD = \u201c03\u201d", 18, code, "'\u201c' has no meaning here", "write a straight quote: \" or '"});
    expect_fault(
        {"edad\u00a0= 3", 14, code, "'\u00a0' has no meaning here", "this is a no-break space: type a plain one"});
    expect_fault({"edad = 12abc", 17, code, "'12abc' is neither a number nor a name",
                  "a name begins with a letter or '_'; text stands in quotes"});
    expect_fault({"edad = 1e999", 17, code, "the number 1e999 is too large", manual});
    expect_fault({"edad = .5", 17, code, "'.' has no meaning here", "a number begins with a digit: 0.5"});
    expect_fault({std::string("edad\0", 5), 14, code, "the byte 0x00 has no meaning here", manual});
    expect_fault({"edad \xff", 15, code, "the byte 0xff has no meaning here", manual});
}

TEST(Expression, faults_of_names_and_types_have_a_remedy) {
    const std::string code = "type-mismatch";
    expect_fault({"edat = 1", 10, "unknown-name", "there is no 'edat' here", "did you mean 'edad'?"});
    expect_fault({"mix(edad) = 1", 10, "unknown-function", "there is no function 'mix'", "did you mean 'min'?"});
    expect_fault({"edad(1) = 1", 10, "unknown-function", "there is no function 'edad'",
                  "'edad' is a name, not a function: put an operator before '('"});
    expect_fault(
        {"if(robbery, 1) = 1", 10, "wrong-arguments", "if takes 3 arguments, 2 given", "write if(condition, a, b)"});
    expect_fault({"sum() = 1", 10, "wrong-arguments", "sum takes at least 1 argument, 0 given", "write sum(x, ...)"});
    expect_fault({"BPCOD = 03", 18, code, "'BPCOD' is text and '03' is a number: they do not go together",
                  "'BPCOD' is text here: write \"03\" in quotes"});
    expect_fault({"3 = BPCOD", 10, code, "'BPCOD' is text and '3' is a number: they do not go together",
                  "'BPCOD' is text here: write \"3\" in quotes"});
    expect_fault({"edad in [1, '9']", 22, code, "'edad' is a number and ''9'' is text: they do not go together",
                  "'edad' is a number here: write 9 without quotes"});
    expect_fault({"edad = BPCOD", 17, code, "'edad' is a number and 'BPCOD' is text: they do not go together",
                  "number(x) reads a number from text"});
    expect_fault({"BPCOD and robbery", 10, code, "'and' needs a condition (true or false); 'BPCOD' is text",
                  "compare it with a value: BPCOD = ..."});
    expect_fault({"1 + robbery", 14, code, "'+' needs a number; 'robbery' is a condition (true or false)",
                  "count(condition) is 1 where the condition is true, else 0"});
    expect_fault({"robbery < true", 10, code, "conditions have no order", "compare them by = or !="});
    expect_fault({"if(robbery, 1, 'x') = 1", 25, code, "'1' is a number and ''x'' is text: they do not go together",
                  "number(x) reads a number from text"});
}

TEST(Expression, an_expected_type_is_held) {
    expect_fault({"edad + 1", 10, "type-mismatch",
                  "the whole expression needs a condition (true or false); 'edad + 1' is a number",
                  "compare it with a value: edad + 1 = ..."},
                 Type::truth);
    EXPECT_TRUE(parse("edad > 1", Type::truth).expression);
}

TEST(Expression, all_faults_of_names_and_types_at_once) {
    const Parsed result = parse("edat > 1 and BPCOD = 3 and nope(1) and robbery + 1 = 2");
    std::vector<std::string> codes;
    for (const Diagnostic& fault : result.faults.items()) codes.push_back(fault.code);
    EXPECT_EQ(codes, (std::vector<std::string>{"unknown-name", "type-mismatch", "unknown-function", "type-mismatch"}));
}

std::string repeated(const std::string& part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
}

TEST(Expression, bounds) {
    EXPECT_TRUE(parse(repeated("(", 200) + "1" + repeated(")", 200)).expression);
    for (const std::string& opener : {std::string("("), std::string("not "), std::string("-"), std::string("min(")}) {
        const Parsed result = parse(repeated(opener, 20000) + "1");
        ASSERT_EQ(result.faults.items().size(), 1U);
        EXPECT_EQ(result.faults.items()[0].code, "expression-too-large") << opener;
    }
    EXPECT_TRUE(parse("1" + repeated(" + 1", 2047)).expression) << "4,095 nodes, no nesting";
    EXPECT_TRUE(parse("1" + repeated(" + 1", 2048)).faults.contains("expression-too-large"));
    EXPECT_TRUE(parse("edad in [1" + repeated(", 1", 5000) + "]").faults.contains("expression-too-large"));
    EXPECT_TRUE(parse("edad = 1" + std::string(65536, ' ')).faults.contains("expression-too-large"));
}

TEST(Expression, every_function_is_known_by_its_signature) {
    std::ifstream file(CIFRA_SOURCE_DIR "/engine/README.md");
    const std::string manual(std::istreambuf_iterator<char>(file), {});
    for (const std::string& signature : function_signatures()) {
        const std::string name = signature.substr(0, signature.find('('));
        EXPECT_FALSE(parse(name + "()").faults.contains("unknown-function")) << signature;
        EXPECT_TRUE(parse(name + "()").faults.contains("wrong-arguments")) << signature;
        EXPECT_NE(manual.find("`" + name + "("), std::string::npos) << name << " is not in the manual";
    }
}

// Whatever the text, the answer is an expression or a fault, never a crash or an exception.
void survives(const std::string& text) {
    const Parsed result = parse(text);
    EXPECT_TRUE(result.expression || !result.faults.items().at(0).message.empty());
    names_in(text);
}

TEST(Expression, random_bytes_never_crash) {
    Stream chance({.seed = 5, .unit = stable_hash("bytes")});
    for (int round = 0; round < 20000; ++round) {
        std::string text(chance.below(24), ' ');
        for (char& c : text) c = static_cast<char>(chance.below(256));
        survives(text);
    }
}

TEST(Expression, random_words_never_crash) {
    const std::vector<std::string> words = {"and", "or",        "not",  "in",    "is",  "missing", "dk",    "true",
                                            "(",   ")",         "[",    "]",     ",",   "..",      "=",     "<",
                                            "-",   "+",         "/",    "1",     "'a'", "edad",    "BPCOD", "robbery",
                                            "if(", "coalesce(", "min(", "nope(", "\"",  "\n"};
    Stream chance({.seed = 6, .unit = stable_hash("words")});
    for (int round = 0; round < 20000; ++round) {
        std::string text;
        for (std::uint64_t n = chance.below(16); n-- > 0;) text += words[chance.below(words.size())] + " ";
        survives(text);
    }
}

TEST(Expression, truncated_and_damaged_expressions_never_crash) {
    const std::map<std::string, Type> types = {{"edad", Type::number}, {"BPCOD", Type::text}, {"robbery", Type::truth}};
    Stream chance({.seed = 7, .unit = stable_hash("damage")});
    for (int round = 0; round < 3000; ++round) {
        std::string text = slow::write(slow::random_tree(Type::truth, 5, types, chance), chance);
        survives(text.substr(0, chance.below(text.size() + 1)));
        text[chance.below(text.size())] = static_cast<char>(chance.below(256));
        survives(text);
    }
}

}  // namespace
}  // namespace cifra
