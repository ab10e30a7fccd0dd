// Carries out the plan: a sample by stages, one row for each selected unit of the last stage, with its probabilities
// and weight.
//
//   stage 1      in stratum h, n_h of N_h units (stages/select.h):                                pi_1
//   stage s > 1  in each unit selected above, by the stage's take or rate:                        pi_s, given that unit
//   weight       base_weight = 1 / (pi_1 · pi_2), where the column pi_2 is the product of the probabilities of all
//                later stages. Under PPS with x_i = M_i, a fixed take and no certainty PSU: constant within a stratum
//   person       one by the selection number of the dwelling (household.h):                       pi_3
// (Särndal, Swensson, Wretman 1992, sec. 4.3 and 4.4; Kish 1965, ch. 7.) The base weight is that of the dwelling:
// estimates of persons multiply it by 1 / pi_3. Rows stand in order of selection, which systematic-sampling variances
// need.
//
// n_psu and N_psu count all units of the stratum, those of certainty as well (column `certainty`); n and N of a later
// stage count all its units within the unit above.
//
// Chance: a number depends on (seed, stage, id): on the stratum's id at the first stage, on that of the unit above
// (with the stage's stratum) later, on the dwelling's for its selection number. With numbers per stratum, a stratum
// more or fewer in the frame changes nothing in the others; with a total to allocate it can change their n_h.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "sampling/frame.h"
#include "sampling/plan.h"
#include "sampling/stages/allocate.h"

namespace cifra {

struct DrawnSample {
    Table sample;       // columns of engine/design_columns.h, then the plan's `keep`
    Table strata;       // per stratum: stratum, N_psu, n_psu, certainty, N_dwelling, size, allocated, dwellings,
                        // sum_weights (of the drawn dwellings; expected N_dwelling), pi_min, pi_max; of stages between
                        // also n_<unit>
    Table reserves;     // the sample's columns and reserve_rank; no columns unless the plan asks for reserves
    Table joint;        // stratum, psu, psu_2, pi_12 of pairs; no columns unless the plan asks for them
    Table cut;          // of strata that the plan cuts: their limits (stages/cut.h); else no columns
    Diagnostics notes;  // warnings: lonely-psu, short-psu (fewer dwellings than take), empty-units (a rate that took
                        // nothing), reserves, quasi-random-person; note certainty
};

// The frame and plan agree (check_plan). Throws Refusal where first_stage_counts does, InputError for certain-unit
// under `certainty: forbid` and for rate-above-1 (self-weighting asks for more than all units), each at the unit's
// line.
DrawnSample draw_sample(const DrawPlan& plan, const Frame& frame, std::uint64_t seed,
                        const AllocationInput& input = {});

}  // namespace cifra
