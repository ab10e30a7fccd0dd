// How many first-stage units in each stratum: the plan's numbers, or an allocation of its total (sampling/allocation).
//
// | rule | n_h | strata are measured by |
// | --- | --- | --- |
// | proportional, equal, neyman | allocation.h | the sum of the measure of size, or the number of units without one |
// | power | power_spreads (compromise.h), X_h = measure × mean | the same |
// | cost | allocate_budget (cost.h) | the same |
// | bethel, one stage | bethel_allocation | the number of units |
// | bethel, more stages | two_stage_allocation, take = product of later takes; n_h = certain and other units | sizes |
//
// The file of bethel has a row for every stratum and indicator: stratum, indicator, mean, deviation (divisor N − 1) of
// the units of the last stage, and for several stages rho, the intraclass correlation in the first-stage unit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "sampling/frame.h"
#include "sampling/stages/stage_plan.h"

namespace cifra {

struct AllocationInput {
    std::uint64_t last_units = 0;  // of `from_size`
    const Table* means = nullptr;  // of bethel
};

// Units of the last stage that one first-stage unit gives when none is short; 0 where the plan fixes no take.
std::uint64_t product_of_takes(std::span<const StagePlan> stages);

// One a stratum; empty where the first stage takes a rate. Throws Refusal when a total or a target cannot be met,
// InputError for faults of the file of means (missing-column, unknown-stratum, missing-stratum, duplicate-row,
// bad-mean) and for domains that cut strata (domain-cuts-strata).
std::vector<std::uint64_t> first_stage_counts(std::span<const StagePlan> stages, const Frame& frame,
                                              std::span<const FrameStratum> strata, const AllocationInput& input);

}  // namespace cifra
