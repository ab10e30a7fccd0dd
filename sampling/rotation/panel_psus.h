// The master sample made ready for its waves: every PSU with its dwellings in the random order in which they are used.
//
// The order in a PSU is that of the permanent random numbers of its dwellings (coordination.h), every permutation as
// likely as another; ties go to the smaller id. Groups of dwellings are segments of it, so that a dwelling is in a
// wave with probability (dwellings of the wave) / M, M the dwellings listed. PSUs that rotate stand in such an order
// within their stratum, the certain ones first; those never rotate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "sampling/rotation/panel_plan.h"

namespace cifra {

// What a panel is made of. Tables without rows or columns where the plan names no file.
struct PanelFiles {
    Table sample;     // of `draw`: stratum, psu, n_psu, N_psu, pi_1, certainty
    Table dwellings;  // the frame: dwelling, psu, and the columns of `keep`
    Table births;     // dwelling, psu; wave (from which on, default 1)
    Table deaths;     // dwelling; wave (default 1)
    Table other;      // the sample to coordinate with: dwelling
    Table psus = {};  // in place of the sample, under `psu_sample`: the frame of PSUs (psu_sample.h)
};

struct PsuDesign {
    double n_psu = 0, N_psu = 0, pi_1 = 1;
    bool certain = false;
};

struct PanelPsu {
    std::string id;
    PsuDesign master;              // of the master sample
    std::vector<PsuDesign> waves;  // under `psu_sample`: of every wave, pi_1 = 0 where it is not drawn; else empty
    std::vector<std::size_t> dwellings;              // rows of the frame, in the order of use
    std::multimap<std::size_t, std::size_t> births;  // place in that order → row of the births
    std::size_t take = 0, permanent = 0;             // dwellings of a group, and of every wave
    std::size_t start = 0;                           // place where the panel begins
    std::size_t other = 0, other_start = 0;          // dwellings of the other sample, and the place of its first
    bool other_is_arc = true;                        // it holds places in a row: made by the same numbers
    std::size_t rank = 0;                            // among the PSUs of its stratum that rotate
};

struct PanelStratum {
    std::string id;
    std::vector<PanelPsu> psus;  // in the order in which months are given and, where they rotate, of their groups
    std::size_t rotating = 0;    // PSUs not certain
    std::vector<double> expected_kept;  // under `psu_sample`: by wave, PSUs that were drawn in the wave before too
};

// The design of a PSU in a wave.
const PsuDesign& design_in(const PanelPsu& psu, std::size_t wave);

// Strata in order of the sample's rows. Faults (codes): those of psu_sample.h, bad-probability, missing-id,
// duplicate-id, unknown-psu (a drawn PSU without dwellings in the frame, a birth outside it), unknown-dwelling (a
// death), more-visits-than-dwellings, too-few-psus; warnings: short-psu where a PSU has so few dwellings that it
// takes fewer than the plan says, not-coordinated. O(N log N).
std::vector<PanelStratum> panel_strata(const PanelPlan& plan, const PanelFiles& files, std::uint64_t seed,
                                       Diagnostics& faults);

}  // namespace cifra
