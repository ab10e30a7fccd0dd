// Real microdata for tests: $CIFRA_TEST_DATA, by default ../shared/data beside the checkout. Tests skip where it is
// absent.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace cifra::testing {

inline std::filesystem::path shared_data(const std::string& folder) {
    const char* given = std::getenv("CIFRA_TEST_DATA");
    return (given ? std::filesystem::path(given) : std::filesystem::path(CIFRA_SOURCE_DIR) / "../shared/data") / folder;
}

}  // namespace cifra::testing

#define CIFRA_NEEDS_DATA(folder)                                       \
    if (!std::filesystem::exists(cifra::testing::shared_data(folder))) \
    GTEST_SKIP() << "the microdata '" << folder << "' are not there: name their folder in CIFRA_TEST_DATA"
