// Conditions in XPath: the text of the translation, case by case.
#include "questionnaires/forms/xpath.h"

#include <gtest/gtest.h>

namespace cifra {
namespace {

// x: a code; n: a number with codes; c: a number without; m_3: a mention; d: a date; t: blank means don't know.
XPathName name_of(const std::string& name) {
    XPathName result;
    result.path = "${" + name + "}";
    if (name == "x") result.dont_know = "8", result.refused = "9";
    if (name == "n") result.dont_know = "98";
    if (name == "m_3") result = {"${m}", "8", "", "3"};
    if (name == "t") result.blank = Missing::dont_know;
    if (name == "line") result.never_blank = true;
    result.date = name == "d";
    return result;
}

Expr parsed(const std::string& text) {
    Schema schema;
    for (const char* name : {"x", "y", "m_3", "m", "d"}) schema.add(name, Type::text);
    for (const char* name : {"n", "c", "t", "line"}) schema.add(name, Type::number);
    Diagnostics faults;
    const auto expression = parse_expression(text, {}, schema, faults);
    EXPECT_TRUE(expression) << text;
    return *expression;
}

TEST(XPath, AConditionIsTrueAndFalseWhereItIs) {
    struct Case {
        const char *condition, *is_true, *is_false;
    };
    const std::vector<Case> cases = {
        {R"(x = "1")", "${x} = '1'", "${x} != '' and ${x} != '8' and ${x} != '9' and ${x} != '1'"},
        {R"(x != "1")", "${x} != '' and ${x} != '8' and ${x} != '9' and ${x} != '1'", "${x} = '1'"},
        {R"(x = "8")", "${x} != '8' and ${x} = '8'", "${x} != '' and ${x} != '9' and ${x} != '8'"},
        {"n >= 18", "${n} != '98' and ${n} >= 18", "${n} < 18"},
        {"n < 18", "${n} < 18", "${n} != '98' and ${n} >= 18"},
        {"18 <= n", "${n} != '98' and 18 <= ${n}", "18 > ${n}"},
        {"c = 3", "${c} = 3", "${c} != '' and ${c} != 3"},
        {"line = 1", "${line} = 1", "${line} != 1"},
        {R"(x in ["1", "2"])", "${x} = '1' or ${x} = '2'",
         "${x} != '' and ${x} != '8' and ${x} != '9' and not(${x} = '1' or ${x} = '2')"},
        {"n in [1..3, 7]", "${n} >= 1 and ${n} <= 3 or ${n} = 7",
         "${n} != '' and ${n} != '98' and not(${n} >= 1 and ${n} <= 3 or ${n} = 7)"},
        {R"(x = "1" and n < 5)", "${x} = '1' and ${n} < 5",
         "${x} != '' and ${x} != '8' and ${x} != '9' and ${x} != '1' or ${n} != '98' and ${n} >= 5"},
        {R"(not (x = "1" or c = 2))",
         "${x} != '' and ${x} != '8' and ${x} != '9' and ${x} != '1' and ${c} != '' and ${c} != 2",
         "${x} = '1' or ${c} = 2"},
        {R"(c = 1 and (x = "1" or c = 2))", "${c} = 1 and (${x} = '1' or ${c} = 2)", nullptr},
        {R"(x is "1")", nullptr, nullptr},
        {"x is dk", "${x} = '8'", "not(${x} = '8')"},
        {"x is refused", "${x} = '9'", "not(${x} = '9')"},
        {"t is dk", "${t} = ''", "not(${t} = '')"},
        {"c is refused", "false()", "true()"},
        {"n is missing", "not(${n} != '' and ${n} != '98')", nullptr},
        {R"(m_3 = "1")", "selected(${m}, '3')", "${m} != '' and ${m} != '8' and not(selected(${m}, '3'))"},
        {R"(m_3 = "2")", "${m} != '' and ${m} != '8' and not(selected(${m}, '3'))", "selected(${m}, '3')"},
        {R"(contains(m, "3"))", "${m} != '' and selected(${m}, '3')", "${m} != '' and not(selected(${m}, '3'))"},
        {R"(d >= "2026-01-31")",
         "${d} != '' and number(translate(${d}, '-', '')) >= number(translate('2026-01-31', '-', ''))", nullptr},
        {"c / (c - 1) > 2", "${c} != '' and (${c} - 1) != 0 and ${c} div (${c} - 1) > 2", nullptr},
        {"missing = c", "false()", "false()"},
        {R"(x = "it's")", "${x} = \"it's\"", nullptr},
    };
    for (const Case& one : cases) {
        const Expr condition = parsed(one.condition);
        if (one.is_true) {
            EXPECT_EQ(when_true(condition, name_of).text, one.is_true) << one.condition;
        }
        if (one.is_false) {
            EXPECT_EQ(when_false(condition, name_of).text, one.is_false) << one.condition;
        }
        EXPECT_TRUE(when_true(condition, name_of).trouble.empty()) << one.condition;
    }
}

TEST(XPath, ATextOfBothQuotesIsPutTogether) {
    EXPECT_EQ(xpath_text("a'b\"c"), "concat('a', \"'b\", '\"c')");
    EXPECT_EQ(xpath_text(""), "''");
}

TEST(XPath, WhatHasNoTranslationIsNamed) {
    for (const char* condition : {R"(x < "3")", R"(d < x)", R"(coalesce(x, y) is dk)", "n + c is refused"})
        EXPECT_EQ(when_true(parsed(condition), name_of).trouble.size(), 1u) << condition;
}

TEST(XPath, ConditionsAreJoinedWithoutWhatDecidesNothing) {
    EXPECT_EQ(xpath_all({"true()", "a or b", "c"}), "(a or b) and c");
    EXPECT_EQ(xpath_all({"a = ' or '", "c"}), "a = ' or ' and c");
    EXPECT_EQ(xpath_all({"a", "false()"}), "false()");
    EXPECT_EQ(xpath_all({}), "true()");
    EXPECT_EQ(xpath_any({"a and b", "false()", "a and b"}), "a and b");
    EXPECT_EQ(xpath_any({}), "false()");
    EXPECT_EQ(xpath_not("true()"), "false()");
}

}  // namespace
}  // namespace cifra
