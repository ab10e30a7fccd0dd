#include "questionnaires/forms/form_preview.h"

#include <fmt/format.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/markup.h"
#include "questionnaires/forms/form_xform.h"

namespace cifra {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> script_folders() {
    if (const char* named = std::getenv("CIFRA_WEB")) return {named};
    std::error_code unreadable;
    const fs::path program = fs::read_symlink("/proc/self/exe", unreadable).parent_path();
    return {program / "../web", program / "../share/cifra/web"};
}

}  // namespace

std::string form_preview(const ClientForm& form, const std::string& script) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"/>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{}</title></head>\n"
        "<body><div id=\"app\"></div>\n<script type=\"application/xml\" id=\"form\">{}</script>\n"
        "<script type=\"module\">{}</script>\n</body>\n</html>\n",
        form.languages.front(), escape_markup(form.title), form_xform(form), script);
}

std::string preview_script() {
    for (const fs::path& folder : script_folders()) {
        std::ifstream file(folder / "preview.js", std::ios::binary);
        if (!file) continue;
        std::ostringstream script;
        script << file.rdbuf();
        return script.str();
    }
    fail_input({"preview.js", 0, 0}, "no-preview-script", "the script that runs the form on a page is not installed",
               "engine/program/web/install.sh build/web makes it; CIFRA_WEB names another folder that holds it");
}

}  // namespace cifra
