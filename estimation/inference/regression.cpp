#include "estimation/inference/regression.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/parallel.h"
#include "estimation/inference/distributions.h"
#include "estimation/inference/negative_binomial.h"
#include "estimation/inference/scoring.h"
#include "estimation/intervals.h"
#include "estimation/variance.h"

namespace cifra {

namespace {

void check(const InferenceSample& sample, const RegressionInput& input, const ModelFamily& family) {
    const std::size_t n = sample.rows.size(), rows = static_cast<std::size_t>(input.columns.rows());
    if (static_cast<std::size_t>(input.outcome.size()) != n ||
        (input.pattern.empty() ? rows : input.pattern.size()) != n)
        throw std::invalid_argument("outcome, and pattern or columns, need one row for each record of the sample");
    if (std::any_of(input.pattern.begin(), input.pattern.end(), [&](std::uint32_t row) { return row >= rows; }))
        throw std::invalid_argument("a pattern has no row of columns");
    if (input.offset.size() != input.columns.rows() && input.offset.size() != 0)
        throw std::invalid_argument("the offset needs one row for each row of columns");
    if (!input.columns.allFinite() || !input.offset.allFinite())
        throw std::invalid_argument("columns and offset must be finite");
    for (const double y : input.outcome)
        if (!outcome_allowed(family.family, y))
            throw std::invalid_argument(fmt::format("outcomes must be {}", outcome_rule(family.family)));
}

// Some records and columns of an input.
RegressionInput of_records(const RegressionInput& input, const std::vector<Eigen::Index>& records,
                           const std::vector<Eigen::Index>& columns) {
    RegressionInput result{{}, input.outcome(records), {}};
    if (input.pattern.empty()) {
        result.columns = input.columns(records, columns);
        if (input.offset.size()) result.offset = input.offset(records);
        return result;
    }
    result.columns = input.columns(Eigen::all, columns);
    result.offset = input.offset;
    for (const Eigen::Index i : records) result.pattern.push_back(input.pattern[static_cast<std::size_t>(i)]);
    return result;
}

class Fitting {
public:
    Fitting(const InferenceSample& sample, const RegressionInput& input, const ModelFamily& family, bool like_r,
            bool with_covariance = true)
        : sample_(sample), input_(input), like_r_(like_r), with_covariance_(with_covariance) {
        weight_ = full_weights(sample);
        total_weight_ = weight_.sum();
        model_.family = family;
        points_ = regression_points(input, weight_, family, points_by());
        model_.n = count_records(sample);
    }

    Regression fit() {
        prepare_result();
        if (sample_.rows.empty()) {
            model_.notices.emplace_back("no record in the model");
            return std::move(model_);
        }
        set_basis();
        if (with_covariance_) model_.df = design_df(sample_) + 1 - static_cast<double>(basis_.kept.size());
        find_maximum();
        describe_fit();
        if (model_.converged || state_.drifting) set_coefficients();
        return std::move(model_);
    }

private:
    ScoringProblem problem() const {
        return {basis_, points_.weight, points_.outcome, points_.offset, points_.within, sample_.threads};
    }
    bool with_theta() const { return model_.family.family == Family::negative_binomial; }
    Eigen::Index point_of(Eigen::Index record) const { return points_.of_record[static_cast<std::size_t>(record)]; }

    // R starts from the outcomes of the records one by one.
    PointsBy points_by() const {
        if (like_r_) return PointsBy::record;
        return with_theta() ? PointsBy::pattern_and_outcome : PointsBy::pattern;
    }

    void set_basis() {
        const bool as_they_stand = input_.pattern.empty() && points_.row.size() == sample_.rows.size();
        basis_ = as_they_stand ? orthonormal_basis(input_.columns, points_.weight)
                               : orthonormal_basis(input_.columns(points_.row, Eigen::all), points_.weight);
    }

    void prepare_result() {
        const Eigen::Index p = input_.columns.cols();
        model_.coefficients = Eigen::VectorXd::Constant(p, missing_number);
        model_.covariance = Eigen::MatrixXd::Constant(p, p, missing_number);
        model_.inverse_information = Eigen::MatrixXd::Zero(p, p);
        model_.raw = Eigen::VectorXd::Zero(p);
        model_.state.assign(static_cast<std::size_t>(p), CoefficientState::aliased);
        model_.influence.resize(static_cast<std::size_t>(p));
        model_.dispersion = model_.deviance = missing_number;
    }

    void find_maximum() {
        for (const Eigen::Index j : basis_.kept)
            model_.state[static_cast<std::size_t>(j)] = CoefficientState::estimated;
        const ModelFamily start{with_theta() ? Family::poisson : model_.family.family, model_.family.link, 1};
        state_ = start_scoring(problem(), start);
        information_at_start_ = working_weights(problem(), start, state_).sum() / points_.weight.sum();
        if (with_theta())
            model_.converged = fit_negative_binomial(problem(), model_.family, state_);
        else {
            if (like_r_)
                last_weights_ = iterate_like_r(problem(), model_.family, state_);
            else
                iterate_scoring(problem(), model_.family, state_);
            model_.converged = state_.converged;
        }
        model_.iterations = state_.iterations;
        if (with_theta() && state_.drifting) {
            state_.drifting = false;
            model_.notices.emplace_back("separation: a category without cases; leave it out with 'where'");
        }
        if (with_theta() && model_.family.theta > largest_theta) {
            model_.notices.emplace_back("no overdispersion: theta has no finite estimate, the model is Poisson");
            model_.family = {Family::poisson, model_.family.link, 0};
        } else if (with_theta() && model_.converged)
            model_.theta = model_.family.theta;
        if (!model_.converged && !state_.drifting)
            model_.notices.push_back(fmt::format("not converged after {} steps", state_.iterations));
    }

    void describe_fit() {
        model_.deviance = state_.deviance * model_.n / total_weight_;
        model_.mean.resize(weight_.size());
        Eigen::VectorXd pearson(weight_.size());
        for (Eigen::Index i = 0; i < pearson.size(); ++i) {
            const double mean = model_.mean(i) = state_.mean(point_of(i));
            pearson(i) = (input_.outcome(i) - mean) / std::sqrt(variance_of(model_.family, mean));
        }
        const double middle = weight_.dot(pearson) / total_weight_;
        if (model_.n > 1)
            model_.dispersion =
                weight_.dot((pearson.array() - middle).square().matrix()) / total_weight_ * model_.n / (model_.n - 1);
    }

    // Under separation: coefficients that take part in a direction about which the data no longer say anything.
    std::vector<bool> lost_coefficients() const {
        std::vector<bool> lost(basis_.kept.size(), false);
        if (!state_.drifting) return lost;
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(
            information(problem(), working_weights(problem(), model_.family, state_)));
        for (Eigen::Index k = 0; k < eigen.eigenvalues().size(); ++k) {
            if (eigen.eigenvalues()(k) > 1e-7 * information_at_start_) continue;
            const Eigen::VectorXd share = basis_.r_inverse * eigen.eigenvectors().col(k);
            for (Eigen::Index j = 0; j < share.size(); ++j)
                if (std::abs(share(j)) > 1e-6 * basis_.r_inverse.row(j).norm())
                    lost[static_cast<std::size_t>(j)] = true;
        }
        return lost;
    }

    void set_coefficients() {
        const Eigen::VectorXd raw = basis_.r_inverse * state_.coordinates;
        const std::vector<bool> lost = lost_coefficients();
        for (std::size_t j = 0; j < basis_.kept.size(); ++j) {
            const auto at = static_cast<Eigen::Index>(j), column = basis_.kept[j];
            model_.raw(column) = raw(at);
            if (lost[j])
                model_.state[static_cast<std::size_t>(column)] = CoefficientState::infinite;
            else
                model_.coefficients(column) = raw(at);
        }
        report_states();
        model_.converged = true;
        if (with_covariance_) set_covariance();
    }

    void report_states() {
        const auto count = [&](CoefficientState state) {
            return std::count(model_.state.begin(), model_.state.end(), state);
        };
        if (const auto k = count(CoefficientState::infinite))
            model_.notices.push_back(fmt::format("separation: coefficients without a finite estimate: {}", k));
        if (const auto k = count(CoefficientState::aliased))
            model_.notices.push_back(fmt::format("columns that depend on earlier ones and are left out: {}", k));
    }

    Eigen::MatrixXd inverse_joint_information() const {
        const Eigen::MatrixXd a = std::isfinite(model_.theta) ? joint_information(problem(), model_.family, state_)
                                                              : information(problem(), weights_of_information());
        return a.ldlt().solve(Eigen::MatrixXd::Identity(a.rows(), a.cols()));
    }

    Eigen::VectorXd weights_of_information() const {
        return last_weights_.size() ? last_weights_ : working_weights(problem(), model_.family, state_);
    }

    // mu' / V of each point; R's default keeps the weights of the last step here too.
    Eigen::VectorXd score_factors() const {
        Eigen::VectorXd factor(points_.weight.size());
        for (Eigen::Index g = 0; g < factor.size(); ++g) {
            const double slope = mean_slope(model_.family.link, state_.eta(g));
            factor(g) = last_weights_.size() ? last_weights_(g) / (points_.weight(g) * slope)
                                             : slope / variance_of(model_.family, state_.mean(g));
        }
        return factor;
    }

    // The influence on (coefficients kept, theta) is map times the scores in the coordinates of the basis.
    void set_covariance() {
        const auto rank = static_cast<Eigen::Index>(basis_.kept.size());
        const bool theta = std::isfinite(model_.theta);
        Eigen::MatrixXd map = inverse_joint_information();
        const Eigen::MatrixXd back = basis_.r_inverse * map.topLeftCorner(rank, rank) * basis_.r_inverse.transpose();
        if (sample_.replicated()) return spread(replicate_deviations_of(theta), back);
        map.topRows(rank) = (basis_.r_inverse * map.topRows(rank)).eval();
        const Eigen::VectorXd factor = score_factors().cwiseQuotient(points_.weight.cwiseSqrt());
        const auto add = [&](std::size_t record, Eigen::VectorXd& total) {
            const auto i = static_cast<Eigen::Index>(record), at = point_of(i);
            const double w = weight_(i), y = input_.outcome(i), mean = model_.mean(i);
            total.head(rank) += (w * (y - mean) * factor(at)) * basis_.q.row(at).transpose();
            if (theta) total(rank) += w * theta_score(y, mean, model_.theta);
        };
        spread(transform(map, score_columns(sample_, static_cast<std::size_t>(map.cols()), add)), back);
    }

    // The coefficients kept, and theta, fitted with the weights of every replicate.
    std::vector<SparseColumn> replicate_deviations_of(bool theta) {
        const auto rank = static_cast<Eigen::Index>(basis_.kept.size());
        const auto count = static_cast<Eigen::Index>(sample_.replicates->count());
        Eigen::VectorXd full(rank + (theta ? 1 : 0));
        full.head(rank) = model_.raw(basis_.kept);
        if (theta) full(rank) = model_.theta;
        Eigen::MatrixXd values(count, full.size());
        model_.replicate_raw = Eigen::MatrixXd::Zero(model_.raw.size(), count);
        for_each_shard(sample_.replicates->count(), sample_.threads, [&](std::size_t r) {
            const auto at = static_cast<Eigen::Index>(r);
            const Regression refitted = refit(r);
            values.row(at).head(rank) = refitted.coefficients.transpose();
            if (theta) values(at, rank) = refitted.theta;
            for (Eigen::Index j = 0; j < rank; ++j)
                model_.replicate_raw(basis_.kept[static_cast<std::size_t>(j)], at) = values(at, j);
        });
        Eigen::Index lost = 0;
        for (Eigen::Index r = 0; r < count; ++r) {
            bool all = true;
            for (Eigen::Index j = 0; j < rank; ++j)
                all = all && (std::isfinite(values(r, j)) || !finite(basis_.kept[static_cast<std::size_t>(j)]));
            lost += all ? 0 : 1;
        }
        if (lost > 0)
            model_.notices.push_back(fmt::format(
                "replicates in which a coefficient has no finite estimate: {} of {}; it has no standard error", lost,
                count));
        return replicate_columns(sample_, full, values);
    }

    // The same model over the columns kept, with one replicate's weights.
    Regression refit(std::size_t replicate) const {
        const Eigen::VectorXd weight = replicate_weights(sample_, replicate);
        if (weight.size() > 0 && weight.minCoeff() < 0)
            throw Refusal("a model cannot be fitted with replicate weights below 0");
        InferenceSample sample;
        sample.design = sample_.design;
        sample.unit_of_row = sample_.unit_of_row;
        sample.weight.assign(sample_.weight.size(), 0);
        std::vector<Eigen::Index> used;
        for (Eigen::Index i = 0; i < weight.size(); ++i) {
            if (!(weight(i) > 0)) continue;
            used.push_back(i);
            sample.rows.push_back(sample_.rows[static_cast<std::size_t>(i)]);
            sample.weight[sample.rows.back()] = weight(i);
        }
        const RegressionInput input = of_records(input_, used, basis_.kept);
        return Fitting(sample, input, model_.family, false, false).fit();
    }

    // From the columns kept to all columns.
    void spread(std::vector<SparseColumn> z, const Eigen::MatrixXd& back) {
        const Eigen::MatrixXd v = covariance(sample_.source(), z);
        for (std::size_t a = 0; a < basis_.kept.size(); ++a) {
            const Eigen::Index row = basis_.kept[a];
            for (std::size_t b = 0; b < basis_.kept.size(); ++b) {
                const Eigen::Index column = basis_.kept[b];
                const auto i = static_cast<Eigen::Index>(a), j = static_cast<Eigen::Index>(b);
                model_.inverse_information(row, column) = back(i, j) * total_weight_ / model_.n;
                if (finite(row) && finite(column)) model_.covariance(row, column) = v(i, j);
            }
            model_.influence[static_cast<std::size_t>(row)] = std::move(z[a]);
        }
        if (z.size() > basis_.kept.size()) model_.theta_se = std::sqrt(v(v.rows() - 1, v.cols() - 1));
    }

    bool finite(Eigen::Index column) const {
        return model_.state[static_cast<std::size_t>(column)] == CoefficientState::estimated;
    }

    const InferenceSample& sample_;
    const RegressionInput& input_;
    bool like_r_, with_covariance_;
    Eigen::VectorXd weight_;  // of the records
    double total_weight_ = 0;
    RegressionPoints points_;
    Eigen::VectorXd last_weights_;
    double information_at_start_ = 0;
    OrthonormalBasis basis_;
    ScoringState state_;
    Regression model_;
};

}  // namespace

std::size_t Regression::rank() const {
    return static_cast<std::size_t>(
        std::count_if(state.begin(), state.end(), [](auto s) { return s != CoefficientState::aliased; }));
}

bool Regression::usable() const {
    return converged && std::count(state.begin(), state.end(), CoefficientState::infinite) == 0;
}

const std::vector<std::string>& convergence_names() {
    static const std::vector<std::string> names = {"full", "r_default"};
    return names;
}

Regression fit_regression(const InferenceSample& sample, const RegressionInput& input, const ModelFamily& family,
                          Convergence convergence) {
    check(sample, input, family);
    return Fitting(sample, input, family, convergence == Convergence::r_default).fit();
}

Coefficient coefficient_of(const Regression& model, std::size_t column, double level) {
    const auto j = static_cast<Eigen::Index>(column);
    Coefficient result{model.coefficients(j), missing_number, missing_number, model.df,
                       missing_number,        missing_number, missing_number};
    const double variance = model.covariance(j, j);
    if (!(variance >= 0) || !std::isfinite(variance)) return result;
    result.se = std::sqrt(variance);
    if (!(model.df > 0) || result.se == 0) return result;
    result.t = result.estimate / result.se;
    result.p = t_two_sided(result.t, model.df);
    const double reach = t_quantile(1 - (1 - level) / 2, model.df) * result.se;
    result.lower = result.estimate - reach;
    result.upper = result.estimate + reach;
    return result;
}

}  // namespace cifra
