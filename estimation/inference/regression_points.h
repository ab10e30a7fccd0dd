// What the iterations of a regression read: records with the same row of the model matrix as one point with their
// weight W and their weighted mean outcome m.
//
// With mu the mean predicted at a point, the scores are linear in the outcomes, sum w (y - mu) = W (m - mu), the
// information does not depend on them, and for every family here sum w d(y, mu) = sum w d(y, m) + W d(m, mu), d the
// unit deviance (McCullagh and Nelder 1989, section 2.3): the first sum, `within`, does not depend on the coefficients.
// Only the dispersion theta of the negative binomial asks for the outcomes one by one: its points have one outcome
// each.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "estimation/inference/families.h"

namespace cifra {

// Records are those of sample.rows, in that order; the columns and the offset have a row for each pattern.
struct RegressionInput {
    Eigen::MatrixXd columns;               // patterns × p
    Eigen::VectorXd outcome;               // of each record
    Eigen::VectorXd offset;                // of the linear predictor, by pattern; empty: none
    std::vector<std::uint32_t> pattern{};  // of each record (covariate_patterns.h); empty: each is its own
    std::uint32_t pattern_of(std::size_t record) const {
        return pattern.empty() ? static_cast<std::uint32_t>(record) : pattern[record];
    }
};

enum class PointsBy { pattern, pattern_and_outcome, record };

struct RegressionPoints {
    std::vector<std::uint32_t> of_record;  // the point of each record
    std::vector<Eigen::Index> row;         // of each point in the columns of the input
    Eigen::VectorXd weight, outcome, offset;
    double within = 0;  // deviance
};

// `weight`: of each record, positive. Patterns without a record have no point. Cost O(records).
RegressionPoints regression_points(const RegressionInput& input, const Eigen::VectorXd& weight,
                                   const ModelFamily& family, PointsBy by);

// The weights of the records summed by pattern.
Eigen::VectorXd pattern_weights(const RegressionInput& input, const Eigen::VectorXd& weight);

}  // namespace cifra
