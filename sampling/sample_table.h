// The tables of a drawn sample (draw.h): a row for each selected unit of the last stage, a row for each stratum, and
// what there is to say about them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "sampling/frame.h"
#include "sampling/plan.h"
#include "sampling/stages/drawn_unit.h"

namespace cifra {

// The columns of engine/design_columns.h; of the first stage psu, n_psu, N_psu, pi_1, of the last dwelling, n_dwelling,
// N_dwelling, whatever their units are called; pi_2 is the product of the later stages' probabilities. Of further
// stages their id, n_<unit>, N_<unit>, pi_<unit>, and pi_dwelling; stratum_<unit> where a later stage has strata;
// subsample where a stage subsamples. Then the plan's `keep`, from the file of the earliest stage that has the column.
// With one stage psu and dwelling are the same unit.
Table sample_table(const DrawPlan& plan, const Frame& frame, std::span<const FrameStratum> strata,
                   const std::vector<DrawnStage>& stages, std::uint64_t seed);

Table strata_table(const DrawPlan& plan, std::span<const FrameStratum> strata, const std::vector<DrawnStage>& stages);

Diagnostics notes_on(const DrawPlan& plan, const Table& strata);

}  // namespace cifra
