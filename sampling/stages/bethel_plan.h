// Bethel's allocation as a plan asks for it: CV targets by domain and a file of means become the problem of
// sampling/allocation/bethel.h, or with several stages of two_stage.h. Faults and rules: allocate.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/table.h"
#include "sampling/frame.h"
#include "sampling/stages/stage_plan.h"

namespace cifra {

std::vector<std::uint64_t> allocate_targets(std::span<const StagePlan> stages, const Frame& frame,
                                            std::span<const FrameStratum> strata, const Table& means);

}  // namespace cifra
