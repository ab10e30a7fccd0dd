// From what happened to what it is: an incident's offence in the national list and in ICCS.
//
// Ordered rules, as data: the first whose condition is true gives offence and code; a condition that is missing is not
// true. Where no rule holds, the crime of the screener gives its own. Rules see every name that the incident form sees.
#pragma once

#include "questionnaires/route.h"

namespace cifra {

struct Coded {
    std::string offence, iccs;
    bool operator==(const Coded&) const = default;
};

Coded code_incident(const Instrument& instrument, const std::vector<CodingRule>& rules, std::uint32_t crime,
                    const Board& board);

}  // namespace cifra
