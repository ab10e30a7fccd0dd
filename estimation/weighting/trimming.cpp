#include "estimation/weighting/trimming.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/diagnostics.h"
#include "engine/summation.h"
#include "estimation/quantile.h"

namespace cifra {

namespace {

std::vector<std::vector<double>> positive_weights(std::span<const double> w, const AdjustmentCells& cells) {
    std::vector<std::vector<double>> result(cells.keys.size());
    for (std::size_t k = 0; k < w.size(); ++k) {
        if (!(w[k] >= 0) || !std::isfinite(w[k])) throw Refusal("trimming: a weight is negative, missing or infinite");
        if (w[k] > 0 && cells.of_row[k] != AdjustmentCells::none) result[cells.of_row[k]].push_back(w[k]);
    }
    return result;
}

double average(const std::vector<double>& w) {
    CompensatedSum sum;
    for (const double weight : w) sum.add(weight);
    return sum.value() / static_cast<double>(w.size());
}

// Limit = centre + number * unit for the numbers of a rule.
struct Scale {
    double centre = 0, unit = 1;
};

Scale scale_of(const std::vector<double>& w, const TrimmingRule& rule) {
    if (rule.rule == LimitRule::fixed) return {};
    if (rule.rule == LimitRule::mean) return {0, average(w)};
    const std::vector<double> counts = rule.weighted ? w : std::vector<double>(w.size(), 1);
    const SortedSample sample = sorted_sample(w, counts);
    const auto quantile = [&](double p) {
        return weighted_quantile(sample, p, rule.weighted ? QuantileRule::school : QuantileRule::hf7);
    };
    if (rule.rule == LimitRule::median) return {0, quantile(0.5)};
    return {quantile(0.5), quantile(0.75) - quantile(0.25)};
}

WeightLimits limits_of(const std::vector<double>& w, const TrimmingRule& rule) {
    WeightLimits limits;
    if (w.empty()) return limits;
    const auto [centre, unit] = scale_of(w, rule);
    const double below = rule.rule == LimitRule::iqr ? -1 : 1;
    if (rule.lower) limits.lower = std::max(0.0, centre + below * *rule.lower * unit);
    if (rule.upper) limits.upper = centre + *rule.upper * unit;
    return limits;
}

// Weights on their way between the limits: which units are held at a limit, and the limits of each.
class Trimming {
public:
    Trimming(std::span<const double> w, const AdjustmentCells& cells, const std::vector<WeightLimits>& limits)
        : start_(w), cells_(cells), limits_(limits), held_(w.size(), 0) {
        result_.weights.assign(w.begin(), w.end());
    }

    // Holds every weight that lies outside; true if there was one. `excess[c]` receives what cell c lost.
    bool cut(std::vector<CompensatedSum>& excess) {
        excess.assign(cells_.keys.size(), {});
        bool any = false;
        for (std::size_t k = 0; k < held_.size(); ++k) {
            if (!free(k)) continue;
            double& w = result_.weights[k];
            const std::uint32_t cell = cells_.of_row[k];
            const double inside = std::clamp(w, limits_[cell].lower, limits_[cell].upper);
            if (inside == w) continue;
            excess[cell].add(w - inside);
            w = inside;
            held_[k] = 1;
            ++result_.trimmed;
            any = true;
        }
        if (any && ++result_.iterations > most_trimming_passes)
            throw Refusal(fmt::format("trimming: weights still lie outside after {} passes", most_trimming_passes));
        return any;
    }

    bool free(std::size_t k) const { return !held_[k] && start_[k] > 0 && cells_.of_row[k] != AdjustmentCells::none; }

    std::vector<double>& weights() { return result_.weights; }

    std::size_t trimmed() const { return result_.trimmed; }

    Trimmed finish() {
        CompensatedSum moved;
        for (std::size_t k = 0; k < held_.size(); ++k) moved.add(std::abs(result_.weights[k] - start_[k]) / 2);
        result_.moved = moved.value();
        return std::move(result_);
    }

private:
    std::span<const double> start_;
    const AdjustmentCells& cells_;
    const std::vector<WeightLimits>& limits_;
    std::vector<std::uint8_t> held_;
    Trimmed result_;
};

// The factor by which the free units of each cell take up its excess.
std::vector<double> sharing_factors(Trimming& trimming, const AdjustmentCells& cells,
                                    const std::vector<CompensatedSum>& excess) {
    std::vector<CompensatedSum> free_sum(excess.size());
    for (std::size_t k = 0; k < cells.of_row.size(); ++k)
        if (trimming.free(k)) free_sum[cells.of_row[k]].add(trimming.weights()[k]);
    std::vector<double> factors(excess.size(), 1);
    for (std::size_t c = 0; c < factors.size(); ++c) {
        if (excess[c].value() == 0) continue;
        factors[c] = 1 + excess[c].value() / free_sum[c].value();
        if (!(factors[c] > 0) || !std::isfinite(factors[c]))
            throw Refusal(fmt::format("trimming: the sum of weights of {} cannot stay within the limits",
                                      cell_name(cells.variables, cells.keys[c])));
    }
    return factors;
}

// What the free units must reach: the controls without the units that are held or stand outside.
Controls remaining_controls(Trimming& trimming, const Controls& controls) {
    std::vector<double> fixed = trimming.weights();
    for (std::size_t k = 0; k < fixed.size(); ++k)
        if (trimming.free(k)) fixed[k] = 0;
    const Eigen::VectorXd taken = weighted_totals(controls, fixed);
    Controls remaining;
    Eigen::Index column = 0;
    for (Control control : controls.all()) {
        for (double& total : control.totals) {
            const double left = total - taken(column++);
            total = std::abs(left) <= 1e-12 * std::abs(total) ? 0 : left;
        }
        remaining.add(std::move(control));
    }
    return remaining;
}

void calibrate_free(Trimming& trimming, const Controls& controls, const CalibrationOptions& options) {
    std::vector<double> d = trimming.weights();
    for (std::size_t k = 0; k < d.size(); ++k)
        if (!trimming.free(k)) d[k] = 0;
    try {
        const Calibrated found = calibrate(d, remaining_controls(trimming, controls), {}, options);
        for (std::size_t k = 0; k < d.size(); ++k)
            if (d[k] > 0) trimming.weights()[k] *= found.g[k];
    } catch (const Refusal& refusal) {
        throw Refusal(fmt::format("trimming: with {} units at a limit the others cannot keep the controls; {}",
                                  trimming.trimmed(), refusal.what()));
    }
}

}  // namespace

std::vector<WeightLimits> weight_limits(std::span<const double> w, const AdjustmentCells& cells,
                                        const TrimmingRule& rule) {
    std::vector<WeightLimits> limits;
    for (const std::vector<double>& weights : positive_weights(w, cells)) {
        limits.push_back(limits_of(weights, rule));
        if (!(limits.back().lower <= limits.back().upper) || !(limits.back().upper > 0))
            throw Refusal(fmt::format("trimming: the limits of {} are {:g} and {:g}",
                                      cell_name(cells.variables, cells.keys[limits.size() - 1]), limits.back().lower,
                                      limits.back().upper));
    }
    return limits;
}

Trimmed trim_within_cells(std::span<const double> w, const AdjustmentCells& cells,
                          const std::vector<WeightLimits>& limits) {
    Trimming trimming(w, cells, limits);
    for (std::vector<CompensatedSum> excess; trimming.cut(excess);) {
        const std::vector<double> factors = sharing_factors(trimming, cells, excess);
        for (std::size_t k = 0; k < w.size(); ++k)
            if (trimming.free(k)) trimming.weights()[k] *= factors[cells.of_row[k]];
    }
    return trimming.finish();
}

Trimmed trim_keeping_controls(std::span<const double> w, const AdjustmentCells& cells,
                              const std::vector<WeightLimits>& limits, const Controls& controls,
                              const CalibrationOptions& options) {
    Trimming trimming(w, cells, limits);
    for (std::vector<CompensatedSum> excess; trimming.cut(excess);) calibrate_free(trimming, controls, options);
    return trimming.finish();
}

}  // namespace cifra
