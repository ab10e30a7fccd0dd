// Serial numbers of SPSS, Stata and SAS as dates.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/statfile/stat_dictionary.h"
#include "engine/statfile/stat_format.h"

namespace cifra {

// What a display format ("DATE11", "%td", "YYMMDD10") says of the numbers of its variable. Formats of a time of day, of
// a duration, and Stata's weeks, months, quarters and years (%tw %tm %tq %th %ty) are numbers like others: none.
StatDate date_of_format(StatFormat file, std::string_view format);

// "2021-03-31", or "2021-03-31T10:20:30" with as many of the milliseconds as there are. Nothing for a moment outside
// the years 1 to 9999.
std::optional<std::string> date_text(double serial, const StatDate& date);

}  // namespace cifra
