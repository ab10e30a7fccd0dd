// What became of the police's records of a made-up country in prosecution, courts and prisons, and the truth that a
// funnel or a cohort of these files should find.
//
// A record has a case unless it was entered twice. A case goes on to the next step with the probability of its crime,
// whole days after the step before: the whole part of an exponential time D with the mean m of the plan, so that
// P(D >= k) = exp(-k / m) and the mean is 1 / (exp(1 / m) - 1). One that goes no further is closed with the
// probability `closed`; who was taken into prison is released. Steps after the day `until` stand in no file.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/table.h"
#include "sampling/synthetic_records.h"

namespace cifra {

// prosecution.csv, courts.csv and prison.csv: record (that of police.csv), date, step; in order of the records. Steps:
// charged and closed; tried, convicted, sentenced and closed; imprisoned and released. An institution closes the cases
// that it was the last to have.
//
// truth_justice.csv: crime, victim (as in police.csv), year (in which it was entered), records, cases; charged, tried,
// convicted, sentenced, imprisoned, whenever it happens; and known_charged ..., by the day `until`.
//
// Of each wave, in the folder of its records; nothing where the plan has no justice. Numbers are functions of the seed
// and the dwelling's id, and those of a case do not depend on the probabilities of other crimes.
std::vector<std::pair<std::string, Table>> justice_tables(const std::vector<Country>& waves, std::uint64_t seed);

}  // namespace cifra
