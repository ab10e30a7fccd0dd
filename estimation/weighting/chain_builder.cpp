#include "estimation/weighting/chain_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/design_columns.h"
#include "estimation/weighting/dispositions.h"
#include "estimation/weighting/nonresponse.h"
#include "estimation/weighting/poststratification.h"

namespace cifra {

namespace {

Mask both(const Mask& a, const Mask& b) {
    Mask result(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] && b[i];
    return result;
}

bool all(const Mask& mask) {
    return std::all_of(mask.begin(), mask.end(), [](std::uint8_t bit) { return bit != 0; });
}

Weights as_factors(const Mask& mask) { return {mask.begin(), mask.end()}; }

Location row_place(const Table& table, std::size_t row) {
    return {table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
}

// Steps whose units need not be known to belong to the population.
bool of_all_drawn(StepKind kind) {
    return kind == StepKind::multiplicity || kind == StepKind::subsampling || kind == StepKind::first_stage_ratio ||
           kind == StepKind::eligibility;
}

}  // namespace

Mask ChainBuilder::eligible() const {
    return unknown_settled_ ? both(status().in_scope, status().known) : status().in_scope;
}

Mask ChainBuilder::responding() const { return both(eligible(), status().responds); }

void ChainBuilder::record(const std::string& name, ChainStep step) {
    Weights after = step.forwards(weights_, {});
    audit_->push_back(audit_step(name, weights_, after));
    chain_->steps.push_back(std::move(step));
    chain_->after.push_back(after);
    weights_ = std::move(after);
}

void ChainBuilder::adopt(const WeightingStep& step, const Mask& gives, const Mask& takes, AdjustedWeights adjusted,
                         bool known_totals) {
    warn_if_deficient(step, adjusted.groups);
    for (AuditRecord& record : adjusted.records) record.known_total = known_totals && record.control.has_value();
    audit_->insert(audit_->end(), adjusted.records.begin(), adjusted.records.end());
    CellStep cells{adjusted.group_of_row, gives, takes, {}, {}, {}};
    for (std::size_t g = 0; g < adjusted.groups.size(); ++g) {
        cells.names.push_back(adjusted.records[g + 1].cell);
        if (known_totals) cells.targets.push_back(adjusted.groups[g].sums.target);
    }
    chain_->steps.push_back(cell_step(step.name, std::move(cells), weights_, adjusted.weights));
    chain_->after.push_back(adjusted.weights);
    weights_ = std::move(adjusted.weights);
}

void ChainBuilder::warn_if_deficient(const WeightingStep& step, const std::vector<CellGroup>& groups) {
    for (const CellGroup& group : groups)
        if (step.collapse && deficient(group.sums, *step.collapse))
            faults_.warning(step.where, "small-cell",
                            fmt::format("{}: with all cells joined there are {} respondents and a factor of {:.3f}",
                                        step.name, group.sums.respondents, group.sums.factor()),
                            "lower 'min_respondents' or raise 'max_factor' if that is meant");
}

std::optional<std::vector<Column>> ChainBuilder::cell_columns(const WeightingStep& step, const Mask& rows) {
    std::vector<Column> columns;
    const std::size_t before = faults_.error_count();
    for (const std::string& name : step.cells) {
        if (!units_.levels.knows(level_, name)) {
            const bool below = level_ + 1 < units_.levels.size() && units_.levels.knows(level_ + 1, name);
            faults_.error(
                step.where, "unknown-variable",
                below ? fmt::format("'{}' is known of persons, and {} is a step of households", name, step.name)
                      : fmt::format("no file and no group has '{}'", name),
                below ? "put the step after person_selection" : suggestion(name, units_.levels.schema(level_).names()));
            continue;
        }
        const Column& column = units_.levels.column(level_, name);
        std::size_t missing = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) missing += rows[i] && !column.present(i);
        if (missing > 0)
            faults_.error(
                step.where, "missing-cell-value",
                fmt::format("{}: '{}' has no value in {} rows that belong to a cell", step.name, name, missing),
                "use variables known for every one of these units (for nonresponse: of the sample), or add a "
                "rule to the group that takes the rest");
        columns.push_back(column);
    }
    if (faults_.error_count() > before) return std::nullopt;
    return columns;
}

// ---- scope and response

void ChainBuilder::leave_out_of_scope(const std::string& name) {
    if (!in_scope_only_ && (level_ == dwelling_level || !all(eligible())))
        record(name, factor_step(name, as_factors(eligible())));
    in_scope_only_ = true;
}

void ChainBuilder::close_response() {
    const std::string name = level_ == dwelling_level ? "household_response" : "person_response";
    if (!respondents_only_) record(name, factor_step(name, as_factors(responding())));
    respondents_only_ = true;
}

void ChainBuilder::close_level() {
    leave_out_of_scope(level_ == dwelling_level ? "eligibility" : "person_eligibility");
    close_response();
}

void ChainBuilder::prepare(const WeightingStep& step) {
    if (of_all_drawn(step.kind)) return;
    if (step.kind == StepKind::nonresponse)
        leave_out_of_scope(level_ == dwelling_level ? "eligibility" : "person_eligibility");
    else
        close_level();
}

// ---- steps

std::optional<Weights> ChainBuilder::factor_values(const WeightingStep& step, std::size_t level, double least,
                                                   double most) {
    const auto expression =
        parse_expression(step.factor, step.factor_at, units_.levels.schema(level), faults_, Type::number);
    if (!expression) return std::nullopt;
    const Column column = units_.levels.evaluate(level, *expression);
    Weights values(column.size());
    std::size_t bad = 0, first = 0;
    for (std::size_t k = values.size(); k-- > 0;) {
        values[k] = column.present(k) ? column.number(k) : std::nan("");
        if (level == level_ && weights_[k] == 0) values[k] = 1;
        if (!(values[k] > 0 && values[k] >= least && values[k] <= most && std::isfinite(values[k]))) ++bad, first = k;
        if (step.cap > 0) values[k] = std::min(values[k], step.cap);
    }
    if (bad == 0) return values;
    const auto& table = units_.levels[level].table;
    faults_.error(row_place(table, first), "bad-factor",
                  fmt::format("{}: '{}' is missing, or outside {:g} to {:g}, in {} units, first here", step.name,
                              step.factor, least, most, bad),
                  "correct the column, or say with coalesce() what a missing value means");
    return std::nullopt;
}

void ChainBuilder::take_factor(const WeightingStep& step) {
    const bool links = step.kind == StepKind::multiplicity;
    auto factors = factor_values(step, level_, links ? 1 : 0);
    if (!factors) return;
    if (links)
        for (double& factor : *factors) factor = 1 / factor;
    record(step.name, factor_step(step.name, std::move(*factors)));
}

void ChainBuilder::take_eligibility(const WeightingStep& step) {
    const Mask drawn(weights_.size(), 1);
    if (const auto columns = cell_columns(step, drawn)) {
        const AdjustmentCells cells = form_cells(step.cells, *columns, drawn);
        adopt(step, drawn, status().known,
              adjust_unknown_eligibility(step.name, weights_, status().known, cells, *step.collapse), false);
    }
    unknown_settled_ = true;
    leave_out_of_scope(level_ == dwelling_level ? "ineligible" : "person_ineligible");
}

void ChainBuilder::take_nonresponse(const WeightingStep& step) {
    const Mask gives = eligible(), takes = responding();
    if (const auto columns = cell_columns(step, gives)) {
        const AdjustmentCells cells = form_cells(step.cells, *columns, gives);
        adopt(step, gives, takes, adjust_nonresponse(step.name, weights_, gives, takes, cells, *step.collapse), false);
    }
    respondents_only_ = true;
}

void ChainBuilder::take_poststratification(const WeightingStep& step) {
    const Mask inside = responding();
    const auto columns = cell_columns(step, inside);
    const Table& table = inputs_.benchmarks.at(step.benchmarks);
    const std::size_t before = faults_.error_count();
    const Benchmarks benchmarks = read_benchmarks(table, step.cells, step.total, faults_);
    if (!columns || faults_.error_count() > before) return;
    auto adjusted =
        poststratify(step.name, weights_, inside, *columns, benchmarks, step.collapse, {table.source, 0, 0}, faults_);
    if (adjusted) adopt(step, inside, inside, std::move(*adjusted), true);
}

void ChainBuilder::take_selection(const WeightingStep& step) {
    close_level();
    chain_->household_steps = chain_->steps.size();
    const std::vector<std::size_t>& household = units_.dwelling;
    Weights factors(household.size(), 1.0);
    if (!step.factor.empty()) {
        const auto probability = factor_values(step, person_level, 0, 1);
        if (!probability) return;
        for (std::size_t k = 0; k < factors.size(); ++k) factors[k] = 1 / (*probability)[k];
    } else if (!step.all_persons) {
        for (std::size_t k = 0; k < factors.size(); ++k) factors[k] = units_.person_factor[household[k]];
    }
    if (step.cap > 0)
        for (double& factor : factors) factor = std::min(factor, step.cap);
    level_ = person_level;
    controls_.reset();
    unknown_settled_ = in_scope_only_ = respondents_only_ = false;
    chain_->dwelling = household;
    record(step.name, selection_step(step.name, household, std::move(factors)));
}

void ChainBuilder::take(const WeightingStep& step) {
    prepare(step);
    switch (step.kind) {
        case StepKind::multiplicity:
        case StepKind::subsampling:
        case StepKind::time_factor:
            return take_factor(step);
        case StepKind::first_stage_ratio:
            return take_ratio(step);
        case StepKind::eligibility:
            return take_eligibility(step);
        case StepKind::nonresponse:
            return step.propensity ? take_propensity(step) : take_nonresponse(step);
        case StepKind::person_selection:
            return take_selection(step);
        case StepKind::poststratification:
            return take_poststratification(step);
        case StepKind::calibration:
            return take_calibration(step);
        case StepKind::trimming:
            return take_trimming(step);
    }
}

void ChainBuilder::build(WeightingChain& chain, std::vector<AuditRecord>& audit) {
    chain_ = &chain;
    audit_ = &audit;
    weights_ = chain.base = units_.base_weight;
    audit.push_back(audit_step("base", weights_, weights_));
    for (const WeightingStep& step : plan_.steps) {
        const std::size_t before = faults_.error_count();
        try {
            take(step);
        } catch (const Refusal& refusal) {
            throw Refusal(fmt::format("{}:{}: {}", step.where.file, step.where.line, refusal.what()));
        }
        if (faults_.error_count() > before) return;
    }
    close_level();
    if (level_ == dwelling_level) chain.household_steps = chain.steps.size();
}

}  // namespace cifra
