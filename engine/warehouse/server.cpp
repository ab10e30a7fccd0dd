#include "engine/warehouse/server.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "engine/warehouse/answer.h"

namespace cifra {

namespace {

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

}  // namespace

SqlSource read_source(const WarehouseClient& client) {
    const std::vector<SqlOutput> outputs = {{"name", "name", "0", ColumnType::text},
                                            {"type", "type", "0", ColumnType::text}};
    const std::string place = fmt::format("FROM system.columns WHERE database = {} AND table = {}",
                                          sql_text(client.address().database), sql_text(client.address().table));
    const Table rows = read_answer(client.query(framed_query(outputs, place, {0})), outputs, client);
    if (rows.rows() == 0)
        fail_input(client.where(), "warehouse-exception",
                   fmt::format("the server has no table '{}' in a database '{}', or this user may not see it",
                               client.address().table, client.address().database),
                   "see the database and the table in the address");
    SqlSource source;
    for (std::size_t row = 0; row < rows.rows(); ++row)
        source.columns.push_back({rows.at("name").text(row), rows.at("type").text(row), {}});
    source.same_exp_and_log = same_exp_and_log(client);
    return source;
}

bool same_exp_and_log(const WarehouseClient& client) {
    // Exact quotients by a power of two, and exact powers of two: both sides compute the same arguments.
    const std::string x = "divide(toFloat64(number) * 6151 - 5900000, 8192)";
    const std::string y = "multiply(1 + toFloat64(number) / 2048, exp2(toFloat64(modulo(number, 1900)) - 950))";
    const std::vector<SqlOutput> outputs = {
        {"x", x, "0"}, {"exp", "exp(" + x + ")", "0"}, {"y", y, "0"}, {"log", "log(" + y + ")", "0"}};
    const Table rows = read_answer(client.query(framed_query(outputs, "FROM numbers(2000)", {})), outputs, client);
    bool same = rows.rows() == 2000;
    for (std::size_t row = 0; row < rows.rows(); ++row)
        same = same && same_bits(rows.at("exp").number(row), std::exp(rows.at("x").number(row))) &&
               same_bits(rows.at("log").number(row), std::log(rows.at("y").number(row)));
    return same;
}

}  // namespace cifra
