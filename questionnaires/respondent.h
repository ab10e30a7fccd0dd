// A random valid respondent, for rehearsal of fieldwork and for tests.
//
// Every answer is drawn from its own random number (engine/random.h, Purpose::interview, keyed by household, question
// and record), so that adding a question or a household disturbs no other answer. *Facts* fix answers: for each
// question asked, the fact of that name if there is one and it is valid there, else a random valid answer that breaks
// no constraint.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "questionnaires/route.h"

namespace cifra {

struct RespondentOptions {
    std::uint64_t seed = 1;
    std::string household;  // stable id
    double selection_number = 0.5;
    bool person_responds = true;          // false: no person answers, the household has
    std::set<std::uint32_t> silent = {};  // roster lines of persons who refuse, where others do not
    std::string interview_date = {};      // YYYY-MM-DD, for a period that ends with the interview
    double missing_share = 0.03;          // probability of each of don't know and refused, where they are offered
};

// What is true of this household: the answer at a place, or nothing. For persons and incidents `selected` is the roster
// line of the person interviewed.
using Facts =
    std::function<std::optional<std::string>(const Place& place, const Question& question, std::uint32_t selected)>;

struct Respondent {
    Answers answers;
    Walk walk;
    std::vector<Place> rejected;  // places where the fact was not a valid answer and a random one was given
};

// Throws Refusal when a question has no valid answer that satisfies its constraints in 1,000 tries.
Respondent respond(const Instrument& instrument, const RespondentOptions& options, const Facts& facts = {});

}  // namespace cifra
