// Part of `path`: what is certain of an aggregate, although the lines and forms that it is taken from are not known.
//
// With n records, at most as many as persons, or as `max` forms of each crime:
//   count              0 <= count <= n
//   sum                present; within [n*min(low, 0), n*max(high, 0)] where it is of a question with a range
//   min, max           within the range of that question, or missing
//   any, all           present
// A person's own line is one of the roster's: if it counts, count >= 1, else count <= persons - 1; if it is true, any
// is; if it is chosen and not true, all is not.
#pragma once

#include <string>
#include <vector>

#include "questionnaires/instrument.h"

namespace cifra {

struct AggregateFact {
    std::string condition;  // in the expression language, true where the aggregate is passed
    std::string words;
    bool of_own_line = false;  // holds where a person has been selected
};

std::vector<AggregateFact> aggregate_facts(const Question& question, const Instrument& instrument);

}  // namespace cifra
