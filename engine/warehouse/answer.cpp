#include "engine/warehouse/answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "engine/warehouse/http_faults.h"
#include "engine/warehouse/sql.h"

namespace cifra {

namespace {

static_assert(std::endian::native == std::endian::little, "RowBinary is read in the order of its bytes");

// An alias that no column of a table has: the server would take the alias for the column.
std::string alias(std::string_view what, std::size_t k) { return sql_identifier(fmt::format("cifra {} {}", what, k)); }
const std::string more = sql_identifier("cifra more");

// A text is sent as whether it is missing, and itself. Constants are spread over the rows: a shard and the server that
// joins the shards need not agree on what is one.
std::vector<std::string> selected(const SqlOutput& output, std::size_t k) {
    if (output.type == ColumnType::number) {
        const std::string value =
            output.missing == "0" ? output.value : fmt::format("if({}, nan, {})", output.missing, output.value);
        return {fmt::format("materialize(CAST({} AS Float64)) AS {}", value, alias("value", k))};
    }
    return {
        fmt::format("materialize(toUInt8({})) AS {}", output.missing, alias("missing", k)),
        fmt::format("materialize(CAST({} AS String)) AS {}",
                    output.missing == "0" ? output.value : fmt::format("if({}, '', {})", output.missing, output.value),
                    alias("value", k))};
}

// A column of an answer while it is read.
class Reading {
public:
    explicit Reading(ColumnType type) : type_(type) {}
    bool take(std::string_view& rest) { return type_ == ColumnType::number ? take_number(rest) : take_cell(rest); }
    Column finish() { return type_ == ColumnType::number ? Column::of_numbers(std::move(numbers_)) : texts_.finish(); }

private:
    bool take_number(std::string_view& rest) {
        const auto number = take_double(rest);
        if (number) numbers_.push_back(*number);
        return number.has_value();
    }
    bool take_cell(std::string_view& rest) {
        const auto missing = take_byte(rest);
        const auto text = take_text(rest);
        if (!missing || !text || *missing > 1) return false;
        if (*missing == 1)
            texts_.add_missing(Missing::system);
        else
            texts_.add(*text);
        return true;
    }

    ColumnType type_;
    std::vector<double> numbers_;
    TextColumnBuilder texts_;
};

// The cells of one row.
bool take_row(std::vector<Reading>& columns, std::string_view& rest) {
    for (Reading& column : columns)
        if (!column.take(rest)) return false;
    return true;
}

// Rows that begin with 1 up to the one that begins with 0, behind which nothing stands.
bool take_rows(std::vector<Reading>& columns, const std::vector<SqlOutput>& outputs, std::string_view rest) {
    while (true) {
        const auto flag = take_byte(rest);
        if (!flag || *flag > 1) return false;
        if (*flag == 1) {
            if (!take_row(columns, rest)) return false;
            continue;
        }
        std::vector<Reading> last;
        for (const SqlOutput& output : outputs) last.emplace_back(output.type);
        return take_row(last, rest) && rest.empty();
    }
}

}  // namespace

std::string framed_query(const std::vector<SqlOutput>& outputs, std::string_view rest,
                         const std::vector<std::size_t>& order) {
    std::vector<std::string> columns = {"materialize(toUInt8(1)) AS " + more}, last = {"materialize(toUInt8(0))"},
                             sorting = {more + " DESC"};
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        for (std::string& column : selected(outputs[k], k)) columns.push_back(std::move(column));
        if (outputs[k].type == ColumnType::text) last.emplace_back("materialize(toUInt8(0))");
        last.emplace_back(outputs[k].type == ColumnType::text ? "materialize('')" : "materialize(toFloat64(0))");
    }
    for (const std::size_t k : order) {
        if (outputs[k].type == ColumnType::text) sorting.push_back(alias("missing", k));
        sorting.push_back(alias("value", k));
    }
    return fmt::format("SELECT * FROM (SELECT {} {} UNION ALL SELECT {}) ORDER BY {} FORMAT RowBinary",
                       fmt::join(columns, ", "), rest, fmt::join(last, ", "), fmt::join(sorting, ", "));
}

std::string grouped_by(const std::vector<SqlOutput>& outputs, std::size_t keys) {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < keys; ++k) {
        if (outputs[k].type == ColumnType::text) names.push_back(alias("missing", k));
        names.push_back(alias("value", k));
    }
    return names.empty() ? "" : fmt::format(" GROUP BY {}", fmt::join(names, ", "));
}

AnswerRowSpan first_row(std::string_view rest, const std::vector<SqlOutput>& outputs) {
    const std::size_t all = rest.size();
    const auto flag = take_byte(rest);
    if (!flag) return {AnswerRow::cut};
    if (*flag > 1) return {AnswerRow::broken};
    for (const SqlOutput& output : outputs) {
        if (output.type == ColumnType::number) {
            if (!take_double(rest)) return {AnswerRow::cut};
            continue;
        }
        const auto missing = take_byte(rest);
        if (missing && *missing > 1) return {AnswerRow::broken};
        if (!missing || !take_text(rest)) return {AnswerRow::cut};
    }
    return {*flag == 1 ? AnswerRow::whole : AnswerRow::last, all - rest.size()};
}

Table read_answer_rows(std::string_view rows, const std::vector<SqlOutput>& outputs) {
    std::vector<Reading> columns;
    for (const SqlOutput& output : outputs) columns.emplace_back(output.type);
    while (!rows.empty())
        if (take_byte(rows) != 1 || !take_row(columns, rows)) throw std::logic_error("these are no whole rows");
    Table table;
    for (std::size_t k = 0; k < outputs.size(); ++k) table.set(outputs[k].name, columns[k].finish());
    return table;
}

void fail_answer(std::string_view rest, const WarehouseClient& client) {
    const std::string server = fmt::format("{}:{}", client.address().host, client.address().port);
    const auto number = exception_number(rest, true);
    const WarehouseFault fault = number ? fault_of_exception(*number, {}, server) : broken_answer(server);
    fail_input(client.where(), fault.code, fault.message, fault.hint);
}

Table read_answer(std::string_view body, const std::vector<SqlOutput>& outputs, const WarehouseClient& client) {
    std::vector<Reading> columns;
    for (const SqlOutput& output : outputs) columns.emplace_back(output.type);
    if (!take_rows(columns, outputs, body)) fail_answer(body, client);
    Table table;
    for (std::size_t k = 0; k < outputs.size(); ++k) table.set(outputs[k].name, columns[k].finish());
    table.source = to_text(client.address());
    return table;
}

std::optional<std::uint8_t> take_byte(std::string_view& rest) {
    if (rest.empty()) return std::nullopt;
    const auto byte = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    return byte;
}

std::optional<double> take_double(std::string_view& rest) {
    double number = 0;
    if (rest.size() < sizeof number) return std::nullopt;
    std::memcpy(&number, rest.data(), sizeof number);
    rest.remove_prefix(sizeof number);
    return number;
}

std::optional<std::uint64_t> take_length(std::string_view& rest) {
    std::uint64_t length = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = take_byte(rest);
        if (!byte) return std::nullopt;
        length |= static_cast<std::uint64_t>(*byte & 0x7FU) << shift;
        if ((*byte & 0x80U) == 0) return length;
    }
    return std::nullopt;
}

std::optional<std::string_view> take_text(std::string_view& rest) {
    const auto length = take_length(rest);
    if (!length || *length > rest.size()) return std::nullopt;
    const std::string_view text = rest.substr(0, *length);
    rest.remove_prefix(*length);
    return text;
}

}  // namespace cifra
