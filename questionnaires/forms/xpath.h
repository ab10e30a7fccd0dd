// Conditions of the instrument in XPath 1.0 with the functions of the ODK XForms specification.
//
// XPath has two truths and the expression language has three, so that a condition is translated twice: `when_true` is
// true where the condition is true, `when_false` where it is false, and where it is missing neither is. By Kleene's
// tables (1952, section 64) `when_true` of `a and b` needs only the `when_true` of both, `when_false` only the
// `when_false` of either, and `not` exchanges the two: a translation is as long as the condition, but for `is` between
// conditions and `if`. A comparison holds where its operands are present and XPath's comparison holds. A form keeps
// don't know and refused as codes among the answers and what was not asked as a blank, so that an answer is present
// where it is neither blank nor one of those codes; the test is left out where the comparison implies it.
//
// What has no translation, each with the word for it in `trouble`: texts compared by order unless both are dates, and
// `is dk`, `is refused` of anything but a name. Sums beyond the greatest number, texts of numbers from 1e15 on, and
// texts that are numbers with an exponent differ.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/evaluate.h"

namespace cifra {

// How a form holds a name of the instrument.
struct XPathName {
    std::string path;                    // of the node: "${age}", "."
    std::string dont_know, refused;      // codes that stand for missing answers; "" where there are none
    std::string mention;                 // of `goods_3`: "3", where `path` holds the codes mentioned
    bool never_blank = false;            // a count of the form's own
    Missing blank = Missing::not_asked;  // what a blank says
    bool date = false;                   // a text YYYY-MM-DD
    bool computed = false;               // a blank may say anything
};
using XPathNames = std::function<XPathName(const std::string& name)>;

struct XPath {
    std::string text;
    std::vector<std::string> trouble;  // what could not be translated; empty when all was
};

// `condition` is of type truth. "true()" and "false()" when no answer can change it.
XPath when_true(const Expr& condition, const XPathNames& names);
XPath when_false(const Expr& condition, const XPathNames& names);

// The value of an expression of any type, '' where it is missing; of a condition '1' true, '2' false.
XPath xpath_value(const Expr& expression, const XPathNames& names);

// A text literal: in the quotes that it does not hold, or put together by concat().
std::string xpath_text(const std::string& text);

// Both, either: without the parts that decide nothing, in parentheses where needed. Parts are whole conditions.
std::string xpath_all(const std::vector<std::string>& conditions);
std::string xpath_any(const std::vector<std::string>& conditions);
std::string xpath_not(const std::string& condition);

}  // namespace cifra
