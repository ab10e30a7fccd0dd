// What the police of a made-up country record: the key `records:` of the section `synthetic:`.
//
//   synthetic:
//     records:
//       recorded: 0.85          # of incidents that the police know of; or by crime: {robbery: 0.9, threat: 0.5}
//       found: 0.02             # of incidents nobody reported: the police come upon them
//       businesses: 0.15        # records against businesses, for each record of a crime that strikes them too
//       visitors: 0.05          # records of crimes against visitors, for each record of a crime against a person
//       duplicates: 0.01        # records entered twice
//       justice: {...}          # what became of them: synthetic_justice_plan.h
#pragma once

#include <optional>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "sampling/synthetic_crimes.h"
#include "sampling/synthetic_justice_plan.h"

namespace cifra {

struct SyntheticRecordsPlan {
    ByCrime recorded{};
    double found = 0.02, businesses = 0.15, visitors = 0.05, duplicates = 0.01;
    std::optional<SyntheticJusticePlan> justice;
};

// Crimes that a map leaves out have 0.85.
SyntheticRecordsPlan read_synthetic_records(const YamlValue& value, Diagnostics& faults);

}  // namespace cifra
