#include "estimation/derived.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "estimation/imputation_pool.h"

namespace cifra {

namespace {

double union_df(const std::vector<CellOfEstimate>& cells, const VarianceSource& source, double replicate_df) {
    if (source.replicated()) return replicate_df;
    std::vector<std::uint32_t> psus;
    for (const CellOfEstimate& cell : cells) {
        const auto& active = cell.estimate->active[cell.cell];
        psus.insert(psus.end(), active.begin(), active.end());
    }
    return degrees_of_freedom(psus, cells.front().estimate->stratum_of_psu);
}

bool all_known(const std::vector<CellOfEstimate>& cells) {
    return std::all_of(cells.begin(), cells.end(), [](const CellOfEstimate& cell) { return cell.variance() >= 0; });
}

SparseColumn combination(const std::vector<CellOfEstimate>& cells, const std::vector<double>& coefficients) {
    SparseColumn z;
    for (std::size_t i = 0; i < cells.size(); ++i)
        z = combine(1, z, coefficients[i], cells[i].estimate->linearized[cells[i].cell]);
    return z;
}

double external_part(const std::vector<CellOfEstimate>& cells, const std::vector<double>& coefficients) {
    double total = 0;
    for (std::size_t i = 0; i < cells.size(); ++i)
        total += coefficients[i] * cells[i].estimate->external_error[cells[i].cell];
    return total;
}

}  // namespace

namespace {

// Of imputed data: the function in each draw, pooled by Rubin's rules.
DerivedEstimate pooled_derived(const Formula& formula, const std::vector<CellOfEstimate>& cells,
                               const VarianceSource& source, double replicate_df) {
    std::vector<Estimate> draws;
    DerivedEstimate result;
    for (std::size_t m = 0; m < cells.front().estimate->draws.size(); ++m) {
        std::vector<CellOfEstimate> of_draw;
        for (const CellOfEstimate& cell : cells) of_draw.push_back({&cell.estimate->draws[m], cell.cell});
        const DerivedEstimate derived = derive_estimate(formula, of_draw, source, replicate_df);
        result.n = derived.n;
        Estimate draw;
        draw.names = {""};
        draw.values = Eigen::VectorXd::Constant(1, derived.value);
        draw.covariance = Eigen::MatrixXd::Constant(1, 1, derived.variance);
        draw.df = {derived.df};
        draw.active = {{}};
        draw.n = draw.cases = {derived.n};
        draw.deff = draw.ceiling = draw.largest_case = draw.missing_share = {0};
        draws.push_back(std::move(draw));
    }
    const Pooled pooled = pool(draws);
    result.value = pooled.estimate.values(0);
    result.variance = pooled.estimate.covariance(0, 0);
    result.df = pooled.estimate.df[0];
    return result;
}

}  // namespace

DerivedEstimate derive_estimate(const Formula& formula, const std::vector<CellOfEstimate>& cells,
                                const VarianceSource& source, double replicate_df) {
    if (!cells.front().estimate->draws.empty()) return pooled_derived(formula, cells, source, replicate_df);
    std::vector<double> values;
    DerivedEstimate result;
    for (const CellOfEstimate& cell : cells) {
        values.push_back(cell.value());
        result.n += cell.estimate->n[cell.cell];
    }
    const Formula::Point point = formula.at(values);
    result.value = point.value;
    result.df = union_df(cells, source, replicate_df);
    if (!std::isfinite(point.value) || !(result.df > 0) || !all_known(cells)) return result;
    const double external = external_part(cells, point.gradient);
    result.variance = variances(source, {combination(cells, point.gradient)})(0) + external * external;
    return result;
}

WaldTest test_equal(const std::vector<CellOfEstimate>& cells, const VarianceSource& source, double replicate_df) {
    WaldTest test;
    if (cells.size() < 2 || !all_known(cells) || !cells.front().estimate->draws.empty()) return test;
    const auto q = static_cast<Eigen::Index>(cells.size() - 1);
    std::vector<SparseColumn> columns;
    Eigen::VectorXd gaps(q), external(q);
    for (std::size_t i = 1; i < cells.size(); ++i) {
        columns.push_back(combination({cells[i], cells[0]}, {1, -1}));
        gaps(static_cast<Eigen::Index>(i - 1)) = cells[i].value() - cells[0].value();
        external(static_cast<Eigen::Index>(i - 1)) = external_part({cells[i], cells[0]}, {1, -1});
    }
    const Eigen::MatrixXd v = covariance(source, columns) + external * external.transpose();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(v);
    const double largest = eigen.eigenvalues().maxCoeff();
    double w = 0, rank = 0;
    for (Eigen::Index i = 0; i < q; ++i) {
        const double value = eigen.eigenvalues()(i);
        if (!(value > 1e-12 * largest)) continue;
        const double projected = eigen.eigenvectors().col(i).dot(gaps);
        w += projected * projected / value;
        rank += 1;
    }
    const double df = union_df(cells, source, replicate_df);
    test.df1 = rank;
    test.df2 = df - rank + 1;
    if (!(rank > 0) || !(test.df2 > 0)) return test;
    test.f = w * test.df2 / (rank * df);
    test.p = boost::math::cdf(boost::math::complement(boost::math::fisher_f(test.df1, test.df2), test.f));
    return test;
}

double t_p_value(double t, double df) {
    if (!std::isfinite(t) || !(df > 0)) return missing_number;
    if (std::isinf(df)) return 2 * boost::math::cdf(boost::math::normal(), -std::abs(t));
    return 2 * boost::math::cdf(boost::math::students_t(df), -std::abs(t));
}

const std::vector<std::string>& multiple_testing_names() {
    static const std::vector<std::string> names = {"none", "holm", "benjamini_hochberg"};
    return names;
}

std::vector<double> adjusted_p_values(const std::vector<double>& p, MultipleTesting method) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < p.size(); ++i)
        if (!std::isnan(p[i])) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> adjusted = p;
    const std::size_t m = order.size();
    double bound = method == MultipleTesting::holm ? 0 : 1;
    for (std::size_t k = 0; k < m && method == MultipleTesting::holm; ++k) {
        bound = std::max(bound, static_cast<double>(m - k) * p[order[k]]);
        adjusted[order[k]] = std::min(1.0, bound);
    }
    for (std::size_t k = m; k-- > 0 && method == MultipleTesting::benjamini_hochberg;) {
        bound = std::min(bound, static_cast<double>(m) / static_cast<double>(k + 1) * p[order[k]]);
        adjusted[order[k]] = bound;
    }
    return adjusted;
}

}  // namespace cifra
