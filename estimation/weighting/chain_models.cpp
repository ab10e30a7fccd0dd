// The steps of chain_builder.h that estimate more than rates of cells.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "engine/design_columns.h"
#include "engine/summation.h"
#include "estimation/weighting/calibration_controls.h"
#include "estimation/weighting/chain_builder.h"
#include "estimation/weighting/poststratification.h"
#include "estimation/weighting/trimming_mse.h"

namespace cifra {

namespace {

namespace c = design_columns;

// The PSU of each dwelling, numbered; those taken with certainty keep their weight and have none.
std::vector<std::size_t> psu_of_dwelling(const Table& facts, std::size_t& count) {
    const Column strata = facts.at(c::stratum).as_text(), psus = facts.at(c::psu).as_text();
    const Column* certainty = facts.find(c::certainty);
    std::map<std::pair<std::string, std::string>, std::size_t> number;
    std::vector<std::size_t> result;
    for (std::size_t k = 0; k < facts.rows(); ++k) {
        const bool certain = certainty && certainty->present(k) && certainty->cell(k) == "1";
        result.push_back(certain ? Column::npos
                                 : number.try_emplace({strata.text(k), psus.text(k)}, number.size()).first->second);
    }
    count = number.size();
    return result;
}

}  // namespace

// x_i / π_i of a PSU is shared among its dwellings by weight, so that a replicate that drops the PSU drops it here too.
void ChainBuilder::take_ratio(const WeightingStep& step) {
    const Table& facts = units_.levels[dwelling_level].table;
    const std::size_t before = faults_.error_count();
    for (const char* name : {c::stratum, c::psu, c::psu_probability})
        if (!facts.has(name))
            faults_.error(step.where, "missing-column",
                          fmt::format("{} needs the column '{}' of the sample", step.name, name),
                          "take the sample file that 'draw' wrote");
    if (faults_.error_count() > before) return;
    WeightingStep size_of = step;
    size_of.factor = step.size;
    size_of.factor_at = step.where;
    const auto size = factor_values(size_of, level_, 0);
    if (!size) return;
    std::size_t psus = 0;
    const std::vector<std::size_t> psu = psu_of_dwelling(facts, psus);
    std::vector<CompensatedSum> sums(psus);
    Mask inside(psu.size());
    for (std::size_t k = 0; k < psu.size(); ++k) {
        inside[k] = psu[k] != Column::npos;
        if (inside[k]) sums[psu[k]].add(weights_[k]);
    }
    Weights measure(psu.size(), 0.0), measured(psu.size(), 0.0);
    for (std::size_t k = 0; k < psu.size(); ++k) {
        if (!inside[k]) continue;
        measure[k] = (*size)[k] / (facts.at(c::psu_probability).number(k) * sums[psu[k]].value());
        measured[k] = weights_[k] * measure[k];
    }
    finish_ratio(step, inside, std::move(measure), measured);
}

void ChainBuilder::finish_ratio(const WeightingStep& step, const Mask& inside, Weights measure,
                                const Weights& measured) {
    const auto columns = cell_columns(step, inside);
    const Table& table = inputs_.benchmarks.at(step.benchmarks);
    const std::size_t before = faults_.error_count();
    const Benchmarks benchmarks = read_benchmarks(table, step.cells, step.total, faults_);
    if (!columns || faults_.error_count() > before) return;
    const auto adjusted =
        poststratify(step.name, measured, inside, *columns, benchmarks, std::nullopt, {table.source, 0, 0}, faults_);
    if (!adjusted) return;
    CellStep cells{adjusted->group_of_row, inside, inside, {}, std::move(measure), {}};
    Weights after = weights_;
    for (std::size_t g = 0; g < adjusted->groups.size(); ++g) {
        cells.names.push_back(adjusted->records[g + 1].cell);
        cells.targets.push_back(adjusted->groups[g].sums.target);
    }
    for (std::size_t k = 0; k < after.size(); ++k)
        if (cells.group[k] != AdjustmentCells::none) after[k] *= adjusted->groups[cells.group[k]].sums.factor();
    audit_->push_back(audit_step(step.name, weights_, after));
    audit_->insert(audit_->end(), adjusted->records.begin() + 1, adjusted->records.end());
    chain_->steps.push_back(cell_step(step.name, std::move(cells), weights_, after));
    chain_->after.push_back(after);
    weights_ = std::move(after);
}

// ---- propensity

void ChainBuilder::take_propensity(const WeightingStep& step) {
    const Mask gives = eligible(), takes = responding();
    WeightingStep predictors = step;
    predictors.cells = step.propensity->predictors;
    const auto columns = cell_columns(predictors, gives);
    if (!columns) return;
    std::vector<Predictor> named;
    for (std::size_t i = 0; i < columns->size(); ++i) named.push_back({predictors.cells[i], (*columns)[i]});
    PropensityProblem problem = prepare_propensity(named, gives, takes);
    if (step.propensity->classes == 0) {
        record(step.name, propensity_step(step.name, std::move(problem), gives, takes, step.propensity->weighted));
    } else {
        const PropensityClassRule rule{step.propensity->classes, step.propensity->factor, *step.collapse};
        record(step.name,
               propensity_class_step(step.name, std::move(problem), gives, takes, step.propensity->weighted, rule));
    }
    respondents_only_ = true;
}

// ---- calibration

namespace {

// Totals of persons by household: each column of the controls becomes a number of the household.
Controls by_household(const Controls& persons, const std::vector<std::size_t>& household, std::size_t households) {
    const std::vector<std::string> names = persons.names();
    const Eigen::VectorXd totals = persons.totals();
    std::vector<Weights> values(names.size(), Weights(households, 0.0));
    for (std::size_t k = 0; k < household.size(); ++k)
        persons.for_each(k, [&](std::size_t, std::size_t j, double x) { values[j][household[k]] += x; });
    Controls result;
    for (std::size_t j = 0; j < names.size(); ++j) {
        Control control;
        control.names = {names[j]};
        control.totals = {totals(static_cast<Eigen::Index>(j))};
        control.value = std::move(values[j]);
        result.add(std::move(control));
    }
    return result;
}

}  // namespace

std::optional<Controls> ChainBuilder::controls_of(const WeightingStep& step, const Mask& inside) {
    if (step.of_persons && (level_ == person_level || !plan_.weighs_persons())) {
        faults_.error(step.where, "step-order", fmt::format("{}: totals 'of: persons' belong to households", step.name),
                      "put the step before person_selection, or leave 'of' out");
        return std::nullopt;
    }
    const std::size_t level = step.of_persons ? person_level : level_;
    CalibrationPlan plan = *step.calibration;
    plan.level = units_.levels[level].name;
    Weights members(units_.levels[level].rows(), 0.0);
    for (std::size_t k = 0; k < members.size(); ++k) {
        const std::size_t unit = step.of_persons ? units_.dwelling[k] : k;
        members[k] = inside[unit] && (!step.of_persons || units_.persons.in_scope[k]) ? weights_[unit] : 0;
    }
    SurveyData data;
    data.hierarchy = units_.levels;
    const std::size_t before = faults_.error_count();
    Controls controls = form_controls(plan, data, members, faults_);
    if (faults_.error_count() > before) return std::nullopt;
    return step.of_persons ? by_household(controls, units_.dwelling, units_.dwellings.size()) : std::move(controls);
}

std::optional<Weights> ChainBuilder::variances_of(const WeightingStep& step, const Mask& inside) {
    if (!step.calibration->variance) return Weights{};
    WeightingStep read = step;
    read.factor = text_of(*step.calibration->variance, faults_, "'variance'");
    read.factor_at = step.calibration->variance->where;
    auto values = factor_values(read, level_, 0);
    for (std::size_t k = 0; values && k < values->size(); ++k)
        if (!inside[k]) (*values)[k] = 1;
    return values;
}

void ChainBuilder::audit_controls(const WeightingStep& step, const Weights& before, const Weights& after) {
    const Eigen::VectorXd reached = weighted_totals(*controls_, after), start = weighted_totals(*controls_, before),
                          total = controls_->totals();
    const std::vector<std::string> names = controls_->names();
    std::vector<Weights> of_column(names.size());
    for (std::size_t k = 0; k < after.size(); ++k)
        controls_->for_each(k, [&](std::size_t, std::size_t j, double x) {
            if (x != 0 && after[k] > 0) of_column[j].push_back(after[k]);
        });
    for (std::size_t j = 0; j < names.size(); ++j) {
        const auto at = static_cast<Eigen::Index>(j);
        AuditRecord record;
        record.step = step.name;
        record.cell = names[j];
        record.after = summarize_weights(of_column[j]);
        record.after.sum = reached(at);
        record.sum_before = start(at);
        record.factor = reached(at) / start(at);
        record.control = total(at);
        record.known_total = true;
        audit_->push_back(std::move(record));
    }
}

void ChainBuilder::take_calibration(const WeightingStep& step) {
    const Mask inside = responding();
    auto controls = controls_of(step, inside);
    auto variances = variances_of(step, inside);
    if (!controls || !variances) return;
    Eigen::MatrixXd sources;
    if (const auto& of_controls = step.calibration->controls_variance) {
        const std::size_t before = faults_.error_count();
        sources = covariance_root(*of_controls, controls->names(), faults_);
        if (faults_.error_count() > before) return;
    }
    controls_ = std::move(controls);
    options_ = step.calibration->options;
    const Weights before = weights_;
    const Calibrated solved = calibrate(before, *controls_, *variances, options_);
    Weights after(before.size());
    std::size_t negative = 0;
    for (std::size_t k = 0; k < after.size(); ++k) {
        after[k] = before[k] * solved.g[k];
        negative += after[k] < 0 ? 1 : 0;
    }
    if (negative > 0) {
        faults_.error(step.where, "negative-weights",
                      fmt::format("{}: the calibrated weight is negative in {} units", step.name, negative),
                      "choose 'method: raking', 'logit' or 'truncated' with bounds, or fewer controls");
        return;
    }
    audit_->push_back(audit_step(step.name, before, after));
    audit_controls(step, before, after);
    chain_->steps.push_back(
        calibration_step(step.name, *controls_, std::move(*variances), options_, std::move(sources), before, after));
    chain_->after.push_back(after);
    weights_ = std::move(after);
}

// ---- trimming

// The upper number that makes the mean squared error of the means of `minimize` smallest, chosen once: replicates take
// it as given.
std::optional<TrimmingRule> ChainBuilder::best_rule(const WeightingStep& step, const AdjustmentCells& cells) {
    TrimmingRule rule = step.trimming->limits;
    if (step.trimming->minimize.empty()) return rule;
    MseVariables variables;
    const Table& facts = units_.levels[dwelling_level].table;
    for (const auto& [text, where] : step.trimming->minimize) {
        const auto expression = parse_expression(text, where, units_.levels.schema(level_), faults_, Type::number);
        if (!expression) return std::nullopt;
        const Column column = units_.levels.evaluate(level_, *expression);
        Weights y(column.size(), std::nan(""));
        for (std::size_t k = 0; k < y.size(); ++k)
            if (column.present(k) && weights_[k] > 0) y[k] = column.number(k);
        variables.y.push_back(std::move(y));
    }
    if (facts.has(c::stratum) && facts.has(c::psu)) {
        std::map<std::string, std::uint32_t> strata;
        std::map<std::pair<std::string, std::string>, std::uint32_t> psus;
        for (std::size_t k = 0; k < weights_.size(); ++k) {
            const std::size_t row = level_ == dwelling_level ? k : units_.dwelling[k];
            const std::string stratum = facts.at(c::stratum).cell(row), psu = facts.at(c::psu).cell(row);
            variables.stratum.push_back(strata.try_emplace(stratum, strata.size()).first->second);
            variables.psu.push_back(psus.try_emplace({stratum, psu}, psus.size()).first->second);
        }
    }
    const MseTrimming chosen = trim_by_mse(weights_, cells, rule, step.trimming->candidates, variables);
    for (const TrimmingCandidate& candidate : chosen.candidates) {
        AuditRecord record;
        record.step = step.name;
        record.cell = fmt::format("upper={:g}", candidate.upper);
        record.merged = candidate.trimmed;
        record.factor = candidate.relative_mse;
        candidates_.push_back(std::move(record));
    }
    if (chosen.best > 0) rule.upper = chosen.candidates[chosen.best].upper;  // else nothing is trimmed
    return rule;
}

void ChainBuilder::take_trimming(const WeightingStep& step) {
    const Mask inside = responding();
    const auto columns = cell_columns(step, inside);
    if (!columns) return;
    if (step.trimming->keep_controls && !controls_) {
        faults_.error(step.where, "step-order", fmt::format("{} has no controls to keep", step.name),
                      "put it after a calibration of the same units, or say 'keep: cells'");
        return;
    }
    CalibrationOptions options = options_;
    if (options.method != CalibrationMethod::linear) options.method = CalibrationMethod::raking;
    const Weights before = weights_;
    AdjustmentCells cells = form_cells(step.cells, *columns, inside);
    const auto rule = best_rule(step, cells);
    if (!rule) return;
    record(step.name, trimming_step(step.name, std::move(cells), *rule,
                                    step.trimming->keep_controls ? controls_ : std::nullopt, options));
    std::size_t& trimmed = audit_->back().merged;
    for (std::size_t k = 0; k < before.size(); ++k) trimmed += weights_[k] < before[k] ? 1 : 0;
    audit_->insert(audit_->end(), std::make_move_iterator(candidates_.begin()),
                   std::make_move_iterator(candidates_.end()));
    candidates_.clear();
}

}  // namespace cifra
