#include "estimation/weighting/calibration_fitting.h"

#include <algorithm>
#include <cmath>

#include "engine/summation.h"

namespace cifra {

namespace {

constexpr double rounding = 1e-14;

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// Patterns of margins are groups of one: its category in each margin.
class Fitting {
public:
    Fitting(const CalibrationProblem& problem, std::span<const double> sums)
        : patterns_(problem.patterns), totals_(problem.totals), w_(sums.begin(), sums.end()) {}

    void fit(std::size_t margin) {
        const std::vector<CompensatedSum> reached = sums_of(margin);
        for (std::size_t k = 0; k < w_.size(); ++k) {
            const std::uint32_t category = patterns_.categories(k)[margin];
            if (category < patterns_.columns && w_[k] != 0) w_[k] *= totals_(category) / reached[category].value();
        }
    }

    Eigen::VectorXd reached() const {
        Eigen::VectorXd result = Eigen::VectorXd::Zero(at(patterns_.columns));
        for (std::size_t margin = 0; margin < patterns_.margins; ++margin) {
            const std::vector<CompensatedSum> sums = sums_of(margin);
            for (std::size_t j = 0; j < patterns_.columns; ++j) result(at(j)) += sums[j].value();
        }
        return result;
    }

    const std::vector<double>& weights() const { return w_; }

    std::vector<double> factors(std::span<const double> sums) const {
        std::vector<double> g(w_.size(), 1);
        for (std::size_t k = 0; k < g.size(); ++k)
            if (sums[k] > 0) g[k] = w_[k] / sums[k];
        return g;
    }

private:
    std::vector<CompensatedSum> sums_of(std::size_t margin) const {
        std::vector<CompensatedSum> sums(patterns_.columns + 1);
        for (std::size_t k = 0; k < w_.size(); ++k) sums[patterns_.categories(k)[margin]].add(w_[k]);
        return sums;
    }

    const CalibrationPatterns& patterns_;
    const Eigen::VectorXd& totals_;
    std::vector<double> w_;
};

double largest_change(const std::vector<double>& before, const std::vector<double>& after) {
    double largest = 0;
    for (std::size_t k = 0; k < before.size(); ++k) largest = std::max(largest, std::abs(after[k] - before[k]));
    return largest;
}

double total_of(std::span<const double> values) {
    CompensatedSum sum;
    for (const double value : values) sum.add(value);
    return sum.value();
}

}  // namespace

MarginFit fit_margins(const CalibrationProblem& problem, std::span<const double> sums, const Eigen::VectorXd& scale) {
    const CalibrationOptions& options = problem.options;
    double enough = options.change.value_or(0);
    if (enough < 1) enough *= total_of(sums);
    Fitting fitting(problem, sums);
    MarginFit result;
    for (bool done = false; !done && result.iterations < options.iterations; ++result.iterations) {
        const std::vector<double> before = fitting.weights();
        result.after.clear();
        for (std::size_t margin = 0; margin < problem.patterns.margins; ++margin) {
            fitting.fit(margin);
            if (options.keep_fitted) result.after.push_back(fitting.factors(sums));
        }
        result.reached = fitting.reached();
        const Eigen::VectorXd gap = (result.reached - problem.totals).cwiseAbs().cwiseQuotient(scale);
        result.deviation = gap.size() == 0 ? 0 : gap.maxCoeff();
        const double change = largest_change(before, fitting.weights());
        const bool within = result.deviation <= options.tolerance;
        done = options.change ? change < enough : result.deviation <= rounding || (within && change == 0);
        result.met = options.change ? done : within;
    }
    result.g = fitting.factors(sums);
    return result;
}

}  // namespace cifra
