// The section `rehearsal:`: a population whose answers are all known, and how often the plan is tried on it.
//
//   rehearsal:
//     draws: 2500
//     households: {file: $out/country/country_households.csv, outcome: outcome, response: 'if(area = "U", 0.8, 0.9)'}
//     persons: {file: $out/country/country_persons.csv, eligible: age >= 18, response: 0.95}
//     incidents: {file: $out/country/country_incidents.csv, of_household: 'crime = "burglary"'}
//     design: rehearsal_design.yaml
//     tables: rehearsal_tables.yaml
//     cost: {psu: 300, dwelling: 5, interview: 40}
//     interviewers: 40
//
// README.md of this folder explains every key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra {

struct RehearsalPlan {
    std::uint64_t draws = 1000;
    std::filesystem::path households, persons, incidents;          // empty: none
    std::string outcome, person_outcome;                           // columns; empty: all are there and answer
    std::optional<YamlValue> household_response, person_response;  // probabilities, in place of outcomes
    std::optional<YamlValue> eligible;                             // persons who may be asked; else all
    std::optional<YamlValue> of_household;                         // incidents that need no person
    YamlValue design, tables;
    std::optional<YamlValue> weighting;  // in place of the study's
    std::filesystem::path directory;     // of the design file
    double psu_cost = 0, dwelling_cost = 0, interview_cost = 0, fixed_cost = 0;
    std::uint64_t interviewers = 0;             // 0: their load is not told
    std::vector<std::filesystem::path> inputs;  // files read so far
    Location where;
};

struct RehearsalPlaces {
    std::filesystem::path directory, out;  // of the study
};

// Faults: unknown and missing keys, bad-number.
RehearsalPlan read_rehearsal_plan(const YamlValue& section, const RehearsalPlaces& places, Diagnostics& faults);

}  // namespace cifra
