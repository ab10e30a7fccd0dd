#include "tests/support/warehouse_servers.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
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
    Servers servers;
};

Started& started() {
    static Started state;
    return state;
}

int run_script(const std::string& action, const std::string& folder) {
    const std::string command =
        fmt::format("'{}/tests/warehouse/servers.sh' {} '{}' {}", CIFRA_SOURCE_DIR, action, folder, getpid());
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string folder_of(const std::string& name) {
    return fmt::format("{}/cifra-servers-{}{}", std::filesystem::temp_directory_path().string(), getpid(), name);
}

// Whether they run.
bool start_servers(const std::string& folder, Servers& servers) {
    const int exit = run_script("start", folder);
    if (exit == packages_cannot_be_had) return false;
    EXPECT_EQ(exit, 0) << "tests/warehouse/servers.sh start";
    std::ifstream(folder + "/ports") >> servers.http_port[0] >> servers.http_port[1] >> servers.tcp_port[0] >>
        servers.tcp_port[1];
    return exit == 0;
}

void stop_servers(const std::string& folder) {
    EXPECT_EQ(run_script("stop", folder), 0);
    EXPECT_FALSE(std::filesystem::exists(folder));
}

class ServersEnvironment : public ::testing::Environment {
public:
    void TearDown() override {
        if (started().running) stop_servers(folder_of(""));
    }
};

// Registered before main begins to run tests; owned by GoogleTest.
const ::testing::Environment* const environment = ::testing::AddGlobalTestEnvironment(new ServersEnvironment);

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
    state.running = start_servers(folder_of(""), state.servers);
    return state.running ? &state.servers : nullptr;
}

OwnServers::OwnServers() : folder_(folder_of("-own")) { running_ = start_servers(folder_, servers_); }

OwnServers::~OwnServers() {
    if (running_) stop_servers(folder_);
}

void OwnServers::send_signal(int shard, int signal) const {
    pid_t process = 0;
    std::ifstream(fmt::format("{}/s{}/pid", folder_, shard + 1)) >> process;
    ASSERT_GT(process, 0);
    ASSERT_EQ(kill(process, signal), 0);
}

RowBinaryWriter& RowBinaryWriter::byte(unsigned value) {
    bytes_ += static_cast<char>(value);
    return *this;
}

RowBinaryWriter& RowBinaryWriter::whole(std::uint64_t value, int bytes) {
    for (int k = 0; k < bytes; ++k, value >>= 8U) byte(static_cast<unsigned>(value & 255U));
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
