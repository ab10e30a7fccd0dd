// The made-up country as the files that the rest of the survey reads. Columns named like questions of the instrument
// hold the answer a truthful respondent would give; codes are text, and empty cells were not asked or do not apply.
//
//   frame_psu.csv             psu, stratum, region, area (U urban, R rural), dwellings
//   frame_dwelling.csv        dwelling, psu, stratum
//   country_households.csv    household (= dwelling), psu, region, outcome (1 complete, 2 refusal, 3 no contact,
//                             4 ineligible), household_size, tenure, owns_vehicle; in later waves
//                             new_household (1: it came since the wave before, 2: it did not)
//   country_persons.csv       household, line, relationship, sex, age, person_outcome (1 responds, 2 refuses),
//                             safe_walking_night, education
//   country_incidents.csv     household, line, crime, month, place, time_of_day, attempted, weapon, injury, loss,
//   reported,
//                             reported_by_other, reason_not_reported, file_opened (1 yes, 2 no, 8 don't know)
//   benchmark_persons.csv     region, sex, age_group (18-29, 30-44, 45-59, 60+), persons
//   benchmark_households.csv  region, area, households
//   truth.csv                 indicator, domain, value (synthetic_truth.h)
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/table.h"
#include "sampling/synthetic.h"

namespace cifra {

Table frame_psu_table(const Country& country);
Table frame_dwelling_table(const Country& country);
Table country_households_table(const Country& country);
Table country_persons_table(const Country& country);
Table country_incidents_table(const Country& country);
Table benchmark_persons_table(const Country& country);
Table benchmark_households_table(const Country& country);

// File name and table of all of the above.
std::vector<std::pair<std::string, Table>> country_tables(const Country& country);

}  // namespace cifra
