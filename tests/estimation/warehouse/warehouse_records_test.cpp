// `cifra records` on a table of a real server: every file that it writes, byte for byte as from the CSV file that the
// server wrote of the table; and no file where the server fails.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/made_up_records.h"
#include "tests/support/warehouse_servers.h"

namespace cifra {
namespace {

class WarehouseRecords : public WithServers {
protected:
    void SetUp() override {
        WithServers::SetUp();
        if (IsSkipped()) return;
        folder_.emplace();
        folder_->write("crosswalk.yaml", made_up_crosswalk());
        servers->execute(0, "DROP TABLE IF EXISTS records");
        servers->execute(0,
                         "CREATE TABLE records (id UInt32, code String, date String, office String, violence String, "
                         "age Nullable(Int16)) ENGINE = MergeTree PARTITION BY tuple() ORDER BY code");
        std::string insert = "INSERT INTO records FORMAT TabSeparated\n";
        const std::vector<MadeUpRecord> records = made_up_records(50000);
        for (std::size_t k = 0; k < records.size(); ++k) {
            const MadeUpRecord& one = records[k];
            insert += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", k, one.code, one.date, one.office, one.violence,
                                  one.age.empty() ? "\\N" : one.age);
        }
        servers->execute(0, insert);
        folder_->write("records.csv",
                       servers->client(0, "records")
                           .query("SELECT id, code, date, office, violence, ifNull(toString(age), '') AS "
                                  "age FROM records ORDER BY id FORMAT CSVWithNames"));
    }

    // What it says stands in `printed`.
    int run(const std::string& records, const std::string& out, int threads = 2) const {
        folder_->write("study.yaml", "study: records\nrecords:\n  crosswalk: crosswalk.yaml\n" + records +
                                         "  code: code\n  date: date\n  institution: office\n  keep: [id, violence]\n"
                                         "  tags: {We: {field: violence, values: {\"1\": \"1\", \"2\": \"3\"}}}\n"
                                         "  counting: {moment: input, unit: offence, principal_offence: \"no\", "
                                         "multiple_offenders: one, serial_offences: each,\n"
                                         "             date_basis: event, attempts: included, coverage: all}\n");
        const std::string command =
            fmt::format("cd '{}' && '{}' records study.yaml --out {} --threads {} >printed 2>&1",
                        folder_->path().string(), CIFRA_BINARY, out, threads);
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string printed() const { return bytes_of(folder_->path() / "printed"); }
    std::string source(const std::string& table) const {
        return fmt::format("  source: \"clickhouse://127.0.0.1:{}/default/{}\"\n", servers->http_port[0], table);
    }
    std::filesystem::path out(const std::string& name) const { return folder_->path() / name / "records"; }

    std::optional<ScratchFolder> folder_;
};

TEST_F(WarehouseRecords, EveryFileIsThatOfTheExport) {
    ASSERT_EQ(run("  files: records.csv\n", "file"), 0) << printed();
    ASSERT_EQ(run(source("records") + "  order: id\n", "table"), 0) << printed();
    ASSERT_EQ(run(source("records") + "  order: id\n", "alone", 1), 0) << printed();
    EXPECT_NE(printed().find("50000 records"), std::string::npos) << printed();
    EXPECT_NE(printed().find("[undeclared-tag-value]"), std::string::npos) << printed();
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(out("file"))) {
        const std::string name = entry.path().filename().string(), bytes = bytes_of(entry.path());
        EXPECT_GT(bytes.size(), 20u) << name;
        EXPECT_TRUE(bytes == bytes_of(out("table") / name)) << name;
        EXPECT_TRUE(bytes == bytes_of(out("alone") / name)) << name;
        ++files;
    }
    EXPECT_EQ(files, 10u);
}

TEST_F(WarehouseRecords, FaultsStandAtTheAddress) {
    EXPECT_EQ(run(source("no_such_table"), "none"), 2);
    EXPECT_NE(printed().find("study.yaml:4:11: error: the server has no table"), std::string::npos) << printed();
    EXPECT_EQ(run("  files: records.csv\n" + source("records"), "none"), 2);
    EXPECT_NE(printed().find("study.yaml:5:11: error: 'files' and 'source'"), std::string::npos) << printed();
    EXPECT_EQ(run("  files: records.csv\n  order: id\n", "none"), 2);
    EXPECT_NE(printed().find("study.yaml:5:10: error: 'order' is of a table"), std::string::npos) << printed();
    EXPECT_EQ(run("  source: records.csv\n", "none"), 2);
    EXPECT_NE(printed().find("[warehouse-address]"), std::string::npos) << printed();
    EXPECT_FALSE(std::filesystem::exists(out("none")));
}

}  // namespace
}  // namespace cifra
