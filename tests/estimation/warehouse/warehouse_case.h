// The made-up survey as a file and on two servers, and estimates made of both.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "tests/support/warehouse_servers.h"

namespace cifra::testing {

class WarehouseCase : public WithServers {
protected:
    void SetUp() override;
    void TearDown() override;

    // `data:` of the level as a file, or as a table of the servers; `more`: other keys of the level.
    static std::string of_file(const std::string& more, const std::string& weight = "w");
    std::string of_server(const std::string& more, const std::string& table = "made_up_all",
                          const std::string& weight = "w") const;

    // Of the servers, and the first of the file.
    Diagnostics faults_of(const std::string& design, const std::string& table_file) const;
    Diagnostic fault_of_file(const std::string& design, const std::string& table_file) const;

    // A file of results from the servers; empty after a fault.
    Table estimate(const std::string& design, const std::string& table_file, Diagnostics& faults,
                   const std::string& file = "estimates.csv") const;

    // Estimates from the servers are those from the file, each number to `tolerance`, relative.
    void expect_same(const std::string& more, const std::string& design, const std::string& table_file,
                     double tolerance = 1e-11) const;
    static void compare(const std::string& name, const Column& here, const Column& there, const Table& table,
                        double tolerance);

    std::filesystem::path folder_;
};

}  // namespace cifra::testing
