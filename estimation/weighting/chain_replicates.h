// The whole chain taken again under replicate base weights, and both standard errors of one total side by side.
//
// Replicate r multiplies the base weight of every dwelling by the factor of its unit of the design
// (replication/replicate_factors.h) and takes all steps again, each estimating what it estimates from the weights it is
// given. A replicate in which a step cannot be taken is left out and counted; the others of a bootstrap then share its
// coefficient. Every other method needs all its replicates. Controls that are estimates move from replicate to replicate
// so that the replicates carry their variance (Fuller 1998, Statistica Sinica 8: 1153-1164, section 4). The variance by replicates thus knows the chain as the
// linearized one does (chain_step.h), without its approximation; where they differ much, trust neither before you know
// why.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/replication/replicate_factors.h"
#include "estimation/weighting/chain.h"

namespace cifra {

// The design of the drawn dwellings, and their replicates.
struct ChainDesign {
    SurveyDesign design;
    std::vector<std::uint32_t> unit;  // of each dwelling, in the chain's order
    std::optional<ReplicateFactors> factors;
};

// By the plan's `design` (keys of the design file, variance/README.md) or, without it, strata `stratum`, PSUs `psu`,
// dwellings, and `certainty` where the sample has it. Nothing where the plan asks for neither replicates nor `compare`,
// or after a fault: those of the design and of ReplicateFactors.
std::optional<ChainDesign> chain_design(const WeightingPlan& plan, const WeightingInputs& inputs,
                                        const WeightingUnits& units, std::uint64_t seed, Diagnostics& faults);

// Calls visit(place, weights) for replicate after replicate, on `threads` threads; `place` numbers those that succeed.
// Returns the coefficients of these. Refusal: a replicate that fails under a method that needs all, or more than a
// tenth of a bootstrap's, with the reason of the first. `visit` is called in order.
struct ReplicatedChain {
    std::vector<double> coefficients;
    std::vector<std::string> failures;  // why, of each replicate left out
};
ReplicatedChain replicate_chain(const WeightingChain& chain, const ChainDesign& design, int threads,
                                const std::function<void(const FinalWeights&)>& visit,
                                const std::function<void(double)>& progress);

// The replicate weights of all rows; asked for, since it holds rows × replicates.
struct ReplicateWeights {
    std::vector<Weights> household, person;  // by replicate, by unit
    ReplicatedChain replicated;
};

// Columns: variable, category, weight (household or person), n, total, se_linearized, se_replicates, ratio. Of the
// totals of final weights in each category of `compare`; 0 over 0 where a total is known.
Table compare_errors(const WeightingPlan& plan, const WeightingUnits& units, const WeightingChain& chain,
                     const ChainDesign& design, const ReplicateWeights* replicates, Diagnostics& faults);

// One row per unit, in the order of its file: id columns, weight, rw_1 .. rw_R.
Table household_replicates(const WeightingInputs& inputs, const WeightingPlan& plan, const WeightingResult& result,
                           const ReplicateWeights& replicates);
Table person_replicates(const WeightingInputs& inputs, const WeightingResult& result,
                        const ReplicateWeights& replicates);

}  // namespace cifra
