// The plan of a made-up country: the section `synthetic:` of a study, or a file of its own.
//
//   synthetic:
//     regions: 6                     # or a list: [{region: North, urban_psus: 60, rural_psus: 40, risk: 1.2, refusal:
//     0.02}, ...] psu_scale: 1                   # multiplies the number of PSUs of regions given by count
//     dwellings_per_psu: 100         # on average
//     rates_per_1000: {burglary: 60} # expected incidents per 1,000 households or adults, of the crimes named
//     nonresponse: {vacant: 0.07, no_contact: 0.07, refusal: 0.09, person_refusal: 0.06}
//     waves: {names: ["2025", "2026"], ...}   # synthetic_waves_plan.h
//     records: {recorded: 0.85}              # the police file; synthetic_records_plan.h
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "sampling/synthetic_crimes.h"
#include "sampling/synthetic_records_plan.h"
#include "sampling/synthetic_waves_plan.h"

namespace cifra {

struct SyntheticRegion {
    std::string name;
    std::uint32_t urban_psus = 0, rural_psus = 0;
    double risk = 1;     // multiplies every rate
    double refusal = 0;  // added to the share of refusals
};

struct Nonresponse {
    double vacant = 0.07;      // share of dwellings without a household
    double no_contact = 0.07;  // shares of households, before they are varied
    double refusal = 0.09;
    double person_refusal = 0.06;  // of adults
};

struct SyntheticPlan {
    std::vector<SyntheticRegion> regions;
    double dwellings_per_psu = 100;
    ByCrime rates_per_1000{};
    Nonresponse nonresponse;
    SyntheticWaves waves;
    std::optional<SyntheticRecordsPlan> records;
};

// The plan when nothing is said: six regions, 600 PSUs, about 60,000 dwellings.
SyntheticPlan default_synthetic_plan();

// Null gives the default plan.
SyntheticPlan read_synthetic_plan(const YamlValue& value, Diagnostics& faults);

}  // namespace cifra
