#include "estimation/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

namespace cifra {

Eigen::VectorXd se(const Estimate& estimate) {
    return estimate.covariance.diagonal().unaryExpr([](double v) { return v >= 0 ? std::sqrt(v) : missing_number; });
}

Eigen::VectorXd cv(const Estimate& estimate) {
    Eigen::VectorXd result = se(estimate);
    for (Eigen::Index i = 0; i < result.size(); ++i)
        result(i) = estimate.values(i) == 0 ? missing_number : result(i) / std::abs(estimate.values(i));
    return result;
}

std::vector<Interval> confint(const Estimate& estimate, double level, IntervalKind kind) {
    std::vector<Interval> intervals;
    for (std::size_t i = 0; i < estimate.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        intervals.push_back(interval({.estimate = estimate.values(at),
                                      .variance = estimate.covariance(at, at),
                                      .df = estimate.df[i],
                                      .n = estimate.n[i],
                                      .cases = estimate.cases[i],
                                      .scale = estimate.scale,
                                      .ceiling = estimate.ceiling[i],
                                      .range = estimate.range,
                                      .level = level,
                                      .kind = kind}));
    }
    return intervals;
}

Estimate contrast(const Estimate& estimate, const std::map<std::string, double>& coefficients) {
    Eigen::VectorXd c = Eigen::VectorXd::Zero(estimate.values.size());
    double n = 0, cases = 0;
    std::string name;
    std::set<std::uint32_t> psus, strata;
    for (const auto& [cell, coefficient] : coefficients) {
        const auto found = std::find(estimate.names.begin(), estimate.names.end(), cell);
        if (found == estimate.names.end()) throw std::invalid_argument(fmt::format("contrast: no cell '{}'", cell));
        const auto i = static_cast<std::size_t>(found - estimate.names.begin());
        c(static_cast<Eigen::Index>(i)) = coefficient;
        psus.insert(estimate.active[i].begin(), estimate.active[i].end());
        n += estimate.n[i];
        cases += estimate.cases[i];
        name += fmt::format("{}{}*[{}]", name.empty() ? "" : " + ", coefficient, cell);
    }
    for (const std::uint32_t psu : psus) strata.insert(estimate.stratum_of_psu[psu]);
    Estimate result;
    result.names = {name};
    result.values = Eigen::VectorXd::Constant(1, c.dot(estimate.values));
    result.covariance = Eigen::MatrixXd::Constant(1, 1, c.dot(estimate.covariance * c));
    result.df = {static_cast<double>(psus.size()) - static_cast<double>(strata.size())};
    result.active = {{psus.begin(), psus.end()}};
    result.stratum_of_psu = estimate.stratum_of_psu;
    result.n = {n};
    result.cases = {cases};
    result.deff = {missing_number};
    result.ceiling = {0};
    result.missing_share = {0};
    return result;
}

}  // namespace cifra
