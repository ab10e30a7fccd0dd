// Forms and interviews given to the engine of ODK Web Forms (engine/program/web), where it is installed.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/scratch_folder.h"

namespace cifra {

struct ClientRun {
    bool installed = true;
    int code = 0;        // 0: every step held
    std::string report;  // what did not
};

// Plays `cases` into `form` in the files form.xml, cases.json and out of `folder`.
inline ClientRun run_client(const std::string& form, const nlohmann::json& cases, const std::filesystem::path& folder) {
    const char* elsewhere = std::getenv("CIFRA_WEB_CLIENT");
    const std::string client = elsewhere ? elsewhere : CIFRA_SOURCE_DIR "/engine/program/web";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "form.xml") << form;
    std::ofstream(folder / "cases.json") << cases.dump();
    const std::string command =
        fmt::format("cd '{}' && node '{}/run_cases.mjs' form.xml cases.json > out 2>&1", folder.string(), client);
    const int status = std::system(command.c_str());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    const bool missing = code == 127 || code == 69;
    return {!missing, code, bytes_of(folder / "out")};
}

inline constexpr const char* no_client =
    "Node or the engine of ODK Web Forms is not installed: "
    "engine/program/web/install.sh";

}  // namespace cifra
