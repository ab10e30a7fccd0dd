// What a real server holds and does: types of columns, texts and numbers, answers it would rather cut short.
#include "engine/warehouse/server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "engine/evaluate.h"
#include "engine/random.h"
#include "engine/warehouse/answer.h"
#include "tests/support/warehouse_servers.h"

namespace cifra {
namespace {

using WarehouseServer = WithServers;

const std::vector<SqlOutput> one_number = {{"x", "toFloat64(number)"}};

Table rows_of(const WarehouseClient& client, const std::vector<SqlOutput>& outputs, const std::string& rest) {
    return read_answer(client.query(framed_query(outputs, rest, {})), outputs, client);
}

std::string fault_code(const WarehouseClient& client, const std::string& rest) {
    try {
        rows_of(client, one_number, rest);
    } catch (const InputError& error) {
        return error.diagnostics().items().at(0).code;
    }
    return "";
}

WarehouseClient client_of(const Servers& servers, const std::string& user, const std::string& password) {
    return {{false, user, "127.0.0.1", servers.http_port[0], "default", "t"}, {user, password}, {"test", 1, 1}, {}};
}

TEST_F(WarehouseServer, TellsItsColumns) {
    servers->execute(0,
                     "CREATE TABLE told (`a ``b` Nullable(UInt8), t FixedString(2), d Decimal(9, 2)) ENGINE = Memory");
    const SqlSource source = read_source(servers->client(0, "told"));
    ASSERT_EQ(source.columns.size(), 3U);
    EXPECT_EQ(source.columns[0].name, "a `b");
    EXPECT_EQ(source.columns[0].type, "Nullable(UInt8)");
    EXPECT_EQ(sql_type(source.find("d")->type).kind, SqlKind::real);
    EXPECT_TRUE(source.same_exp_and_log) << "a server of the same machine with another library of mathematics";
    EXPECT_THROW(read_source(servers->client(0, "absent")), InputError);
}

struct TypeCase {
    std::string type, literal;  // as VALUES
    std::string text;           // as a key; "" where it is missing
    std::optional<double> number;
};

const std::vector<TypeCase>& type_cases() {
    static const std::vector<TypeCase> cases = {
        {"UInt8", "200", "200", 200},
        {"Int64", "-9007199254740993", "-9007199254740993", -9007199254740992.0},
        {"UInt64", "18446744073709551615", "18446744073709551615", 18446744073709551616.0},
        {"Float32", "0.5", "0.5", 0.5},
        {"Float64", "nan", "", std::nullopt},
        {"Nullable(Int16)", "NULL", "", std::nullopt},
        {"Nullable(Int16)", "-7", "-7", -7},
        {"Decimal(9, 2)", "123.45", "123.45", 123.45},
        {"Decimal(15, 3)", "123456789012.345", "123456789012.345", 123456789012.345},
        {"Nullable(Decimal(9, 4))", "0.0007", "0.0007", 0.0007},
        {"String", "'03'", "03", std::nullopt},
        {"String", "''", "", std::nullopt},
        {"Nullable(String)", "NULL", "", std::nullopt},
        {"FixedString(4)", "'ab'", "ab", std::nullopt},
        {"Nullable(FixedString(4))", "NULL", "", std::nullopt},
        {"Enum8('man' = 1, 'woman' = 2)", "'woman'", "woman", std::nullopt},
        {"Date", "'2021-03-31'", "2021-03-31", std::nullopt},
        {"Nullable(DateTime)", "'2021-03-31 10:00:00'", "2021-03-31 10:00:00", std::nullopt},
        {"UUID", "'61f0c404-5cb3-11e7-907b-a6006ad3dba0'", "61f0c404-5cb3-11e7-907b-a6006ad3dba0", std::nullopt},
    };
    return cases;
}

TEST_F(WarehouseServer, ColumnsOfEveryTypeAsNumbersAndAsKeys) {
    std::string columns, literals;
    for (std::size_t k = 0; k < type_cases().size(); ++k) {
        columns += fmt::format("{}c{} {}", k ? ", " : "", k, type_cases()[k].type);
        literals += (k ? ", " : "") + type_cases()[k].literal;
    }
    servers->execute(0, fmt::format("CREATE TABLE types ({}) ENGINE = Memory", columns));
    servers->execute(0, fmt::format("INSERT INTO types VALUES ({})", literals));
    const WarehouseClient client = servers->client(0, "types");
    const SqlSource source = read_source(client);
    for (std::size_t k = 0; k < type_cases().size(); ++k) {
        const TypeCase& one = type_cases()[k];
        Diagnostics faults;
        const auto key = sql_key(*source.find(fmt::format("c{}", k)), {}, faults);
        const Table keys = rows_of(client, {{"key", key->value, key->missing, ColumnType::text}}, "FROM types");
        EXPECT_EQ(keys.at("key").text(0), one.text) << one.type;
        EXPECT_EQ(keys.at("key").present(0), !one.text.empty()) << one.type;
        const Schema schema = schema_of(source);
        if (schema.find(fmt::format("c{}", k)) != Type::number) continue;
        const auto expression = parse_expression(fmt::format("c{}", k), {}, schema, faults);
        const Table numbers =
            rows_of(client, {{"x", sql_or_nan(*sql_of(*expression, source, {}, faults))}}, "FROM types");
        EXPECT_EQ(numbers.at("x").present(0), one.number.has_value()) << one.type;
        EXPECT_EQ(numbers.at("x").number(0), one.number.value_or(0)) << one.type;
    }
}

// Doubles of all sizes, whole, halves and with few digits.
std::vector<double> many_numbers() {
    Stream chance({.seed = 9, .unit = stable_hash("texts")});
    std::vector<double> numbers = {0,
                                   -0.0,
                                   0.5,
                                   -0.5,
                                   2.5,
                                   -2.5,
                                   0.49999999999999994,
                                   4503599627370497.5,
                                   1e15,
                                   1e-5,
                                   999999999999999,
                                   1e15 + 0.5,
                                   1e16,
                                   123456789012345680000.0,
                                   1e21,
                                   1e22,
                                   1.5e-6,
                                   9.9999999e-6,
                                   1e-6,
                                   1e-7,
                                   5e-324,
                                   1.7976931348623157e308,
                                   9007199254740992.0};
    while (numbers.size() < 4000) {
        const double x = (chance.uniform() - 0.5) * std::pow(10, static_cast<double>(chance.below(48)) - 23);
        numbers.push_back(x);
        numbers.push_back(std::round(x));
        numbers.push_back(std::floor(x) + 0.5);
        numbers.push_back(std::round(x * 1000) / 1000);
    }
    return numbers;
}

// Texts that are numbers of at most 15 digits, or nearly.
std::vector<std::string> many_texts() {
    Stream chance({.seed = 10, .unit = stable_hash("numbers")});
    std::vector<std::string> texts = {"",
                                      "0",
                                      "-0",
                                      "+5",
                                      "+-5",
                                      "-+5",
                                      "007",
                                      ".5",
                                      "5.",
                                      ".",
                                      "-.5",
                                      "1e3",
                                      "1E+3",
                                      "1e-22",
                                      "1e22",
                                      "1e",
                                      "e5",
                                      "1.e2",
                                      ".e2",
                                      "0x1",
                                      " 1",
                                      "1 ",
                                      "1\n",
                                      "nan",
                                      "inf",
                                      "1,5",
                                      "1.5.2",
                                      "0e999999",
                                      "--1",
                                      "1e0003",
                                      "9007199254740992",
                                      "0.000000000000000000001",
                                      "1.50000000000000000000000000",
                                      "١"};
    while (texts.size() < 3000) {
        const auto digits =
            static_cast<double>(chance.below(1'000'000'000)) * 1'000'000 + static_cast<double>(chance.below(1'000'000));
        std::string text = fmt::format("{:.0f}", digits).substr(0, 1 + chance.below(15));
        if (chance.bernoulli(0.7)) text.insert(chance.below(text.size() + 1), ".");
        if (chance.bernoulli(0.3)) text += fmt::format("e{}", static_cast<int>(chance.below(14)) - 6);
        texts.push_back(chance.bernoulli(0.3) ? "-" + text : text);
    }
    return texts;
}

void expect_same(const Table& here, const Table& there, const SqlSource& source, const std::string& text) {
    Diagnostics faults;
    const auto expression = parse_expression(text, {}, schema_of(source), faults);
    const Column local =
        evaluate(*expression, here.rows(), [&](std::string_view name) -> const Column& { return here.at(name); });
    const Column& remote = there.at(text);
    ASSERT_EQ(remote.size(), local.size());
    for (std::size_t row = 0; row < local.size(); ++row) {
        ASSERT_EQ(remote.present(row), local.present(row)) << text << " of '" << here.column(0).cell(row) << "'";
        if (!local.present(row)) continue;
        if (local.is_number())
            ASSERT_EQ(std::bit_cast<std::uint64_t>(remote.number(row)), std::bit_cast<std::uint64_t>(local.number(row)))
                << text << " of '" << here.column(0).cell(row) << "'";
        else
            ASSERT_EQ(remote.text(row), local.text(row)) << text;
    }
}

// One column `x` of the type, loaded; then each expression there and here.
void compare(const Servers& servers, const Column& x, const std::vector<std::string>& expressions) {
    const std::string name = x.is_number() ? "many_numbers" : "many_texts";
    servers.execute(0, fmt::format("CREATE TABLE {} (row Float64, x {}) ENGINE = Memory", name,
                                   x.is_number() ? "Float64" : "String"));
    RowBinaryWriter bytes;
    for (std::size_t row = 0; row < x.size(); ++row) {
        bytes.number(static_cast<double>(row));
        x.is_number() ? bytes.number(x.number(row)) : bytes.text(x.text(row));
    }
    servers.execute(0, fmt::format("INSERT INTO {} FORMAT RowBinary\n{}", name, bytes.bytes()));
    const WarehouseClient client = servers.client(0, name);
    SqlSource source = read_source(client);
    for (SqlColumn& column : source.columns) column.empty_is_missing = false;
    std::vector<SqlOutput> outputs = {{"row", "row"}};
    for (const std::string& text : expressions) {
        Diagnostics faults;
        const auto expression = parse_expression(text, {}, schema_of(source), faults);
        const auto sql = sql_of(*expression, source, {}, faults);
        ASSERT_TRUE(sql) << text;
        const bool is_text = sql->type == Type::text;
        outputs.push_back({text, is_text ? sql->value : sql_or_nan(*sql), is_text ? sql->missing : "0",
                           is_text ? ColumnType::text : ColumnType::number});
    }
    Table here;
    here.set("x", x);
    const Table there = read_answer(client.query(framed_query(outputs, "FROM " + name, {0})), outputs, client);
    for (const std::string& text : expressions) expect_same(here, there, source, text);
}

TEST_F(WarehouseServer, FunctionsOfThousandsOfNumbers) {
    compare(*servers, Column::of_numbers(many_numbers()),
            {"text(x)", "round(x)", "floor(x)", "abs(x)", "sqrt(x)", "exp(x)", "log(x)", "-x", "1 / x", "x * x",
             "min(x, 0)", "max(0, x)", "x in [0, 1, 2..9]", "number(text(x))", "sum(x, x)", "x is x"});
}

TEST_F(WarehouseServer, ThousandsOfTextsReadAsNumbers) {
    compare(*servers, Column::of_texts(many_texts()),
            {"number(x)", "x < '5'", "contains(x, '1')", "starts_with(x, '-')"});
}

TEST_F(WarehouseServer, DigitsThatCannotBeReadExactlyEndTheQuery) {
    servers->execute(0, "CREATE TABLE digits (x String) ENGINE = Memory");
    servers->execute(0, "INSERT INTO digits VALUES ('0.12345678901234567891')");
    const WarehouseClient client = servers->client(0, "digits");
    const SqlSource source = read_source(client);
    Diagnostics faults;
    const auto expression = parse_expression("number(x)", {}, schema_of(source), faults);
    const std::vector<SqlOutput> outputs = {{"x", sql_of(*expression, source, {}, faults)->value}};
    try {
        rows_of(client, outputs, "FROM digits");
        ADD_FAILURE() << "no fault";
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("number()"), std::string::npos) << error.what();
    }
}

// As deep and as long as sql_of allows.
TEST_F(WarehouseServer, LargeExpressionsAreWithinTheServersBounds) {
    SqlSource source;
    source.columns = {{"number", "UInt64", {}}};
    std::string sum = "number", chain = "number = 10000";
    for (int k = 1; k < 790; ++k) sum += " + number";
    for (int k = 1; k < 1000; ++k) chain += fmt::format(" or number = {}", 10'000 + k);
    Diagnostics faults;
    const auto value = [&](const std::string& text) {
        return sql_or_nan(*sql_of(*parse_expression(text, {}, schema_of(source), faults), source, {}, faults));
    };
    const Table rows =
        rows_of(servers->client(0, ""), {{"sum", value(sum)}, {"chain", value(chain)}}, "FROM numbers(10000, 2)");
    EXPECT_EQ(rows.at("sum").number(1), 790.0 * 10'001);
    EXPECT_EQ(rows.at("chain").number(1), 1);
}

TEST_F(WarehouseServer, NoAnswerIsCutShort) {
    EXPECT_EQ(rows_of(client_of(*servers, "keyed", "open sesame"), one_number, "FROM numbers(200000)").rows(), 200'000U)
        << "the profile of this user breaks off after one row";
    const std::string half_dead =
        fmt::format("FROM remote('127.0.0.1:{},127.0.0.1:1', system.numbers) WHERE number < 9", servers->tcp_port[0]);
    EXPECT_EQ(fault_code(client_of(*servers, "keyed", "open sesame"), half_dead), "warehouse-exception")
        << "the profile of this user leaves out shards that do not answer";
    EXPECT_EQ(fault_code(servers->client(0, ""), "FROM numbers(1000000) WHERE throwIf(number = 900000) = 0"),
              "warehouse-exception");
}

TEST_F(WarehouseServer, ATableThatOneShardHasNot) {
    servers->execute(0, "CREATE TABLE lone (number UInt8) ENGINE = Memory");
    servers->execute(0, "CREATE TABLE lone_all AS lone ENGINE = Distributed(two, default, lone)");
    EXPECT_EQ(fault_code(servers->client(0, ""), "FROM lone_all"), "warehouse-exception");
}

TEST_F(WarehouseServer, UsersAndRights) {
    EXPECT_EQ(fault_code(client_of(*servers, "keyed", "wrong"), "FROM numbers(2)"), "warehouse-login");
    EXPECT_EQ(fault_code(client_of(*servers, "nobody", ""), "FROM numbers(2)"), "warehouse-login");
    EXPECT_EQ(fault_code(client_of(*servers, "fixed", ""), "FROM numbers(2)"), "warehouse-exception");
    EXPECT_EQ(rows_of(client_of(*servers, "locked", ""), one_number, "FROM numbers(2)").rows(), 2U);
    EXPECT_THROW(servers->client(0, "").query("CREATE TABLE made (x UInt8) ENGINE = Memory"), InputError);
}

TEST_F(WarehouseServer, RowsComeInTheOrderAskedFor) {
    const std::vector<SqlOutput> outputs = {{"key", "toString(number % 7)", "number % 7 = 3", ColumnType::text},
                                            {"x", "-toFloat64(number)"}};
    const WarehouseClient client = servers->client(1, "");
    const Table rows = read_answer(client.query(framed_query(outputs, "FROM numbers(50)", {0, 1})), outputs, client);
    ASSERT_EQ(rows.rows(), 50U);
    for (std::size_t row = 1; row < 50; ++row) {
        const Column &key = rows.at("key"), &x = rows.at("x");
        const auto rank = [&](std::size_t k) { return std::tuple(!key.present(k), key.text(k), x.number(k)); };
        EXPECT_LT(rank(row - 1), rank(row));
    }
}

}  // namespace
}  // namespace cifra
