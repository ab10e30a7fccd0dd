// The police file of a made-up country, consistent with what its people suffered, and the truth that a comparison of a
// survey with it should find.
//
// Each incident that the police know of (reported by the victim or another) is recorded with the probability of its
// crime; one that they do not know of with the probability `found`. Beside the records of incidents there are some that
// no household survey can know: crimes against businesses and visitors, and records entered twice. The codes are those
// of a fictitious penal code; examples/records/crosswalk.yaml takes them to the ICCS.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/table.h"
#include "sampling/synthetic.h"

namespace cifra {

// record, offence, date (of the event; the year is the name of the wave where that is a year, else 2025), recorded (the
// day it was entered), region, victim (1 resident or household, 2 business, 3 visitor), object (thefts: 1 vehicle,
// 2 part of one, 3 another thing), injury (of assaults and the like: 1 yes, 2 no), attempted (1 completed, 2
// attempted), reporter (1 victim, 2 another person, 3 none: found by the police). In order of the record's number.
// Needs `plan.records`. Numbers are functions of the seed and the dwelling's id.
Table police_table(const Country& country, std::uint64_t seed);

// crime, region ("" the whole), incidents, reported, with_file, records (once each, of the survey's population),
// reporting_rate, recording_ratio, capture_ratio. `total` is all crimes.
Table records_truth_table(const Country& country, std::uint64_t seed);

// What `synthesize` writes beside the country where the plan has records: the two tables of each wave, as
// country/police.csv, country/truth_records.csv and, of later waves, waves/NAME/country/...
std::vector<std::pair<std::string, Table>> record_tables(const std::vector<Country>& waves, std::uint64_t seed);

}  // namespace cifra
