// Numbers written and read as text by SQL, with the rules of kernels::number_text and parse_number.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/warehouse/sql_parts.h"

namespace cifra {

namespace {

std::string replaced(const std::string& text, std::string_view pattern, std::string_view by) {
    return sql_call("replaceRegexpOne", {text, sql_text(pattern), sql_text(by)});
}

std::string found(const std::string& text, std::string_view pattern) {
    return sql_call("extract", {text, sql_text(pattern)});
}

// 10^k for k = 0 .. 22, all of them exact, at index k + 1.
std::string power_of_ten(const std::string& k) {
    std::vector<std::string> powers;
    for (int exponent = 0; exponent <= 22; ++exponent) powers.push_back(fmt::format("1e{}", exponent));
    return fmt::format("arrayElement([{}], plus({}, 1))", fmt::join(powers, ", "), k);
}

}  // namespace

// The server writes the same digits, but plainly from 1e-6 to 1e21, and exponents as e22 and e-7.
std::string sql_text_of_number(const std::string& number) {
    std::string text = replaced(sql_call("toString", {number}), "^-0$", "0");
    text = replaced(text, "^(-?)0\\.00000([1-9])([0-9]*)$", "\\1\\2.\\3e-06");
    for (int exponent = 15; exponent <= 20; ++exponent)
        text = replaced(text, fmt::format("^(-?)([0-9])([0-9]{{{}}})(?:\\.([0-9]+))?$", exponent),
                        fmt::format("\\1\\2.\\3\\4e+{}", exponent));
    text = replaced(text, "e([0-9])", "e+\\1");
    text = replaced(text, "e([+-])([0-9])$", "e\\10\\2");
    text = replaced(text, "\\.([0-9]*?)0*e", ".\\1e");
    return replaced(text, "\\.e", "e");
}

// The server's own reading of decimals is not always the nearest double. Digits that make a whole number up to 2^53,
// multiplied or divided once by a power of ten up to 10^22, are: both are exact, so there is one rounding (Clinger
// 1990).
std::string sql_number_of_text(const SqlPart& text) {
    const std::string& t = text.value;
    const std::string is_number =
        sql_call("match", {t, sql_text("^\\+?-?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\z")});
    const std::string fraction = found(t, "\\.([0-9]*?)0*(?:[eE].*)?\\z");
    const std::string digits = sql_call("concat", {found(t, "^[+-]*0*([0-9]*)"), fraction});
    const std::string whole = sql_call("toUInt64OrZero", {digits});
    const std::string exponent =
        fmt::format("minus(toInt32OrZero({}), toInt32(length({})))", found(t, "[eE]([+-]?[0-9]+)"), fraction);
    const std::string too_long = fmt::format("greater(length({}), 18)", replaced(digits, "^0+", ""));
    const std::string too_far = fmt::format("greater(length({}), 4)", found(t, "[eE][+-]?0*([0-9]*)"));
    const std::string inexact =
        fmt::format("or({}, and(notEquals({}, 0), or(greater({}, 9007199254740992), greater(abs({}), 22), {})))",
                    too_long, whole, whole, exponent, too_far);
    const std::string refused = fmt::format("throwIf({})", sql_all({sql_not(text.missing), is_number, inexact}));
    const std::string size =
        fmt::format("if(less({0}, 0), divide(toFloat64({1}), {2}), multiply(toFloat64({1}), {3}))", exponent, whole,
                    power_of_ten(sql_call("minus", {"0", exponent})), power_of_ten(exponent));
    return fmt::format("multiIf(or({}, {}, {}), nan, {}, {}, {})", text.missing, sql_not(is_number), refused,
                       sql_call("match", {t, sql_text("^\\+?-")}), sql_negative(size), size);
}

}  // namespace cifra
