// The crimes of a made-up country, and what a plan declares by crime.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra {

inline constexpr std::size_t crime_count = 12;
inline constexpr std::size_t household_crime_count = 4;  // the first ones

// Ids of the crimes, household crimes first, in the order of every array by crime.
const std::array<std::string_view, crime_count>& crime_ids();

using ByCrime = std::array<double, crime_count>;

// A probability, for all crimes or as a map by crime; `fallback` of a key left out and of a crime that the map leaves
// out. Faults: out-of-range, unknown-key.
ByCrime probability_by_crime(Fields& fields, const char* key, double fallback, Diagnostics& faults);

}  // namespace cifra
