// Two ClickHouse servers for the tests of one process: started by the first test that asks, stopped when all have run.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "engine/warehouse/http_client.h"
#include "engine/warehouse/sql.h"

namespace cifra {

struct Servers {
    int http_port[2] = {0, 0}, tcp_port[2] = {0, 0};
    WarehouseClient client(int shard, const std::string& table, bool read_only = true) const;
    // Carries out a statement that writes, on one shard or on both.
    void execute(int shard, const std::string& statement) const;
    void execute(const std::string& statement) const;
};

// nullptr, and a word why on standard error, where Debian's packages cannot be had; a failed test where the servers do
// not start.
const Servers* test_servers();

// Servers of one test alone, which it may halt and kill. Stopped when it goes.
class OwnServers {
public:
    OwnServers();
    ~OwnServers();
    OwnServers(const OwnServers&) = delete;
    OwnServers& operator=(const OwnServers&) = delete;
    const Servers* servers() const { return running_ ? &servers_ : nullptr; }
    void send_signal(int shard, int signal) const;

private:
    std::string folder_;
    Servers servers_;
    bool running_ = false;
};

// Tests that are skipped, with a word why, where there are no servers.
class WithServers : public ::testing::Test {
protected:
    void SetUp() override {
        servers = test_servers();
        if (!servers) GTEST_SKIP() << "the package clickhouse-server cannot be had here: nothing was tested";
    }
    const Servers* servers = nullptr;
};

// A row of RowBinary: cells one after another.
class RowBinaryWriter {
public:
    RowBinaryWriter& byte(unsigned value);
    RowBinaryWriter& whole(std::uint64_t value, int bytes);  // UInt8 .. UInt64
    RowBinaryWriter& number(double value);
    RowBinaryWriter& text(const std::string& value);
    const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

}  // namespace cifra
