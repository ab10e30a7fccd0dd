// The same design and table file carried out in memory and in one pass over pieces of the file.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra::testing {

struct TwoWays {
    std::filesystem::path folder;  // of the data
    std::string design, tables;    // YAML
};

// What one way came to.
struct Outcome {
    bool passed = false;  // made by a pass
    std::string why;      // where it was not
    std::string refusal;
    std::vector<std::string> faults;  // "file:line: code: message", in order
    Table estimates;
    std::string csv;  // of the estimates, digits17
};

Outcome in_memory(const TwoWays& ways);
Outcome in_a_pass(const TwoWays& ways, std::size_t piece_bytes = 512, int threads = 1);

// What differs between two tables of estimates, at most five cells; "" if nothing. Numbers are equal within
// `tolerance`, or within 1e-12 absolutely: sums of another order differ by rounding, and so does what is left of a
// difference of sums. Where both standard errors are such rounding, only the estimates are compared.
std::string difference(const Table& a, const Table& b, double tolerance);

// Both ways give estimates, the same within `tolerance`, and the second is a pass.
void expect_same_estimates(const TwoWays& ways, double tolerance = 1e-10, std::size_t piece_bytes = 512);

// Both ways give these faults and no estimates.
void expect_same_faults(const TwoWays& ways, std::size_t piece_bytes = 512);

}  // namespace cifra::testing
