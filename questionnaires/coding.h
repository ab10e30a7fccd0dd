// From what happened to what it is: an incident's offence in the national list and in ICCS.
//
// Ordered rules, as data: the first whose condition is true gives offence and code; a condition that is missing is not
// true. Where no rule holds, the crime of the screener gives its own. Rules see every name that the incident form sees.
//
// With a hierarchy of offences, all rules are asked, and the principal offence is the gravest of those that hold, in
// the order of the hierarchy, then of the rules (the principal offence rule: United Nations, Manual for the
// Development of a System of Criminal Justice Statistics, 2003). What the other rules give are the secondary offences
// of the incident.
#pragma once

#include "questionnaires/route.h"

namespace cifra {

struct Coded {
    std::string offence, iccs;
    std::vector<std::string> secondary_offences = {}, secondary_iccs = {};  // in order of gravity, each offence once
    bool operator==(const Coded&) const = default;
};

// The rules as they go before one another: in their order, or the graver first.
std::vector<const CodingRule*> by_precedence(const Coding& coding);

// Complexity: linear in the rules, with a hierarchy times its length.
Coded code_incident(const Instrument& instrument, const Coding& coding, std::uint32_t crime, const Board& board);

}  // namespace cifra
