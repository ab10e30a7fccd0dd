// The plan of visits of a panel: which dwelling is visited in which wave and month, with the design of every wave.
//
// Rotation. In PSU i the dwellings stand in a random order of M_i places (panel_psus.h), seen as a circle. Those kept
// in all waves hold the first p_i places; group j = 1, 2, ... the next b_i, on and on:
//
//     places p_i + ((j − 1) b_i + 0 .. b_i − 1) mod (M_i − p_i)      counted from the start of the panel
//     group j is in wave t when its pattern has 1 at age t + L − 1 − j     (L waves long, so that wave 1 is complete)
//
// A place is as likely for one dwelling as for another, hence in every wave, whatever was visited before,
//
//     pi_2 = m_it / M_i,   base_weight = 1 / (pi_1 pi_2),   m_it = p_i + b_i · (number of ones of the pattern)
//
// and the estimator of each wave is unbiased on its own (Kish 1965, sec. 12.5; Särndal, Swensson, Wretman 1992, sec.
// 4.3). Where PSUs rotate, the n − c PSUs of the master sample that are not certain follow a pattern in the same way, q
// of them to a group, and pi_1 is multiplied by q · ones / (n − c); n_psu counts the PSUs of the wave. When the list
// of a PSU ends it begins again at its first group: `psus` tells the wave of the first dwelling that comes back.
//
// Months. PSU by PSU in a stratum dwellings (or PSUs) are dealt to months 1 .. K in turn from a random start:
// systematic with equal shares, kept by a dwelling over all visits of its group.
//
// Births. A birth of PSU i draws one of the M_i places at random and goes with the dwelling that holds it (the
// half-open interval of Kish 1965, sec. 2.7, with a random link): the same pi_2, groups and months, and no other unit
// moves. Deaths keep their row and weight and are marked: the sample estimates how many there are.
#pragma once

#include <cstdint>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "sampling/rotation/panel_plan.h"
#include "sampling/rotation/panel_psus.h"

namespace cifra {

struct Panel {
    // A row a visit: wave, month (from the first of wave 1), panel (rotation group; 0: in all waves), visit (in its
    // group, from 1), bounded (1: visited one wave before too), the columns of engine/design_columns.h, birth, dead,
    // then `keep`.
    Table visits;
    // A row a wave: wave, psus, dwellings, births, dead, sum_weights, kept (dwellings also in the wave before), and
    // with coordination expected_overlap and overlap with the other sample; with `psu_sample` expected_psus_kept and
    // psus_kept, PSUs also in the wave before.
    Table waves;
    Table months;  // wave, month, stratum, psus, dwellings: the balance
    Table psus;    // stratum, psu, take (of a group), permanent, exhausted (wave; missing: never)
};

// Faults and warnings of panel_strata; warning besides: exhausted-psu, exhausted-stratum (of PSUs that rotate). With
// errors the result is empty. O(rows of the plan of visits + N log N) in time and memory.
Panel make_panel(const PanelPlan& plan, const PanelFiles& files, std::uint64_t seed, Diagnostics& faults);

}  // namespace cifra
