#include "estimation/weighting/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimation/weighting/dwellings.h"
#include "estimation/weighting/nonresponse.h"
#include "estimation/weighting/poststratification.h"

namespace cifra {

namespace {

using Mask = std::vector<std::uint8_t>;

// The weights as they pass from step to step, rows in the order of the dwellings' ids.
class Chain {
public:
    Chain(const WeightingPlan& plan, const WeightingInputs& inputs, Dwellings dwellings, Diagnostics& faults)
        : plan_(plan), inputs_(inputs), dwellings_(std::move(dwellings)), faults_(faults) {}

    WeightingResult run();

private:
    void start();
    void take(const WeightingStep& step);
    void take_nonresponse(const WeightingStep& step, const Mask& eligible, const Mask& responds);
    void take_poststratification(const WeightingStep& step, const Mask& inside);
    void take_selection(const WeightingStep& step);
    void close_households();
    void close_persons();
    void drop(const std::string& step, const Mask& keep);
    void record(const std::string& step, std::vector<double> after);
    void adopt(const std::string& step, AdjustedWeights adjusted);
    void warn_if_deficient(const WeightingStep& step, const std::vector<CellGroup>& groups);
    std::optional<std::vector<Column>> cell_columns(const WeightingStep& step, const Mask& rows);
    Table result_table() const;

    const WeightingPlan& plan_;
    const WeightingInputs& inputs_;
    Dwellings dwellings_;
    Diagnostics& faults_;
    std::vector<double> weights_, household_weights_;
    std::vector<AuditRecord> audit_;
    std::vector<std::pair<std::string, std::vector<double>>> after_;
    Mask selected_;  // responding households with at least one eligible person
    bool households_closed_ = false, persons_closed_ = false, failed_ = false;
};

void Chain::record(const std::string& step, std::vector<double> after) {
    audit_.push_back(audit_step(step, weights_.empty() ? after : weights_, after));
    after_.emplace_back(step, after);
    weights_ = std::move(after);
}

void Chain::adopt(const std::string& step, AdjustedWeights adjusted) {
    audit_.insert(audit_.end(), adjusted.records.begin(), adjusted.records.end());
    after_.emplace_back(step, adjusted.weights);
    weights_ = std::move(adjusted.weights);
}

void Chain::drop(const std::string& step, const Mask& keep) {
    std::vector<double> after = weights_;
    for (std::size_t i = 0; i < after.size(); ++i)
        if (!keep[i]) after[i] = 0;
    record(step, std::move(after));
}

void Chain::start() {
    record("base", dwellings_.base_weight);
    drop("eligibility", dwellings_.in_scope);
}

std::optional<std::vector<Column>> Chain::cell_columns(const WeightingStep& step, const Mask& rows) {
    std::vector<Column> columns;
    const std::size_t before = faults_.error_count();
    for (const std::string& name : step.cells) {
        const Column* column = dwellings_.facts.find(name);
        if (!column) {
            faults_.error(step.where, "unknown-variable", fmt::format("no file and no group has '{}'", name),
                          suggestion(name, dwellings_.facts.names()));
            continue;
        }
        std::size_t missing = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) missing += rows[i] && !column->present(i);
        if (missing > 0)
            faults_.error(step.where, "missing-cell-value",
                          fmt::format("{}: '{}' has no value in {} rows that belong to a cell", to_text(step.kind),
                                      name, missing),
                          "use variables known for every one of these units (for nonresponse: of the sample), or add a "
                          "rule to the group that takes the rest");
        columns.push_back(*column);
    }
    if (faults_.error_count() > before) return std::nullopt;
    return columns;
}

void Chain::warn_if_deficient(const WeightingStep& step, const std::vector<CellGroup>& groups) {
    for (const CellGroup& group : groups)
        if (step.collapse && deficient(group.sums, *step.collapse))
            faults_.warning(step.where, "small-cell",
                            fmt::format("{}: with all cells joined there are {} respondents and a factor of {:.3f}",
                                        to_text(step.kind), group.sums.respondents, group.sums.factor()),
                            "lower 'min_respondents' or raise 'max_factor' if that is meant");
}

void Chain::take_nonresponse(const WeightingStep& step, const Mask& eligible, const Mask& responds) {
    const auto columns = cell_columns(step, eligible);
    if (!columns) {
        failed_ = true;
        return;
    }
    const AdjustmentCells cells = form_cells(step.cells, *columns, eligible);
    auto adjusted = adjust_nonresponse(to_text(step.kind), weights_, eligible, responds, cells, *step.collapse);
    warn_if_deficient(step, adjusted.groups);
    adopt(to_text(step.kind), std::move(adjusted));
}

void Chain::take_poststratification(const WeightingStep& step, const Mask& inside) {
    const auto columns = cell_columns(step, inside);
    const Table& table = inputs_.benchmarks.at(step.benchmarks);
    const Benchmarks benchmarks = read_benchmarks(table, step.cells, step.total, faults_);
    failed_ = failed_ || !columns || faults_.has_errors();
    if (failed_) return;
    auto adjusted = poststratify(to_text(step.kind), weights_, inside, *columns, benchmarks, step.collapse,
                                 {table.source, 0, 0}, faults_);
    if (!adjusted) {
        failed_ = true;
        return;
    }
    warn_if_deficient(step, adjusted->groups);
    adopt(to_text(step.kind), std::move(*adjusted));
}

void Chain::take_selection(const WeightingStep& step) {
    household_weights_ = weights_;
    selected_.assign(weights_.size(), 0);
    std::vector<double> after(weights_.size(), 0.0);
    for (std::size_t i = 0; i < after.size(); ++i) {
        const double eligible = dwellings_.eligible[i];
        if (!dwellings_.household[i] || !(eligible >= 1)) continue;
        selected_[i] = 1;
        after[i] = weights_[i] * (step.cap > 0 ? std::min(eligible, step.cap) : eligible);
    }
    record(to_text(step.kind), std::move(after));
}

void Chain::close_households() {
    if (!households_closed_) drop("household_response", dwellings_.household);
    households_closed_ = true;
}

void Chain::close_persons() {
    if (!persons_closed_) drop("person_response", dwellings_.person);
    persons_closed_ = true;
}

void Chain::take(const WeightingStep& step) {
    switch (step.kind) {
        case StepKind::household_nonresponse:
            take_nonresponse(step, dwellings_.in_scope, dwellings_.household);
            households_closed_ = true;
            break;
        case StepKind::household_poststratification:
            close_households();
            take_poststratification(step, dwellings_.household);
            break;
        case StepKind::person_selection:
            close_households();
            take_selection(step);
            break;
        case StepKind::person_nonresponse:
            take_nonresponse(step, selected_, dwellings_.person);
            persons_closed_ = true;
            break;
        case StepKind::person_poststratification:
            close_persons();
            take_poststratification(step, dwellings_.person);
            break;
    }
}

Table Chain::result_table() const {
    std::vector<std::size_t> back(dwellings_.size());
    for (std::size_t i = 0; i < back.size(); ++i) back[dwellings_.sample_row[i]] = i;
    Table table = inputs_.sample;
    table.set("outcome", Column::of_texts(dwellings_.outcome).pick(back));
    table.set("household_weight", Column::of_numbers(household_weights_).pick(back));
    if (plan_.weighs_persons()) table.set("person_weight", Column::of_numbers(weights_).pick(back));
    if (plan_.keep_steps)
        for (const auto& [step, weights] : after_)
            table.set("weight_after_" + step, Column::of_numbers(weights).pick(back));
    return table;
}

WeightingResult Chain::run() {
    start();
    for (const WeightingStep& step : plan_.steps) {
        take(step);
        if (failed_) return {};
    }
    close_households();
    if (plan_.weighs_persons())
        close_persons();
    else
        household_weights_ = weights_;
    return {result_table(), std::move(audit_)};
}

}  // namespace

WeightingResult weigh(const WeightingPlan& plan, const WeightingInputs& inputs, Diagnostics& faults) {
    const std::size_t before = faults.error_count();
    Dwellings dwellings = join_dwellings(inputs.sample, inputs.household, inputs.person, plan, faults);
    if (faults.error_count() > before) return {};
    return Chain(plan, inputs, std::move(dwellings), faults).run();
}

}  // namespace cifra
