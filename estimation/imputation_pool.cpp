#include "estimation/imputation_pool.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace cifra {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

void average(std::span<const Estimate> estimates, std::vector<double> Estimate::*field, Estimate& pooled) {
    std::vector<double>& mean = pooled.*field;
    for (double& value : mean) value = 0;
    for (const Estimate& estimate : estimates)
        for (std::size_t i = 0; i < mean.size(); ++i)
            mean[i] += (estimate.*field)[i] / static_cast<double>(estimates.size());
}

struct DegreesOfFreedom {
    double df = 0, missing_information = none;
};

DegreesOfFreedom pooled_df(double within, double between, double complete, double m, PooledDf rule) {
    const double extra = (1 + 1 / m) * between, total = within + extra;
    if (!(total > 0) || !(complete > 0)) return {complete, none};
    if (extra == 0) return {complete, 0};
    if (!(within > 0)) return {0, 1};
    const double share = extra / total, r = extra / within;
    const double drawn = (m - 1) / (share * share);
    const double known = rule == PooledDf::mitools ? within / (within + between) : 1 - share;
    const double observed = std::isinf(complete) ? complete : known * complete * (complete + 1) / (complete + 3);
    const double df = 1 / (1 / drawn + 1 / observed);
    return {df, (r + 2 / (df + 3)) / (r + 1)};
}

Pooled single(const Estimate& estimate) {
    Pooled pooled{estimate, covariance_of(estimate), covariance_of(estimate) * 0, {}, 1};
    pooled.missing_information.assign(estimate.size(), none);
    pooled.estimate.notices.emplace_back("one imputation: the standard error holds nothing for what was imputed");
    return pooled;
}

}  // namespace

Pooled pool(std::span<const Estimate> estimates, PooledDf rule) {
    if (estimates.empty()) throw std::invalid_argument("pool: no estimates");
    for (const Estimate& estimate : estimates)
        if (estimate.names != estimates.front().names) throw std::invalid_argument("pool: estimates of other cells");
    if (estimates.size() == 1) return single(estimates.front());
    const auto m = static_cast<double>(estimates.size());
    const Eigen::MatrixXd zero = covariance_of(estimates.front()) * 0;
    Pooled pooled{estimates.front(), zero, zero, {}, estimates.size()};
    Estimate& result = pooled.estimate;
    result.values.setZero();
    for (const Estimate& estimate : estimates) {
        result.values += estimate.values / m;
        pooled.within += covariance_of(estimate) / m;
    }
    for (const Estimate& estimate : estimates) {
        const Eigen::VectorXd gap = estimate.values - result.values;
        pooled.between += gap * gap.transpose() / (m - 1);
    }
    result.covariance = pooled.within + (1 + 1 / m) * pooled.between;
    for (const auto field : {&Estimate::n, &Estimate::cases, &Estimate::deff, &Estimate::ceiling, &Estimate::df})
        average(estimates, field, result);
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        const auto [df, missing] = pooled_df(pooled.within(at, at), pooled.between(at, at), result.df[i], m, rule);
        result.df[i] = df;
        pooled.missing_information.push_back(missing);
        if (!std::isfinite(result.values(at)))
            result.notices.push_back(fmt::format("'{}' cannot be estimated in every imputation", result.names[i]));
    }
    return pooled;
}

}  // namespace cifra
