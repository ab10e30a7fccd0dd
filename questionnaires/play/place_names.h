// Places of an interview as words: `tenure`, `age[2]` (roster line), `month[robbery.1]` (crime and ordinal),
// `month[2.robbery.1]` (line, crime and ordinal, where every person of the roster is interviewed).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "questionnaires/route.h"

namespace cifra {

std::string place_name(const Instrument& instrument, const Place& place);

// The place of that name whether or not it is on a path; nothing where no question or crime has the name, or where
// what stands in brackets does not suit the question's unit.
std::optional<Place> find_place(const Instrument& instrument, std::string_view name);

// The form of an incident: `robbery.1`, `2.robbery.1`.
std::optional<IncidentKey> find_incident(const Instrument& instrument, std::string_view name);

}  // namespace cifra
