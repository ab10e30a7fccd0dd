#include "engine/statfile/stat_format.h"

#include <algorithm>
#include <map>
#include <string>

namespace cifra {

std::optional<StatFormat> stat_format(const std::filesystem::path& file) {
    static const std::map<std::string, StatFormat> endings = {
        {".sav", StatFormat::sav}, {".zsav", StatFormat::sav},          {".por", StatFormat::por},
        {".dta", StatFormat::dta}, {".sas7bdat", StatFormat::sas7bdat}, {".xpt", StatFormat::xpt},
        {".dbf", StatFormat::dbf}};
    std::string ending = file.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const auto found = endings.find(ending);
    if (found == endings.end()) return std::nullopt;
    return found->second;
}

}  // namespace cifra
