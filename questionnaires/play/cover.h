// A small set of interviews that takes every turn of the route that could be found (turns.h): tests of the instrument
// made from itself. Feeney and Feeney (2019) argue from the paths of a questionnaire to who should have answered each
// question; here each case says which questions it must be asked and which it must not.
//
// The search is directed random: interviews of random interesting answers (every code, the kinds of missing, the ends
// of ranges, and the constants of conditions with their neighbours), then small changes of those that came close to a
// turn not taken yet. It is a function of the instrument and the seed. A turn that was not taken may be infeasible.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "questionnaires/play/turns.h"

namespace cifra {

struct CoverOptions {
    std::uint64_t seed = 1;
    std::size_t tries = 2000;         // random interviews
    std::size_t tries_per_turn = 60;  // changed ones for each turn that is not taken
};

struct CoverCase {
    Answers answers;
    Walk walk;
};

struct Cover {
    std::vector<CoverCase> cases;     // none can be left out
    std::set<Turn> taken, not_taken;  // not_taken: possible by the form of the instrument
};

// Interviews with the selection number 0.5.
Cover cover_turns(const Instrument& instrument, const CoverOptions& options = {});

// The answers that `cover_turns` tries of a question.
std::vector<std::string> interesting_answers(const Instrument& instrument, std::size_t question);

// The cases as a YAML document in the form of an instrument's `tests`, with the turns not taken in comments.
std::string cover_yaml(const Instrument& instrument, const Cover& cover);

}  // namespace cifra
