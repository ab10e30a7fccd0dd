// Persons and offences in the form of the United Nations survey of crime trends and the operations of criminal justice
// systems (UN-CTS): by offence of the ICCS, and of each offence by sex, by minor or adult and by citizenship; prisoners
// by status.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/table.h"
#include "estimation/records/flow_counts.h"

namespace cifra {

using CountBlock = std::pair<std::string, std::vector<CountRow>>;  // offences, suspected, prosecuted, convicted, prison

// Of the rows of each block, which are of one year: a total of every code that occurs and of all above it, with what
// is below added up once; `iccs` is "" for the total of all, rows without a code included. Then the categories of
// `breakdown`, those not known too, which sum to the total. block, iccs, title, breakdown (total, sex, age,
// citizenship, status), category; year, count.
Table uncts_table(const std::vector<CountBlock>& blocks, const std::string& language);

}  // namespace cifra
