// The precision targets of a plan (`sampling: size:`), by domain. SIZE.md of this folder explains every key.
//
//   size:
//     confidence: 0.95                 # these are defaults; each target may say otherwise, and each domain of it
//     deff: {take: 8, icc: 0.04, weight_cv: 0.3}          # or a number; take: optimal is found from the costs
//     eligibility: 0.93
//     contact_rate: 0.90
//     response_rate: 0.88
//     population: 150000               # of persons; absent: infinite
//     costs: {fixed: 40000, psu: 300, interview: 45, dwelling: 6}
//     targets:
//       - {name: any, p: 0.20, cv: 0.05, domains: {north: {}, south: {p: 0.15, population: 9000}}}
//       - {name: burglary, quantity: count, p: 0.04, count_cv: 0.6, mean_count: 1.2, relative_error: 0.2}
//       - {name: reported, quantity: share, p: 0.12, incidents_per_person: 0.3, margin: 0.03, interval: wilson}
//       - {name: fall, quantity: change, p1: 0.05, p2: 0.04, power: 0.8, alpha: 0.05, overlap: 0.5, correlation: 0.5}
#pragma once

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "sampling/targets.h"

namespace cifra {

// All faults at once; one that several domains inherit from their target is told once.
SizePlan read_size_plan(const YamlValue& value, Diagnostics& faults);

}  // namespace cifra
