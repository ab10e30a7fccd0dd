// Carries out the plan: a stratified two-stage sample of dwellings, one row each, with its probabilities and weight.
//
//   stage 1   in stratum h, n_h of N_h PSUs by PPS systematic:   pi_1 = n_h x_i / Σ x, certainty PSUs 1 (inclusion.h)
//   stage 2   in PSU i, m_i = min(take, M_i) of M_i dwellings, systematic:            pi_2 = m_i / M_i
//   weight    base_weight = 1 / (pi_1 pi_2); with x_i = M_i and no certainty PSU it is constant within a stratum
//   stage 3   one adult by the dwelling's selection number (household.h):             pi_3 = 1 / E
// (Särndal, Swensson, Wretman 1992, sec. 4.3; Kish 1965, ch. 7.) The base weight is that of the dwelling: estimates of
// persons multiply it by 1 / pi_3. Rows stand in order of selection, which systematic-sampling variances need.
//
// n_psu and N_psu count all PSUs of the stratum, those of certainty as well (column `certainty`).
//
// Chance: the start of a stratum depends on (seed, stratum id), that of a PSU on (seed, PSU id), a selection number on
// (seed, dwelling id). With psus_per_stratum, a stratum more or fewer in the frame changes nothing in the others; with
// a total to allocate it can change their n_h.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "sampling/frame.h"
#include "sampling/plan.h"

namespace cifra {

// n_h per stratum of the frame. `dwellings` is the total when the plan says from_size. Throws Refusal when the total
// cannot be met. Allocation measures a stratum by its PSUs' sizes; n = ceiling(dwellings / take) PSUs.
std::vector<std::uint64_t> allocate_psus(const DrawPlan& plan, const Frame& frame, std::uint64_t dwellings = 0);

struct DrawnSample {
    Table sample;       // columns of engine/design_columns.h, then the plan's `keep`
    Table strata;       // per stratum: stratum, N_psu, n_psu, certainty, N_dwelling, size, allocated, dwellings,
                        // sum_weights (of the drawn dwellings; expected N_dwelling), pi_min, pi_max
    Diagnostics notes;  // warnings: lonely-psu, short-psu (fewer dwellings than take); note certainty
};

// The frame and plan agree (check_plan). Throws Refusal under `certainty: forbid` and where allocate_psus does.
DrawnSample draw_sample(const DrawPlan& plan, const Frame& frame, std::uint64_t seed, std::uint64_t dwellings = 0);

}  // namespace cifra
