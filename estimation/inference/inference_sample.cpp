#include "estimation/inference/inference_sample.h"

#include <cmath>
#include <stdexcept>

#include "estimation/variance.h"

namespace cifra {

InferenceSample make_sample(const SurveyDesign& design, std::span<const std::uint32_t> unit_of_row,
                            std::vector<double> weight) {
    if (weight.size() != unit_of_row.size()) throw std::invalid_argument("one weight a record is needed");
    for (const double w : weight)
        if (!(w >= 0) || !std::isfinite(w)) throw std::invalid_argument("weights must be finite and not negative");
    InferenceSample sample{&design, unit_of_row, std::move(weight), {}};
    for (const std::uint32_t row : rows_by_unit(unit_of_row, design.units()))
        if (sample.weight[row] > 0) sample.rows.push_back(row);
    return sample;
}

double sum_of_weights(const InferenceSample& sample) {
    double total = 0;
    for (const std::uint32_t row : sample.rows) total += sample.weight[row];
    return total;
}

double design_df(const InferenceSample& sample) {
    const std::vector<std::uint32_t> psu_of = psu_of_unit(*sample.design);
    std::vector<std::uint32_t> active;
    for (const std::uint32_t row : sample.rows) {
        const std::uint32_t psu = psu_of[sample.unit_of_row[row]];
        if (active.empty() || active.back() != psu) active.push_back(psu);
    }
    return degrees_of_freedom(*sample.design, active);
}

std::vector<SparseColumn> score_columns(const InferenceSample& sample, std::size_t k, const AddScores& add) {
    std::vector<SparseColumn> columns(k);
    Eigen::VectorXd total(static_cast<Eigen::Index>(k));
    for (std::size_t i = 0; i < sample.rows.size();) {
        const std::uint32_t unit = sample.unit_of_row[sample.rows[i]];
        total.setZero();
        for (; i < sample.rows.size() && sample.unit_of_row[sample.rows[i]] == unit; ++i) add(i, total);
        for (std::size_t j = 0; j < k; ++j) {
            columns[j].unit.push_back(unit);
            columns[j].total.push_back(total(static_cast<Eigen::Index>(j)));
        }
    }
    return columns;
}

std::vector<SparseColumn> transform(const Eigen::MatrixXd& a, const std::vector<SparseColumn>& columns) {
    std::vector<SparseColumn> result(static_cast<std::size_t>(a.rows()));
    for (std::size_t i = 0; i < result.size(); ++i)
        for (std::size_t j = 0; j < columns.size(); ++j)
            result[i] =
                combine(1, result[i], a(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)), columns[j]);
    return result;
}

Eigen::MatrixXd score_covariance(const InferenceSample& sample, std::size_t k, const AddScores& add) {
    return covariance(*sample.design, score_columns(sample, k, add));
}

}  // namespace cifra
