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

// Where install.sh has put the packages.
inline std::filesystem::path web_folder() {
    if (const char* elsewhere = std::getenv("CIFRA_WEB_CLIENT")) return elsewhere;
    const std::filesystem::path built = CIFRA_SOURCE_DIR "/build/web";
    return std::filesystem::exists(built / "node_modules") ? built : CIFRA_SOURCE_DIR "/engine/program/web";
}

// Runs a program of that folder on files of `folder`, where its words are kept in the file out.
inline ClientRun run_web(const std::string& program, const std::string& files, const std::filesystem::path& folder) {
    const std::string command =
        fmt::format("cd '{}' && node '{}' {} > out 2>&1", folder.string(), (web_folder() / program).string(), files);
    const int status = std::system(command.c_str());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    const bool missing = code == 127 || code == 69;
    return {!missing, code, bytes_of(folder / "out")};
}

// Plays `cases` into `form` in the files form.xml, cases.json and out of `folder`.
inline ClientRun run_client(const std::string& form, const nlohmann::json& cases, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "form.xml") << form;
    std::ofstream(folder / "cases.json") << cases.dump();
    return run_web("run_cases.mjs", "form.xml cases.json", folder);
}

inline constexpr const char* no_client =
    "Node or the engine of ODK Web Forms is not installed: "
    "engine/program/web/install.sh build/web";

}  // namespace cifra
