// Which files are files of a statistical program, told by the ending of their name in any case.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace cifra {

enum class StatFormat : std::uint8_t {
    sav,       // SPSS .sav and .zsav
    por,       // SPSS portable .por
    dta,       // Stata .dta
    sas7bdat,  // SAS data set .sas7bdat
    xpt,       // SAS transport .xpt, versions 5 to 8
    dbf        // dBASE .dbf
};

std::optional<StatFormat> stat_format(const std::filesystem::path& file);

}  // namespace cifra
