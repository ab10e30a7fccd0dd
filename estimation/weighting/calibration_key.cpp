#include "estimation/weighting/calibration_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/summation.h"

namespace cifra {

namespace {

constexpr double contradiction = 1e-9;  // of the sums of two margins, relative

class Calibrator {
public:
    Calibrator(const CalibrationPlan& plan, const std::vector<std::uint8_t>& own_weight, SurveyData& data,
               Diagnostics& faults)
        : plan_(plan), own_weight_(own_weight), data_(data), faults_(faults), index_(data.hierarchy.find(plan.level)) {}

    void run() {
        if (!check_surroundings()) return;
        const Level& level = data_.hierarchy[index_];
        base_ = level.weight;
        if (plan_.base) base_ = expression_values(*plan_.base, "the base weight", true);
        if (plan_.variance) variances_ = expression_values(*plan_.variance, "the variance of the model", false);
        if (faults_.has_errors()) return;
        for (const ControlPlan& control : plan_.controls) add_control(control);
        check_margins();
        if (faults_.has_errors()) return;
        try {
            plan_.base ? take_given() : solve();
        } catch (const Refusal& refusal) {
            faults_.error(plan_.where, "calibration-infeasible", refusal.what(),
                          "correct the totals, join categories, widen the bounds or leave a control out");
        }
    }

private:
    bool check_surroundings() {
        const auto conflict = [&](const char* what, const char* remedy) {
            faults_.error(plan_.where, "calibration-conflict", fmt::format("calibration does not go with {}", what),
                          remedy);
        };
        if (!data_.replicates.empty())
            conflict("replicate weights", "give replicates that were calibrated one by one, without 'calibration'");
        if (!data_.weight_sets.empty()) conflict("weight sets", "keep one of the two");
        if (data_.design.second_phase) conflict("two phases", "keep one of the two");
        if (index_ == no_level) {
            faults_.error(plan_.where, "unknown-level", fmt::format("there is no level '{}'", plan_.level),
                          suggestion(plan_.level, data_.hierarchy.names()));
        } else if (data_.hierarchy[index_].unit_of_row.size() != data_.hierarchy[index_].rows()) {
            faults_.error(plan_.where, "level-outside-design",
                          fmt::format("level '{}' was not placed in the design", plan_.level),
                          "calibrate the design's level or one below it");
        }
        return !faults_.has_errors();
    }

    // ---- auxiliaries

    Location line_of(std::size_t row) const {
        const Table& table = data_.hierarchy[index_].table;
        return {table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
    }

    template <class Good>
    void refuse_rows(const std::string& what, const Good& good) {
        std::size_t bad = 0, first = 0;
        for (std::size_t row = data_.hierarchy[index_].rows(); row-- > 0;)
            if (!good(row)) ++bad, first = row;
        if (bad > 0)
            faults_.error(line_of(first), "bad-auxiliary",
                          fmt::format("calibration: {} is missing or out of range in {} rows, first here", what, bad),
                          "fill it in, or give the rows weight 0 if they are not of the sample to calibrate");
    }

    std::vector<double> expression_values(const YamlValue& value, const std::string& what, bool weight) {
        const auto expression = parse_expression(text_of(value, faults_, what), value.where,
                                                 data_.hierarchy.schema(index_), faults_, Type::number);
        if (!expression) return {};
        const Column column = data_.hierarchy.evaluate(index_, *expression);
        std::vector<double> values(column.numbers().begin(), column.numbers().end());
        refuse_rows(what, [&](std::size_t row) {
            if (!weight && base_[row] == 0) return true;
            const double after = data_.hierarchy[index_].weight[row];
            return column.present(row) && std::isfinite(values[row]) &&
                   (values[row] > 0 || (weight && values[row] == 0 && after == 0));
        });
        return values;
    }

    bool is_number(const ControlPlan& plan) const {
        if (plan.number || plan.told || plan.variables.size() != 1) return plan.number;
        return data_.hierarchy.knows(index_, plan.name) && data_.hierarchy.column(index_, plan.name).is_number();
    }

    void add_control(const ControlPlan& plan) { is_number(plan) ? add_number(plan) : add_margin(plan); }

    void add_number(const ControlPlan& plan) {
        const auto expression =
            parse_expression(plan.name, plan.where, data_.hierarchy.schema(index_), faults_, Type::number);
        if (!expression) return;
        const Column column = data_.hierarchy.evaluate(index_, *expression);
        Control control;
        control.names = {plan.name};
        control.totals = plan.told ? plan.totals : std::vector<double>{std::numeric_limits<double>::quiet_NaN()};
        control.value.assign(column.numbers().begin(), column.numbers().end());
        refuse_rows(fmt::format("'{}'", plan.name), [&](std::size_t row) {
            return base_[row] == 0 || (column.present(row) && std::isfinite(control.value[row]));
        });
        for (std::size_t row = 0; row < base_.size(); ++row)
            if (base_[row] == 0) control.value[row] = 0;
        if (base_.empty()) control.value.clear();
        controls_.add(std::move(control));
    }

    void add_margin(const ControlPlan& plan) {
        const std::size_t before = faults_.error_count();
        check_variables(data_, index_, plan.variables, plan.where, faults_);
        if (faults_.error_count() > before) return;
        std::vector<const Column*> columns;
        for (const std::string& name : plan.variables) columns.push_back(&data_.hierarchy.column(index_, name));
        const auto present = [&](std::size_t row) {
            return std::all_of(columns.begin(), columns.end(), [&](const Column* c) { return c->present(row); });
        };
        refuse_rows(fmt::format("'{}'", plan.name), [&](std::size_t row) { return base_[row] == 0 || present(row); });
        std::map<std::string, std::size_t> sampled;  // rows
        std::vector<std::string> texts(base_.size());
        for (std::size_t row = 0; row < base_.size(); ++row) {
            if (base_[row] == 0 || !present(row)) continue;
            for (std::size_t c = 0; c < columns.size(); ++c) texts[row] += (c ? ";" : "") + columns[c]->cell(row);
            ++sampled[texts[row]];
        }
        finish_margin(plan, sampled, texts, present);
    }

    template <class Present>
    void finish_margin(const ControlPlan& plan, const std::map<std::string, std::size_t>& sampled,
                       const std::vector<std::string>& texts, const Present& present) {
        Control control;
        std::map<std::string, std::uint32_t> place;
        const auto add = [&](const std::string& category, double total) {
            place.emplace(category, static_cast<std::uint32_t>(place.size()));
            control.names.push_back(plan.name + "=" + category);
            control.totals.push_back(total);
        };
        if (!plan.told)
            for (const auto& [category, rows] : sampled) add(category, std::numeric_limits<double>::quiet_NaN());
        for (std::size_t i = 0; i < plan.categories.size() && plan.told; ++i)
            if (check_category(plan, i, sampled)) add(plan.categories[i], plan.totals[i]);
        for (const auto& [category, rows] : sampled)
            if (std::find(plan.categories.begin(), plan.categories.end(), category) == plan.categories.end() &&
                plan.told)
                faults_.error(
                    plan.where, "category-without-control",
                    fmt::format("'{}' has {} rows of category '{}', which has no total", plan.name, rows, category),
                    "add its total, or join the category to another one");
        for (std::size_t row = 0; row < texts.size(); ++row) {
            const auto found = base_[row] > 0 && present(row) ? place.find(texts[row]) : place.end();
            control.category.push_back(found == place.end() ? no_category : found->second);
        }
        controls_.add(std::move(control));
    }

    // Whether the category gives a column; 0 units of the population and none of the sample give none.
    bool check_category(const ControlPlan& plan, std::size_t i, const std::map<std::string, std::size_t>& sampled) {
        const bool there = sampled.contains(plan.categories[i]);
        if (!there && plan.totals[i] > 0)
            faults_.error(plan.places[i], "control-without-sample",
                          fmt::format("the sample has no row of '{}' in category '{}'", plan.name, plan.categories[i]),
                          "join the category to another one, in the sample and in the controls");
        if (there && plan.totals[i] == 0)
            faults_.error(plan.places[i], "zero-control",
                          fmt::format("the total of '{}' is 0, yet the sample has rows of it", plan.categories[i]),
                          "correct the total, or give these rows weight 0");
        return there;
    }

    // Every margin holds all rows: their totals are those of one population.
    void check_margins() {
        const ControlPlan* first = nullptr;
        double sum = 0;
        for (const ControlPlan& control : plan_.controls) {
            if (control.number || !control.told) continue;
            CompensatedSum total;
            for (const double of_category : control.totals) total.add(of_category);
            if (first && std::abs(total.value() - sum) > contradiction * std::abs(sum))
                faults_.error(control.where, "controls-contradict",
                              fmt::format("the totals of '{}' sum to {:.10g}, those of '{}' to {:.10g}", control.name,
                                          total.value(), first->name, sum),
                              "the margins of one population have one sum: correct them, or scale one to the other");
            if (!first) first = &control, sum = total.value();
        }
    }

    // ---- weights

    void solve() {
        const Calibrated result = calibrate(base_, controls_, variances_, plan_.options);
        std::vector<double> w(base_);
        std::size_t negative = 0;
        for (std::size_t row = 0; row < w.size(); ++row) {
            w[row] *= result.g[row];
            if (!plan_.trimming && w[row] < 0) ++negative;
        }
        if (negative > 0) {
            faults_.error(plan_.where, "negative-weights",
                          fmt::format("the calibrated weight is negative in {} rows of '{}'", negative, plan_.level),
                          "choose 'method: raking', 'logit' or 'truncated' with bounds, or fewer controls");
            return;
        }
        keep_residuals(w, plan_.sequential ? result.fitted : std::vector<std::vector<double>>{});
        if (plan_.options.change) note_deviation("proportional fitting stopped by its own change", w);
        if (plan_.trimming) {
            w = trim_weights(w, plan_.trimming->lower, plan_.trimming->upper, plan_.trimming->strict);
            note_deviation("calibrated weights were trimmed", w);
        }
        set_weights(w);
    }

    void take_given() {
        const std::vector<double>& w = data_.hierarchy[index_].weight;
        keep_residuals(w, plan_.sequential ? std::vector<std::vector<double>>(controls_.all().size(), w)
                                           : std::vector<std::vector<double>>{});
        note_deviation("the weights given as calibrated", w);
    }

    void keep_residuals(const std::vector<double>& w, std::vector<std::vector<double>> fitted) {
        const Level& level = data_.hierarchy[index_];
        const std::size_t units = data_.design.units();
        data_.residuals = fitted.empty() ? regression_residuals(level, index_, units, controls_, base_, w, variances_)
                                         : sequential_residuals(level, index_, units, controls_, std::move(fitted));
    }

    void note_deviation(const char* what, const std::vector<double>& w) {
        double largest = 0;
        for (const double deviation : control_deviations(controls_, base_, w)) largest = std::max(largest, deviation);
        if (largest > 1e-6)
            data_.design.notices.push_back(
                fmt::format("{}: the controls are missed by up to {:.2g} of their totals", what, largest));
    }

    void set_weights(const std::vector<double>& w) {
        for (std::size_t at = 0; at < data_.hierarchy.size(); ++at) {
            if (!data_.hierarchy.is_above(index_, at)) continue;
            const std::vector<std::size_t> above = data_.hierarchy.ancestor_rows(at, index_);
            Level& level = data_.hierarchy.edit(at);
            for (std::size_t row = 0; row < level.rows(); ++row) {
                if (at == index_)
                    level.weight[row] = w[row];
                else if (own_weight_[at] && base_[above[row]] > 0)
                    level.weight[row] *= w[above[row]] / base_[above[row]];
                else if (!own_weight_[at])
                    level.weight[row] = data_.hierarchy[level.parent].weight[level.parent_row[row]];
            }
        }
    }

    const CalibrationPlan& plan_;
    const std::vector<std::uint8_t>& own_weight_;
    SurveyData& data_;
    Diagnostics& faults_;
    std::size_t index_;
    Controls controls_;
    std::vector<double> base_, variances_;
};

}  // namespace

void calibrate_levels(const CalibrationPlan& plan, const std::vector<std::uint8_t>& own_weight, SurveyData& data,
                      Diagnostics& faults) {
    Calibrator(plan, own_weight, data, faults).run();
}

}  // namespace cifra
