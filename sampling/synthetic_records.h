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

#include "engine/calendar.h"
#include "engine/table.h"
#include "sampling/synthetic.h"

namespace cifra {

enum class PoliceVictim : std::uint8_t { resident = 1, business = 2, visitor = 3 };

struct PoliceRecord {
    std::size_t crime = 0;
    std::uint32_t household = 0, region = 0;
    Date event{}, entered{};
    PoliceVictim victim = PoliceVictim::resident;
    std::uint8_t injury = 0, attempted = 1, reporter = 1;
    bool duplicate = false;  // of the record before it
};

// In order of the household. The records' numbers count from 1; an id is the year and the number.
std::vector<PoliceRecord> police_records(const Country& country, std::uint64_t seed);
std::string police_record_id(const Country& country, std::size_t index);

// record, offence, date (of the event; the year is the name of the wave where that is a year, else 2025), recorded (the
// day it was entered), region, victim (1 resident or household, 2 business, 3 visitor), object (thefts: 1 vehicle,
// 2 part of one, 3 another thing), injury (of assaults and the like: 1 yes, 2 no), attempted (1 completed, 2
// attempted), reporter (1 victim, 2 another person, 3 none: found by the police). In order of the record's number.
// Needs `plan.records`. Numbers are functions of the seed and the dwelling's id.
Table police_table(const Country& country, std::uint64_t seed);

// crime, region ("" the whole), incidents, reported, with_file, records (once each, of the survey's population),
// reporting_rate, recording_ratio, capture_ratio. `total` is all crimes.
Table records_truth_table(const Country& country, std::uint64_t seed);

// Where the files of a wave's records stand below the folder of results: country/ or waves/NAME/country/.
std::string records_folder(const Country& country);

// What `synthesize` writes beside the country where the plan has records: the two tables of each wave, police.csv and
// truth_records.csv.
std::vector<std::pair<std::string, Table>> record_tables(const std::vector<Country>& waves, std::uint64_t seed);

}  // namespace cifra
