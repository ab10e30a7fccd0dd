#include "engine/warehouse/sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/warehouse/sql_parts.h"

namespace cifra {

namespace {

// Backslash, the quote itself and bytes that a log or a proxy may spoil are written as escapes.
std::string quoted(std::string_view text, char quote) {
    std::string result(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\')
            result += {'\\', c};
        else if (c == '\0')
            result += "\\0";
        else if (c == '\n')
            result += "\\n";
        else if (c == '\r')
            result += "\\r";
        else
            result += c;
    }
    return result + quote;
}

// Strips "Wrapper(" and ")" and tells whether they were there.
bool unwrap(std::string_view& type, std::string_view wrapper) {
    if (!type.starts_with(wrapper) || !type.ends_with(')')) return false;
    type.remove_prefix(wrapper.size());
    type.remove_suffix(1);
    return true;
}

// 15 digits are the most that any decimal keeps on its way to a double by one division.
bool is_exact_decimal(std::string_view type) {
    if (!unwrap(type, "Decimal(")) return false;
    const auto digits = parse_number(type.substr(0, type.find(',')));
    return digits && *digits <= 15;
}

SqlKind kind_of(std::string_view type) {
    constexpr std::array<std::string_view, 8> integers = {"UInt8", "UInt16", "UInt32", "UInt64",
                                                          "Int8",  "Int16",  "Int32",  "Int64"};
    if (std::find(integers.begin(), integers.end(), type) != integers.end()) return SqlKind::integer;
    if (type == "Float64" || type == "Float32" || is_exact_decimal(type)) return SqlKind::real;
    if (type == "String") return SqlKind::text;
    if (type.starts_with("FixedString(")) return SqlKind::fixed_text;
    if (type.starts_with("Enum8(") || type.starts_with("Enum16(") || type == "UUID" || type == "Date" ||
        type.starts_with("DateTime"))
        return SqlKind::other_text;
    return SqlKind::unsupported;
}

bool is_number(SqlKind kind) { return kind == SqlKind::integer || kind == SqlKind::real; }

}  // namespace

std::string sql_identifier(std::string_view name) { return quoted(name, '`'); }
std::string sql_text(std::string_view text) { return quoted(text, '\''); }

std::string sql_number(double value) {
    if (!std::isfinite(value)) return "nan";
    // A point makes it a Float64, and lets zero keep its sign.
    std::string digits = digits17(value);
    return digits.find_first_of(".e") == std::string::npos ? digits + "." : digits;
}

SqlType sql_type(std::string_view server_type) {
    SqlType type;
    unwrap(server_type, "LowCardinality(");
    type.nullable = unwrap(server_type, "Nullable(");
    type.kind = kind_of(server_type);
    return type;
}

namespace {

std::string_view unqualified(std::string_view name, const std::string& level) {
    const bool qualified =
        !level.empty() && name.size() > level.size() && name.starts_with(level) && name[level.size()] == '.';
    return qualified ? name.substr(level.size() + 1) : name;
}

}  // namespace

const SqlColumn* SqlSource::find(std::string_view name) const {
    const std::string_view own = unqualified(name, level);
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == own; });
    return found == columns.end() ? nullptr : &*found;
}

const SqlItem* SqlSource::find_derived(std::string_view name) const {
    const std::string_view own = unqualified(name, level);
    const auto found = std::find_if(derived.rbegin(), derived.rend(), [&](const auto& d) { return d.first == own; });
    return found == derived.rend() ? nullptr : &found->second;
}

Schema schema_of(const SqlSource& source) {
    Schema schema;
    const auto add = [&](const std::string& name, Type type) {
        schema.add(name, type);
        if (!source.level.empty()) schema.add(source.level + "." + name, type);
    };
    for (const SqlColumn& column : source.columns) {
        const SqlKind kind = sql_type(column.type).kind;
        const Type type = is_number(kind) ? Type::number : Type::text;
        if (kind != SqlKind::unsupported) add(column.name, column.declared.value_or(type));
    }
    for (const auto& [name, item] : source.derived) add(name, item.value.type);
    return schema;
}

void declare_missing(SqlSource& source, const Codebook& codebook) {
    for (SqlColumn& column : source.columns) {
        const Variable* variable = codebook.find(column.name);
        if (!variable) continue;
        column.codes.assign(variable->missing.begin(), variable->missing.end());
        column.blank = variable->blank;
        column.declared = variable->type == ColumnType::number ? Type::number : Type::text;
    }
}

std::string sql_or_nan(const SqlValue& number_or_truth) {
    const std::string value =
        number_or_truth.type == Type::number ? number_or_truth.value : sql_call("toFloat64", {number_or_truth.value});
    return number_or_truth.missing == "0" ? value : sql_call("if", {number_or_truth.missing, "nan", value});
}

std::optional<SqlValue> sql_key(const SqlColumn& column, const Location& where, Diagnostics& faults) {
    const auto part = sql_column(column, Type::text);
    if (part) return SqlValue{Type::text, part->value, missing_of(*part)};
    faults.error(where, "not-in-sql",
                 fmt::format("'{}' is {} on the server: it has no text that names a unit", column.name, column.type),
                 "give a view of the table in which it is an integer or a String");
    return std::nullopt;
}

}  // namespace cifra
