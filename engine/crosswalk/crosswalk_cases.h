// The rows of a crosswalk as they work together: by days, by who mapped, by condition.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/crosswalk/crosswalk.h"

namespace cifra {

// Rows of one period that share a condition; indices of Crosswalk::rows. More than one: each has its share.
struct CrosswalkCase {
    std::vector<std::size_t> rows;
};

// The cases of an offence on the same days, by one basis.
struct CrosswalkPeriod {
    DateRange validity;
    MappingBasis basis = MappingBasis::manual;
    std::vector<CrosswalkCase> cases;
};

// Distinct codes of the offences, in order of first appearance.
std::vector<std::string> offence_codes(const Crosswalk& crosswalk);

// The periods of an offence as they are written, in order of basis and days; rows that repeat another are left out.
std::vector<CrosswalkPeriod> written_periods(const Crosswalk& crosswalk, const std::string& offence);

// The periods that decide: on each day on which the offence is in force that of the highest basis. None overlap; in
// order of days. Complexity: the rows of the crosswalk, and the square of the periods of the offence.
std::vector<CrosswalkPeriod> periods_in_force(const Crosswalk& crosswalk, const std::string& offence);

bool overlap(const DateRange& a, const DateRange& b);
bool repeats(const CrosswalkRow& a, const CrosswalkRow& b);  // the same offence, days, basis, condition and code

}  // namespace cifra
