#include "questionnaires/forms/form_preview.h"

#include <fmt/format.h>
#include <fstream>
#include <sstream>

#include "engine/markup.h"
#include "engine/web_script.h"
#include "questionnaires/forms/form_xform.h"

namespace cifra {
std::string form_preview(const ClientForm& form, const std::string& script) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"/>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{}</title></head>\n"
        "<body><div id=\"app\"></div>\n<script type=\"application/xml\" id=\"form\">{}</script>\n"
        "<script type=\"module\">{}</script>\n</body>\n</html>\n",
        form.languages.front(), escape_markup(form.title), form_xform(form), script);
}

std::string preview_script() {
    if (const auto path = find_web_script("preview.js")) {
        std::ifstream file(*path, std::ios::binary);
        std::ostringstream script;
        script << file.rdbuf();
        return script.str();
    }
    fail_input({"preview.js", 0, 0}, "no-preview-script", "the script that runs the form on a page is not installed",
               "engine/program/web/install.sh makes it; CIFRA_WEB names another folder that holds it");
}

}  // namespace cifra
