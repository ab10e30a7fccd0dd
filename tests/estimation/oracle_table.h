// Reference files of tests/oracle and of the public teaching data as tables.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "engine/csv.h"

namespace cifra {

inline std::string file_text(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    EXPECT_TRUE(stream) << file;
    return {std::istreambuf_iterator<char>(stream), {}};
}

// Lines that begin with '#' say where the numbers come from. The columns `numbers` are numbers whatever their digits.
inline Table oracle_table(const std::string& name, const std::vector<std::string>& numbers) {
    std::istringstream lines(file_text(std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle" / name));
    std::string text;
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with('#')) text += line + '\n';
    Diagnostics faults;
    CsvOptions options;
    for (const std::string& number : numbers) options.types[number] = ColumnType::number;
    Table table = parse_csv(text, name, options, faults);
    faults.throw_if_errors();
    return table;
}

inline Table table_from(const std::string& text, const std::string& name = "made.csv") {
    Diagnostics faults;
    CsvOptions options;
    for (const char* id : {"dwelling", "household", "stratum", "psu", "line"}) options.types[id] = ColumnType::text;
    Table table = parse_csv(text, name, options, faults);
    faults.throw_if_errors();
    return table;
}

// The folder of public data, or empty where the machine does not have it.
inline std::filesystem::path test_data() {
    const char* named = std::getenv("CIFRA_TEST_DATA");
    const std::filesystem::path folder =
        named ? std::filesystem::path(named) : std::filesystem::path(CIFRA_SOURCE_DIR) / "../shared/data";
    return std::filesystem::exists(folder) ? folder : std::filesystem::path();
}

}  // namespace cifra
