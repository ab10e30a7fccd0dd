// A made-up country whose true victimization is known: every dwelling, person and incident of one year.
//
// Each region has an urban and a rural stratum ("R1-U", "R1-R"); strata hold PSUs of varying size, PSUs dwellings, some
// of them vacant. Incidents of a household or an adult i of PSU j follow a compound Poisson law:
//
//     events ~ Poisson(λ_ij),   λ_ij = rate (1 − r) · risk · area · a_j · b_i · age and sex,   a_j, b_i lognormal, mean
//     1 each event is followed by another of the same kind with probability r (repeats), again and again
//
// so that counts are clustered in PSUs and households and over-dispersed, as in real surveys. Nonresponse depends on
// region, area, household size, age and sex, and a little on victimization, so that weighting by cells matters and does
// not quite suffice.
//
// Later waves (plan.waves) are made from the wave before: PSUs and dwellings persist. The normal score behind a_j, b_i
// and the proneness of an adult moves on as z' = ρ z + √(1 − ρ²) e, so that the risk of a PSU, a household and a person
// is correlated over time with the same distribution in every wave; λ is multiplied by the trends. A share of dwellings
// changes its household (or stands empty, or fills); all others age by a year. Incidents, and who responds, are new.
// Expected incidents of the whole therefore move by the trends, up to the ageing.
//
// Every number is a function of (seed, stable id): a stratum, a PSU or a dwelling more disturbs no other unit. Time and
// memory are linear in dwellings; 60,000 take less than two seconds. The rates are invented, of realistic magnitude.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sampling/synthetic_plan.h"

namespace cifra {

using CrimeCounts = std::array<std::uint8_t, crime_count>;

struct CountryPsu {
    std::string id, stratum;
    std::uint32_t region = 0;  // in SyntheticPlan::regions
    bool urban = false;
    std::uint32_t first = 0, dwellings = 0;  // in Country::households
    std::array<double, 3> factor{};          // a_j of property crime, violence, fraud
    std::array<double, crime_count> trend;   // product of the trends up to this wave; 1 in the first
};

enum class Outcome : std::uint8_t { complete = 1, refusal = 2, no_contact = 3, ineligible = 4 };

// A dwelling; `ineligible` ones are vacant and have no persons.
struct CountryHousehold {
    std::uint32_t psu = 0, number = 0;  // number within the PSU, from 1
    Outcome outcome = Outcome::complete;
    bool vehicle = false;
    std::uint8_t tenure = 1;
    std::uint32_t entered = 0;             // the wave in which this household came, from 0
    std::uint32_t first = 0, persons = 0;  // in Country::persons
    double factor = 1;                     // b_i
    CrimeCounts crimes{};                  // household crimes
};

struct CountryPerson {
    std::uint32_t household = 0;
    std::uint8_t line = 1, sex = 1, age = 0, relationship = 1, education = 1;
    std::uint8_t safe_walking_night = 1;
    bool responds = true;
    bool known_proneness = false;
    double proneness = 0;  // normal score, of adults
    CrimeCounts crimes{};  // personal crimes; none below 18
    bool adult() const { return age >= 18; }
};

struct CountryIncident {
    std::uint32_t household = 0;
    std::uint8_t line = 1, crime = 0;  // line 1 for household crimes
    std::uint8_t month = 1, place = 8, time_of_day = 1, attempted = 1;
    std::uint8_t weapon = 0, injury = 0;  // 1 yes, 2 no, 0 not asked of this crime
    std::uint32_t loss = 0;
    std::uint8_t reported = 2, reported_by_other = 0, file_opened = 0, reason = 0;
    bool known() const { return reported == 1 || reported_by_other == 1; }
    bool dark() const { return file_opened != 1; }
};

struct Country {
    SyntheticPlan plan;
    std::uint32_t wave = 0;
    std::vector<CountryPsu> psus;
    std::vector<CountryHousehold> households;
    std::vector<CountryPerson> persons;
    std::vector<CountryIncident> incidents;  // by household, household crimes first, then by line
};

// The first wave.
Country synthesize_country(const SyntheticPlan& plan, std::uint64_t seed);

// The wave after `before`, of the same plan and seed.
Country next_wave(const Country& before, std::uint64_t seed);

// All waves of the plan, in time; one where it names none.
std::vector<Country> synthesize_waves(const SyntheticPlan& plan, std::uint64_t seed);

// "R1-U-001-0042": stable under any change elsewhere.
std::string household_id(const Country& country, const CountryHousehold& household);

}  // namespace cifra
