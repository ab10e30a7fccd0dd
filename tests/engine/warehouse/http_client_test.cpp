// Whatever a server does, its answer is whole or a fault that names the remedy and no value.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/random.h"
#include "engine/warehouse/answer.h"
#include "engine/warehouse/http_client.h"
#include "tests/engine/warehouse/fake_server.h"
#include "tests/support/warehouse_servers.h"

namespace cifra {
namespace {

using namespace std::chrono_literals;

WarehouseOptions fast() {
    WarehouseOptions options;
    options.connect_timeout = 2s;
    options.answer_timeout = 2s;
    options.first_pause = 1ms;
    return options;
}

WarehouseClient client_of(int port, WarehouseOptions options = fast()) {
    return {{false, "", "127.0.0.1", port, "db", "t"}, {"ana", "swordfish"}, {"study.yaml", 4, 9}, options};
}

// The one fault of what is done; its text holds no password and no value (the number is longer than any port).
template <class Action>
Diagnostic fault_of(const Action& action) {
    try {
        action();
    } catch (const InputError& error) {
        EXPECT_EQ(error.diagnostics().items().size(), 1U);
        EXPECT_EQ(error.diagnostics().items()[0].where, (Location{"study.yaml", 4, 9}));
        EXPECT_FALSE(error.diagnostics().items()[0].hint.empty());
        const std::string text = error.what();
        for (const char* secret : {"swordfish", "Mary", "198701"})
            EXPECT_EQ(text.find(secret), std::string::npos) << text;
        return error.diagnostics().items()[0];
    }
    ADD_FAILURE() << "no fault";
    return {};
}

Diagnostic fault_of(const FakeServer& server, WarehouseOptions options = fast()) {
    return fault_of([&] { client_of(server.port(), options).query("SELECT 1"); });
}

const std::vector<SqlOutput> two_columns = {{"key", "k", "0", ColumnType::text}, {"sum", "s"}};

// Two rows and the last one, as a server sends them.
std::string whole_answer() {
    return RowBinaryWriter()
        .byte(1)
        .byte(0)
        .text("Mary")
        .number(198701)
        .byte(1)
        .byte(1)
        .text("")
        .number(std::numeric_limits<double>::quiet_NaN())
        .byte(0)
        .byte(0)
        .text("")
        .number(0)
        .bytes();
}

const std::string exception =
    "Code: 6, e.displayText() = DB::Exception: Cannot parse string 'Mary 198701' as UInt8: syntax error, e.what() = "
    "DB::Exception";

TEST(WarehouseHttp, ReadsAnAnswerBitByBit) {
    const FakeServer server([](std::size_t) { return http_answer(whole_answer()); });
    const WarehouseClient client = client_of(server.port());
    const Table table = read_answer(client.query("SELECT 1"), two_columns, client);
    ASSERT_EQ(table.rows(), 2U);
    EXPECT_EQ(table.at("key").text(0), "Mary");
    EXPECT_EQ(table.at("sum").number(0), 198701);
    EXPECT_FALSE(table.at("key").present(1));
    EXPECT_FALSE(table.at("sum").present(1));
    EXPECT_EQ(table.source, fmt::format("clickhouse://127.0.0.1:{}/db/t", server.port()));
}

TEST(WarehouseHttp, SendsCredentialsInHeadersAndSettingsInTheAddress) {
    const FakeServer server([](std::size_t) { return http_answer("ok"); });
    EXPECT_EQ(client_of(server.port()).query("SELECT 'é'"), "ok");
    const std::string request = server.requests().at(0);
    const std::string line = request.substr(0, request.find("\r\n"));
    EXPECT_TRUE(line.starts_with("POST /?")) << line;
    for (const char* setting : {"wait_end_of_query=1", "skip_unavailable_shards=0", "result_overflow_mode=throw",
                                "join_use_nulls=0", "max_execution_time=2", "readonly=2"})
        EXPECT_NE(line.find(setting), std::string::npos) << setting;
    EXPECT_EQ(line.find("swordfish"), std::string::npos);
    EXPECT_NE(request.find("\r\nX-ClickHouse-User: ana\r\n"), std::string::npos);
    EXPECT_NE(request.find("\r\nX-ClickHouse-Key: swordfish\r\n"), std::string::npos);
    EXPECT_TRUE(request.ends_with("\r\n\r\nSELECT 'é'"));
}

TEST(WarehouseHttp, AServerThatIsNotThere) {
    const int port = closed_port();
    EXPECT_EQ(fault_of([&] { client_of(port).query("SELECT 1"); }).code, "warehouse-unreachable");
}

TEST(WarehouseHttp, AConnectionLostBeforeTheAnswerIsTriedAgain) {
    const FakeServer server([](std::size_t n) { return n < 3 ? "" : http_answer("ok"); });
    EXPECT_EQ(client_of(server.port()).query("SELECT 1"), "ok");
    EXPECT_EQ(server.requests().size(), 4U);
}

TEST(WarehouseHttp, AttemptsEnd) {
    const FakeServer server([](std::size_t) { return ""; });
    EXPECT_EQ(fault_of(server).code, "warehouse-unreachable");
    EXPECT_EQ(server.requests().size(), 4U);
}

TEST(WarehouseHttp, AQueryThatWritesIsSentOnce) {
    const FakeServer server([](std::size_t) { return ""; });
    WarehouseOptions options = fast();
    options.read_only = false;
    EXPECT_EQ(fault_of(server, options).code, "warehouse-unreachable");
    ASSERT_EQ(server.requests().size(), 1U);
    EXPECT_EQ(server.requests()[0].find("readonly"), std::string::npos);
}

TEST(WarehouseHttp, ABusyServerIsTriedAgain) {
    const FakeServer server([](std::size_t n) {
        return n == 0 ? http_answer("Code: 202, e.displayText() = DB::Exception: Too many simultaneous queries.", 500)
                      : http_answer("ok");
    });
    EXPECT_EQ(client_of(server.port()).query("SELECT 1"), "ok");
}

TEST(WarehouseHttp, ALateAnswerIsAFaultAndIsNotAskedForAgain) {
    const FakeServer server([](std::size_t) {
        std::this_thread::sleep_for(600ms);
        return http_answer("ok");
    });
    WarehouseOptions options = fast();
    options.answer_timeout = 200ms;
    EXPECT_EQ(fault_of(server, options).code, "warehouse-timeout");
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(WarehouseHttp, ABodyShorterThanAnnouncedIsNoAnswer) {
    const std::string body = whole_answer(), whole = http_answer(body);
    for (const std::size_t cut : {std::size_t{1}, body.size() / 2, body.size()}) {
        const FakeServer server([&](std::size_t) { return whole.substr(0, whole.size() - cut); });
        EXPECT_EQ(fault_of(server).code, "warehouse-incomplete") << cut;
        EXPECT_EQ(server.requests().size(), 1U);
    }
}

TEST(WarehouseHttp, AChunkedBodyWithoutItsEndIsNoAnswer) {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const char* chunks : {"5\r\nhel", "5\r\nhello\r\n", "5\r\nhello\r\n3", "z\r\nhello\r\n0\r\n\r\n"}) {
        const FakeServer server([&](std::size_t) { return head + chunks; });
        EXPECT_EQ(fault_of(server).code, "warehouse-incomplete") << chunks;
    }
    const FakeServer server([&](std::size_t) { return head + "5\r\nhello\r\n0\r\n\r\n"; });
    EXPECT_EQ(client_of(server.port()).query("SELECT 1"), "hello");
}

// Neither a length nor chunks: only the rows themselves can tell that they are all.
TEST(WarehouseHttp, ABodyThatEndsWithTheConnectionNeedsItsLastRow) {
    const std::string body = whole_answer();
    for (std::size_t size = 0; size < body.size(); size += 5) {
        const FakeServer server([&](std::size_t) { return "HTTP/1.0 200 OK\r\n\r\n" + body.substr(0, size); });
        const WarehouseClient client = client_of(server.port());
        EXPECT_EQ(fault_of([&] { read_answer(client.query("SELECT 1"), two_columns, client); }).code,
                  "warehouse-incomplete");
    }
}

TEST(WarehouseHttp, AnExceptionInTheMiddleOfASuccess) {
    const std::string body = whole_answer().substr(0, 30) + exception;
    const FakeServer server([&](std::size_t) { return http_answer(body); });
    const WarehouseClient client = client_of(server.port());
    const Diagnostic fault = fault_of([&] { read_answer(client.query("SELECT 1"), two_columns, client); });
    EXPECT_EQ(fault.code, "warehouse-exception");
    EXPECT_NE(fault.message.find("exception 6"), std::string::npos) << fault.message;
}

TEST(WarehouseHttp, ExceptionsAreToldWithoutValues) {
    const FakeServer server([](std::size_t) { return http_answer(exception, 500); });
    const Diagnostic fault = fault_of(server);
    EXPECT_EQ(fault.code, "warehouse-exception");
    EXPECT_TRUE(fault.message.ends_with("refuses the query with its exception 6: Cannot parse string"))
        << fault.message;
}

TEST(WarehouseHttp, KnownExceptionsHaveCodesOfTheirOwn) {
    const std::map<int, std::string> codes = {
        {60, "warehouse-exception"}, {159, "warehouse-timeout"}, {193, "warehouse-login"}, {516, "warehouse-login"}};
    for (const auto& [number, code] : codes) {
        const FakeServer server([number = number](std::size_t) {
            return http_answer(fmt::format("Code: {}, e.displayText() = DB::Exception: Mary", number), 500);
        });
        EXPECT_EQ(fault_of(server).code, code) << number;
    }
}

TEST(WarehouseHttp, StatusesOfOtherPrograms) {
    const std::map<int, std::string> codes = {{401, "warehouse-login"},  {403, "warehouse-login"},
                                              {404, "warehouse-status"}, {502, "warehouse-status"},
                                              {204, "warehouse-status"}, {301, "warehouse-status"}};
    for (const auto& [status, code] : codes) {
        const FakeServer server([status = status](std::size_t) { return http_answer("<p>Mary 198701</p>", status); });
        EXPECT_EQ(fault_of(server).code, code) << status;
    }
}

TEST(WarehouseHttp, ABoundOnTheAnswer) {
    const FakeServer server([](std::size_t) { return http_answer(std::string(100'000, 'x')); });
    WarehouseOptions options = fast();
    options.largest_answer = 99'999;
    EXPECT_EQ(fault_of(server, options).code, "warehouse-too-large");
    options.largest_answer = 100'000;
    EXPECT_EQ(client_of(server.port(), options).query("SELECT 1").size(), 100'000U);
}

// The bytes that a stream gave, until `most`.
std::string streamed(const FakeServer& server, std::size_t most = std::string::npos) {
    std::string bytes;
    client_of(server.port()).stream("SELECT 1", [&](std::string_view part) {
        bytes += part;
        return bytes.size() < most;
    });
    return bytes;
}

TEST(WarehouseHttp, AStreamGivesTheSameBytesInParts) {
    std::string body;
    for (int k = 0; k < 100000; ++k) body += fmt::format("{};", k);
    const FakeServer server([&](std::size_t) { return http_answer(body); });
    EXPECT_TRUE(streamed(server) == body);
    EXPECT_LT(streamed(server, 1000).size(), 100000U) << "who wants no more gets no more, and no fault";
}

TEST(WarehouseHttp, AStreamThatBreaksOffIsAFault) {
    const std::string whole = http_answer(std::string(50000, 'x'));
    const FakeServer server([&](std::size_t) { return whole.substr(0, whole.size() - 1); });
    EXPECT_EQ(fault_of([&] { streamed(server); }).code, "warehouse-incomplete");
    EXPECT_EQ(server.requests().size(), 1U) << "what was taken cannot be given again";
}

TEST(WarehouseHttp, AnExceptionIsNoPartOfAStream) {
    const FakeServer server([](std::size_t) { return http_answer(exception, 500); });
    std::string taken;
    const auto take = [&](std::string_view part) {
        taken += part;
        return true;
    };
    EXPECT_EQ(fault_of([&] { client_of(server.port()).stream("SELECT 1", take); }).code, "warehouse-exception");
    EXPECT_EQ(taken, "");
}

TEST(WarehouseAnswer, RowsOneByOneAreThoseOfTheWhole) {
    const std::string whole = whole_answer();
    std::string_view rest = whole;
    std::string rows;
    AnswerRowSpan row = first_row(rest, two_columns);
    for (; row.kind == AnswerRow::whole; row = first_row(rest, two_columns)) {
        rows += rest.substr(0, row.bytes);
        rest.remove_prefix(row.bytes);
    }
    EXPECT_EQ(row.kind, AnswerRow::last);
    EXPECT_EQ(row.bytes, rest.size());
    const Table table = read_answer_rows(rows, two_columns);
    ASSERT_EQ(table.rows(), 2U);
    EXPECT_EQ(table.at("key").text(0), "Mary");
    EXPECT_FALSE(table.at("sum").present(1));
    for (std::size_t bytes = 0; bytes < rest.size(); ++bytes)
        EXPECT_EQ(first_row(rest.substr(0, bytes), two_columns).kind, AnswerRow::cut) << bytes;
    EXPECT_EQ(first_row("\x02", two_columns).kind, AnswerRow::broken);
    EXPECT_EQ(first_row("\x01\x02", two_columns).kind, AnswerRow::broken);
}

TEST(WarehouseAnswer, NoPrefixAndNoMoreBytesAreAnAnswer) {
    const WarehouseClient client = client_of(1);
    const std::string body = whole_answer();
    EXPECT_EQ(read_answer(body, two_columns, client).rows(), 2U);
    for (std::size_t size = 0; size < body.size(); ++size)
        EXPECT_THROW(read_answer(body.substr(0, size), two_columns, client), InputError) << size;
    EXPECT_THROW(read_answer(body + '\0', two_columns, client), InputError);
}

TEST(WarehouseAnswer, AnyBytesEndInRowsOrAFault) {
    const WarehouseClient client = client_of(1);
    Stream chance({.seed = 3, .unit = stable_hash("bytes")});
    std::size_t faults = 0;
    for (int round = 0; round < 2000; ++round) {
        std::string body = whole_answer();
        for (int k = 0; k < 3; ++k) body[chance.below(body.size())] = static_cast<char>(chance.below(256));
        try {
            EXPECT_LE(read_answer(body, two_columns, client).rows(), 4U);
        } catch (const InputError&) {
            ++faults;
        }
    }
    EXPECT_GT(faults, 500U);
}

TEST(WarehouseAnswer, LengthsOfRowBinary) {
    std::string_view long_one("\xAC\x02rest", 6), endless("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 11);
    EXPECT_EQ(take_length(long_one), 300U);
    EXPECT_EQ(long_one, "rest");
    EXPECT_FALSE(take_length(endless));
    std::string_view overlong(
        "\x05"
        "abc",
        4);
    EXPECT_FALSE(take_text(overlong));
}

struct Parsed {
    std::optional<WarehouseAddress> address;
    Diagnostics faults;
};

Parsed parsed(const std::string& text) {
    Parsed result;
    result.address = parse_warehouse_address(text, {"study.yaml", 4, 9}, result.faults);
    return result;
}

TEST(WarehouseAddress, Parts) {
    EXPECT_EQ(parsed("clickhouse://localhost/db/t").address,
              (WarehouseAddress{false, "", "localhost", 8123, "db", "t"}));
    EXPECT_EQ(parsed("clickhouses://ana@server.example:9443/db/my table").address,
              (WarehouseAddress{true, "ana", "server.example", 9443, "db", "my table"}));
    EXPECT_EQ(parsed("clickhouse://[::1]:81/d/t").address, (WarehouseAddress{false, "", "::1", 81, "d", "t"}));
    EXPECT_EQ(to_text(*parsed("clickhouse://ana@[::1]:81/d/t").address), "clickhouse://[::1]:81/d/t");
    EXPECT_FALSE(is_warehouse_address("data/clickhouse.csv"));
}

TEST(WarehouseAddress, Faults) {
    for (const char* text : {"clickhouse://", "clickhouse://host", "clickhouse://host/db", "clickhouse://host/db/",
                             "clickhouse:///db/t", "clickhouse://host:0/db/t", "clickhouse://host:x/db/t",
                             "clickhouse://host:99999/db/t", "clickhouse://host/db/t/u", "clickhouse://host/db/t?x=1",
                             "clickhouse://[::1/db/t", "clickhouse://ho st/db/t", "http://host/db/t"}) {
        const Parsed result = parsed(text);
        EXPECT_FALSE(result.address) << text;
        EXPECT_TRUE(result.faults.contains("warehouse-address")) << text;
    }
}

TEST(WarehouseAddress, APasswordIsRefusedAndNotRepeated) {
    for (const char* text : {"clickhouse://ana:swordfish@host/db/t", "clickhouse://ana:swordfish@host/db",
                             "clickhouse://ana:sword@fish@host:81/db/t"}) {
        const Parsed result = parsed(text);
        EXPECT_FALSE(result.address);
        ASSERT_EQ(result.faults.items().size(), 1U);
        EXPECT_EQ(result.faults.items()[0].code, "password-in-address");
        EXPECT_EQ(to_text(result.faults.items()[0]).find("fish"), std::string::npos);
    }
}

class CredentialsFile : public testing::Test {
protected:
    void SetUp() override { write("ana\nswordfish\n", std::filesystem::perms::owner_read); }
    void TearDown() override { std::filesystem::remove(file_); }

    void write(const std::string& text, std::filesystem::perms rights) {
        std::filesystem::remove(file_);
        std::ofstream(file_) << text;
        std::filesystem::permissions(file_, rights);
    }
    std::optional<WarehouseCredentials> read(const std::string& user = "") {
        faults_ = {};
        const Environment environment = [&](const char* name) -> std::optional<std::string> {
            return std::string_view(name) == "CIFRA_CLICKHOUSE_CREDENTIALS" ? std::optional(file_) : std::nullopt;
        };
        return warehouse_credentials({false, user, "host", 1, "db", "t"}, environment, faults_);
    }
    void expect_fault() {
        ASSERT_EQ(faults_.items().size(), 1U);
        EXPECT_EQ(faults_.items()[0].code, "warehouse-credentials");
        EXPECT_EQ(to_text(faults_.items()[0]).find("swordfish"), std::string::npos);
    }

    std::string file_ = std::filesystem::temp_directory_path().string() + "/cifra-credentials-" +
                        testing::UnitTest::GetInstance()->current_test_info()->name();
    Diagnostics faults_;
};

TEST_F(CredentialsFile, TwoLines) {
    const auto credentials = read("ana");
    ASSERT_TRUE(credentials);
    EXPECT_EQ(credentials->user, "ana");
    EXPECT_EQ(credentials->password, "swordfish");
}

TEST_F(CredentialsFile, ThatOthersMayReadIsRefused) {
    write("ana\nswordfish\n", std::filesystem::perms::owner_read | std::filesystem::perms::others_read);
    EXPECT_FALSE(read());
    expect_fault();
}

TEST_F(CredentialsFile, OfAnotherUser) {
    EXPECT_FALSE(read("bob"));
    expect_fault();
}

TEST_F(CredentialsFile, NotOfTwoLines) {
    for (const char* text : {"", "ana", "ana\n", "ana\nswordfish\nmore\n"}) {
        write(text, std::filesystem::perms::owner_read);
        EXPECT_FALSE(read()) << text;
        expect_fault();
    }
    std::filesystem::remove(file_);
    EXPECT_FALSE(read());
    expect_fault();
}

TEST(WarehouseCredentials, OfTheEnvironment) {
    std::map<std::string, std::string> set = {{"CIFRA_CLICKHOUSE_USER", "ana"}, {"CIFRA_CLICKHOUSE_PASSWORD", "x"}};
    const Environment environment = [&](const char* name) -> std::optional<std::string> {
        return set.contains(name) ? std::optional(set[name]) : std::nullopt;
    };
    Diagnostics faults;
    const WarehouseAddress of_nobody{false, "", "host", 1, "db", "t"}, of_bob{false, "bob", "host", 1, "db", "t"};
    EXPECT_EQ(warehouse_credentials(of_nobody, environment, faults)->user, "ana");
    EXPECT_FALSE(warehouse_credentials(of_bob, environment, faults));
    set.erase("CIFRA_CLICKHOUSE_USER");
    const auto credentials = warehouse_credentials(of_bob, environment, faults);
    EXPECT_EQ(credentials->user, "bob");
    EXPECT_EQ(credentials->password, "x");
}

}  // namespace
}  // namespace cifra
