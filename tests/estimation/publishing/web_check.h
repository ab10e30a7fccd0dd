// The checks of engine/program/web, run where Node and their packages are installed.
#pragma once

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/support/scratch_folder.h"

namespace cifra {

struct WebCheck {
    bool installed = true;
    int code = 0;  // 0: all held
    std::string report;
};

// Runs `node SCRIPT ARGUMENTS` in `folder`.
inline WebCheck run_web_check(const std::string& script, const std::string& arguments,
                              const std::filesystem::path& folder) {
    const char* elsewhere = std::getenv("CIFRA_WEB_CLIENT");
    const std::string home = elsewhere ? elsewhere : CIFRA_SOURCE_DIR "/engine/program/web";
    const std::string command =
        fmt::format("cd '{}' && node '{}/{}' {} > out 2>&1", folder.string(), home, script, arguments);
    const int status = std::system(command.c_str());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return {code != 127 && code != 69, code, bytes_of(folder / "out")};
}

inline constexpr const char* no_web_check = "Node, Chromium or the packages of engine/program/web are not installed";

}  // namespace cifra
