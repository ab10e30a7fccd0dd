// Turns of the route: a question, the one it was reached from and the one asked after it. A set of cases that takes
// every feasible turn satisfies the criterion of edge pairs (Ammann and Offutt 2008, Introduction to Software Testing,
// section 2.2.1), so that no two branches that follow each other are tested only apart.
//
// Questions stand for themselves in every roster line and incident form: a turn from the last question of a form to
// the first of the next is a turn too. The beginning and the end of the interview are the question `outside`.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <set>

#include "questionnaires/route.h"

namespace cifra {

inline constexpr std::uint32_t outside = std::numeric_limits<std::uint32_t>::max();

struct Turn {
    std::uint32_t from = outside, by = outside, to = outside;
    auto operator<=>(const Turn&) const = default;
};

// The turns that the interview takes; none where no question was asked.
std::set<Turn> turns_of(const Walk& walk);

// The turns that the form of the instrument allows: no question between two that are asked one after the other is one
// that is always asked, or that the second needs: a condition `x = "1"` needs x to be asked. Questions of one run of a
// module with the same condition are asked or skipped together. Every feasible turn is among them; what conditions
// exclude beyond this is not seen. O(q^3) for q questions in a row that may be skipped.
std::set<Turn> possible_turns(const Instrument& instrument);

// "start > tenure > age", by the names of the questions.
std::string turn_name(const Instrument& instrument, const Turn& turn);

}  // namespace cifra
