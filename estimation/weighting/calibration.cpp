#include "estimation/weighting/calibration.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "engine/diagnostics.h"
#include "engine/summation.h"

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// F, its derivative and its integral.
class Distance {
public:
    explicit Distance(const CalibrationOptions& options)
        : method_(options.method), l_(options.lower), u_(options.upper), a_((u_ - l_) / ((1 - l_) * (u_ - 1))) {}

    double factor(double u) const {
        if (method_ == CalibrationMethod::raking) return std::exp(u);
        if (method_ == CalibrationMethod::logit) return l_ + (u_ - l_) * share(u);
        return std::clamp(1 + u, l_, u_);
    }

    double slope(double u) const {
        if (method_ == CalibrationMethod::raking) return std::exp(u);
        if (method_ == CalibrationMethod::logit) return a_ * (u_ - l_) * share(u) * (1 - share(u));
        return 1 + u > l_ && 1 + u < u_ ? 1 : 0;
    }

    double integral(double u) const {
        if (method_ == CalibrationMethod::raking) return std::exp(u);
        if (method_ == CalibrationMethod::logit)
            return l_ * u + (u_ - l_) / a_ * (std::log(u_ - 1) + log_of_one_plus_exp(odds(u)));
        const double inside = std::clamp(u, l_ - 1, u_ - 1);
        const double beyond = u == inside ? 0 : (1 + inside) * (u - inside);
        return inside + inside * inside / 2 + beyond;
    }

private:
    double odds(double u) const { return a_ * u + std::log((1 - l_) / (u_ - 1)); }
    double share(double u) const { return 1 / (1 + std::exp(-odds(u))); }
    static double log_of_one_plus_exp(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

    CalibrationMethod method_;
    double l_, u_, a_;
};

void check_input(std::span<const double> d, const Controls& controls, std::span<const double> variances) {
    if (!variances.empty() && variances.size() != d.size())
        throw std::invalid_argument("calibration: weights and variances differ in length");
    for (const Control& control : controls.all())
        if ((control.margin() ? control.category.size() : control.value.size()) != d.size())
            throw std::invalid_argument("calibration: weights and controls differ in length");
    for (std::size_t k = 0; k < d.size(); ++k) {
        if (!(d[k] >= 0) || !std::isfinite(d[k]))
            throw Refusal("calibration: a base weight is negative, missing or infinite");
        if (d[k] == 0) continue;
        if (!variances.empty() && (!(variances[k] > 0) || !std::isfinite(variances[k])))
            throw Refusal("calibration: a variance of the model is not a positive number");
        controls.for_each(k, [](std::size_t, std::size_t, double x) {
            if (!std::isfinite(x)) throw Refusal("calibration: an auxiliary is missing or infinite");
        });
    }
    for (const double total : controls.totals())
        if (!std::isfinite(total)) throw Refusal("calibration: a control total is not a number");
}

Eigen::VectorXd scales(const Controls& controls, std::span<const double> d) {
    Eigen::VectorXd scale = Eigen::VectorXd::Zero(at(controls.columns()));
    for (std::size_t k = 0; k < d.size(); ++k)
        if (d[k] > 0)
            controls.for_each(k, [&](std::size_t, std::size_t j, double x) { scale(at(j)) += d[k] * std::abs(x); });
    scale = scale.cwiseMax(1e-300) * 1e-6;
    return scale.cwiseMax(controls.totals().cwiseAbs());
}

[[noreturn]] void refuse_unmet(const Controls& controls, std::span<const double> d, std::span<const double> w,
                               const CalibrationOptions& options) {
    const Eigen::VectorXd deviation = control_deviations(controls, d, w), reached = weighted_totals(controls, w),
                          total = controls.totals();
    const std::vector<std::string> names = controls.names();
    std::string text;
    std::size_t unmet = 0;
    for (std::size_t j = 0; j < names.size(); ++j) {
        if (deviation(at(j)) <= options.tolerance) continue;
        if (++unmet <= 10)
            text += fmt::format("{}{} reaches {:.10g} of {:.10g}", unmet > 1 ? ", " : "", names[j], reached(at(j)),
                                total(at(j)));
    }
    throw Refusal(fmt::format("calibration: {} control{} cannot be met: {}{}", unmet, unmet == 1 ? "" : "s", text,
                              unmet > 10 ? ", ..." : ""));
}

class Newton {
public:
    Newton(std::span<const double> d, const Controls& controls, std::span<const double> variances,
           const CalibrationOptions& options)
        : d_(d), controls_(controls), variances_(variances), options_(options), distance_(options) {
        total_ = controls.totals();
        scale_ = scales(controls, d);
    }

    Calibrated solve() {
        lambda_ = Eigen::VectorXd::Zero(at(controls_.columns()));
        if (options_.method == CalibrationMethod::truncated) ridge_ = 1e-8 * weighted_products(controls_, inverse());
        evaluate();
        Calibrated result;
        for (; result.iterations < options_.iterations && deviation_ > 1e-14; ++result.iterations) {
            const double before = deviation_;
            if (!step(result.redundant)) break;
            if (deviation_ <= options_.tolerance && deviation_ > before / 4 && before <= options_.tolerance) break;
        }
        std::vector<double> w(d_.size());
        result.g.assign(d_.size(), 1);
        for (std::size_t k = 0; k < d_.size(); ++k)
            if (d_[k] > 0) result.g[k] = distance_.factor(u_[k]), w[k] = d_[k] * result.g[k];
        result.deviation = deviation_;
        if (!(deviation_ <= options_.tolerance)) refuse_unmet(controls_, d_, w, options_);
        return result;
    }

private:
    double q(std::size_t k) const { return variances_.empty() ? 1 : variances_[k]; }

    std::vector<double> inverse() const {  // d / q
        std::vector<double> result(d_.size(), 0);
        for (std::size_t k = 0; k < d_.size(); ++k)
            if (d_[k] > 0) result[k] = d_[k] / q(k);
        return result;
    }

    // u, the gap to the controls, the objective.
    void evaluate() {
        u_.assign(d_.size(), 0);
        std::vector<double> w(d_.size(), 0);
        CompensatedSum objective;
        for (std::size_t k = 0; k < d_.size(); ++k) {
            if (d_[k] == 0) continue;
            controls_.for_each(k, [&](std::size_t, std::size_t j, double x) { u_[k] += x * lambda_(at(j)); });
            u_[k] /= q(k);
            w[k] = d_[k] * distance_.factor(u_[k]);
            objective.add(d_[k] * q(k) * distance_.integral(u_[k]));
        }
        gap_ = total_ - weighted_totals(controls_, w);
        objective_ = objective.value() - total_.dot(lambda_);
        deviation_ = gap_.size() == 0 ? 0 : (gap_.array().abs() / scale_.array()).maxCoeff();
        if (!gap_.allFinite()) deviation_ = objective_ = std::numeric_limits<double>::infinity();
    }

    Eigen::VectorXd direction(std::size_t& redundant) const {
        std::vector<double> weight = inverse();
        for (std::size_t k = 0; k < weight.size(); ++k)
            if (d_[k] > 0) weight[k] *= distance_.slope(u_[k]);
        Eigen::MatrixXd products = weighted_products(controls_, weight);
        if (ridge_.size() > 0) products += ridge_;
        return inverse_of_products(products, &redundant) * gap_;
    }

    bool step(std::size_t& redundant) {
        const Eigen::VectorXd start = lambda_, move = direction(redundant);
        const double objective = objective_, deviation = deviation_, slope = -gap_.dot(move);
        double length = 1;
        for (int halving = 0; halving < 60; ++halving, length /= 2) {
            lambda_ = start + length * move;
            evaluate();
            if (objective_ <= objective + 1e-4 * length * slope || deviation_ < deviation) return true;
        }
        lambda_ = start;
        evaluate();
        return false;
    }

    std::span<const double> d_;
    const Controls& controls_;
    std::span<const double> variances_;
    const CalibrationOptions& options_;
    Distance distance_;
    Eigen::VectorXd total_, scale_, lambda_, gap_;
    Eigen::MatrixXd ridge_;
    std::vector<double> u_;
    double objective_ = 0, deviation_ = 0;
};

// Cells of all margins crossed, by unit.
std::vector<std::size_t> crossed_cells(const Controls& controls, std::size_t units) {
    std::map<std::vector<std::uint32_t>, std::size_t> cells;
    std::vector<std::size_t> result(units);
    std::vector<std::uint32_t> key(controls.all().size());
    for (std::size_t k = 0; k < units; ++k) {
        for (std::size_t c = 0; c < key.size(); ++c) key[c] = controls.all()[c].category[k];
        result[k] = cells.emplace(key, cells.size()).first->second;
    }
    return result;
}

void fit_margin(const Control& margin, std::vector<double>& w) {
    std::vector<CompensatedSum> sums(margin.totals.size());
    for (std::size_t k = 0; k < w.size(); ++k)
        if (margin.category[k] != no_category) sums[margin.category[k]].add(w[k]);
    for (std::size_t k = 0; k < w.size(); ++k) {
        if (margin.category[k] == no_category || w[k] == 0) continue;
        w[k] *= margin.totals[margin.category[k]] / sums[margin.category[k]].value();
    }
}

double largest_change(const std::vector<std::size_t>& cells, const std::vector<double>& before,
                      const std::vector<double>& after) {
    std::vector<double> change(cells.empty() ? 0 : *std::max_element(cells.begin(), cells.end()) + 1, 0.0);
    for (std::size_t k = 0; k < cells.size(); ++k) change[cells[k]] += after[k] - before[k];
    double largest = 0;
    for (const double c : change) largest = std::max(largest, std::abs(c));
    return largest;
}

double largest_deviation(const Controls& controls, std::span<const double> d, std::span<const double> w) {
    const Eigen::VectorXd deviation = control_deviations(controls, d, w);
    return deviation.size() == 0 ? 0 : deviation.maxCoeff();
}

Calibrated fit_margins(std::span<const double> d, const Controls& controls, const CalibrationOptions& options) {
    for (const Control& control : controls.all())
        if (!control.margin()) throw Refusal("calibration: proportional fitting takes margins, not totals of numbers");
    const std::vector<std::size_t> cells = crossed_cells(controls, d.size());
    CompensatedSum sum;
    for (const double weight : d) sum.add(weight);
    const double enough = !options.change ? 0 : *options.change < 1 ? *options.change * sum.value() : *options.change;
    std::vector<double> w(d.begin(), d.end());
    Calibrated result;
    bool done = false;
    while (!done && result.iterations < options.iterations) {
        const std::vector<double> before = w;
        result.fitted.clear();
        for (const Control& margin : controls.all()) fit_margin(margin, w), result.fitted.push_back(w);
        ++result.iterations;
        result.deviation = largest_deviation(controls, d, w);
        done = options.change ? largest_change(cells, before, w) < enough : result.deviation <= 1e-14;
        if (!options.change && result.deviation <= options.tolerance && largest_change(cells, before, w) == 0) break;
    }
    const bool met = options.change ? done : result.deviation <= options.tolerance;
    if (!met) refuse_unmet(controls, d, w, options);
    result.g.assign(d.size(), 1);
    for (std::size_t k = 0; k < d.size(); ++k)
        if (d[k] > 0) result.g[k] = w[k] / d[k];
    return result;
}

bool outside(double w, double lower, double upper) { return w != 0 && (w < lower || w > upper); }

}  // namespace

void Controls::add(Control control) {
    first_.push_back(columns_);
    columns_ += control.names.size();
    controls_.push_back(std::move(control));
}

std::vector<std::string> Controls::names() const {
    std::vector<std::string> names;
    for (const Control& control : controls_) names.insert(names.end(), control.names.begin(), control.names.end());
    return names;
}

Eigen::VectorXd Controls::totals() const {
    Eigen::VectorXd totals(at(columns_));
    Eigen::Index j = 0;
    for (const Control& control : controls_)
        for (const double total : control.totals) totals(j++) = total;
    return totals;
}

Eigen::VectorXd weighted_totals(const Controls& controls, std::span<const double> w) {
    std::vector<CompensatedSum> sums(controls.columns());
    for (std::size_t k = 0; k < w.size(); ++k)
        if (w[k] != 0) controls.for_each(k, [&](std::size_t, std::size_t j, double x) { sums[j].add(w[k] * x); });
    Eigen::VectorXd totals(at(controls.columns()));
    for (std::size_t j = 0; j < sums.size(); ++j) totals(at(j)) = sums[j].value();
    return totals;
}

Eigen::MatrixXd weighted_products(const Controls& controls, std::span<const double> w) {
    const auto p = at(controls.columns());
    Eigen::MatrixXd products = Eigen::MatrixXd::Zero(p, p);
    for (std::size_t k = 0; k < w.size(); ++k) {
        if (w[k] == 0) continue;
        controls.for_each(k, [&](std::size_t, std::size_t i, double x) {
            controls.for_each(k, [&](std::size_t, std::size_t j, double y) { products(at(i), at(j)) += w[k] * x * y; });
        });
    }
    return products;
}

Eigen::MatrixXd inverse_of_products(const Eigen::MatrixXd& products, std::size_t* redundant) {
    const Eigen::Index p = products.rows();
    Eigen::VectorXd scale(p);
    for (Eigen::Index j = 0; j < p; ++j) scale(j) = products(j, j) > 0 ? 1 / std::sqrt(products(j, j)) : 0;
    const Eigen::MatrixXd scaled = scale.asDiagonal() * products * scale.asDiagonal();
    if (!scaled.allFinite()) throw Refusal("calibration: the auxiliaries are too large for their cross-products");
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
    Eigen::VectorXd inverse(p);
    std::size_t dropped = 0;
    for (Eigen::Index j = 0; j < p; ++j) {
        const bool kept = eigen.eigenvalues()(j) > 1e-12 * eigen.eigenvalues()(p - 1);
        inverse(j) = kept ? 1 / eigen.eigenvalues()(j) : 0;
        if (!kept) ++dropped;
    }
    if (redundant) *redundant = dropped;
    const Eigen::MatrixXd vectors = scale.asDiagonal() * eigen.eigenvectors();
    return vectors * inverse.asDiagonal() * vectors.transpose();
}

Calibrated calibrate(std::span<const double> d, const Controls& controls, std::span<const double> variances,
                     const CalibrationOptions& options) {
    check_input(d, controls, variances);
    const bool bounded = options.method == CalibrationMethod::truncated || options.method == CalibrationMethod::logit;
    if (bounded && !(options.lower < 1 && 1 < options.upper))
        throw Refusal("calibration: the bounds of g must lie below and above 1");
    if (options.method == CalibrationMethod::logit && !(std::isfinite(options.lower) && std::isfinite(options.upper)))
        throw Refusal("calibration: method logit needs both bounds");
    if (options.method == CalibrationMethod::poststratification) {
        if (controls.all().size() != 1) throw Refusal("calibration: poststratification takes one margin");
        return fit_margins(d, controls, options);
    }
    if (options.proportional_fitting) return fit_margins(d, controls, options);
    CalibrationOptions used = options;
    if (!bounded) used.lower = -std::numeric_limits<double>::infinity(), used.upper = -used.lower;
    return Newton(d, controls, variances, used).solve();
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
