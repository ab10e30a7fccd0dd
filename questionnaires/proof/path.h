// All interviews of an instrument at once: one household, one line of its roster (the person interviewed, where there
// is one) and one incident form, as facts about the names of the instrument for engine/satisfiability.h.
//
// Facts are what route.h does, said of values:
//   a question has a value or is missing as don't know or refused where the module's and its own `ask_if` are true;
//   it is not_asked, and nothing else, where they are not;
//   no hard constraint is false; months lie in the reference period;
//   `line` <= `persons` = the answer to the roster's count, within the cap; an interviewed person is eligible;
//   an incident's `crime` was said to have happened, `times` is its count, `ordinal` <= `times`.
//   an aggregate lies within what its loop allows (aggregate_facts.h).
// Left out, so that more is possible here than in the field: the answers of the other lines and of the other forms.
// What is never possible here is never possible there. What is possible here is possible there unless it depends on
// them: on an aggregate, on what follows from one, or on `eligible` where that condition reads more than a line's own
// answers. `depends_on_others` tells these names.
//
// Loops need no proof that they end: the roster has at most `max` lines, a crime at most `max` forms, and every other
// question is passed once (check.h: loop-without-cap, later-reference).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/satisfiability.h"
#include "questionnaires/instrument.h"

namespace cifra {

// Where a condition is read: the reader's unit and the question before which it is read.
struct Spot {
    Unit unit = Unit::household;
    std::size_t position = 0;
};

struct PathFact {
    Proposition formula;
    Location where;     // of the condition it comes from
    std::string words;  // "the ask_if of 'weapon'"
    std::vector<std::string> reads;
};

class InterviewPath {
public:
    explicit InterviewPath(const Instrument& instrument);

    // The facts that bear on these names at this place: those of the names, of the names that these depend on, of
    // earlier questions whose constraints read them, and of the unit. `but` is a question whose constraints are left
    // out. The other facts can be had whatever these names are, so that deciding with these decides with all.
    std::vector<PathFact> facts(const std::vector<std::string>& names, const Spot& spot,
                                std::optional<std::size_t> but = std::nullopt);

    Proposition asked(std::size_t question);      // its module's and its own condition
    Proposition not_asked(std::size_t question);  // the value is missing for that reason
    Proposition holds(const Expr& condition) { return solver_.holds(condition); }
    // The conditions that `asked` reads.
    std::vector<const Condition*> conditions(std::size_t question) const;
    // Whether the value follows from other lines of the roster or other incident forms.
    bool depends_on_others(const std::string& name) const;
    Satisfiability& solver() { return solver_; }
    const Instrument& instrument() const { return instrument_; }
    // The question that a name, or the name of one of its answers, belongs to.
    std::optional<std::size_t> question_of(const std::string& name) const;

private:
    friend class FactCollector;
    void declare_question(const Question& question);
    void declare_given();
    Expr parsed(const std::string& text) const;
    PathFact computed_fact(std::size_t q);
    void add_aggregate_facts(std::size_t q);
    bool reads_others(const Condition& condition) const;
    void find_dependent(std::size_t q);
    void add_question_facts(std::size_t question);
    void add_roster_facts();
    void add_incident_facts();
    PathFact fact(Proposition formula, const Location& where, std::string words, std::vector<std::string> reads) const;

    const Instrument& instrument_;
    Satisfiability solver_;
    Schema schema_;
    std::vector<std::vector<PathFact>> routing_, constraints_;  // by question
    std::vector<std::set<std::size_t>> constrained_with_;       // questions whose constraints read this one
    std::vector<PathFact> persons_, line_, person_, incident_;
    std::vector<std::vector<PathFact>> own_line_;  // by question: what the line of the person says of an aggregate
    std::set<std::string> dependent_;              // on other lines and forms: names of questions, `eligible`
};

}  // namespace cifra
