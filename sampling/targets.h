// The precision targets of a plan (`sampling: size:`), and the table of sample sizes they amount to.
//
//   size:
//     confidence: 0.95                 # defaults of all targets; each target may say otherwise
//     deff: {take: 8, icc: 0.04, weight_cv: 0.3}          # or a number
//     response_rate: 0.80
//     eligibility: 0.93
//     population: 150000               # of persons; absent: infinite
//     targets:
//       - {name: any, quantity: proportion, p: 0.20, cv: 0.05, domains: 6}
//       - {name: burglary, quantity: count, p: 0.04, count_cv: 0.6, mean_count: 1.2, relative_error: 0.2}
//       - {name: reported, quantity: share, p: 0.12, incidents_per_person: 0.3, margin: 0.03}
//       - {name: fall, quantity: change, p1: 0.05, p2: 0.04, power: 0.8, alpha: 0.05, overlap: 0.5, correlation: 0.5}
// `domains` multiplies a target that must hold in each of so many domains of like size.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "sampling/precision.h"

namespace cifra {

struct SizeTarget {
    std::string name;
    std::string quantity;  // proportion, count, share, change
    std::uint64_t domains = 1;
    std::variant<PrecisionTarget, ChangeTarget> target;
};

struct SizePlan {
    std::vector<SizeTarget> targets;
};

SizePlan read_size_plan(const YamlValue& value, Diagnostics& faults);

// Sizes of a target; for all its domains together.
SampleSize sample_size(const SizeTarget& target);

// One row a target: target, quantity, requirement, cv, confidence, deff, response_rate, eligibility, domains,
// completed, issued (both for all domains), and cv_at_largest: the CV under the largest `issued` of the table (empty
// for a change).
Table size_table(const SizePlan& plan);

// The largest number of dwellings to issue over all targets; 0 without targets.
std::uint64_t largest_issued(const SizePlan& plan);

}  // namespace cifra
