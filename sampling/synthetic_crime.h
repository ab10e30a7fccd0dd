// The model of crimes in the made-up country: how many incidents a household or an adult suffers, and their facts.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/random.h"
#include "sampling/synthetic.h"

namespace cifra {

// Draws the household crimes, sets household.crimes and appends the incidents.
void add_household_crimes(const SyntheticPlan& plan, const CountryPsu& psu, CountryHousehold& household,
                          std::uint32_t index, Stream stream, std::vector<CountryIncident>& incidents);

// The same for the personal crimes of an adult. `person.household` is set. The adult's proneness becomes that of this
// wave: correlated with the one known from the wave before.
void add_personal_crimes(const SyntheticPlan& plan, const CountryPsu& psu, const CountryHousehold& household,
                         CountryPerson& person, Stream stream, std::vector<CountryIncident>& incidents);

}  // namespace cifra
