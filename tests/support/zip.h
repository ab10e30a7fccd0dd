// The files of a zip archive that is small and well made: what a test wants to see of a workbook.
#pragma once

#include <map>
#include <string>

namespace cifra {

// Name to content. Throws std::runtime_error where the archive is no such.
std::map<std::string, std::string> unzip(const std::string& archive);

}  // namespace cifra
