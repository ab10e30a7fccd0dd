#include "questionnaires/form_pdf.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "engine/diagnostics.h"

namespace cifra {
namespace {

namespace fs = std::filesystem;

// A folder that goes with its owner.
class Scratch {
public:
    Scratch() {
        std::string wanted = (fs::temp_directory_path() / "cifra-print-XXXXXX").string();
        if (!mkdtemp(wanted.data())) throw Refusal("no temporary folder can be made");
        path = wanted;
    }
    ~Scratch() {
        std::error_code kept;
        fs::remove_all(path, kept);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    fs::path path;
};

// The exit status, or nothing where there is no such program.
std::optional<int> run_silently(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return std::nullopt;
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::vector<std::string> programs() {
    if (const char* named = std::getenv("CIFRA_CHROMIUM")) return {named};
    return {"chromium", "chromium-browser", "google-chrome"};
}

void print(const fs::path& folder) {
    std::vector<std::string> command = {"",
                                        "--headless",
                                        "--disable-gpu",
                                        "--no-first-run",
                                        "--no-pdf-header-footer",
                                        "--user-data-dir=" + (folder / "profile").string(),
                                        "--print-to-pdf=" + (folder / "page.pdf").string()};
    if (geteuid() == 0) command.emplace_back("--no-sandbox");  // which Chromium has not for the superuser
    command.push_back("file://" + (folder / "page.html").string());
    for (const std::string& program : programs()) {
        command.front() = program;
        const auto status = run_silently(command);
        if (!status) continue;
        if (*status != 0 || !fs::exists(folder / "page.pdf")) throw Refusal("'" + program + "' printed no PDF");
        return;
    }
    fail_input({programs().front(), 0, 0}, "no-chromium", "the PDF is printed by Chromium, which is not found",
               "install chromium, name it by CIFRA_CHROMIUM, or print the page of --format html from a browser");
}

// "(D:20260131120000+00'00')" as it would be at the beginning of 2000.
void forget_date(std::string& pdf, const std::string& key) {
    static const std::string then = "20000101000000";
    const std::string before = key + " (D:";
    if (const std::size_t at = pdf.find(before); at != std::string::npos)
        pdf.replace(at + before.size(), then.size(), then);
}

}  // namespace

std::string page_as_pdf(const std::string& page) {
    const Scratch scratch;
    std::ofstream(scratch.path / "page.html", std::ios::binary) << page;
    print(scratch.path);
    std::ostringstream bytes;
    bytes << std::ifstream(scratch.path / "page.pdf", std::ios::binary).rdbuf();
    std::string pdf = bytes.str();
    forget_date(pdf, "/CreationDate");
    forget_date(pdf, "/ModDate");
    return pdf;
}

}  // namespace cifra
