// The selection of one stage among the units of one group: a stratum of the country at the first stage, a stratum of a
// selected unit at later ones.
//
//   number n       equal π = n/N, or by size: π = n x/Σx, certain where that reaches 1 (inclusion.h)
//   rate r         n = r N rounded down or up at random, up with the probability of the fraction: π = r exactly
//                  (bernoulli: every unit for itself)
//   subsample      in a group of more than `over` units the rate is r · keep, and `kept` records the factor
//
// Chance: (seed, stage, id of the group) for the selection, (seed, stage, id of the unit) for a random order. Nothing
// else in the frame changes a group's selection. O(N log N) and what the method takes.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "sampling/frame.h"
#include "sampling/stages/stage_plan.h"

namespace cifra {

struct GroupTarget {
    std::uint64_t n = 0;  // at most the units of the group
    double rate = 0;      // above 0: in place of n
};

struct StageChance {
    std::uint64_t seed = 0;
    std::uint16_t stage = 1;  // 1, 2, …
};

struct GroupSelection {
    struct Unit {
        std::size_t position = 0;  // in the level
        double probability = 1;    // given the unit above
        bool certain = false;
        double group_units = 0, group_size = 0;  // of its random group (method.h)
    };
    std::vector<Unit> units;  // in order of selection
    double kept = 1;
    Eigen::MatrixXd joint;  // where asked for
};

// Positions of a level in the order of the list. `units` stand in order of id.
std::vector<std::size_t> list_order(const Ordering& ordering, const FrameLevel& level, std::vector<std::size_t> units,
                                    const StageChance& chance);

// Fault certain-unit, at the unit's line, where a unit's π reaches 1 and the plan forbids it.
GroupSelection select_units(const StagePlan& stage, const FrameLevel& level, std::vector<std::size_t> units,
                            const std::string& group, const GroupTarget& target, const StageChance& chance, bool joint,
                            Diagnostics& faults);

}  // namespace cifra
