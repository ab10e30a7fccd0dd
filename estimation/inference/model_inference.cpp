#include "estimation/inference/model_inference.h"

#include <Eigen/Dense>
#include <cmath>

#include "engine/parallel.h"
#include "estimation/inference/distributions.h"
#include "estimation/intervals.h"
#include "estimation/variance.h"

namespace cifra {

namespace {

constexpr double none = missing_number;

std::vector<Eigen::Index> estimated(const Regression& model, const std::vector<std::size_t>& columns) {
    std::vector<Eigen::Index> result;
    for (const std::size_t column : columns)
        if (model.state[column] == CoefficientState::estimated) result.push_back(static_cast<Eigen::Index>(column));
    return result;
}

// Eigenvalues of V0^-1 V; empty when V0 is not positive definite.
std::vector<double> design_effects(const Eigen::MatrixXd& v0, const Eigen::MatrixXd& v) {
    const Eigen::LLT<Eigen::MatrixXd> factor(v0);
    if (factor.info() != Eigen::Success) return {};
    const Eigen::MatrixXd half = factor.matrixL().solve(v);
    const Eigen::MatrixXd whole = factor.matrixL().solve(Eigen::MatrixXd(half.transpose()));
    const Eigen::VectorXd values = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(whole).eigenvalues();
    return {values.begin(), values.end()};
}

double deviance_without(const InferenceSample& sample, const RegressionInput& input, const Regression& model,
                        const std::vector<std::size_t>& columns) {
    std::vector<bool> out(static_cast<std::size_t>(input.columns.cols()), false);
    for (const std::size_t column : columns) out[column] = true;
    std::vector<Eigen::Index> kept;
    for (std::size_t j = 0; j < out.size(); ++j)
        if (!out[j]) kept.push_back(static_cast<Eigen::Index>(j));
    const RegressionInput smaller{input.columns(Eigen::all, kept), input.outcome, input.offset, input.pattern};
    const Regression fitted = fit_regression(sample, smaller, model.family);
    return fitted.converged ? fitted.deviance : none;
}

TestResult against_sum(std::string name, double statistic, const std::vector<double>& lambda, std::size_t q,
                       const Regression& model) {
    TestResult result = no_result(std::move(name), "");
    result.notices.clear();
    result.statistic = statistic;
    result.df1 = static_cast<double>(q);
    result.df2 = model.df;
    if (lambda.empty())
        result.notices.emplace_back("the information of these coefficients is singular");
    else if (!(model.df > 0))
        result.notices.emplace_back("no degrees of freedom");
    else
        result.p = weighted_sum_tail(statistic, lambda, SumMethod::saddlepoint, model.df);
    return result;
}

// Weighted sums of mu' x (gradients by b, one column a margin) and the means of mu.
struct MarginParts {
    Eigen::MatrixXd means;  // pattern × margin
    Eigen::VectorXd values;
    Eigen::MatrixXd gradient;  // p × margin
};

Eigen::VectorXd linear_predictor(const RegressionInput& input, const Eigen::MatrixXd& matrix,
                                 const Eigen::VectorXd& raw) {
    Eigen::VectorXd eta = matrix * raw;
    if (input.offset.size()) eta += input.offset;
    return eta;
}

MarginParts margin_parts(const InferenceSample& sample, const RegressionInput& input, const Regression& model,
                         const std::vector<Eigen::MatrixXd>& matrices) {
    const Eigen::Index rows = input.columns.rows(), g = static_cast<Eigen::Index>(matrices.size());
    MarginParts parts{Eigen::MatrixXd(rows, g), Eigen::VectorXd::Zero(g), Eigen::MatrixXd::Zero(model.raw.size(), g)};
    const Eigen::VectorXd share = pattern_weights(input, full_weights(sample)) / sum_of_weights(sample);
    for (Eigen::Index m = 0; m < g; ++m) {
        const Eigen::MatrixXd& matrix = matrices[static_cast<std::size_t>(m)];
        const Eigen::VectorXd eta = linear_predictor(input, matrix, model.raw);
        parts.means.col(m) = eta.unaryExpr([&](double x) { return mean_of(model.family.link, x); });
        parts.values(m) = share.dot(parts.means.col(m));
        const Eigen::VectorXd slope = eta.unaryExpr([&](double x) { return mean_slope(model.family.link, x); });
        parts.gradient.col(m) = matrix.transpose() * share.cwiseProduct(slope);
    }
    return parts;
}

std::vector<SparseColumn> composition(const InferenceSample& sample, const RegressionInput& input,
                                      const MarginParts& parts) {
    const double total = sum_of_weights(sample);
    const Eigen::MatrixXd deviations = parts.means.transpose().colwise() - parts.values;
    return score_columns(sample, static_cast<std::size_t>(parts.values.size()), [&](std::size_t i, Eigen::VectorXd& z) {
        z += (sample.weight[sample.rows[i]] / total) * deviations.col(input.pattern_of(i));
    });
}

// Margins with given coefficients and weights of the records.
Eigen::VectorXd margin_values(const RegressionInput& input, const Regression& model,
                              const std::vector<Eigen::MatrixXd>& matrices, const Eigen::VectorXd& raw,
                              const Eigen::VectorXd& weight) {
    const Eigen::VectorXd of_pattern = pattern_weights(input, weight);
    Eigen::VectorXd values(static_cast<Eigen::Index>(matrices.size()));
    for (std::size_t m = 0; m < matrices.size(); ++m) {
        const Eigen::VectorXd mean = linear_predictor(input, matrices[m], raw).unaryExpr([&](double x) {
            return mean_of(model.family.link, x);
        });
        values(static_cast<Eigen::Index>(m)) = mean.dot(of_pattern) / weight.sum();
    }
    return values;
}

Eigen::MatrixXd replicated_margin_covariance(const InferenceSample& sample, const RegressionInput& input,
                                             const Regression& model, const std::vector<Eigen::MatrixXd>& matrices,
                                             MarginVariance variance) {
    const Eigen::VectorXd weight = full_weights(sample),
                          full = margin_values(input, model, matrices, model.raw, weight);
    const auto spread = [&](bool coefficients, bool population) -> Eigen::MatrixXd {
        Eigen::MatrixXd values(static_cast<Eigen::Index>(sample.replicates->count()), full.size());
        for_each_shard(sample.replicates->count(), sample.threads, [&](std::size_t r) {
            const auto at = static_cast<Eigen::Index>(r);
            values.row(at) = margin_values(input, model, matrices,
                                           coefficients ? Eigen::VectorXd(model.replicate_raw.col(at)) : model.raw,
                                           population ? replicate_weights(sample, r) : weight)
                                 .transpose();
        });
        return covariance(sample.source(), replicate_columns(sample, full, values));
    };
    if (variance == MarginVariance::separate) return spread(true, false) + spread(false, true);
    return spread(true, variance == MarginVariance::unconditional);
}

std::vector<SparseColumn> sum_of(const std::vector<SparseColumn>& a, const std::vector<SparseColumn>& b) {
    std::vector<SparseColumn> result;
    for (std::size_t i = 0; i < a.size(); ++i) result.push_back(combine(1, a[i], 1, b[i]));
    return result;
}

}  // namespace

TestResult no_result(std::string test, std::string notice) {
    return {std::move(test), none, none, none, none, none, none, none, none, {std::move(notice)}};
}

const std::vector<std::string>& term_test_names() {
    static const std::vector<std::string> names = {"wald", "working_wald", "lrt"};
    return names;
}

const std::vector<std::string>& margin_variance_names() {
    static const std::vector<std::string> names = {"unconditional", "separate", "conditional"};
    return names;
}

TestResult wald_test(std::string test, const Eigen::VectorXd& b, const Eigen::MatrixXd& v, double df) {
    if (b.size() == 0) return no_result(std::move(test), "nothing to test");
    if (!b.allFinite() || !v.allFinite()) return no_result(std::move(test), "a coefficient has no finite estimate");
    if (!(df > 0)) return no_result(std::move(test), "no degrees of freedom");
    const Eigen::VectorXd scale = v.diagonal().cwiseSqrt();
    if (!(scale.minCoeff() > 0)) return no_result(std::move(test), "an estimate has no variance");
    const Eigen::MatrixXd correlation = scale.cwiseInverse().asDiagonal() * v * scale.cwiseInverse().asDiagonal();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(correlation);
    if (eigen.eigenvalues()(0) < 1e-12)
        return no_result(std::move(test), "the covariance of the estimates is singular: too few PSUs or empty cells");
    const Eigen::VectorXd along = eigen.eigenvectors().transpose() * (b.array() / scale.array()).matrix();
    TestResult result = no_result(std::move(test), "");
    result.notices.clear();
    result.df1 = static_cast<double>(b.size());
    result.df2 = df;
    result.statistic = (along.array().square() / eigen.eigenvalues().array()).sum() / result.df1;
    result.p = f_tail(result.statistic, result.df1, result.df2);
    return result;
}

TestResult test_coefficients(const InferenceSample& sample, const RegressionInput& input, const Regression& model,
                             const std::vector<std::size_t>& columns, TermTest kind) {
    const std::string name = term_test_names()[static_cast<std::size_t>(kind)];
    if (!model.converged) return no_result(name, model.n > 0 ? "the model did not converge" : "no record");
    for (const std::size_t column : columns)
        if (model.state[column] == CoefficientState::infinite)
            return no_result(name, "a coefficient has no finite estimate");
    const std::vector<Eigen::Index> use = estimated(model, columns);
    if (use.empty()) return no_result(name, "nothing to test: the columns depend on earlier ones");
    const Eigen::VectorXd b = model.coefficients(use);
    const Eigen::MatrixXd v = model.covariance(use, use), v0 = model.inverse_information(use, use);
    if (kind == TermTest::wald) return wald_test(name, b, v, model.df);
    const double statistic = kind == TermTest::working_wald
                                 ? b.dot(v0.ldlt().solve(b))
                                 : deviance_without(sample, input, model, columns) - model.deviance;
    return against_sum(name, statistic, design_effects(v0, v), use.size(), model);
}

Margins predictive_margins(const InferenceSample& sample, const RegressionInput& input, const Regression& model,
                           const std::vector<Eigen::MatrixXd>& matrices, MarginVariance variance) {
    const MarginParts parts = margin_parts(sample, input, model, matrices);
    const auto g = static_cast<Eigen::Index>(matrices.size());
    Margins margins{parts.values, Eigen::MatrixXd::Constant(g, g, none)};
    if (!model.usable()) return margins;
    if (sample.replicated()) {
        margins.covariance = replicated_margin_covariance(sample, input, model, matrices, variance);
        return margins;
    }
    const std::vector<SparseColumn> by_coefficients = transform(parts.gradient.transpose(), model.influence);
    if (variance == MarginVariance::unconditional)
        margins.covariance = covariance(*sample.design, sum_of(by_coefficients, composition(sample, input, parts)));
    else
        margins.covariance = covariance(*sample.design, by_coefficients);
    if (variance == MarginVariance::separate)
        margins.covariance += covariance(*sample.design, composition(sample, input, parts));
    return margins;
}

}  // namespace cifra
