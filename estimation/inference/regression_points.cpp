#include "estimation/inference/regression_points.h"

#include <algorithm>

#include "estimation/numbering.h"

namespace cifra {

namespace {

void number_records(const RegressionInput& input, PointsBy by, RegressionPoints& points) {
    const auto n = static_cast<std::size_t>(input.outcome.size());
    Numbering points_seen, outcomes_seen;
    points.of_record.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
        std::uint64_t key = by == PointsBy::record ? i : input.pattern_of(i);
        if (by == PointsBy::pattern_and_outcome)
            key = key * n + outcomes_seen.of(key_of(input.outcome(static_cast<Eigen::Index>(i))));
        points.of_record.push_back(by == PointsBy::record ? static_cast<std::uint32_t>(i) : points_seen.of(key));
        if (points.of_record.back() == points.row.size()) points.row.push_back(input.pattern_of(i));
    }
}

// Weighted means, kept between the least and the largest outcome of their point whatever the rounding.
void set_means(const RegressionInput& input, const Eigen::VectorXd& weight, RegressionPoints& points) {
    const auto size = static_cast<Eigen::Index>(points.row.size());
    points.weight = points.outcome = Eigen::VectorXd::Zero(size);
    Eigen::VectorXd least(size), largest(size);
    for (Eigen::Index i = 0; i < weight.size(); ++i) {
        const Eigen::Index at = points.of_record[static_cast<std::size_t>(i)];
        const double y = input.outcome(i);
        const bool first = points.weight(at) == 0;
        least(at) = first ? y : std::min(least(at), y);
        largest(at) = first ? y : std::max(largest(at), y);
        points.weight(at) += weight(i);
        points.outcome(at) += weight(i) * y;
    }
    points.outcome = points.outcome.cwiseQuotient(points.weight).cwiseMax(least).cwiseMin(largest);
}

}  // namespace

RegressionPoints regression_points(const RegressionInput& input, const Eigen::VectorXd& weight,
                                   const ModelFamily& family, PointsBy by) {
    if (input.columns.rows() >= input.outcome.size()) by = PointsBy::record;  // nothing to join
    RegressionPoints points;
    number_records(input, by, points);
    set_means(input, weight, points);
    points.offset =
        input.offset.size() ? Eigen::VectorXd(input.offset(points.row)) : Eigen::VectorXd::Zero(points.weight.size());
    if (by != PointsBy::pattern) return points;
    for (Eigen::Index i = 0; i < weight.size(); ++i) {
        const double mean = points.outcome(points.of_record[static_cast<std::size_t>(i)]);
        if (input.outcome(i) != mean) points.within += weight(i) * unit_deviance(family, input.outcome(i), mean);
    }
    return points;
}

Eigen::VectorXd pattern_weights(const RegressionInput& input, const Eigen::VectorXd& weight) {
    Eigen::VectorXd sums = Eigen::VectorXd::Zero(input.columns.rows());
    for (Eigen::Index i = 0; i < weight.size(); ++i) sums(input.pattern_of(static_cast<std::size_t>(i))) += weight(i);
    return sums;
}

}  // namespace cifra
