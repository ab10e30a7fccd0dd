#include "estimation/inference/gvf.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>

namespace cifra {

namespace {

constexpr std::string_view names[] = {"inverse", "inverse_square",      "reciprocal_linear", "reciprocal_quadratic",
                                      "log_log", "ncvs_three_parameter"};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

enum class Scale { relvar, reciprocal, logarithm };

Scale scale_of(GvfForm form) {
    if (form == GvfForm::log_log) return Scale::logarithm;
    const bool reciprocal = form == GvfForm::reciprocal_linear || form == GvfForm::reciprocal_quadratic;
    return reciprocal ? Scale::reciprocal : Scale::relvar;
}

// The terms that a, b and c multiply.
std::vector<double> terms(GvfForm form, double x) {
    switch (form) {
        case GvfForm::inverse_square:
            return {1, 1 / x, 1 / (x * x)};
        case GvfForm::reciprocal_linear:
            return {1, x};
        case GvfForm::reciprocal_quadratic:
            return {1, x, x * x};
        case GvfForm::log_log:
            return {1, std::log(x)};
        case GvfForm::ncvs_three_parameter:
            return {1, 1 / x, 1 / std::sqrt(x)};
        default:
            return {1, 1 / x};
    }
}

double to_scale(Scale scale, double relvar) {
    if (scale == Scale::logarithm) return std::log(relvar);
    return scale == Scale::reciprocal ? 1 / relvar : relvar;
}

double from_scale(Scale scale, double value) {
    if (scale == Scale::logarithm) return std::exp(value);
    return scale == Scale::reciprocal ? 1 / value : value;
}

double weight_of(Scale scale, double relvar) {
    if (scale == Scale::logarithm) return 1;
    return scale == Scale::reciprocal ? relvar * relvar : 1 / (relvar * relvar);
}

bool usable(const GvfPoint& point) {
    return point.estimate > 0 && point.variance > 0 && std::isfinite(point.estimate) && std::isfinite(point.variance);
}

// Weighted least squares of one group, repeated with new weights.
class GroupFit {
public:
    GroupFit(std::span<const GvfPoint> points, std::vector<std::size_t> members, GvfForm form)
        : points_(points), members_(std::move(members)), form_(form), scale_(scale_of(form)) {}

    GvfModel fit(std::vector<GvfResidual>& residuals, std::size_t number) {
        prepare();
        const auto parameters = static_cast<Eigen::Index>(gvf_parameters(form_));
        if (y_.size() <= parameters) return refused("too few estimates for this form");
        iterate();
        if (solver_.rank() < parameters) return refused("too few distinct sizes of estimates for this form");
        summarize(parameters);
        for (std::size_t i = 0; i < members_.size(); ++i)
            residuals[members_[i]] = residual(static_cast<Eigen::Index>(i), number);
        return model_;
    }

private:
    GvfModel refused(const char* why) {
        model_.notices.push_back(why);
        model_.points = members_.size();
        return model_;
    }

    void prepare() {
        const auto n = static_cast<Eigen::Index>(members_.size());
        model_.form = form_;
        x_.resize(n, static_cast<Eigen::Index>(gvf_parameters(form_)));
        y_.resize(n);
        relvar_.resize(n);
        model_.smallest = std::numeric_limits<double>::infinity();
        model_.largest = 0;
        for (Eigen::Index i = 0; i < n; ++i) {
            const GvfPoint& point = points_[members_[static_cast<std::size_t>(i)]];
            const std::vector<double> row = terms(form_, point.estimate);
            for (Eigen::Index j = 0; j < x_.cols(); ++j) x_(i, j) = row[static_cast<std::size_t>(j)];
            relvar_(i) = point.variance / point.estimate / point.estimate;
            y_(i) = to_scale(scale_, relvar_(i));
            model_.smallest = std::min(model_.smallest, point.estimate);
            model_.largest = std::max(model_.largest, point.estimate);
        }
        norms_ = x_.colwise().norm();
        for (Eigen::Index j = 0; j < x_.cols(); ++j) x_.col(j) /= norms_(j);
    }

    void iterate() {
        Eigen::VectorXd fitted = relvar_;
        double moved = 1;
        for (model_.iterations = 0; model_.iterations < 1000 && moved > 1e-12; ++model_.iterations) {
            weights_ = fitted.unaryExpr([&](double r) { return weight_of(scale_, r); });
            roots_ = (weights_ / weights_.maxCoeff()).cwiseSqrt();
            solver_.compute(roots_.asDiagonal() * x_);
            coefficients_ = solver_.solve(roots_.asDiagonal() * y_);
            Eigen::VectorXd next = (x_ * coefficients_).unaryExpr([&](double v) { return from_scale(scale_, v); });
            negative_ = static_cast<int>((!(next.array() > 0)).count());
            next = (next.array() > 0 && next.array().isFinite()).select(next, relvar_);
            moved = scale_ == Scale::logarithm ? 0 : ((next - fitted).array() / fitted.array()).abs().maxCoeff();
            fitted = next;
        }
        if (moved > 1e-12) model_.notices.push_back("the weights did not converge");
        if (negative_ > 0)
            model_.notices.push_back(fmt::format("the model is not positive at {} of its estimates", negative_));
    }

    void summarize(Eigen::Index parameters) {
        const Eigen::VectorXd left = y_ - x_ * coefficients_;
        const double sum = weights_.dot(left.cwiseAbs2()), centre = weights_.dot(y_) / weights_.sum();
        const double all = weights_.dot((y_.array() - centre).square().matrix());
        const Eigen::MatrixXd inverse = (x_.transpose() * weights_.asDiagonal() * x_)
                                            .ldlt()
                                            .solve(Eigen::MatrixXd::Identity(parameters, parameters));
        model_.points = members_.size();
        model_.sigma = std::sqrt(sum / static_cast<double>(y_.size() - parameters));
        model_.r_squared = all > 0 ? 1 - sum / all : nan;
        for (Eigen::Index j = 0; j < parameters; ++j) {
            model_.coefficients.push_back(coefficients_(j) / norms_(j));
            model_.errors.push_back(model_.sigma * std::sqrt(inverse(j, j)) / norms_(j));
        }
        leverage_ = weights_.cwiseProduct((x_ * inverse).cwiseProduct(x_).rowwise().sum());
    }

    GvfResidual residual(Eigen::Index i, std::size_t number) const {
        const GvfPoint& point = points_[members_[static_cast<std::size_t>(i)]];
        GvfResidual result;
        result.model = number;
        result.se = predict_total(model_, point.estimate).se;
        result.ratio = result.se / std::sqrt(point.variance);
        result.leverage = leverage_(i);
        const double error = model_.sigma * std::sqrt(1 - leverage_(i));
        const double left = y_(i) - x_.row(i).dot(coefficients_);
        result.standardized = error > 0 ? std::sqrt(weights_(i)) * left / error : nan;
        return result;
    }

    std::span<const GvfPoint> points_;
    std::vector<std::size_t> members_;
    GvfForm form_;
    Scale scale_;
    GvfModel model_;
    Eigen::MatrixXd x_;
    Eigen::VectorXd y_, relvar_, weights_, roots_, coefficients_, leverage_;
    Eigen::RowVectorXd norms_;
    Eigen::ColPivHouseholderQR<Eigen::MatrixXd> solver_;
    int negative_ = 0;
};

void note_extrapolation(const GvfModel& model, double x, GvfPrediction& prediction) {
    if (x < model.smallest) prediction.notices.push_back("below the smallest estimate of the model: extrapolated");
    if (x > model.largest) prediction.notices.push_back("above the largest estimate of the model: extrapolated");
}

void root_of(double variance, GvfPrediction& prediction) {
    if (variance >= 0) prediction.se = std::sqrt(variance);
    if (variance < 0) prediction.notices.push_back("the model gives a negative variance");
}

}  // namespace

const std::vector<std::string>& gvf_form_names() {
    static const std::vector<std::string> all(std::begin(names), std::end(names));
    return all;
}

GvfForm gvf_form_from_text(std::string_view name) {
    return static_cast<GvfForm>(std::find(std::begin(names), std::end(names), name) - std::begin(names));
}

std::string_view to_text(GvfForm form) { return names[static_cast<std::size_t>(form)]; }

std::size_t gvf_parameters(GvfForm form) { return terms(form, 1).size(); }

GvfFit fit_gvf(std::span<const GvfPoint> points, GvfForm form) {
    std::map<std::string, std::vector<std::size_t>> groups;
    std::map<std::string, std::size_t> left_out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        groups[points[i].group];
        if (usable(points[i]))
            groups[points[i].group].push_back(i);
        else
            ++left_out[points[i].group];
    }
    GvfFit result;
    result.residuals.resize(points.size());
    for (auto& [group, members] : groups) {
        GvfModel model = GroupFit(points, std::move(members), form).fit(result.residuals, result.models.size());
        model.group = group;
        if (left_out.contains(group))
            model.notices.push_back(
                fmt::format("{} estimates without a positive value and variance left out", left_out[group]));
        result.models.push_back(std::move(model));
    }
    return result;
}

double gvf_relvar(const GvfModel& model, double x) {
    if (!model.fitted() || !(x > 0) || !std::isfinite(x)) return nan;
    const std::vector<double> row = terms(model.form, x);
    double value = 0;
    for (std::size_t j = 0; j < row.size(); ++j) value += model.coefficients[j] * row[j];
    return from_scale(scale_of(model.form), value);
}

GvfPrediction predict_total(const GvfModel& model, double x) {
    GvfPrediction prediction;
    note_extrapolation(model, x, prediction);
    root_of(x * x * gvf_relvar(model, x), prediction);
    return prediction;
}

GvfPrediction predict_proportion(const GvfModel& model, double p, double base) {
    GvfPrediction prediction;
    if (!(p >= 0 && p <= 1)) return prediction;
    note_extrapolation(model, p * base, prediction);
    if (p == 0 || p == 1) {
        prediction.notices.push_back("no variance of a proportion of 0 or 1");
        return prediction;
    }
    root_of(p * p * (gvf_relvar(model, p * base) - gvf_relvar(model, base)), prediction);
    return prediction;
}

GvfPrediction predict_rate(const GvfModel& model, double rate, double base, double per) {
    GvfPrediction prediction = predict_proportion(model, rate / per, base);
    prediction.se *= per;
    return prediction;
}

}  // namespace cifra
