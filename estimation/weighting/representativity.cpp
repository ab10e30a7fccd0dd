#include "estimation/weighting/representativity.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/diagnostics.h"
#include "engine/summation.h"
#include "estimation/weighting/calibration.h"

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// The eligible units of positive weight: their propensities, weights, and rows of the model matrix.
struct Units {
    Eigen::VectorXd rho, d, f;
    std::vector<std::size_t> record;  // position among the eligible
    double total = 0;                 // N
    Eigen::MatrixXd x;

    double mean(const Eigen::VectorXd& a) const { return d.dot(a) / total; }

    // (1 - n/N) n/(n-1) Σ (d (a - ā) / N)²
    double variance_of_mean(const Eigen::VectorXd& a) const {
        const auto n = static_cast<double>(d.size());
        const double squares = (d.array() * (a.array() - mean(a)) / total).square().sum();
        return std::max(0.0, 1 - n / total) * n / (n - 1) * squares;
    }
};

Units units_of(const PropensityProblem& problem, const Propensity& propensity, std::span<const double> weights,
               std::span<const double> fit_weights) {
    Units units;
    std::vector<Eigen::Index> pattern;
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        if (!(weights[problem.rows[i]] > 0)) continue;
        units.record.push_back(i);
        pattern.push_back(problem.pattern[i]);
    }
    const auto n = at(units.record.size());
    units.rho.resize(n);
    units.d.resize(n);
    units.f.resize(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        const std::size_t row = problem.rows[units.record[static_cast<std::size_t>(i)]];
        units.rho(i) = propensity.of_row[row];
        units.d(i) = weights[row];
        units.f(i) = fit_weights[row];
    }
    units.total = units.d.sum();
    units.x = problem.matrix.columns(pattern, Eigen::all);
    return units;
}

// Σ of the header.
Eigen::MatrixXd covariance_of_coefficients(const Units& units, const Eigen::VectorXd& slope) {
    const auto products = [&](const Eigen::VectorXd& weight) -> Eigen::MatrixXd {
        return units.x.transpose() * (weight.cwiseProduct(slope).asDiagonal() * units.x);
    };
    const Eigen::MatrixXd bread = inverse_of_products(products(units.f));
    return bread * products(units.f.cwiseAbs2()) * bread;
}

// Weighted sums by code of some values of the units.
std::vector<double> sums_by(const std::vector<std::uint32_t>& code, std::size_t codes, const Eigen::VectorXd& values) {
    std::vector<CompensatedSum> sums(codes);
    for (std::size_t i = 0; i < code.size(); ++i) sums[code[i]].add(values(at(i)));
    std::vector<double> result;
    for (const CompensatedSum& sum : sums) result.push_back(sum.value());
    return result;
}

std::vector<std::uint32_t> codes_of(const PropensityProblem& problem, const Units& units, std::size_t variable) {
    std::vector<std::uint32_t> result;
    for (const std::size_t record : units.record) result.push_back(problem.terms.variables[variable].code[record]);
    return result;
}

// Cells of all factors but one, numbered.
std::vector<std::uint32_t> cells_of_others(const PropensityProblem& problem, const Units& units, std::size_t variable) {
    std::map<std::vector<std::uint32_t>, std::uint32_t> cells;
    std::vector<std::uint32_t> result, key;
    for (const std::size_t record : units.record) {
        key.clear();
        for (std::size_t v = 0; v < problem.terms.variables.size(); ++v)
            if (v != variable && problem.terms.variables[v].factor)
                key.push_back(problem.terms.variables[v].code[record]);
        result.push_back(cells.try_emplace(key, static_cast<std::uint32_t>(cells.size())).first->second);
    }
    return result;
}

// d (ρ - ρ̄_l)² of each unit, l its cell.
Eigen::VectorXd squares_within(const Units& units, const std::vector<std::uint32_t>& cell) {
    const std::size_t cells = cell.size();
    const std::vector<double> sizes = sums_by(cell, cells, units.d),
                              sums = sums_by(cell, cells, units.d.cwiseProduct(units.rho));
    Eigen::VectorXd squares(units.d.size());
    for (Eigen::Index i = 0; i < squares.size(); ++i) {
        const std::uint32_t l = cell[static_cast<std::size_t>(i)];
        const double deviation = units.rho(i) - sums[l] / sizes[l];
        squares(i) = units.d(i) * deviation * deviation;
    }
    return squares;
}

PartialIndicator partial_indicator(const PropensityProblem& problem, const Units& units, std::size_t variable) {
    const ModelVariable& factor = problem.terms.variables[variable];
    const std::size_t levels = factor.levels.size();
    const std::vector<std::uint32_t> code = codes_of(problem, units, variable);
    const double mean = units.mean(units.rho);
    const std::vector<double> sizes = sums_by(code, levels, units.d),
                              sums = sums_by(code, levels, units.d.cwiseProduct(units.rho)),
                              within = sums_by(code, levels,
                                               squares_within(units, cells_of_others(problem, units, variable)));
    PartialIndicator result{factor.name, 0, 0, {}};
    CompensatedSum between, left;
    for (std::size_t h = 0; h < levels; ++h) {
        if (sizes[h] == 0) continue;
        const double share = sizes[h] / units.total, distance = std::sqrt(share) * (sums[h] / sizes[h] - mean);
        result.categories.push_back({factor.levels[h], share, distance, std::sqrt(within[h] / units.total)});
        between.add(distance * distance);
        left.add(within[h] / units.total);
    }
    result.unconditional = std::sqrt(between.value());
    result.conditional = std::sqrt(left.value());
    return result;
}

}  // namespace

Representativity representativity(const PropensityProblem& problem, const Propensity& propensity,
                                  std::span<const double> weights, std::span<const double> fit_weights) {
    const Units units = units_of(problem, propensity, weights, fit_weights);
    if (units.d.size() < 2 || !(units.total > 1))
        throw Refusal("representativity: fewer than two units of positive weight");
    Representativity result;
    result.mean = units.mean(units.rho);
    const Eigen::VectorXd centred = units.rho.array() - result.mean;
    const double spread = units.d.dot(centred.cwiseAbs2()) / (units.total - 1);
    const Eigen::VectorXd slope = units.rho.array() * (1 - units.rho.array());
    const Eigen::MatrixXd sigma = covariance_of_coefficients(units, slope);
    Eigen::MatrixXd z = slope.asDiagonal() * units.x;
    const double of_estimation = units.mean((z * sigma).cwiseProduct(z).rowwise().sum());
    const double adjusted = std::max(0.0, spread - of_estimation + units.variance_of_mean(units.rho));
    const Eigen::RowVectorXd middle = units.d.transpose() * z / units.total;
    z.rowwise() -= middle;
    const Eigen::VectorXd a = z.transpose() * units.d.cwiseProduct(centred) / units.total;
    const Eigen::MatrixXd b = z.transpose() * (units.d.asDiagonal() * z) * sigma / units.total;
    const double variance = 4 * a.dot(sigma * a) + 2 * (b * b).trace() + units.variance_of_mean(centred.cwiseAbs2());
    result.deviation = std::sqrt(spread);
    result.r = 1 - 2 * result.deviation;
    result.r_adjusted = 1 - 2 * std::sqrt(adjusted);
    result.se = spread > 0 ? std::sqrt(variance / spread) : std::numeric_limits<double>::quiet_NaN();
    result.coefficient_of_variation = std::sqrt(adjusted) / result.mean;
    return result;
}

std::vector<PartialIndicator> partial_indicators(const PropensityProblem& problem, const Propensity& propensity,
                                                 std::span<const double> weights) {
    const Units units = units_of(problem, propensity, weights, weights);
    std::vector<PartialIndicator> result;
    for (std::size_t v = 0; v < problem.terms.variables.size(); ++v)
        if (problem.terms.variables[v].factor) result.push_back(partial_indicator(problem, units, v));
    return result;
}

}  // namespace cifra
