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
    std::vector<std::size_t> informs;     // constraints of the kind inform that are false: to be said
    std::vector<Place> retracted;         // places whose answers fell off the path
};

class Interview {
public:
    // The date of the interview (YYYY-MM-DD) gives a period that ends with it its months.
    Interview(const Instrument& instrument, double selection_number, std::string date = {})
        : instrument_(&instrument), selection_number_(selection_number), date_(std::move(date)) {
        refresh();
    }

    // The first question on the path without an answer; nothing at the end.
    std::optional<Place> next() const;
    // Answers a question on the path, first or again. A refused reply leaves everything as it was.
    Reply answer(const Place& place, const std::string& text, bool confirmed = false);
    // The place answered before `place` on the path, or before the end; nothing at the beginning.
    std::optional<Place> back(std::optional<Place> place) const;
    bool finished() const { return !next(); }

    // What is known where the question of the place is asked, for what its texts say of earlier answers.
    Board known_at(const Place& place) const;

    const Answers& answers() const { return answers_; }
    const Walk& state() const { return state_; }

private:
    WalkOptions options() const;
    Walk walked(const Answers& answers) const;
    void refresh() { state_ = walked(answers_); }
    const Instrument* instrument_;
    double selection_number_;
    std::string date_;
    Answers answers_;
    Walk state_;
};

}  // namespace cifra
