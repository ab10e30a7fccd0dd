// Expressions evaluated by a ClickHouse server agree in every cell with those evaluated here.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <limits>

#include "engine/evaluate.h"
#include "engine/warehouse/answer.h"
#include "engine/warehouse/server.h"
#include "engine/warehouse/sql.h"
#include "tests/support/warehouse_servers.h"
#include "tests/support/slow_evaluate.h"

namespace cifra {
namespace {

using WarehouseSql = WithServers;

const std::map<std::string, Type>& types() {
    static const std::map<std::string, Type> all = {
        {"n1", Type::number}, {"n2", Type::number}, {"person.age", Type::number}, {"t1", Type::text},
        {"t2", Type::text},   {"año", Type::text},  {"b1", Type::truth},          {"b2", Type::truth}};
    return all;
}

// Kinds of missing but `system`, which is NULL, are codes that no random value has: -9001 .. -9004, "-9001" .., 201 ..
int code_of(Missing kind, Type type) {
    const int k = static_cast<int>(kind) - static_cast<int>(Missing::system);
    return type == Type::truth ? 200 + k : -9000 - k;
}

std::string server_type(Type type) {
    return type == Type::number ? "Nullable(Float64)" : type == Type::text ? "Nullable(String)" : "Nullable(UInt8)";
}

SqlSource random_source() {
    SqlSource source;
    for (const auto& [name, type] : types()) {
        SqlColumn column{name, server_type(type), {}};
        column.empty_is_missing = false;
        for (const Missing kind : {Missing::not_asked, Missing::not_reached, Missing::refused, Missing::dont_know})
            column.codes.emplace_back(std::to_string(code_of(kind, type)), kind);
        source.columns.push_back(column);
    }
    source.same_exp_and_log = true;
    return source;
}

void write_cell(RowBinaryWriter& out, const Value& value, Type type) {
    const bool null = value.missing == Missing::system;
    out.byte(null ? 1 : 0);
    if (null) return;
    const int code = code_of(value.missing, type);
    if (type == Type::number)
        out.number(value.present() ? value.number : code);
    else if (type == Type::text)
        out.text(value.present() ? value.text : std::to_string(code));
    else
        out.byte(value.present() ? static_cast<unsigned>(value.number) : static_cast<unsigned>(code));
}

Column column_of(const std::vector<slow::Record>& records, const std::string& name, Type type) {
    std::vector<double> numbers;
    std::vector<std::string> texts;
    std::vector<Missing> missing;
    for (const slow::Record& record : records) {
        const Value& value = record.at(name);
        numbers.push_back(value.number);
        texts.push_back(value.text);
        missing.push_back(value.missing);
    }
    return type == Type::text ? Column::of_texts(texts, missing) : Column::of_numbers(numbers, missing);
}

std::vector<slow::Record> random_records(std::size_t rows, Stream& chance) {
    std::vector<slow::Record> records(rows);
    for (slow::Record& record : records)
        for (const auto& [name, type] : types()) record[name] = slow::random_value(type, chance);
    return records;
}

// Half of the rows on each shard, behind a Distributed table `random_all`.
void load(const Servers& servers, const std::vector<slow::Record>& records) {
    std::string columns = "`row` Float64";
    for (const auto& [name, type] : types()) columns += fmt::format(", {} {}", sql_identifier(name), server_type(type));
    servers.execute(fmt::format("CREATE TABLE random ({}) ENGINE = Memory", columns));
    servers.execute("CREATE TABLE random_all AS random ENGINE = Distributed(two, default, random)");
    for (std::size_t shard = 0; shard < 2; ++shard) {
        RowBinaryWriter rows;
        for (std::size_t row = shard; row < records.size(); row += 2) {
            rows.number(static_cast<double>(row));
            for (const auto& [name, type] : types()) write_cell(rows, records[row].at(name), type);
        }
        servers.execute(static_cast<int>(shard), "INSERT INTO random FORMAT RowBinary\n" + rows.bytes());
    }
}

// number() of digits that the server cannot read exactly ends a query: those that text() wrote for another number.
bool reads_written_text(const slow::Tree& tree, bool within = false) {
    if (within && tree.op == "text(") return true;
    for (const slow::Tree& child : tree.children) {
        const bool direct = tree.op == "number(" && child.op == "text(";
        const bool inside = tree.op == "number(" || (within && child.op != "name");
        if (reads_written_text(direct ? child.children[0] : child, direct ? false : inside)) return true;
    }
    return false;
}

struct Case {
    std::string text;
    Expr expression;
    SqlValue sql;
};

std::optional<Case> random_case(const SqlSource& source, Stream& chance) {
    const Type type = std::array{Type::truth, Type::number, Type::text}[chance.below(3)];
    const slow::Tree tree = slow::random_tree(type, 2 + static_cast<int>(chance.below(4)), types(), chance);
    if (reads_written_text(tree)) return std::nullopt;
    Schema schema;
    for (const auto& [name, own] : types()) schema.add(name, own);
    Diagnostics faults;
    const std::string text = slow::write(tree, chance);
    const auto expression = parse_expression(text, {"test", 1, 1}, schema, faults, type);
    EXPECT_TRUE(expression) << text;
    const auto sql = sql_of(*expression, source, {"test", 1, 1}, faults);
    EXPECT_TRUE(sql || faults.contains("expression-too-large")) << text;
    if (!sql) return std::nullopt;
    return Case{text, *expression, *sql};
}

SqlOutput output_of(const Case& one, std::size_t k) {
    const bool text = one.sql.type == Type::text;
    return {fmt::format("e{}", k), text ? one.sql.value : sql_or_nan(one.sql), text ? one.sql.missing : "0",
            text ? ColumnType::text : ColumnType::number};
}

bool same_cell(const Column& a, const Column& b, std::size_t row) {
    if (a.present(row) != b.present(row) || a.is_number() != b.is_number()) return false;
    if (!a.present(row)) return true;
    if (!a.is_number()) return a.text(row) == b.text(row);
    return std::bit_cast<std::uint64_t>(a.number(row)) == std::bit_cast<std::uint64_t>(b.number(row));
}

struct Tally {
    std::size_t cases = 0, left_out = 0, present = 0, missing = 0;
};

void compare(const std::vector<Case>& cases, const std::vector<slow::Record>& records, const Servers& servers,
             Tally& tally) {
    std::vector<SqlOutput> outputs = {{"row", "`row`"}};
    for (const Case& one : cases) outputs.push_back(output_of(one, outputs.size()));
    const WarehouseClient client = servers.client(static_cast<int>(tally.cases % 2), "random_all");
    const Table answer = read_answer(client.query(framed_query(outputs, "FROM random_all", {0})), outputs, client);
    ASSERT_EQ(answer.rows(), records.size());
    std::map<std::string, Column, std::less<>> columns;
    for (const auto& [name, type] : types()) columns[name] = column_of(records, name, type);
    for (std::size_t k = 0; k < cases.size(); ++k) {
        const Column here = evaluate(cases[k].expression, records.size(), [&](std::string_view name) -> const Column& {
            return columns.find(name)->second;
        });
        const Column& there = answer.column(k + 1);
        for (std::size_t row = 0; row < records.size(); ++row) {
            ++(here.present(row) ? tally.present : tally.missing);
            ASSERT_TRUE(same_cell(here, there, row)) << cases[k].text << "\nrow " << row << ": here '" << here.cell(row)
                                                     << "', there '" << there.cell(row) << "'\n"
                                                     << cases[k].sql.value << "\n"
                                                     << cases[k].sql.missing;
        }
        ++tally.cases;
    }
}

TEST_F(WarehouseSql, RandomExpressionsAgreeWithTheEvaluatorInEveryCell) {
    Stream chance({.seed = 5, .unit = stable_hash("warehouse")});
    const SqlSource source = random_source();
    const std::vector<slow::Record> records = random_records(120, chance);
    load(*servers, records);
    Tally tally;
    for (int batch = 0; batch < 20; ++batch) {
        std::vector<Case> cases;
        for (int k = 0; k < 25; ++k) {
            auto one = random_case(source, chance);
            if (one && one->sql.value.size() < 4'000)
                cases.push_back(std::move(*one));
            else
                ++tally.left_out;
        }
        compare(cases, records, *servers, tally);
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(tally.cases, 400U);
    EXPECT_LT(tally.left_out, 100U) << tally.cases;
    EXPECT_GT(tally.present, 20'000U);
    EXPECT_GT(tally.missing, 8'000U);
}

}  // namespace
}  // namespace cifra
