// The rows of a query as a table, exactly as the server has them: doubles bit by bit (RowBinary), texts byte by byte.
//
//   const std::vector<SqlOutput> outputs = {{"stratum", key->value, key->missing, ColumnType::text},
//                                           {"total", "sum(weight)", "0", ColumnType::number}};
//   Table groups = read_answer(client.query(framed_query(outputs, "FROM t GROUP BY ...", {0})), outputs, client);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table.h"
#include "engine/warehouse/http_client.h"

namespace cifra {

// A column of an answer. `value`, Float64 or String, is void where `missing`, 0 or 1, says so; a number that is NaN is
// missing too. Missing cells come back as system missing. Names are distinct.
struct SqlOutput {
    std::string name;
    std::string value;
    std::string missing = "0";
    ColumnType type = ColumnType::number;
};

// SELECT outputs `rest`, sorted by the outputs of the positions `order`, with a last row that tells that it is the
// last. `rest` begins with FROM. The outputs are selected over the table itself, so that a Distributed table computes
// them on its shards. Memory of the server: the whole answer.
std::string framed_query(const std::vector<SqlOutput>& outputs, std::string_view rest,
                         const std::vector<std::size_t>& order);

// GROUP BY the first `keys` outputs, to end `rest` with; "" where there are none.
std::string grouped_by(const std::vector<SqlOutput>& outputs, std::size_t keys);

// The rows of an answer to framed_query. Throws InputError at the place of the client's address: warehouse-incomplete
// where the last row does not say so or bytes follow it, or the fault of an exception that the server wrote there.
Table read_answer(std::string_view body, const std::vector<SqlOutput>& outputs, const WarehouseClient& client);

// The first row of the rest of such an answer that comes in parts. cut: it is not all there yet; broken: it is no row.
enum class AnswerRow { whole, last, cut, broken };
struct AnswerRowSpan {
    AnswerRow kind = AnswerRow::cut;
    std::size_t bytes = 0;  // of whole and last
};
AnswerRowSpan first_row(std::string_view rest, const std::vector<SqlOutput>& outputs);

// Rows that first_row calls whole. Throws std::logic_error for any other bytes.
Table read_answer_rows(std::string_view rows, const std::vector<SqlOutput>& outputs);

// Throws the fault of read_answer; `rest`: the bytes that are no row.
[[noreturn]] void fail_answer(std::string_view rest, const WarehouseClient& client);

// Readers of RowBinary. Each takes its bytes away from the front of `rest`; nothing where there are too few.
std::optional<std::uint8_t> take_byte(std::string_view& rest);
std::optional<double> take_double(std::string_view& rest);          // 8 bytes, little endian
std::optional<std::uint64_t> take_length(std::string_view& rest);   // LEB128, at most 10 bytes
std::optional<std::string_view> take_text(std::string_view& rest);  // a length and as many bytes

}  // namespace cifra
