#include "estimation/inference/small_area.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "engine/diagnostics.h"
#include "estimation/inference/small_area_likelihood.h"

namespace cifra {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double squared(double x) { return x * x; }

// y and psi of an area on the model's scale; NaN y: no direct estimate.
struct Moved {
    double y = nan, psi = nan;
    std::vector<std::string> notices;
};

Moved moved_log(const Area& area, double psi) {
    if (area.direct < 0) throw Refusal(fmt::format("small areas: the log of a negative estimate in '{}'", area.name));
    if (area.direct == 0) return {nan, nan, {"an estimate of 0 has no log: synthetic"}};
    return {std::log(area.direct), psi / squared(area.direct), {}};
}

Moved moved_arcsin(const Area& area, double psi) {
    const double p = area.direct;
    if (!(p >= 0 && p <= 1)) throw Refusal(fmt::format("small areas: '{}' is no proportion in 0 to 1", area.name));
    if (std::isfinite(area.effective_n) && area.effective_n > 0)
        return {std::asin(std::sqrt(p)), 1 / (4 * area.effective_n), {}};
    if (p == 0 || p == 1) return {nan, nan, {"a proportion of 0 or 1 without an effective n: synthetic"}};
    return {std::asin(std::sqrt(p)), psi / (4 * p * (1 - p)), {}};
}

bool has_direct(const Area& area) { return std::isfinite(area.direct); }

// The variances the model takes as known, after the rule for zeros.
class Variances {
public:
    Variances(const std::vector<Area>& areas, const SmallAreaOptions& options) : areas_(areas), options_(options) {
        if (options.zero_variance == ZeroVariance::smooth) smoothed_ = smoothed_variances(areas, options.smooth_all);
    }

    Moved moved(std::size_t i) const {
        const Area& area = areas_[i];
        if (!has_direct(area)) return {nan, nan, {"no direct estimate: synthetic"}};
        const bool effective = options_.transformation == AreaTransformation::arcsin && area.effective_n > 0;
        const double psi = smoothed_.empty() ? area.variance : smoothed_[i];
        if (!effective && !(psi > 0 && std::isfinite(psi))) return without(area);
        if (options_.transformation == AreaTransformation::log) return moved_log(area, psi);
        if (options_.transformation == AreaTransformation::arcsin) return moved_arcsin(area, psi);
        return {area.direct, psi, {}};
    }

private:
    Moved without(const Area& area) const {
        if (options_.zero_variance == ZeroVariance::synthetic) return {nan, nan, {"no positive variance: synthetic"}};
        throw Refusal(fmt::format("small areas: '{}' has no positive variance; ask zero_variance: smooth or synthetic",
                                  area.name));
    }

    const std::vector<Area>& areas_;
    const SmallAreaOptions& options_;
    std::vector<double> smoothed_;
};

void check_columns(const std::vector<Area>& areas) {
    if (areas.empty()) throw Refusal("small areas: there are none");
    for (const Area& area : areas) {
        if (area.x.size() != areas[0].x.size() || area.x.empty())
            throw Refusal(fmt::format("small areas: '{}' has another number of auxiliary columns", area.name));
        if (!std::all_of(area.x.begin(), area.x.end(), [](double x) { return std::isfinite(x); }))
            throw Refusal(fmt::format("small areas: an auxiliary value of '{}' is missing", area.name));
    }
}

// The rows of the sampled areas as the likelihood wants them; `norms` are the lengths of the columns of x.
AreaModel model_of(const std::vector<Area>& areas, const std::vector<Moved>& moved, Eigen::RowVectorXd& norms) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < areas.size(); ++i)
        if (std::isfinite(moved[i].y)) rows.push_back(i);
    const auto m = static_cast<Eigen::Index>(rows.size()), p = static_cast<Eigen::Index>(areas[0].x.size());
    if (m <= p) throw Refusal(fmt::format("small areas: {} areas with a direct estimate for {} coefficients", m, p));
    AreaModel model{Eigen::VectorXd(m), Eigen::VectorXd(m), Eigen::MatrixXd(m, p)};
    for (Eigen::Index k = 0; k < m; ++k) {
        const std::size_t i = rows[static_cast<std::size_t>(k)];
        model.y(k) = moved[i].y;
        model.psi(k) = moved[i].psi;
        for (Eigen::Index j = 0; j < p; ++j) model.x(k, j) = areas[i].x[static_cast<std::size_t>(j)];
    }
    norms = model.x.colwise().norm();
    if (!(norms.minCoeff() > 0) || !norms.allFinite())
        throw Refusal("small areas: an auxiliary column is zero or not finite");
    for (Eigen::Index j = 0; j < p; ++j) model.x.col(j) /= norms(j);
    if (Eigen::ColPivHouseholderQR<Eigen::MatrixXd>(model.x).rank() < p)
        throw Refusal("small areas: the auxiliary columns are collinear; leave one out");
    return model;
}

// Prediction of one area on the model's scale, then back.
class Predictor {
public:
    Predictor(const SmallAreaOptions& options, const AreaLikelihood& at, double a, double error,
              const Eigen::RowVectorXd& norms)
        : options_(options), at_(at), a_(a), error_(error), norms_(norms) {}

    AreaEstimate predict(const Area& area, const Moved& moved) const {
        Eigen::VectorXd x(norms_.size());
        for (Eigen::Index j = 0; j < x.size(); ++j) x(j) = area.x[static_cast<std::size_t>(j)] / norms_(j);
        const bool sampled = std::isfinite(moved.y);
        const double psi = moved.psi, g = sampled ? a_ / (a_ + psi) : 0, synthetic = x.dot(at_.b);
        AreaEstimate result{synthetic, 0, g, synthetic, nan, psi, nan, moved.notices};
        const double g1 = sampled ? a_ * psi / (a_ + psi) : a_;
        const double g2 = squared(1 - g) * x.dot(at_.covariance * x);
        result.mse = g1 + g2;
        if (sampled) {
            result.estimate = g * moved.y + (1 - g) * synthetic;
            result.residual = (moved.y - synthetic) / std::sqrt(a_ + psi);
            add_error_of_a(psi, result);
        }
        move_back(g1, result);
        return result;
    }

private:
    void add_error_of_a(double psi, AreaEstimate& result) const {
        result.mse += 2 * squared(psi * error_) / std::pow(a_ + psi, 3);
        const double less = at_.bias * squared(psi / (a_ + psi));
        if (result.mse - less > 0)
            result.mse -= less;
        else
            result.notices.push_back(
                "the MSE is without its correction for the bias of A, which would make it negative");
    }

    void move_back(double spread, AreaEstimate& result) const {
        const double t = result.estimate;
        if (options_.transformation == AreaTransformation::log) {
            result.estimate = std::exp(t + spread / 2);
            result.mse *= squared(result.estimate);
        }
        if (options_.transformation == AreaTransformation::arcsin) {
            result.estimate = (1 - std::exp(-2 * spread) * std::cos(2 * t)) / 2;
            result.mse *= squared(std::sin(2 * t));
        }
    }

    const SmallAreaOptions& options_;
    const AreaLikelihood& at_;
    double a_, error_;
    const Eigen::RowVectorXd& norms_;
};

void benchmark_to(const Benchmark& benchmark, const std::vector<Area>& areas, SmallAreaFit& fit) {
    double weights = 0, sum = 0;
    for (std::size_t i = 0; i < areas.size(); ++i) {
        if (!(areas[i].weight >= 0) || !std::isfinite(areas[i].weight))
            throw Refusal(
                fmt::format("small areas: the benchmark's weight of '{}' is missing or negative", areas[i].name));
        weights += areas[i].weight;
        sum += areas[i].weight * fit.areas[i].estimate;
    }
    const double target = benchmark.mean ? benchmark.target * weights : benchmark.target;
    const bool ratio = benchmark.method == BenchmarkMethod::ratio;
    if (!(weights > 0) || !std::isfinite(target) || (ratio && !(target / sum > 0)))
        throw Refusal("small areas: the benchmark cannot be attained; see its weights and target");
    for (AreaEstimate& area : fit.areas)
        area.benchmarked = ratio ? area.estimate * (target / sum) : area.estimate + (target - sum) / weights;
}

}  // namespace

const std::vector<std::string>& small_area_method_names() {
    static const std::vector<std::string> names = {"reml", "ml", "adjusted"};
    return names;
}

const std::vector<std::string>& area_transformation_names() {
    static const std::vector<std::string> names = {"none", "log", "arcsin"};
    return names;
}

const std::vector<std::string>& zero_variance_names() {
    static const std::vector<std::string> names = {"fail", "synthetic", "smooth"};
    return names;
}

std::vector<double> smoothed_variances(const std::vector<Area>& areas, bool all) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < areas.size(); ++i) {
        if (!has_direct(areas[i])) continue;
        if (!(areas[i].n > 0) || !std::isfinite(areas[i].n))
            throw Refusal(fmt::format("small areas: smoothing needs the sample size of '{}'", areas[i].name));
        if (areas[i].variance > 0 && std::isfinite(areas[i].variance)) rows.push_back(i);
    }
    if (rows.size() < 3) throw Refusal("small areas: smoothing needs three areas with a positive variance");
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0, sum = 0, fitted = 0;
    const auto m = static_cast<double>(rows.size());
    for (const std::size_t i : rows) {
        mean_x += std::log(areas[i].n) / m;
        mean_y += std::log(areas[i].variance) / m;
    }
    for (const std::size_t i : rows) {
        xx += squared(std::log(areas[i].n) - mean_x);
        xy += (std::log(areas[i].n) - mean_x) * (std::log(areas[i].variance) - mean_y);
    }
    const double slope = xx > 0 ? xy / xx : 0;
    const auto model = [&](std::size_t i) { return std::exp(mean_y + slope * (std::log(areas[i].n) - mean_x)); };
    for (const std::size_t i : rows) {
        sum += areas[i].variance;
        fitted += model(i);
    }
    std::vector<double> result;
    for (std::size_t i = 0; i < areas.size(); ++i) {
        const bool keep = !all && areas[i].variance > 0;
        result.push_back(!has_direct(areas[i]) ? nan : keep ? areas[i].variance : model(i) * sum / fitted);
    }
    return result;
}

SmallAreaFit fit_small_areas(const std::vector<Area>& areas, const SmallAreaOptions& options) {
    check_columns(areas);
    const Variances variances(areas, options);
    std::vector<Moved> moved;
    for (std::size_t i = 0; i < areas.size(); ++i) moved.push_back(variances.moved(i));
    Eigen::RowVectorXd norms;
    const AreaModel model = model_of(areas, moved, norms);
    SmallAreaFit fit;
    fit.sampled = static_cast<std::size_t>(model.y.size());
    fit.model_variance = maximum_likelihood(model, options.method);
    const AreaLikelihood at = likelihood_at(model, options.method, fit.model_variance);
    fit.log_likelihood = at.value;
    if (options.method != SmallAreaMethod::ml) fit.log_likelihood -= norms.array().log().sum();
    fit.model_variance_error = std::sqrt(2 / (model.psi.array() + fit.model_variance).inverse().square().sum());
    for (Eigen::Index j = 0; j < norms.size(); ++j) {
        fit.coefficients.push_back(at.b(j) / norms(j));
        fit.errors.push_back(std::sqrt(at.covariance(j, j)) / norms(j));
    }
    if (fit.model_variance == 0)
        fit.notices.push_back("the model variance is 0: every area is synthetic; method adjusted keeps it positive");
    const Predictor predictor(options, at, fit.model_variance, fit.model_variance_error, norms);
    for (std::size_t i = 0; i < areas.size(); ++i) fit.areas.push_back(predictor.predict(areas[i], moved[i]));
    if (options.benchmark) benchmark_to(*options.benchmark, areas, fit);
    return fit;
}

}  // namespace cifra
