// Conditions and values of the expression language as SQL for ClickHouse (18.16 and later).
//
//   SqlSource source{columns, true};
//   auto adult = sql_of(expression, source, where, faults);    // {"greaterOrEquals(...)", "..."}
//   "SELECT sum(weight * " + adult->value + ") FROM ..."
//
// The SQL has, on every row, the value that the evaluators of evaluate.h have: the same bits of a number, the same
// text, the same truth, missing on the same rows. It never leaves missing values to the server, whose NULL obeys other
// rules (18.16: `NULL AND 0` is NULL, `CAST(NULL) NOT IN (1)` is 1); a column that may be NULL is opened once, where
// it is named. What cannot be said exactly is a fault (not-in-sql), never another value.
//
// Expressions are flat: one SELECT over the table itself, so that a Distributed table computes them on its shards.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/codebook.h"
#include "engine/diagnostics.h"
#include "engine/expression.h"
#include "engine/table.h"

namespace cifra {

// Names and values as they stand in SQL, whatever characters they hold.
std::string sql_identifier(std::string_view name);  // `name`
std::string sql_text(std::string_view text);        // 'text'
std::string sql_number(double value);               // a Float64 with the same bits; nan where it is not finite

// How a column of the server counts: number, text, or as no type of ours.
enum class SqlKind { integer, real, text, fixed_text, other_text, unsupported };

// A column of a table of the server and what its codes mean.
struct SqlColumn {
    std::string name;
    std::string type;                                         // as the server calls it: "Nullable(UInt8)"
    std::vector<std::pair<std::string, Missing>> codes = {};  // missing codes that a codebook declares
    Missing blank = Missing::system;    // of NULL, of a number that is not finite, and of an empty text
    bool empty_is_missing = true;       // an empty text is missing, as an empty cell of a file is
    std::optional<Type> declared = {};  // another type than the server's: text where it counts codes in numbers
};

struct SqlType {
    SqlKind kind = SqlKind::unsupported;
    bool nullable = false;
};

// The type of a server column. Numbers: integers, floats, and decimals of at most 15 digits (through toFloat64, exact
// but for integers beyond 2^53, which are rounded as when a file is read). Texts: String, FixedString (without the
// zero bytes at its end), and through toString Enum, UUID, Date and DateTime.
SqlType sql_type(std::string_view server_type);

// Two pieces of SQL. `missing`: 0 or 1, "0" where it is known never to be. `value`: Float64 or String, void where
// missing; or 1 where a truth holds, 0 where it does not or is missing: the rule of filters and domains.
struct SqlValue {
    Type type = Type::truth;
    std::string value;
    std::string missing;
};

// An expression with the kinds of its missing values: by Missing, 1 where it is missing with that kind; "0" where it
// never is. Of `none` and `system` "0" (system is what is missing otherwise).
struct SqlItem {
    SqlValue value;
    std::array<std::string, 6> kinds = {"0", "0", "0", "0", "0", "0"};
};

// What a query reads: the columns of one table, the variables derived from them, and whether its server computes exp
// and log to the same bits as this program (see same_exp_and_log in server.h); where it does not, expressions that use
// them are faults.
struct SqlSource {
    std::vector<SqlColumn> columns;
    std::vector<std::pair<std::string, SqlItem>> derived;  // a name stands for the last of them, then for a column
    std::string level;                                     // `level.name` is `name`
    bool same_exp_and_log = false;
    const SqlColumn* find(std::string_view name) const;
    const SqlItem* find_derived(std::string_view name) const;
};

// The names and types an expression may use: derived variables and columns, but those of unsupported types.
Schema schema_of(const SqlSource& source);

// Types, missing codes and blanks of the codebook's variables, for the columns of their names.
void declare_missing(SqlSource& source, const Codebook& codebook);

// The expression over the columns; nothing after a fault. `where` is the place of the expression's first character.
// Names have the type in the schema that the expression was parsed with, which may differ from the server's where it
// can be converted exactly: truth over a number (not 0), text over integers. Faults: not-in-sql, at the part that is
// to blame; expression-too-large where the SQL would have more than 256 KiB or 800 levels of calls.
//
// One thing is left to the server's run: number(text) of digits that it cannot read exactly (which make, without their
// point, more than 2^53, or stand 23 or more places from it) ends the query (throwIf): an error, not a value.
//
// Complexity: text of the length of the expression times its depth; doubled by each `if` or comparison of numbers
// inside a condition inside a number.
std::optional<SqlValue> sql_of(const Expr& expression, const SqlSource& source, const Location& where,
                               Diagnostics& faults);
// The same with the kinds of missing: of items that are counted by kind, and of derived variables.
std::optional<SqlItem> sql_item(const Expr& expression, const SqlSource& source, const Location& where,
                                Diagnostics& faults);
// A column or a derived variable.
std::optional<SqlValue> sql_of_name(const std::string& name, Type type, const SqlSource& source, const Location& where,
                                    Diagnostics& faults);

// Float64: the value, NaN where missing. A truth as 0 and 1.
std::string sql_or_nan(const SqlValue& number_or_truth);

// A column as the key of a unit (stratum, PSU): its text, by toString for numbers. Faults: unknown-name, not-in-sql.
std::optional<SqlValue> sql_key(const SqlColumn& column, const Location& where, Diagnostics& faults);

}  // namespace cifra
