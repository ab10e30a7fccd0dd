#include "estimation/inference/inference_sample.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

#include "engine/parallel.h"
#include "estimation/variance.h"

namespace cifra {

InferenceSample make_sample(const SurveyDesign& design, std::span<const std::uint32_t> unit_of_row,
                            std::vector<double> weight) {
    if (weight.size() != unit_of_row.size()) throw std::invalid_argument("one weight a record is needed");
    for (const double w : weight)
        if (!(w >= 0) || !std::isfinite(w)) throw std::invalid_argument("weights must be finite and not negative");
    InferenceSample sample;
    sample.design = &design;
    sample.unit_of_row = unit_of_row;
    sample.weight = std::move(weight);
    for (const std::uint32_t row : rows_by_unit(unit_of_row, design.units()))
        if (sample.weight[row] > 0) sample.rows.push_back(row);
    return sample;
}

double count_records(const InferenceSample& sample) {
    if (sample.count.empty()) return static_cast<double>(sample.rows.size());
    double count = 0;
    for (const std::uint32_t row : sample.rows) count += sample.count[row];
    return count;
}

double sum_of_weights(const InferenceSample& sample) {
    double total = 0;
    for (const std::uint32_t row : sample.rows) total += sample.weight[row];
    return total;
}

double design_df(const InferenceSample& sample) {
    if (sample.replicated()) return sample.replicates->df;
    const std::vector<std::uint32_t> psu_of = psu_of_unit(*sample.design);
    std::vector<std::uint32_t> active;
    for (const std::uint32_t row : sample.rows) {
        const std::uint32_t psu = psu_of[sample.unit_of_row[row]];
        if (active.empty() || active.back() != psu) active.push_back(psu);
    }
    return degrees_of_freedom(*sample.design, active);
}

namespace {

std::vector<SparseColumn> replicate_scores(const InferenceSample& sample, std::size_t k, const AddScores& add) {
    const auto columns = static_cast<Eigen::Index>(k);
    const auto count = static_cast<Eigen::Index>(sample.replicates->count());
    Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(columns, count);
    Eigen::VectorXd score(columns), full = Eigen::VectorXd::Zero(columns);
    for (std::size_t i = 0; i < sample.rows.size(); ++i) {
        score.setZero();
        add(i, score);
        full += score;
        sums.noalias() += score * Eigen::Map<const Eigen::RowVectorXd>(sample.ratios(i), count);
    }
    return replicate_columns(sample, full, Eigen::MatrixXd(sums.transpose()));
}

std::vector<SparseColumn> swept_score_columns(const InferenceSample& sample, std::size_t k, const AddScores& add) {
    std::vector<SparseColumn> columns(k);
    std::vector<std::vector<double>> products(k);
    Eigen::VectorXd score(static_cast<Eigen::Index>(k));
    for (std::size_t i = 0; i < sample.rows.size(); ++i) {
        const std::uint32_t row = sample.rows[i], unit = sample.unit_of_row[row];
        score.setZero();
        add(i, score);
        for (std::size_t j = 0; j < k; ++j) {
            SparseColumn& column = columns[j];
            const double value = score(static_cast<Eigen::Index>(j));
            if (column.unit.empty() || column.unit.back() != unit)
                column.unit.push_back(unit), column.total.push_back(0);
            column.total.back() += value;
            sample.residuals->add(row, value, products[j]);
        }
    }
    for (std::size_t j = 0; j < k; ++j) columns[j] = swept(*sample.residuals->residuals, columns[j], products[j]);
    return columns;
}

}  // namespace

Eigen::VectorXd full_weights(const InferenceSample& sample) {
    Eigen::VectorXd weight(static_cast<Eigen::Index>(sample.rows.size()));
    for (std::size_t i = 0; i < sample.rows.size(); ++i)
        weight(static_cast<Eigen::Index>(i)) = sample.weight[sample.rows[i]];
    return weight;
}

Eigen::VectorXd replicate_weights(const InferenceSample& sample, std::size_t replicate) {
    Eigen::VectorXd weight = full_weights(sample);
    for (std::size_t i = 0; i < sample.rows.size(); ++i)
        weight(static_cast<Eigen::Index>(i)) *= sample.ratios(i)[replicate];
    return weight;
}

std::vector<SparseColumn> replicate_columns(const InferenceSample& sample, const Eigen::VectorXd& full,
                                            const Estimated& estimated) {
    Eigen::MatrixXd values(static_cast<Eigen::Index>(sample.replicates->count()), full.size());
    for_each_shard(sample.replicates->count(), sample.threads, [&](std::size_t r) {
        values.row(static_cast<Eigen::Index>(r)) = estimated(replicate_weights(sample, r)).transpose();
    });
    return replicate_columns(sample, full, values);
}

std::vector<SparseColumn> replicate_columns(const InferenceSample& sample, const Eigen::VectorXd& full,
                                            const Eigen::MatrixXd& values) {
    std::vector<SparseColumn> columns;
    for (Eigen::Index j = 0; j < full.size(); ++j) {
        const Eigen::VectorXd of_replicates = values.col(j);
        columns.push_back(replicate_deviations(*sample.replicates, full(j),
                                               {of_replicates.data(), of_replicates.data() + values.rows()}));
    }
    return columns;
}

std::vector<SparseColumn> score_columns(const InferenceSample& sample, std::size_t k, const AddScores& add) {
    if (sample.replicated()) return replicate_scores(sample, k, add);
    std::vector<SparseColumn> columns(k);
    Eigen::VectorXd total(static_cast<Eigen::Index>(k));
    if (sample.residuals) return swept_score_columns(sample, k, add);
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
    std::vector<std::uint32_t> units, joined;
    for (const SparseColumn& column : columns) {
        if (column.unit == units) continue;
        joined.clear();
        std::set_union(units.begin(), units.end(), column.unit.begin(), column.unit.end(), std::back_inserter(joined));
        units.swap(joined);
    }
    Eigen::MatrixXd totals = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(units.size()), a.cols());
    for (std::size_t j = 0; j < columns.size(); ++j) {
        Eigen::Index at = 0;
        for (std::size_t i = 0; i < columns[j].unit.size(); ++i, ++at) {
            while (units[static_cast<std::size_t>(at)] != columns[j].unit[i]) ++at;
            totals(at, static_cast<Eigen::Index>(j)) = columns[j].total[i];
        }
    }
    totals *= a.transpose();
    std::vector<SparseColumn> result(static_cast<std::size_t>(a.rows()), {units, {}});
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto column = totals.col(static_cast<Eigen::Index>(i));
        result[i].total.assign(column.begin(), column.end());
    }
    return result;
}

Eigen::MatrixXd score_covariance(const InferenceSample& sample, std::size_t k, const AddScores& add) {
    return covariance(sample.source(), score_columns(sample, k, add));
}

}  // namespace cifra
