// PSUs of a panel drawn anew in every wave by permanent random numbers, so that samples of different waves (and other
// samples with the same seed) overlap as much or as little as wanted, and new and vanished PSUs need nothing special.
//
// PSU k has a number u_k, uniform on the circle of length 1 (coordination.h), and a mark c_k, at first the plan's
// `start`. In wave t, among the PSUs of the stratum that exist then, those are drawn whose u_k lies next behind their
// mark: with v_k = (u_k − c_k) mod 1
//
//     srs       the n smallest v                          π = n / N_t
//     pareto    the n smallest v (1 − π)/(π (1 − v))      the true π of the design (high_entropy.h); 1 where certain
//     poisson   v_k < π_k                                 π = n x / Σ x; the number drawn is random
//
// Then c_k moves on by r π_k, r the plan's `rotation`. Marks depend on the frame and never on the numbers, so v is
// uniform and independent in each wave: every wave by itself is a sample of the method with exactly these π, births
// (whose numbers are as good as any) and deaths notwithstanding. From a wave to the next
//
//     E (PSUs in both) = Σ_k |[c, c + π_t) ∩ [c + r π_t, c + r π_t + π_{t+1})|
//
// exactly for poisson, (1 − r) Σ π while π stays and is at most 1/(1 + r); for fixed size up to terms
// of order 1 a stratum, as the arcs end at a number. r = 0: positive
// coordination, all stay but for births and deaths; r = 1: negative coordination, none does; r = 1/4: a quarter is new.
// Another sample is kept by the same `start`, avoided by a `start` at the end of its arcs: its rate, or a column of the
// frame with its π (Ohlsson 1995). O(waves · N log N) but for the true π of pareto.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "sampling/rotation/panel_plan.h"
#include "sampling/rotation/panel_psus.h"

namespace cifra {

// Strata, in order of id, with the PSUs that are drawn in at least one wave, in order of id, and their design in each.
// `frame`: psu, the columns of strata and size, and as wanted from_wave (1) and to_wave (the last wave it exists in),
// and the column of `start`. Faults, at the row: missing-id, duplicate-id, bad-size, bad-wave, bad-start; at the plan:
// unknown-stratum, missing-stratum. Warning empty-stratum: a wave in which a stratum has PSUs and none was drawn.
std::vector<PanelStratum> draw_psus(const PsuSamplePlan& plan, const Table& frame, std::size_t waves,
                                    std::uint64_t seed, Diagnostics& faults);

}  // namespace cifra
