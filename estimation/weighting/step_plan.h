// Reading one step of a weighting plan.
#pragma once

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/weighting/plan.h"

namespace cifra {

// "household_nonresponse", "nonresponse", "raking": the kind and, before it, the level. Faults: those of the YAML
// reader, unknown-choice, bad-number, those of calibration_key.h.
WeightingStep read_step(const YamlValue& value, const WeightingPlaces& places, Diagnostics& faults);

}  // namespace cifra
