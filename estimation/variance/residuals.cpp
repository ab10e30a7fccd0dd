#include "estimation/variance/residuals.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// Unit totals of X, X_kj = weight[control or 0][k] x_kj. A unit touches few of the columns.
void set_totals(Residuals& residuals, const Level& level, std::size_t units,
                const std::vector<std::vector<double>>& weight) {
    const std::vector<std::uint32_t> order = rows_by_unit(level.unit_of_row, units);
    std::vector<double> totals(residuals.controls.columns(), 0);
    std::vector<std::uint8_t> touched(totals.size(), 0);
    std::vector<std::uint32_t> columns;
    residuals.begin.assign(1, 0);
    std::size_t next = 0;
    for (std::size_t unit = 0; unit < units; ++unit) {
        for (; next < order.size() && level.unit_of_row[order[next]] == unit; ++next) {
            const std::uint32_t row = order[next];
            residuals.controls.for_each(row, [&](std::size_t c, std::size_t j, double x) {
                const double w = weight[weight.size() == 1 ? 0 : c][row];
                if (w == 0 || x == 0) return;
                if (!std::exchange(touched[j], 1)) columns.push_back(static_cast<std::uint32_t>(j));
                totals[j] += w * x;
            });
        }
        std::sort(columns.begin(), columns.end());
        for (const std::uint32_t j : columns) {
            residuals.column.push_back(j);
            residuals.total.push_back(std::exchange(totals[j], 0));
            touched[j] = 0;
        }
        columns.clear();
        residuals.begin.push_back(residuals.column.size());
    }
}

// Rows that belong to column i of one margin and to j of another: sum of weights of j's margin over those of i's.
Eigen::MatrixXd overlaps(const Controls& controls, const std::vector<std::vector<double>>& fitted) {
    const auto p = at(controls.columns());
    Eigen::MatrixXd overlap = Eigen::MatrixXd::Zero(p, p);
    for (std::size_t k = 0; k < fitted.front().size(); ++k)
        controls.for_each(k, [&](std::size_t a, std::size_t i, double) {
            controls.for_each(k, [&](std::size_t b, std::size_t j, double) {
                if (fitted[a][k] != 0) overlap(at(i), at(j)) += fitted[b][k] / fitted[a][k];
            });
        });
    return overlap;
}

}  // namespace

Residuals regression_residuals(const Level& level, std::size_t index, std::size_t units, Controls controls,
                               std::span<const double> d, std::span<const double> w,
                               std::span<const double> variances) {
    Residuals residuals;
    residuals.level = index;
    residuals.controls = std::move(controls);
    std::vector<double> scale(d.size(), 0), weight(d.size(), 0);
    for (std::size_t k = 0; k < d.size(); ++k) {
        if (w[k] == 0) continue;
        const double q = variances.empty() ? 1 : variances[k];
        scale[k] = d[k] / (w[k] * q);
        weight[k] = d[k] / q;
    }
    residuals.inverse = inverse_of_products(weighted_products(residuals.controls, weight));
    residuals.scale.push_back(std::move(scale));
    set_totals(residuals, level, units, {std::vector<double>(w.begin(), w.end())});
    return residuals;
}

Residuals sequential_residuals(const Level& level, std::size_t index, std::size_t units, Controls controls,
                               std::vector<std::vector<double>> fitted) {
    constexpr int rounds = 10;
    Residuals residuals;
    residuals.level = index;
    residuals.controls = std::move(controls);
    set_totals(residuals, level, units, fitted);
    const Eigen::MatrixXd overlap = overlaps(residuals.controls, fitted);
    const Eigen::Index p = overlap.rows();
    Eigen::MatrixXd left = Eigen::MatrixXd::Identity(p, p);
    residuals.inverse = Eigen::MatrixXd::Zero(p, p);
    for (int round = 0; round < rounds; ++round)
        for (std::size_t m = 0; m < residuals.controls.all().size(); ++m) {
            const Eigen::Index first = at(residuals.controls.first(m)),
                               size = at(residuals.controls.all()[m].names.size());
            Eigen::MatrixXd means = left.middleRows(first, size);
            for (Eigen::Index c = 0; c < size; ++c)
                means.row(c) *= overlap(first + c, first + c) > 0 ? 1 / overlap(first + c, first + c) : 0;
            residuals.inverse.middleRows(first, size) += means;
            left -= overlap.middleCols(first, size) * means;
        }
    for (std::vector<double>& weights : fitted)
        for (double& weight : weights) weight = weight == 0 ? 0 : 1 / weight;
    residuals.scale = std::move(fitted);
    return residuals;
}

void ResidualRows::add(std::size_t row, double value, std::vector<double>& products) const {
    if (value == 0) return;
    const std::size_t unit = calibrated[row];
    products.resize(residuals->controls.columns(), 0.0);
    residuals->controls.for_each(unit, [&](std::size_t c, std::size_t j, double x) {
        products[j] += value * x * residuals->scale[residuals->scale.size() == 1 ? 0 : c][unit];
    });
}

const Residuals* residuals_of(const std::vector<Residuals>& residuals, const Hierarchy& hierarchy, std::size_t base) {
    for (auto nearest = residuals.rbegin(); nearest != residuals.rend(); ++nearest)
        if (hierarchy.is_above(nearest->level, base)) return &*nearest;
    return nullptr;
}

std::optional<ResidualRows> residual_rows(const std::vector<Residuals>& residuals, const Hierarchy& hierarchy,
                                          std::size_t base) {
    const Residuals* nearest = residuals_of(residuals, hierarchy, base);
    if (!nearest) return std::nullopt;
    return ResidualRows{nearest, hierarchy.ancestor_rows(base, nearest->level)};
}

SparseColumn swept(const Residuals& residuals, const SparseColumn& totals, const std::vector<double>& products) {
    if (products.empty()) return totals;
    const Eigen::VectorXd b =
        residuals.inverse * Eigen::Map<const Eigen::VectorXd>(products.data(), at(products.size()));
    SparseColumn result;
    std::size_t next = 0;
    for (std::size_t unit = 0; unit + 1 < residuals.begin.size(); ++unit) {
        const bool member = next < totals.unit.size() && totals.unit[next] == unit;
        if (!member && residuals.begin[unit] == residuals.begin[unit + 1]) continue;
        double z = member ? totals.total[next++] : 0, size = std::abs(z);
        for (std::size_t e = residuals.begin[unit]; e < residuals.begin[unit + 1]; ++e) {
            const double part = residuals.total[e] * b(residuals.column[e]);
            z -= part;
            size += std::abs(part);
        }
        result.unit.push_back(static_cast<std::uint32_t>(unit));
        result.total.push_back(std::abs(z) > 1e-13 * size ? z : 0);
    }
    for (Eigen::Index source = 0; source < residuals.sources.cols(); ++source) {
        result.unit.push_back(static_cast<std::uint32_t>(residuals.begin.size() - 1) +
                              static_cast<std::uint32_t>(source));
        result.total.push_back(residuals.sources.col(source).dot(b));
    }
    return result;
}

}  // namespace cifra
