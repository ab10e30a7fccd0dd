// Evaluation of expressions over one record (interview) and over whole columns (estimation). Both obey the same rules
// and are tested against each other and against a slow tree walker.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression.h"
#include "engine/table.h"

namespace cifra {

// A value or a kind of missing. `missing` other than none makes the rest void.
struct Value {
    Type type = Type::truth;
    Missing missing = Missing::system;
    double number = 0;     // number; truth as 0 or 1
    std::string text;

    static Value of(double number) { return {Type::number, Missing::none, number, {}}; }
    static Value of(std::string text) { return {Type::text, Missing::none, 0, std::move(text)}; }
    static Value of(bool truth) { return {Type::truth, Missing::none, truth ? 1.0 : 0.0, {}}; }
    static Value absent(Type type, Missing kind = Missing::system) { return {type, kind, 0, {}}; }
    bool present() const { return missing == Missing::none; }
    bool is_true() const { return present() && type == Type::truth && number != 0; }
    bool operator==(const Value&) const = default;
};

// Gives the value of a name. Called only with names of the schema the expression was parsed with.
using RecordLookup = std::function<Value(std::string_view name)>;
Value evaluate(const Expr& expression, const RecordLookup& lookup);

// Gives the column of a name, `rows` long, of the type in the schema (truth as a number column of 0 and 1).
// The column must outlive the call.
using ColumnLookup = std::function<const Column&(std::string_view name)>;

// One cell per row; truth as numbers 0 and 1.
Column evaluate(const Expr& expression, std::size_t rows, const ColumnLookup& lookup);

// 1 where the expression (of type truth) is true; missing counts as false: the rule of filters and domains.
std::vector<std::uint8_t> evaluate_filter(const Expr& expression, std::size_t rows, const ColumnLookup& lookup);

// A condition as it is: true or not, and where it is missing of what kind.
struct ConditionColumn {
    std::vector<std::uint8_t> truth;  // 0 where missing
    std::vector<Missing> missing;     // empty: nowhere
};
ConditionColumn evaluate_condition(const Expr& expression, std::size_t rows, const ColumnLookup& lookup);

// The schema of a table's columns.
Schema schema_of(const Table& table);

}  // namespace cifra
