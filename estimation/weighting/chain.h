// The weighting chain: the steps of the plan in order, from the probabilities of selection to the final weights.
//
//   base                          1 / (pi_1 pi_2), checked against the probabilities
//   eligibility                   ineligible dwellings get 0: they represent ineligible dwellings
//   household_nonresponse         nonresponse.h; without this step nonrespondents get 0 and the loss is recorded
//   household_poststratification  poststratification.h                                        -> household_weight
//   person_selection              household weight x eligible adults = / pi_3, with an optional cap on the number
//   person_nonresponse            nonresponse.h; without this step as above
//   person_poststratification     poststratification.h                                        -> person_weight
//
// A dwelling without a row in the household file counts as an eligible nonrespondent. Each step leaves an audit record;
// after each the sum is verified: nonresponse keeps it, post-stratification attains the totals. The result does not
// depend on the order of rows of any file, to the last bit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/weighting/audit.h"
#include "estimation/weighting/plan.h"

namespace cifra {

struct WeightingInputs {
    Table sample, household;
    std::optional<Table> person;              // needed by person steps
    std::map<std::string, Table> benchmarks;  // by the name the plan gives
};

struct WeightingResult {
    // One row per drawn dwelling in the order of the sample file: its columns, outcome, household_weight and, with
    // person steps, person_weight; with keep_steps also weight_after_STEP. 0 where not responding.
    Table weights;
    std::vector<AuditRecord> audit;
};

// Faults: those of join_dwellings and poststratify; unknown-variable, missing-cell-value (a cell variable without value
// where it is needed), and the warning small-cell (a cell that stays deficient although all were joined).
// Refusal: nobody responds.
WeightingResult weigh(const WeightingPlan& plan, const WeightingInputs& inputs, Diagnostics& faults);

}  // namespace cifra
