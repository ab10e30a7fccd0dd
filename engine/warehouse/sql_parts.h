// Pieces of SQL between an expression and its text: how a value and its being missing are kept together without writing
// any operand more often than needed. Used by sql*.cpp only.
//
//   number  one Float64; missing where it is not finite: arithmetic then carries missing values along by itself
//   truth   complete: 0 and 1; else 0 false, 1 missing, 2 true: Kleene's `and` is the least, `or` the greatest
//   text    a String, void where missing, and beside it 0 or 1
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "engine/expression.h"
#include "engine/warehouse/sql.h"

namespace cifra {

struct SqlPart {
    Type type = Type::number;
    bool complete = false;  // known never to be missing
    std::string value;
    std::string missing = "0";  // type text only
};

// function(a, b, ...)
std::string sql_call(std::string_view function, const std::vector<std::string>& arguments);
// -x, with the sign of zero; whether 0 or 1 is 0. Not by negate and not: a server writes the query again for its
// shards, as operators, and `-(1)` and `NOT NOT x` are not read there as they were meant.
std::string sql_negative(const std::string& number);
std::string sql_not(const std::string& condition);
// or(a, b, ...) of as many conditions as there are; "0" for none. sql_all: and(...), "1" for none.
std::string sql_any(const std::vector<std::string>& conditions);
std::string sql_all(const std::vector<std::string>& conditions);
// A function of two arguments over any number of them, as a tree of the least depth; only for associative ones.
std::string sql_fold(std::string_view function, std::vector<std::string> items);

// Whether `value`, which is present, is one of the literals. Sets tell 0 from -0, so that a number must have lost its
// sign of zero (plus 0).
std::string sql_member(const std::string& value, const std::vector<std::string>& literals);

std::string missing_of(const SqlPart& part);  // "0" where complete
std::string any_missing(const std::vector<SqlPart>& parts);
std::string levels_of(const SqlPart& truth);  // 0, 1, 2
std::string holds(const SqlPart& truth);      // 1 where true

SqlPart sql_part_of(const SqlValue& value);
SqlPart number_part(std::string value, bool complete = false);
SqlPart complete_truth(std::string value);
// Missing where an operand is, else whether the condition holds.
SqlPart strict_truth(const std::vector<SqlPart>& operands, const std::string& condition);

// A column as a type of the language; nothing where it cannot be converted exactly.
std::optional<SqlPart> sql_column(const SqlColumn& column, Type type);
// 1 where the column is missing with this kind; "0" where it never is.
std::string sql_column_kind(const SqlColumn& column, Missing kind);

// text(x) and number(t).
std::string sql_text_of_number(const std::string& number);
std::string sql_number_of_text(const SqlPart& text);

}  // namespace cifra
