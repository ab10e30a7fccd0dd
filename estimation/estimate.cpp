#include "estimation/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "estimation/imputation_pool.h"
#include "estimation/variance.h"

namespace cifra {

double variance_of(const Estimate& estimate, std::size_t i) {
    const auto at = static_cast<Eigen::Index>(i);
    return estimate.covariance.size() > 0 ? estimate.covariance(at, at) : estimate.variances(at);
}

Eigen::MatrixXd covariance_of(const Estimate& estimate) {
    return estimate.covariance.size() > 0 ? estimate.covariance : Eigen::MatrixXd(estimate.variances.asDiagonal());
}

void withhold_variance(Estimate& estimate, std::size_t i) {
    const auto at = static_cast<Eigen::Index>(i);
    if (estimate.covariance.size() == 0) {
        estimate.variances(at) = missing_number;
        return;
    }
    estimate.covariance.row(at).setConstant(missing_number);
    estimate.covariance.col(at).setConstant(missing_number);
}

Eigen::VectorXd se(const Estimate& estimate) {
    Eigen::VectorXd result(static_cast<Eigen::Index>(estimate.size()));
    for (std::size_t i = 0; i < estimate.size(); ++i) {
        const double variance = variance_of(estimate, i);
        result(static_cast<Eigen::Index>(i)) = variance >= 0 ? std::sqrt(variance) : missing_number;
    }
    return result;
}

Eigen::VectorXd cv(const Estimate& estimate) {
    Eigen::VectorXd result = se(estimate);
    for (Eigen::Index i = 0; i < result.size(); ++i)
        result(i) = estimate.values(i) == 0 ? missing_number : result(i) / std::abs(estimate.values(i));
    return result;
}

namespace {

// Of a field that not every estimate fills.
double known_at(const std::vector<double>& field, std::size_t i) { return field.empty() ? missing_number : field[i]; }

}  // namespace

std::vector<Interval> confint(const Estimate& estimate, double level, IntervalKind kind) {
    if (!estimate.own_intervals.empty()) return estimate.own_intervals;
    std::vector<Interval> intervals;
    for (std::size_t i = 0; i < estimate.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        intervals.push_back(interval({.estimate = estimate.values(at),
                                      .variance = variance_of(estimate, i),
                                      .df = estimate.df[i],
                                      .n = estimate.n[i],
                                      .cases = estimate.cases[i],
                                      .scale = estimate.scale,
                                      .ceiling = estimate.ceiling[i],
                                      .range = estimate.range,
                                      .level = level,
                                      .kind = kind,
                                      .largest_weight = known_at(estimate.largest_case, i),
                                      .logit_variance = known_at(estimate.logit_variance, i)}));
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
    result.largest_case = {missing_number};
    result.missing_share = {0};
    return result;
}

namespace {

double product(const SparseColumn& a, const SparseColumn& b) {
    double total = 0;
    std::size_t i = 0, j = 0;
    while (i < a.unit.size() && j < b.unit.size()) {
        if (a.unit[i] == b.unit[j])
            total += a.total[i++] * b.total[j++];
        else if (a.unit[i] < b.unit[j])
            ++i;
        else
            ++j;
    }
    return total;
}

void add_external(const std::vector<double>& external, Eigen::MatrixXd& covariance) {
    for (std::size_t i = 0; i < external.size(); ++i)
        for (std::size_t j = 0; j < external.size(); ++j)
            covariance(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) += external[i] * external[j];
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

// Where the parts' own variance is withheld, so is their covariance.
void withhold(const std::vector<const Estimate*>& estimates, Eigen::MatrixXd& covariance) {
    Eigen::Index at = 0;
    for (const Estimate* estimate : estimates)
        for (std::size_t i = 0; i < estimate->size(); ++i, ++at)
            if (!(variance_of(*estimate, i) >= 0)) {
                covariance.row(at).setConstant(missing_number);
                covariance.col(at).setConstant(missing_number);
            }
}

}  // namespace

Eigen::MatrixXd covariance(const VarianceSource& source, const std::vector<SparseColumn>& columns) {
    if (!source.replicated()) return covariance(*source.design, columns);
    const auto k = static_cast<Eigen::Index>(columns.size());
    Eigen::MatrixXd result(k, k);
    for (Eigen::Index i = 0; i < k; ++i)
        for (Eigen::Index j = 0; j <= i; ++j)
            result(i, j) = result(j, i) =
                product(columns[static_cast<std::size_t>(i)], columns[static_cast<std::size_t>(j)]);
    return result;
}

Eigen::VectorXd variances(const VarianceSource& source, const std::vector<SparseColumn>& columns) {
    if (!source.replicated()) return variances(*source.design, columns);
    Eigen::VectorXd result(static_cast<Eigen::Index>(columns.size()));
    for (std::size_t i = 0; i < columns.size(); ++i)
        result(static_cast<Eigen::Index>(i)) = product(columns[i], columns[i]);
    return result;
}

Estimate joint(const std::vector<const Estimate*>& estimates, const std::vector<std::string>& prefixes,
               const VarianceSource& source) {
    if (!estimates.empty() && !estimates.front()->draws.empty()) {
        std::vector<Estimate> draws;
        for (std::size_t m = 0; m < estimates.front()->draws.size(); ++m) {
            std::vector<const Estimate*> of_draw;
            for (const Estimate* estimate : estimates) of_draw.push_back(&estimate->draws[m]);
            draws.push_back(joint(of_draw, prefixes, source));
        }
        return pool(draws).estimate;
    }
    Estimate result;
    std::vector<double> values;
    for (std::size_t e = 0; e < estimates.size(); ++e) {
        const Estimate& part = *estimates[e];
        for (const std::string& name : part.names)
            result.names.push_back(name.empty() ? prefixes[e] : fmt::format("{}[{}]", prefixes[e], name));
        values.insert(values.end(), part.values.begin(), part.values.end());
        append(result.df, part.df);
        append(result.active, part.active);
        append(result.n, part.n);
        append(result.population, part.population);
        append(result.cases, part.cases);
        append(result.deff, part.deff);
        append(result.ceiling, part.ceiling);
        append(result.largest_case, part.largest_case);
        append(result.missing_share, part.missing_share);
        append(result.linearized, part.linearized);
        append(result.external_error, part.external_error);
        result.stratum_of_psu = part.stratum_of_psu;
        append(result.notices, part.notices);
    }
    result.values = Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
    result.covariance = covariance(source, result.linearized);
    add_external(result.external_error, result.covariance);
    withhold(estimates, result.covariance);
    return result;
}

double degrees_of_freedom(const std::vector<std::uint32_t>& psus, const std::vector<std::uint32_t>& stratum_of_psu) {
    const std::set<std::uint32_t> distinct(psus.begin(), psus.end());
    std::set<std::uint32_t> strata;
    for (const std::uint32_t psu : distinct) strata.insert(stratum_of_psu[psu]);
    return static_cast<double>(distinct.size()) - static_cast<double>(strata.size());
}

}  // namespace cifra
