// Simulated fieldwork: the drawn dwellings of a country whose truth is known are visited and interviewed.
//
// Facts: a column named as a question gives its answer (household and roster questions from the household and its
// persons, person questions from the selected person, incident questions from the incident). The screener's answers
// follow from the incidents themselves. A question that asks for privacy gets its first code. What no fact says is
// answered at random (respondent.h). A dwelling whose outcome is not 1 has a row in the household file only; a
// selected person with person_outcome other than 1 has a row with that outcome, and the household's answers stand.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "questionnaires/responses.h"

namespace cifra {

struct Truth {
    Table households, persons, incidents;
};

struct FieldworkOptions {
    std::uint64_t seed = 1;
    std::string from, to;                        // dates of the first and last interview; "" see fieldwork_window
    std::map<std::string, std::string> answers;  // question -> answer given by everyone
};

struct Fieldwork {
    AnswerTables answers;
    std::map<std::string, std::size_t> rejected;  // question -> facts that were not valid answers
    std::size_t visited = 0, complete = 0, persons = 0;
};

// The two months that follow the reference period; January and February 2026 for one that ends with the interview.
std::pair<std::string, std::string> fieldwork_window(const Period& period);

// Faults: missing-column (sample: dwelling, selection_number; truth: household, line, crime, outcome),
// unknown-dwelling.
Fieldwork do_fieldwork(const Instrument& instrument, const Table& sample, const Truth& truth,
                       const FieldworkOptions& options, Diagnostics& faults);

// A random household's answers as the four files, for tests and pilots: `households` ids H1, H2, ...
AnswerTables random_answers(const Instrument& instrument, std::size_t households, std::uint64_t seed);

}  // namespace cifra
