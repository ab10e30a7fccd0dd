// The weighting chain: the steps of the plan in the order of the file, from the probabilities of selection to the final
// weights, ready to be taken again in every replicate.
//
//   base                1 / (pi_1 pi_2), checked against the probabilities
//   multiplicity, subsampling, first_stage_ratio      of drawn units
//   eligibility         units of unknown status hand their weight to known ones; then ineligible units get 0
//   nonresponse         respondents carry nonrespondents; without this step these get 0 and the loss is recorded
//   poststratification, calibration, trimming, time_factor
//   person_selection    household weight x eligible adults, / probability, or 1      household_weight → person_weight
//   and the same steps again for persons
//
// A dwelling without a row in the household file counts as an eligible nonrespondent. Each step leaves an audit record;
// after each its sums are verified. The result does not depend on the order of rows of any file, to the last bit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/weighting/audit.h"
#include "estimation/weighting/chain_step.h"
#include "estimation/weighting/plan.h"
#include "estimation/weighting/units.h"

namespace cifra {

struct WeightingInputs {
    Table sample;
    std::optional<Table> household;           // absent: the sample tells the outcome
    std::optional<Table> person;              // needed by person steps
    std::map<std::string, Table> benchmarks;  // by the name the plan gives
};

// The steps that were taken, in order, and the weights by unit after each. steps[0 .. household_steps) are those of
// dwellings; the next one, if any, selects persons.
struct WeightingChain {
    Weights base;
    std::vector<ChainStep> steps;
    std::vector<Weights> after;  // of each step
    std::size_t household_steps = 0;
    std::vector<std::size_t> dwelling;  // of persons

    bool weighs_persons() const { return household_steps < steps.size(); }
    const Weights& household_weights() const { return household_steps ? after[household_steps - 1] : base; }
    const Weights& final_weights() const { return after.empty() ? base : after.back(); }
};

// Weights of dwellings and of persons (empty where none are weighed) from other base weights: those of a replicate.
// Throws Refusal where a step cannot be taken.
struct FinalWeights {
    Weights household, person;
};
FinalWeights take_steps(const WeightingChain& chain, Weights base, const ControlShift& shift = {});

// z by dwelling of a total Σ w y of final weights, with a = w y: by person where `of_persons`, else by dwelling; and
// R'B of controls that are estimates, independent of each other and of the sample.
struct Linearized {
    Weights by_dwelling, sources;
};
Linearized linearized(const WeightingChain& chain, Weights a, bool of_persons);

struct WeightingResult {
    WeightingUnits units;
    WeightingChain chain;
    std::vector<AuditRecord> audit;
};

// Faults: those of join_units, of the steps; unknown-variable, missing-cell-value (a cell variable without value where
// it is needed), bad-factor, and the warning small-cell (a cell that stays deficient although all were joined).
// Refusal: nobody responds, controls that cannot be met.
WeightingResult weigh(const WeightingPlan& plan, const WeightingInputs& inputs, Diagnostics& faults);

// One row per drawn dwelling in the order of the sample file: its columns, outcome, household_weight and, where a
// household has one person at most, person_weight; with keep_steps also weight_after_STEP. 0 where not responding.
Table weights_table(const WeightingPlan& plan, const WeightingInputs& inputs, const WeightingResult& result);

// One row per person of the person file, in its order: its columns and person_weight. Nothing where a household has one
// person at most, whose weight stands with the dwelling.
std::optional<Table> person_weights_table(const WeightingPlan& plan, const WeightingInputs& inputs,
                                          const WeightingResult& result);

}  // namespace cifra
