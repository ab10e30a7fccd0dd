// Fills: what stands between braces in a text and is replaced when the text is said.
//
//   {period} {long}      the months of the reference period, of the long period
//   {name}               an earlier answer: the number, the text, the code; of something true 1, false 2
//   {name|label}         the label of its code; of several codes, their labels joined by commas
//   {name|one|other}     the first form if the number is 1, else the second: "{n} {n|person|persons}"
#pragma once

#include <string>
#include <vector>

#include "engine/evaluate.h"
#include "questionnaires/instrument.h"

namespace cifra {

struct Fill {
    enum class Kind { words, period, long_period, answer, label, plural, broken };
    Kind kind = Kind::words;
    std::string text;        // words: themselves; broken: the fill as it is written; else the name
    std::string one, other;  // plural
};

// The text as words and fills, in order. A brace that is not closed, and a fill of another form, are `broken`.
std::vector<Fill> fills_of(const std::string& text);

// The text in `language` with every fill replaced. `answers` gives the value of a name; a missing answer is said "…".
std::string say(const Instrument& instrument, const Labels& labels, const std::string& language,
                const RecordLookup& answers);

}  // namespace cifra
