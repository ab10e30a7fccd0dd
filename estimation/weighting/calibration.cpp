#include "estimation/weighting/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/diagnostics.h"
#include "engine/summation.h"
#include "estimation/weighting/calibration_problem.h"

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// |T|, or what is rounding of the sums of d |x|.
Eigen::VectorXd scales(const Controls& controls, std::span<const double> d) {
    Eigen::VectorXd scale = Eigen::VectorXd::Zero(at(controls.columns()));
    for (std::size_t k = 0; k < d.size(); ++k)
        if (d[k] > 0)
            controls.for_each(k, [&](std::size_t, std::size_t j, double x) { scale(at(j)) += d[k] * std::abs(x); });
    scale = scale.cwiseMax(1e-300) * 1e-6;
    return scale.cwiseMax(controls.totals().cwiseAbs());
}

bool outside(double w, double lower, double upper) { return w != 0 && (w < lower || w > upper); }

}  // namespace

Calibrated calibrate(std::span<const double> d, const Controls& controls, std::span<const double> variances,
                     const CalibrationOptions& options) {
    return calibrate(prepare_calibration(controls, variances, options), d);
}

Eigen::VectorXd control_deviations(const Controls& controls, std::span<const double> d, std::span<const double> w) {
    const Eigen::VectorXd gap = weighted_totals(controls, w) - controls.totals();
    return gap.array().abs() / scales(controls, d).array();
}

std::vector<double> trim_weights(std::span<const double> w, double lower, double upper, bool strict) {
    std::vector<double> result(w.begin(), w.end());
    constexpr int passes = 1000;
    for (int pass = 0; pass < passes; ++pass) {
        CompensatedSum cut;
        std::vector<std::size_t> others;
        for (std::size_t k = 0; k < result.size(); ++k) {
            if (outside(result[k], lower, upper)) {
                const double inside = std::clamp(result[k], lower, upper);
                cut.add(result[k] - inside);
                result[k] = inside;
            } else if (result[k] != 0) {
                others.push_back(k);
            }
        }
        if (cut.value() != 0 && others.empty())
            throw Refusal(fmt::format("trimming: all weights lie outside {:g} to {:g}", lower, upper));
        for (const std::size_t k : others) result[k] += cut.value() / static_cast<double>(others.size());
        const auto still = [&](double weight) { return outside(weight, lower, upper); };
        if (!strict || std::none_of(result.begin(), result.end(), still)) return result;
    }
    throw Refusal(fmt::format("trimming: the sum of weights cannot stay within {:g} to {:g}", lower, upper));
}

}  // namespace cifra
