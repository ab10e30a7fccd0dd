// Results of R packages on the public frames, by the id of their case in frames/oracle.json.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "tests/support/shared_data.h"

namespace cifra::testing {

inline nlohmann::json published_case(const std::string& id) {
    std::ifstream file(shared_data("frames") / "oracle.json");
    const nlohmann::json all = nlohmann::json::parse(file);
    for (const auto& each : all["cases"])
        if (each["id"] == id) return each;
    throw std::invalid_argument("no case " + id);
}

}  // namespace cifra::testing
