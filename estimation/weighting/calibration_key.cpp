#include "estimation/weighting/calibration_key.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "estimation/weighting/calibration_controls.h"

namespace cifra {

namespace {

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
        controls_ = form_controls(plan_, data_, base_, faults_);
        if (plan_.controls_variance && !faults_.has_errors())
            sources_ = covariance_root(*plan_.controls_variance, controls_.names(), faults_);
        if (faults_.has_errors()) return;
        try {
            plan_.base ? take_given() : solve();
        } catch (const Refusal& refusal) {
            throw Refusal(fmt::format("{}:{}: {}", plan_.where.file, plan_.where.line, refusal.what()));
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

    std::vector<double> expression_values(const YamlValue& value, const std::string& what, bool weight) {
        const auto expression = parse_expression(text_of(value, faults_, what), value.where,
                                                 data_.hierarchy.schema(index_), faults_, Type::number);
        if (!expression) return {};
        const Column column = data_.hierarchy.evaluate(index_, *expression);
        std::vector<double> values(column.numbers().begin(), column.numbers().end());
        refuse_rows(data_.hierarchy[index_], what, faults_, [&](std::size_t row) {
            if (!weight && base_[row] == 0) return true;
            const double after = data_.hierarchy[index_].weight[row];
            return column.present(row) && std::isfinite(values[row]) &&
                   (values[row] > 0 || (weight && values[row] == 0 && after == 0));
        });
        return values;
    }

    // ---- weights

    void solve() {
        CalibrationOptions options = plan_.options;
        options.keep_fitted = plan_.sequential;
        options.threads = data_.threads;
        Calibrated result = calibrate(base_, controls_, variances_, options);
        std::vector<double>& w = result.w;
        const auto negative = plan_.trimming ? 0 : std::count_if(w.begin(), w.end(), [](double v) { return v < 0; });
        if (negative > 0) {
            faults_.error(plan_.where, "negative-weights",
                          fmt::format("the calibrated weight is negative in {} rows of '{}'", negative, plan_.level),
                          "choose 'method: raking', 'logit' or 'truncated' with bounds, or fewer controls");
            return;
        }
        const std::string redundancy = redundancy_notice(controls_, result.redundant);
        if (!redundancy.empty()) data_.design.notices.push_back(redundancy);
        keep_residuals(w, std::move(result.fitted));
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
        data_.residuals = {fitted.empty() ? regression_residuals(level, index_, units, controls_, base_, w, variances_)
                                          : sequential_residuals(level, index_, units, controls_, std::move(fitted))};
        data_.residuals.front().sources = sources_;
    }

    void note_deviation(const char* what, const std::vector<double>& w) {
        double largest = 0;
        for (const double deviation : control_deviations(controls_, base_, w)) largest = std::max(largest, deviation);
        if (largest > 1e-6)
            data_.design.notices.push_back(
                fmt::format("{}: the controls are missed by up to {:.2g} of their totals", what, largest));
    }

    void set_weights(const std::vector<double>& w) {
        data_.hierarchy.edit(index_).weight = w;
        for (std::size_t at = index_ + 1; at < data_.hierarchy.size(); ++at) {
            if (!data_.hierarchy.is_above(index_, at)) continue;
            const std::vector<std::size_t> above = data_.hierarchy.ancestor_rows(at, index_);
            Level& level = data_.hierarchy.edit(at);
            for (std::size_t row = 0; row < level.rows(); ++row)
                if (own_weight_[at] && base_[above[row]] > 0)
                    level.weight[row] *= w[above[row]] / base_[above[row]];
                else if (!own_weight_[at])
                    level.weight[row] = data_.hierarchy[level.parent].weight[level.parent_row[row]];
        }
    }

    const CalibrationPlan& plan_;
    const std::vector<std::uint8_t>& own_weight_;
    SurveyData& data_;
    Diagnostics& faults_;
    std::size_t index_;
    Controls controls_;
    std::vector<double> base_, variances_;
    Eigen::MatrixXd sources_;  // of the variance of the controls
};

}  // namespace

void calibrate_levels(const CalibrationPlan& plan, const std::vector<std::uint8_t>& own_weight, SurveyData& data,
                      Diagnostics& faults) {
    Calibrator(plan, own_weight, data, faults).run();
}

}  // namespace cifra
