#include "estimation/weighting/chain.h"

#include "estimation/weighting/chain_builder.h"

namespace cifra {

namespace {

// A column over the rows of a file from one over units; rows without a unit get 0.
Column by_file_row(const Weights& weights, const std::vector<std::size_t>& row, std::size_t rows) {
    std::vector<double> result(rows, 0.0);
    for (std::size_t i = 0; i < weights.size(); ++i)
        if (row[i] != Column::npos) result[row[i]] = weights[i];
    return Column::of_numbers(std::move(result));
}

// Sums over the persons of each dwelling.
Weights by_dwelling(const Weights& persons, const WeightingChain& chain) {
    Weights result(chain.base.size(), 0.0);
    for (std::size_t k = 0; k < persons.size(); ++k) result[chain.dwelling[k]] += persons[k];
    return result;
}

}  // namespace

FinalWeights take_steps(const WeightingChain& chain, Weights base, const ControlShift& shift) {
    FinalWeights result;
    for (std::size_t s = 0; s < chain.steps.size(); ++s) {
        if (s == chain.household_steps) result.household = base;
        base = chain.steps[s].forwards(base, shift);
    }
    (chain.weighs_persons() ? result.person : result.household) = std::move(base);
    return result;
}

Linearized linearized(const WeightingChain& chain, Weights a, bool of_persons) {
    Linearized result;
    const std::size_t steps = of_persons ? chain.steps.size() : chain.household_steps;
    for (std::size_t s = steps; s-- > 0;) {
        if (chain.weighs_persons() && s == chain.household_steps) a = by_dwelling(a, chain);
        const auto& sweep = chain.steps[s].sweep;
        if (sweep) a = swept_back(*sweep, std::move(a), result.sources);
    }
    result.by_dwelling = std::move(a);
    return result;
}

WeightingResult weigh(const WeightingPlan& plan, const WeightingInputs& inputs, Diagnostics& faults) {
    const std::size_t before = faults.error_count();
    WeightingResult result;
    result.units = join_units(inputs.sample, inputs.household, inputs.person, plan, faults);
    if (faults.error_count() > before) return result;
    ChainBuilder(plan, inputs, result.units, faults).build(result.chain, result.audit);
    return result;
}

Table weights_table(const WeightingPlan& plan, const WeightingInputs& inputs, const WeightingResult& result) {
    const auto& [units, chain, audit] = result;
    const bool person_here = plan.selects_one_person();
    Table table = inputs.sample;
    std::vector<std::size_t> back(units.file_row.size());
    for (std::size_t i = 0; i < back.size(); ++i) back[units.file_row[i]] = i;
    table.set("outcome", Column::of_texts(units.outcome).pick(back));
    table.set("household_weight", by_file_row(chain.household_weights(), units.file_row, table.rows()));
    if (person_here)
        table.set("person_weight",
                  by_file_row(by_dwelling(chain.final_weights(), chain), units.file_row, table.rows()));
    for (std::size_t s = 0; s < chain.steps.size() && plan.keep_steps; ++s) {
        const bool of_persons = s >= chain.household_steps;
        if (of_persons && !person_here) break;
        table.set("weight_after_" + chain.steps[s].name,
                  by_file_row(of_persons ? by_dwelling(chain.after[s], chain) : chain.after[s], units.file_row,
                              table.rows()));
    }
    return table;
}

std::optional<Table> person_weights_table(const WeightingPlan& plan, const WeightingInputs& inputs,
                                          const WeightingResult& result) {
    const auto& [units, chain, audit] = result;
    if (!plan.weighs_persons() || plan.selects_one_person() || !inputs.person) return std::nullopt;
    Table table = *inputs.person;
    table.set("person_weight", by_file_row(chain.final_weights(), units.person_row, table.rows()));
    for (std::size_t s = chain.household_steps; s < chain.steps.size() && plan.keep_steps; ++s)
        table.set("weight_after_" + chain.steps[s].name, by_file_row(chain.after[s], units.person_row, table.rows()));
    return table;
}

}  // namespace cifra
