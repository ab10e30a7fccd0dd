// The whole chain taken again under replicate base weights, and both standard errors of one total side by side.
//
// Replicate r multiplies the base weight of every dwelling by the factor of its unit of the design
// (replication/replicate_factors.h) and takes all steps again, each estimating what it estimates from the weights it is
// given. A replicate in which a step cannot be taken is left out and counted; the others of a bootstrap then share its
// coefficient. Every other method needs all its replicates. Controls that are estimates move from replicate to
// replicate so that the replicates carry their variance (Fuller 1998, Statistica Sinica 8: 1153-1164, section 4). The
// variance by replicates thus knows the chain as the linearized one does (chain_step.h), without its approximation;
// where they differ much, trust neither before you know why.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <span>
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

// Both standard errors of the totals of final weights in each category of the plan's `compare`. Replicates are added as
// they are made, so none is kept.
class ErrorComparison {
public:
    // Faults: unknown-variable. The parts must outlive the comparison.
    ErrorComparison(const WeightingPlan& plan, const WeightingUnits& units, const WeightingChain& chain,
                    Diagnostics& faults);
    void add(const FinalWeights& replicate);

    // Columns: variable, category, weight (household or person), n, total, se_linearized, se_replicates (missing where
    // none was added), ratio. 0 over 0 where a total is known. `coefficients`: of the replicates added.
    Table table(const ChainDesign& design, std::span<const double> coefficients) const;

private:
    // Units of a level that fall in a category, and the level their weight is of.
    struct Category {
        std::string variable, code;
        bool persons = false;
        std::vector<std::size_t> units;
        std::vector<double> replicates;  // its total in each
    };
    void add_variable(const WeightingPlan& plan, const std::string& variable, const WeightingUnits& units,
                      Diagnostics& faults);
    double linearized_error(const Category& category, const ChainDesign& design) const;

    const WeightingChain& chain_;
    std::vector<Category> categories_;
};

// The replicate weights of one level, kept because a file of them is asked for: units x replicates.
using ReplicateWeights = std::vector<Weights>;  // by replicate, by unit

// One row per unit, in the order of its file: id columns, weight, rw_1 .. rw_R. Written in blocks of rows.
void write_household_replicates(const WeightingInputs& inputs, const WeightingPlan& plan, const WeightingResult& result,
                                const ReplicateWeights& replicates, std::ostream& csv);
void write_person_replicates(const WeightingInputs& inputs, const WeightingResult& result,
                             const ReplicateWeights& replicates, std::ostream& csv);

}  // namespace cifra
