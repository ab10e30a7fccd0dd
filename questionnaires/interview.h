// One interview as a state machine: next, answer, back, finish. A changed answer retracts every answer that it takes
// off the path.
#pragma once

#include "questionnaires/route.h"

namespace cifra {

struct Reply {
    bool accepted = false;
    std::string broken;                   // rule of parse_answer when the text is not valid
    std::vector<std::size_t> refused_by;  // hard constraints that are false; indices into the question's constraints
    std::vector<std::size_t> doubted_by;  // soft constraints that are false; accepted all the same when `confirmed`
    std::vector<Place> retracted;         // places whose answers fell off the path
};

class Interview {
public:
    Interview(const Instrument& instrument, double selection_number)
        : instrument_(&instrument), selection_number_(selection_number) {
        refresh();
    }

    // The first question on the path without an answer; nothing at the end.
    std::optional<Place> next() const;
    // Answers a question on the path, first or again. A refused reply leaves everything as it was.
    Reply answer(const Place& place, const std::string& text, bool confirmed = false);
    // The place answered before `place` on the path, or before the end; nothing at the beginning.
    std::optional<Place> back(std::optional<Place> place) const;
    bool finished() const { return !next(); }

    const Answers& answers() const { return answers_; }
    const Walk& state() const { return state_; }

private:
    void refresh();
    const Instrument* instrument_;
    double selection_number_;
    Answers answers_;
    Walk state_;
};

}  // namespace cifra
