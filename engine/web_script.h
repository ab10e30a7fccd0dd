// The scripts that pages hold in themselves: bundles of packages of others, which engine/program/web/install.sh makes
// and no source tree holds.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace cifra {

// The file `name` ("charts.js") in `folder` where that is given; else of the folder that the variable CIFRA_WEB names;
// else of `../web` (a build) or `../share/cifra/web` (an installation) from the program's own folder. Nothing where it
// is in none of them.
std::optional<std::filesystem::path> find_web_script(const std::string& name, const std::string& folder = {});

}  // namespace cifra
