// The slow twin of the search for turns: goes through every combination of answers of a small instrument and follows
// the route with the slow walk.
#pragma once

#include <set>

#include "questionnaires/play/turns.h"

namespace cifra {

// The turns of all interviews with the selection number 0.5. Every code and every number of a range is an answer.
std::set<Turn> turns_of_every_route(const Instrument& instrument);

}  // namespace cifra
