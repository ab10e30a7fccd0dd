// Who is asked a question, in the fewest words; and whether an indicator is covered by what is asked.
//
// The universe of a question is the conjunction of its module's `ask_if` and its own, without the parts that follow
// from the rest, from the ranges and codes, or from when the questions it reads are asked (path.h). It is the
// "universe" of DDI, the skip instruction on paper, and the meaning of "not asked" in the microdata.
#pragma once

#include <string>
#include <vector>

#include "engine/satisfiability.h"
#include "questionnaires/instrument.h"
#include "questionnaires/proof/proof.h"

namespace cifra {

struct QuestionUniverse {
    std::size_t question = 0;
    Unit unit = Unit::household;
    Condition condition;  // not given: every household, person or incident is asked
};

// One for each question, in order. For an instrument without faults (check.h). Cost: a decision per part of a
// condition.
std::vector<QuestionUniverse> universes(const Instrument& instrument);

// "Only if “Did anyone show or use a weapon?” = Yes"; "" for everyone. Words are those of the printed form.
std::string universe_words(const QuestionUniverse& universe, const Instrument& instrument, const std::string& language);

// Whether an indicator can be told of everyone it is about: a household, person or incident of which `universe` is true
// has been asked what `numerator` (missing by nothing but a don't know or refused) reads, and at least one of its
// questions. An empty universe is everyone of the unit. `never`: covered; `possible`: the witness is one who is not.
struct Coverage {
    Decision uncovered = Decision::undecided;
    Witness witness;
    std::vector<std::string> unasked;  // names that were not asked of the witness
    bool covered() const { return uncovered == Decision::never; }
};
Coverage coverage(const Instrument& instrument, Unit unit, const Expr& numerator, const Expr& universe = {});

}  // namespace cifra
