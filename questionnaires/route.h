// What is on the path of an interview, given the answers. Pure functions of the instrument and the answers.
//
// The walk visits every question in the order of the file: a roster question once per line, an incident question once
// per incident that the screeners announce. Computed questions are not visited; they are set as they are passed. A
// question is *on* the path when its module's and its own `ask_if` are true (missing counts as false). Only answers
// that are on the path are seen by later conditions; a question that was not asked is missing of the kind not_asked.
// When an answer that a condition reads is itself absent although it should be there, or is invalid, relevance is
// *undecided*: such a question is neither demanded nor refused.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "questionnaires/answer.h"
#include "questionnaires/instrument.h"

namespace cifra {

// A question of one household: of a roster line (1, 2, ...), or of the `ordinal`-th incident (1, 2, ...) of a crime.
// Where all eligible persons are interviewed, the questions of a person and of an incident have the person's line too.
struct Place {
    std::uint32_t question = 0, line = 0, crime = 0, ordinal = 0;
    auto operator<=>(const Place&) const = default;
};
using Answers = std::map<Place, std::string>;

struct IncidentKey {
    std::uint32_t line = 0, crime = 0, ordinal = 0;  // line: as in Place
    auto operator<=>(const IncidentKey&) const = default;
};

// The values known at a moment of the walk, by index into Instrument::names; `unsure` marks values that should be
// there.
struct Board {
    const Instrument* instrument = nullptr;
    std::vector<Value> values;
    std::vector<std::uint8_t> unsure;
    Value lookup(std::string_view name) const;
    bool reads_unsure(const Expr& expression) const;
    // The constraints of a question that are false when its answer has this value; indices into its constraints.
    std::vector<std::size_t> broken_constraints(const Question& question, const Value& value) const;
};

enum class Relevance : std::uint8_t { off, on, undecided };

struct Visit {
    Place place;
    Relevance relevance = Relevance::off;
    bool answered = false;
    std::string broken;  // rule of parse_answer
    std::vector<std::size_t> broken_constraints;
};

// What the screener says of one crime, and how many forms that asks for.
struct Announced {
    std::uint32_t line = 0, crime = 0;  // line: as in Place
    bool decided = true;                // false: the screener's answer is absent or invalid
    bool happened = false;
    std::optional<double> times;  // nothing when it is not known
    std::uint32_t forms = 0;
};

struct Walk {
    std::vector<Visit> visits;
    std::uint32_t persons = 0, eligible = 0;
    std::uint32_t selected = 0;  // roster line of the person interviewed, of the first of several; 0: nobody
    std::vector<std::uint32_t> interviewed;  // the lines of all
    std::vector<std::uint32_t> eligible_lines;
    bool roster_decided = true;  // the number of lines is known
    bool eligible_decided = true;
    std::vector<Announced> announced;
    std::map<IncidentKey, bool> series;  // forms visited, and whether each stands for a series
    std::map<Place, Value> computed;     // of the computed questions on the path
};

// The records that the answer files hold, where they, not the answers, say which are visited.
struct Records {
    std::vector<std::uint32_t> lines;    // of the roster
    std::vector<std::uint32_t> persons;  // roster lines of those interviewed
    std::vector<IncidentKey> incidents;
};

struct WalkOptions {
    double selection_number = 0.5;        // in (0, 1): selects one of the eligible (engine/design_columns.h)
    bool person_responds = true;          // false: no question of a person is asked; the household's are
    std::set<std::uint32_t> silent = {};  // lines of persons who do not respond, where others do
    const Records* records = nullptr;
    std::function<void(const IncidentKey&, const Board&)> after_form =
        {};                           // called when an incident form has been walked
    std::string interview_date = {};  // YYYY-MM-DD, for a period that ends with the interview
};

// The answer at a place on the path (or undecided), or nothing.
using Answerer = std::function<std::optional<std::string>(const Place&, const Question&, const Board&)>;

Walk walk(const Instrument& instrument, const Answerer& answerer, const WalkOptions& options);
Walk walk(const Instrument& instrument, const Answers& answers, const WalkOptions& options);

// The places on the path, in order.
std::vector<Place> route(const Instrument& instrument, const Answers& answers, const WalkOptions& options);

}  // namespace cifra
