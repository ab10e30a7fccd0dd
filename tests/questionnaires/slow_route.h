// The route written again, slowly and obviously: for every question on its own, the names it may read are collected
// afresh from the answers that are on the path, and its conditions are evaluated against them.
#pragma once

#include <vector>

#include "questionnaires/route.h"

namespace cifra {

// The places on the path when every question on it is answered validly.
std::vector<Place> slow_route(const Instrument& instrument, const Answers& answers, double selection_number);

}  // namespace cifra
