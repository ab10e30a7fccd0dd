// 32-bit random numbers in bulk: the words of the generator of engine/random.h, for uses that need millions of them.
#pragma once

#include <cstdint>
#include <span>

#include "engine/random.h"

namespace cifra {

// Fills `words`: word i is the (i mod 4)-th of Philox4x32-10 at counter index i / 4. A number in 0 .. n - 1 is
// (word * n) >> 32, with a bias below n / 2^32. A draw serves either this or uniform(), never both.
void random_words(const Draw& draw, std::span<std::uint32_t> words);

}  // namespace cifra
