// The programs of engine/program/web, run where Node and their packages are installed (engine/program/web/install.sh):
// the engine of ODK Web Forms, and pages in a browser.
#pragma once

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/support/scratch_folder.h"

namespace cifra {

struct WebRun {
    bool installed = true;
    int code = 0;        // 0: all held
    std::string report;  // what did not, or what was seen
};

inline std::filesystem::path web_folder() {
    const char* elsewhere = std::getenv("CIFRA_WEB");
    return elsewhere ? elsewhere : CIFRA_SOURCE_DIR "/build/web";
}

// Runs `INTERPRETER PROGRAM ARGUMENTS` in `folder`, where its words are kept in the file out.
inline WebRun run_web(const std::string& program, const std::string& arguments, const std::filesystem::path& folder,
                      const std::string& interpreter = "node") {
    const std::string command = fmt::format("cd '{}' && PATH='{}':$PATH {} '{}' {} > out 2>&1", folder.string(),
                                            (web_folder() / "bin").string(), interpreter,
                                            (web_folder() / program).string(), arguments);
    if (!std::filesystem::exists(web_folder() / program)) return {false, 127, {}};
    const int status = std::system(command.c_str());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    const bool missing = code == 127 || code == 69;
    return {!missing, code, bytes_of(folder / "out")};
}

inline constexpr const char* no_web =
    "Node, Chromium or the packages of engine/program/web are not installed: engine/program/web/install.sh";

}  // namespace cifra
