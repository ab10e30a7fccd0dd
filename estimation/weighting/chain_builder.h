// Takes the steps of a plan one after the other, on the weights of the sample.
#pragma once

#include <limits>

#include "engine/diagnostics.h"
#include "estimation/weighting/chain.h"

namespace cifra {

// Faults and refusals as in chain.h. The chain is void after a fault.
class ChainBuilder {
public:
    ChainBuilder(const WeightingPlan& plan, const WeightingInputs& inputs, const WeightingUnits& units,
                 Diagnostics& faults)
        : plan_(plan), inputs_(inputs), units_(units), faults_(faults) {}

    // Fills chain and audit.
    void build(WeightingChain& chain, std::vector<AuditRecord>& audit);

private:
    const UnitStatus& status() const { return units_.status(level_); }
    Mask eligible() const;  // in scope, known to be where that was settled
    Mask responding() const;
    Location source() const;

    void prepare(const WeightingStep& step);  // scope and response, before a step that needs them
    void take(const WeightingStep& step);
    void take_factor(const WeightingStep& step);
    void take_ratio(const WeightingStep& step);
    void finish_ratio(const WeightingStep& step, const Mask& inside, Weights measure, const Weights& measured);
    void take_eligibility(const WeightingStep& step);
    void take_nonresponse(const WeightingStep& step);
    void take_propensity(const WeightingStep& step);
    void take_selection(const WeightingStep& step);
    void take_poststratification(const WeightingStep& step);
    void take_calibration(const WeightingStep& step);
    void take_trimming(const WeightingStep& step);
    std::optional<TrimmingRule> best_rule(const WeightingStep& step, const AdjustmentCells& cells);
    std::optional<Controls> controls_of(const WeightingStep& step, const Mask& inside);
    std::optional<Weights> variances_of(const WeightingStep& step, const Mask& inside);
    void audit_controls(const WeightingStep& step, const Weights& before, const Weights& after);
    void leave_out_of_scope(const std::string& name);
    void close_response();
    void close_level();

    void record(const std::string& name, ChainStep step);
    void adopt(const WeightingStep& step, const Mask& gives, const Mask& takes, AdjustedWeights adjusted,
               bool known_totals);
    void warn_if_deficient(const WeightingStep& step, const std::vector<CellGroup>& groups);
    std::optional<std::vector<Column>> cell_columns(const WeightingStep& step, const Mask& rows);
    std::optional<Weights> factor_values(const WeightingStep& step, std::size_t level, double least,
                                         double most = std::numeric_limits<double>::infinity());

    const WeightingPlan& plan_;
    const WeightingInputs& inputs_;
    const WeightingUnits& units_;
    Diagnostics& faults_;
    WeightingChain* chain_ = nullptr;
    std::vector<AuditRecord>* audit_ = nullptr;
    Weights weights_;
    std::optional<Controls> controls_;  // of the last calibration of the level
    CalibrationOptions options_;
    std::vector<AuditRecord> candidates_;  // of the trimming being taken
    std::size_t level_ = dwelling_level;
    bool unknown_settled_ = false, in_scope_only_ = false, respondents_only_ = false;
};

}  // namespace cifra
