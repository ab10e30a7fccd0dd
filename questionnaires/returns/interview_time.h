// The date-times of the devices on which interviews are held.
#pragma once

#include <optional>
#include <string_view>

namespace cifra {

// Minutes from `start` to `end`, both ISO 8601 as devices write them (2026-01-05T10:02:11.250-06:00, or with Z, or
// without a zone). Nothing where one is no date-time, or where only one has a zone.
std::optional<double> minutes_between(std::string_view start, std::string_view end);

}  // namespace cifra
