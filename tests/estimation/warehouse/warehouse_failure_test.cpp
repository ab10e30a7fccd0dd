// Whatever becomes of the servers, `cifra estimate` writes whole results or none: earlier ones stay byte for byte.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "engine/warehouse/answer.h"
#include "tests/estimation/warehouse/made_up_table.h"

namespace cifra {
namespace {

using namespace std::chrono_literals;

std::string content(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

class WarehouseFailure : public ::testing::Test {
protected:
    void SetUp() override {
        if (!pair_.servers()) GTEST_SKIP() << "the package clickhouse-server cannot be had here: nothing was tested";
        std::filesystem::create_directories(folder_);
        testing::write_made_up_survey(folder_);
        testing::load_made_up_survey(*pair_.servers());
        write_design("made_up_all", "");
        std::ofstream(folder_ / "tables.yaml") << "indicators: {age: {statistic: mean, of: persons, value: age}}\n"
                                               << "tables: [{id: t, indicators: [age], by: [region]}]\n";
        ASSERT_EQ(run(), 0) << content(folder_ / "error");
        before_ = content(folder_ / "out/estimates.csv");
        ASSERT_FALSE(before_.empty());
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write_design(const std::string& table, const std::string& more) const {
        std::ofstream(folder_ / "design.yaml")
            << fmt::format("data: {{persons: {{source: 'clickhouse://127.0.0.1:{}/default/{}', weight: w}}}}\n",
                           pair_.servers()->http_port[0], table)
            << "design: {strata: strat, psu: upm}\n"
            << more;
    }

    // Those that began, this one too.
    double queries_of_second_shard() const {
        const std::vector<SqlOutput> outputs = {{"queries", "toFloat64(value)"}};
        const WarehouseClient client = pair_.servers()->client(1, "");
        const std::string query = framed_query(outputs, "FROM system.events WHERE event = 'SelectQuery'", {});
        return read_answer(client.query(query), outputs, client).column(0).number(0);
    }

    // The exit code; what it says stands in `error`.
    int run(const std::string& environment = "") const {
        const std::string command = fmt::format(
            "cd '{}' && {} '{}' estimate --design design.yaml --tables tables.yaml --out out >output 2>error",
            folder_.string(), environment, CIFRA_BINARY);
        const int status = std::system(command.c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    void expect_refused(const std::string& code, const std::string& environment = "") const {
        EXPECT_EQ(run(environment), 2);
        const std::string error = content(folder_ / "error");
        EXPECT_NE(error.find("design.yaml:1:"), std::string::npos) << error;
        EXPECT_NE(error.find("[" + code + "]"), std::string::npos) << error;
        EXPECT_EQ(content(folder_ / "out/estimates.csv"), before_);
        std::size_t files = 0;
        for (const auto& file : std::filesystem::directory_iterator(folder_ / "out")) files += file.exists() ? 1 : 0;
        EXPECT_EQ(files, 3U) << "estimates, their codebook, the receipt";
    }

    OwnServers pair_;
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / fmt::format("cifra-warehouse-failure-{}", getpid());
    std::string before_;
};

TEST_F(WarehouseFailure, AShardThatIsDead) {
    pair_.send_signal(1, SIGKILL);
    expect_refused("warehouse-exception");
}

TEST_F(WarehouseFailure, AShardThatDiesDuringAQuery) {
    pair_.send_signal(1, SIGSTOP);
    std::jthread end([&] {
        std::this_thread::sleep_for(700ms);
        pair_.send_signal(1, SIGKILL);
    });
    expect_refused("warehouse-exception");
}

TEST_F(WarehouseFailure, AShardThatDoesNotAnswerInTime) {
    pair_.send_signal(1, SIGSTOP);
    expect_refused("warehouse-timeout", "CIFRA_CLICKHOUSE_TIMEOUT=1");
    pair_.send_signal(1, SIGCONT);
    EXPECT_EQ(run(), 0) << content(folder_ / "error");
}

// Newton's method asks for sums more than three times here, each time for 0.15 seconds, after the two queries of the
// controls.
TEST_F(WarehouseFailure, AShardThatDiesBetweenTwoStepsOfACalibration) {
    pair_.servers()->execute("CREATE VIEW slow AS SELECT * FROM made_up WHERE sleep(0.15) = 0");
    pair_.servers()->execute("CREATE TABLE slow_all AS made_up ENGINE = Distributed(two, default, slow)");
    write_design("slow_all", "calibration: {method: raking, controls: {1: 250000, age: 13000000}}\n");
    const double before = queries_of_second_shard();
    std::jthread end([&](const std::stop_token& finished) {
        for (double polls = 1; queries_of_second_shard() - before - polls < 4; ++polls) {
            if (finished.stop_requested()) return;
            std::this_thread::sleep_for(10ms);
        }
        pair_.send_signal(1, SIGKILL);
    });
    expect_refused("warehouse-exception");
}

TEST_F(WarehouseFailure, TheServerThatIsAskedDiesDuringAQuery) {
    pair_.send_signal(0, SIGSTOP);
    std::jthread end([&] {
        std::this_thread::sleep_for(700ms);
        pair_.send_signal(0, SIGKILL);
    });
    expect_refused("warehouse-unreachable");
}

}  // namespace
}  // namespace cifra
