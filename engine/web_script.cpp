#include "engine/web_script.h"

#include <cstdlib>
#include <vector>

namespace cifra {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> script_folders(const std::string& folder) {
    if (!folder.empty()) return {folder};
    if (const char* named = std::getenv("CIFRA_WEB")) return {named};
    std::error_code unreadable;
    const fs::path program = fs::read_symlink("/proc/self/exe", unreadable).parent_path();
    return {program / "../web", program / "../share/cifra/web"};
}

}  // namespace

std::optional<fs::path> find_web_script(const std::string& name, const std::string& folder) {
    std::error_code error;
    for (const fs::path& place : script_folders(folder))
        if (fs::is_regular_file(place / name, error)) return place / name;
    return std::nullopt;
}

}  // namespace cifra
