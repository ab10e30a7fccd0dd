#include "tests/engine/warehouse/servers.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace cifra {

namespace {

constexpr int packages_cannot_be_had = 77;

struct Started {
    bool tried = false;
    bool running = false;
    std::string folder;
    Servers servers;
};

Started& started() {
    static Started state;
    return state;
}

int run_script(const std::string& action) {
    const std::string command =
        fmt::format("'{}/tests/warehouse/servers.sh' {} '{}'", CIFRA_SOURCE_DIR, action, started().folder);
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class ServersEnvironment : public testing::Environment {
public:
    void TearDown() override {
        if (!started().running) return;
        EXPECT_EQ(run_script("stop"), 0);
        EXPECT_FALSE(std::filesystem::exists(started().folder));
    }
};

// Registered before main begins to run tests; owned by GoogleTest.
const testing::Environment* const environment = testing::AddGlobalTestEnvironment(new ServersEnvironment);

}  // namespace

WarehouseClient Servers::client(int shard, const std::string& table, bool read_only) const {
    WarehouseOptions options;
    options.read_only = read_only;
    return {{false, "", "127.0.0.1", http_port[shard], "default", table}, {}, {"test", 1, 1}, options};
}

void Servers::execute(int shard, const std::string& statement) const { client(shard, "", false).query(statement); }

void Servers::execute(const std::string& statement) const {
    execute(0, statement);
    execute(1, statement);
}

const Servers* test_servers() {
    Started& state = started();
    if (state.tried) return state.running ? &state.servers : nullptr;
    state.tried = true;
    state.folder = fmt::format("{}/cifra-servers-{}", std::filesystem::temp_directory_path().string(), getpid());
    const int exit = run_script("start");
    if (exit == packages_cannot_be_had) return nullptr;
    EXPECT_EQ(exit, 0) << "tests/warehouse/servers.sh start";
    state.running = exit == 0;
    std::ifstream(state.folder + "/ports") >> state.servers.http_port[0] >> state.servers.http_port[1] >>
        state.servers.tcp_port[0] >> state.servers.tcp_port[1];
    return state.running ? &state.servers : nullptr;
}

RowBinaryWriter& RowBinaryWriter::byte(unsigned value) {
    bytes_ += static_cast<char>(value);
    return *this;
}

RowBinaryWriter& RowBinaryWriter::number(double value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
}

RowBinaryWriter& RowBinaryWriter::text(const std::string& value) {
    std::size_t length = value.size();
    for (; length >= 128; length >>= 7) byte(static_cast<unsigned>(length & 127U) | 128U);
    byte(static_cast<unsigned>(length));
    bytes_ += value;
    return *this;
}

}  // namespace cifra
