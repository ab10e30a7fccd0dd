#include "engine/warehouse/sql_parts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cifra {

namespace {

std::string joined(std::string_view function, const std::vector<std::string>& conditions, std::string_view none) {
    if (conditions.empty()) return std::string(none);
    return conditions.size() == 1 ? conditions.front() : sql_call(function, conditions);
}

// The value behind a Nullable; what it is where the cell is NULL does not matter.
std::string opened(const SqlColumn& column) {
    const std::string name = sql_identifier(column.name);
    return sql_type(column.type).nullable ? sql_call("assumeNotNull", {name}) : name;
}

bool is_number(const SqlColumn& column) {
    const SqlKind kind = sql_type(column.type).kind;
    return kind == SqlKind::integer || kind == SqlKind::real;
}

std::string raw_number(const SqlColumn& column) { return sql_call("toFloat64", {opened(column)}); }

std::string raw_text(const SqlColumn& column) {
    switch (sql_type(column.type).kind) {
        case SqlKind::text:
            return opened(column);
        case SqlKind::fixed_text:
            return sql_call("toStringCutToZero", {opened(column)});
        case SqlKind::real:
            return sql_text_of_number(raw_number(column));
        default:
            return sql_call("toString", {opened(column)});
    }
}

std::string is_null(const SqlColumn& column) {
    return sql_type(column.type).nullable ? sql_call("isNull", {sql_identifier(column.name)}) : "0";
}

// 1 where the cell is empty, so missing with the kind of blanks; "0" where it never is.
std::string is_blank(const SqlColumn& column) {
    const SqlType type = sql_type(column.type);
    std::vector<std::string> conditions;
    if (type.nullable) conditions.push_back(is_null(column));
    if (type.kind == SqlKind::real) conditions.push_back(sql_not(sql_call("isFinite", {raw_number(column)})));
    if ((type.kind == SqlKind::text || type.kind == SqlKind::fixed_text) && column.empty_is_missing)
        conditions.push_back(sql_call("equals", {raw_text(column), "''"}));
    return sql_any(conditions);
}

// 1 where the cell holds a code of this kind, or of any where none is named. A number's codes are compared as numbers.
std::string has_code(const SqlColumn& column, std::optional<Missing> kind) {
    std::vector<std::string> literals;
    for (const auto& [code, own] : column.codes) {
        if (kind && own != *kind) continue;
        if (!is_number(column))
            literals.push_back(sql_text(code));
        else if (const auto number = parse_number(code))
            literals.push_back(sql_number(*number + 0.0));
    }
    return sql_member(is_number(column) ? sql_call("plus", {raw_number(column), "0."}) : raw_text(column), literals);
}

std::string either(const std::string& a, const std::string& b) {
    if (a == "0") return b;
    return b == "0" ? a : sql_call("or", {a, b});
}

std::string column_missing(const SqlColumn& column) { return either(is_blank(column), has_code(column, std::nullopt)); }

}  // namespace

std::string sql_call(std::string_view function, const std::vector<std::string>& arguments) {
    return fmt::format("{}({})", function, fmt::join(arguments, ", "));
}

std::string sql_negative(const std::string& number) { return sql_call("multiply", {"-1.", number}); }
std::string sql_not(const std::string& condition) { return sql_call("equals", {condition, "0"}); }
std::string sql_any(const std::vector<std::string>& conditions) { return joined("or", conditions, "0"); }
std::string sql_all(const std::vector<std::string>& conditions) { return joined("and", conditions, "1"); }

std::string sql_fold(std::string_view function, std::vector<std::string> items) {
    while (items.size() > 1) {
        std::vector<std::string> pairs;
        for (std::size_t k = 0; k + 1 < items.size(); k += 2)
            pairs.push_back(sql_call(function, {items[k], items[k + 1]}));
        if (items.size() % 2 == 1) pairs.push_back(std::move(items.back()));
        items = std::move(pairs);
    }
    return items.front();
}

std::string sql_member(const std::string& value, const std::vector<std::string>& literals) {
    if (literals.empty()) return "0";
    if (literals.size() == 1) return sql_call("equals", {value, literals.front()});
    return sql_call("in", {value, sql_call("tuple", literals)});
}

std::string missing_of(const SqlPart& part) {
    if (part.complete) return "0";
    if (part.type == Type::text) return part.missing;
    return part.type == Type::truth ? sql_call("equals", {part.value, "1"})
                                    : sql_not(sql_call("isFinite", {part.value}));
}

std::string any_missing(const std::vector<SqlPart>& parts) {
    std::vector<std::string> conditions;
    for (const SqlPart& part : parts)
        if (!part.complete) conditions.push_back(missing_of(part));
    return sql_any(conditions);
}

std::string levels_of(const SqlPart& truth) {
    return truth.complete ? sql_call("if", {truth.value, "2", "0"}) : truth.value;
}

std::string holds(const SqlPart& truth) {
    return truth.complete ? truth.value : sql_call("equals", {truth.value, "2"});
}

SqlPart sql_part_of(const SqlValue& value) {
    const bool complete = value.missing == "0";
    if (value.type == Type::number) return number_part(value.value, complete);
    if (value.type == Type::text || complete) return {value.type, complete, value.value, value.missing};
    return {Type::truth, false, sql_call("multiIf", {value.missing, "1", value.value, "2", "0"}), "0"};
}

SqlPart number_part(std::string value, bool complete) { return {Type::number, complete, std::move(value), "0"}; }
SqlPart complete_truth(std::string value) { return {Type::truth, true, std::move(value), "0"}; }

SqlPart strict_truth(const std::vector<SqlPart>& operands, const std::string& condition) {
    const std::string missing = any_missing(operands);
    if (missing == "0") return complete_truth(condition);
    return {Type::truth, false, sql_call("multiIf", {missing, "1", condition, "2", "0"}), "0"};
}

std::optional<SqlPart> sql_column(const SqlColumn& column, Type type) {
    if (sql_type(column.type).kind == SqlKind::unsupported) return std::nullopt;
    if (type != Type::text && !is_number(column)) return std::nullopt;
    const std::string missing = column_missing(column);
    const bool complete = missing == "0";
    if (type == Type::text) return SqlPart{Type::text, complete, raw_text(column), missing};
    const std::string number = raw_number(column);
    if (type == Type::number) {
        const std::string gap = either(is_null(column), has_code(column, std::nullopt));
        return number_part(gap == "0" ? number : sql_call("if", {gap, "nan", number}), complete);
    }
    const std::string holds = sql_call("notEquals", {number, "0."});
    if (complete) return complete_truth(holds);
    return SqlPart{Type::truth, false, sql_call("multiIf", {missing, "1", holds, "2", "0"}), "0"};
}

std::string sql_column_kind(const SqlColumn& column, Missing kind) {
    const std::string blank = is_blank(column), code = has_code(column, kind);
    const std::string coded = code == "0" || blank == "0" ? code : sql_all({sql_not(blank), code});
    return column.blank == kind ? either(blank, coded) : coded;
}

}  // namespace cifra
