// A table of a real server as rows: the cells of the CSV file that the server writes of it, in small memory, and a
// fault where it breaks off.
#include "engine/warehouse/warehouse_rows.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <set>

#include "engine/microdata/csv_rows.h"
#include "engine/microdata/row_lines.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/warehouse_servers.h"

namespace cifra {
namespace {

using WarehouseRowsServer = WithServers;

const Environment no_environment = [](const char*) { return std::nullopt; };

WarehouseTable table_of(const Servers& servers, const std::string& name, std::vector<std::string> order = {}) {
    return {{false, "", "127.0.0.1", servers.http_port[0], "default", name}, std::move(order), {"study.yaml", 5, 9}};
}

CsvOptions options_of(const std::map<std::string, ColumnType>& types) {
    CsvOptions options;
    options.types = types;
    for (const auto& [name, type] : types) options.columns.push_back(name);
    return options;
}

struct Read {
    std::vector<std::string> rows;  // name=cell of every column
    std::size_t pieces = 0;
    Diagnostics faults;
};

Read read_all(RowSource& source, const std::string& file) {
    Read read;
    LineCounter lines;
    while (const auto piece = source.next(read.faults)) {
        RowBlock block = source.read(*piece);
        move_lines(block.faults, file, lines.first_line(*piece, block));
        read.faults.append(block.faults);
        std::set<std::string> names(block.table.names().begin(), block.table.names().end());
        for (std::size_t row = 0; row < block.table.rows(); ++row) {
            std::string text;
            for (const std::string& name : names)
                text += name + '=' + block.table.at(name).cell(row) +
                        (block.table.at(name).present(row) ? ";" : "(missing);");
            read.rows.push_back(text);
        }
        ++read.pieces;
    }
    return read;
}

constexpr const char* made_up_rows =
    "SELECT toUInt32(number * 7919 % 100003) AS id, concat('off\"ice, ', toString(number % 13)) AS office, "
    "if(number % 11 = 0, NULL, toInt16(number % 121)) AS age, toString(number % 1000) AS code, "
    "if(number % 5 = 0, '', toString(number % 3)) AS violence, toDate('2021-01-01') + number % 365 AS date, "
    "(number % 400) / 8 AS x, CAST(number % 2 + 1 AS Enum8('no' = 1, 'yes' = 2)) AS armed";

const std::map<std::string, ColumnType> made_up_types = {{"id", ColumnType::text},       {"office", ColumnType::text},
                                                         {"age", ColumnType::number},    {"code", ColumnType::text},
                                                         {"date", ColumnType::text},     {"x", ColumnType::number},
                                                         {"violence", ColumnType::text}, {"armed", ColumnType::text}};

void make_table(const Servers& servers, int shard, const std::string& name, std::uint64_t from, std::uint64_t rows) {
    servers.execute(shard, fmt::format("CREATE TABLE {} ENGINE = MergeTree PARTITION BY tuple() ORDER BY code AS {} "
                                       "FROM (SELECT number + {} AS number FROM numbers({}))",
                                       name, made_up_rows, from, rows));
}

std::string exported(const Servers& servers, const std::string& table) {
    return servers.client(0, table).query(
        "SELECT id, office, ifNull(toString(age), '') AS age, code, violence, date, x, "
        "armed FROM " +
        table + " ORDER BY id FORMAT CSVWithNames");
}

TEST_F(WarehouseRowsServer, CellsAreThoseOfTheFileThatTheServerWrites) {
    const ScratchFolder folder;
    make_table(*servers, 0, "rows_one", 0, 60000);
    Diagnostics faults;
    const auto file = folder.write("rows.csv", exported(*servers, "rows_one"));
    const auto csv = open_csv_rows({file}, options_of(made_up_types), faults);
    const auto rows =
        open_warehouse_rows(table_of(*servers, "rows_one", {"id"}), options_of(made_up_types), faults, no_environment);
    faults.throw_if_errors();
    const Read of_file = read_all(*csv, file.string()), of_table = read_all(*rows, rows->files().front());
    ASSERT_EQ(of_table.rows.size(), 60000u);
    EXPECT_TRUE(of_table.rows == of_file.rows);
    EXPECT_GT(of_table.pieces, 2u);
    EXPECT_EQ(rows->share(), 1);
    EXPECT_FALSE(of_table.faults.has_errors());
}

// Without an order, and over two shards, the rows come in one order too: that of what is read.
TEST_F(WarehouseRowsServer, TheOrderDependsOnTheRowsAlone) {
    for (const int shard : {0, 1}) make_table(*servers, shard, "rows_half", shard * 20000ULL, 20000);
    servers->execute(0, "CREATE TABLE rows_all AS rows_half ENGINE = Distributed(two, default, rows_half)");
    make_table(*servers, 0, "rows_whole", 0, 40000);
    std::vector<std::string> first;
    for (const char* name : {"rows_all", "rows_whole"}) {
        Diagnostics faults;
        const auto rows =
            open_warehouse_rows(table_of(*servers, name), options_of(made_up_types), faults, no_environment);
        faults.throw_if_errors();
        const Read read = read_all(*rows, rows->files().front());
        EXPECT_EQ(read.rows.size(), 40000u);
        if (first.empty()) first = read.rows;
        EXPECT_TRUE(read.rows == first);
    }
}

TEST_F(WarehouseRowsServer, FaultsOfColumnsAndCells) {
    make_table(*servers, 0, "rows_faults", 0, 100);
    Diagnostics faults;
    auto types = made_up_types;
    types["agee"] = ColumnType::text;
    EXPECT_EQ(
        open_warehouse_rows(table_of(*servers, "rows_faults", {"idd"}), options_of(types), faults, no_environment),
        nullptr);
    ASSERT_EQ(faults.items().size(), 2u);
    for (const Diagnostic& one : faults.items()) {
        EXPECT_EQ(one.code, "missing-column");
        EXPECT_EQ(one.where, (Location{"study.yaml", 5, 9}));
    }
    Diagnostics none;
    const auto rows = open_warehouse_rows(table_of(*servers, "rows_faults", {"id"}),
                                          options_of({{"id", ColumnType::text}, {"office", ColumnType::number}}), none,
                                          no_environment);
    const Read read = read_all(*rows, rows->files().front());
    ASSERT_EQ(read.faults.items().size(), 100u);
    EXPECT_EQ(read.faults.items()[6].code, "not-a-number");
    EXPECT_EQ(read.faults.items()[6].where.line, 7u);
    EXPECT_EQ(read.faults.items()[6].message.find("off\"ice"), std::string::npos);
    EXPECT_THROW(open_warehouse_rows(table_of(*servers, "absent"), options_of(made_up_types), none, no_environment),
                 InputError);
}

// Kilobytes of a line of /proc/self/status.
double status_of_memory(const std::string& name) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == name + ":") {
            double kilobytes = 0;
            status >> kilobytes;
            return kilobytes;
        }
    return 0;
}

// 200 MB of rows.
std::string many_rows() {
    return fmt::format(
        "CREATE VIEW rows_many AS SELECT number AS id, concat(toString(number % 977), '{}') AS text "
        "FROM numbers(2000000)",
        std::string(90, 'x'));
}

TEST_F(WarehouseRowsServer, SlowMemoryIsThatOfAFewPieces) {
    servers->execute(0, many_rows());
    Diagnostics faults;
    const auto rows =
        open_warehouse_rows(table_of(*servers, "rows_many", {"id"}),
                            options_of({{"id", ColumnType::text}, {"text", ColumnType::text}}), faults, no_environment);
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins anew
    const double before = status_of_memory("VmRSS");
    std::size_t count = 0;
    while (const auto piece = rows->next(faults)) count += rows->read(*piece).table.rows();
    faults.throw_if_errors();
    EXPECT_EQ(count, 2000000u);
    EXPECT_LT(status_of_memory("VmHWM") - before, 48 * 1024);
}

TEST(WarehouseRowsFailure, SlowAServerThatDiesMeanwhileIsAFault) {
    const OwnServers own;
    if (!own.servers()) GTEST_SKIP() << "the package clickhouse-server cannot be had here: nothing was tested";
    own.servers()->execute(0, many_rows());
    Diagnostics faults;
    const auto rows =
        open_warehouse_rows(table_of(*own.servers(), "rows_many", {"id"}),
                            options_of({{"id", ColumnType::text}, {"text", ColumnType::text}}), faults, no_environment);
    ASSERT_NE(rows->next(faults), nullptr);
    own.send_signal(0, SIGKILL);
    while (rows->next(faults)) {
    }
    ASSERT_EQ(faults.items().size(), 1u);
    EXPECT_EQ(faults.items()[0].code, "warehouse-incomplete");
    EXPECT_EQ(rows->next(faults), nullptr);
}

// Who reads no further does not wait for the rest.
TEST_F(WarehouseRowsServer, IsBrokenOffWhereNobodyReadsOn) {
    make_table(*servers, 0, "rows_left", 0, 100000);
    Diagnostics faults;
    const auto rows =
        open_warehouse_rows(table_of(*servers, "rows_left"), options_of(made_up_types), faults, no_environment);
    EXPECT_NE(rows->next(faults), nullptr);
    faults.throw_if_errors();
}

}  // namespace
}  // namespace cifra
