// Part of `route`: the values of computed questions.
#pragma once

#include <vector>

#include "questionnaires/route.h"

namespace cifra {

struct Computed {
    Value value;
    bool unsure = false;  // reads an answer that should be there and is not
};

// The value of a computed question on the board `now`. Names of the loop are read from the board after each of its
// lines or forms, the others from `now`. Complexity: linear in the boards.
Computed compute(const Computation& computation, const Board& now, const std::vector<const Board*>& records);

}  // namespace cifra
