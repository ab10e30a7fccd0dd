// The records an analysis reads, and the way from their scores to a design-based covariance.
//
// A record outside the domain has weight 0: it contributes nothing, and its PSU stays in its stratum as a zero
// (Cochran 1977, section 2.13). Estimates of models and tests are sums over records of w_k times a score; their
// linearized covariance is that of the columns of scores summed by unit of the design (Binder 1983).
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "estimation/design.h"
#include "estimation/totals.h"

namespace cifra {

struct InferenceSample {
    const SurveyDesign* design = nullptr;  // outlives the sample
    std::span<const std::uint32_t> unit_of_row;
    std::vector<double> weight;       // by row; 0 outside the domain
    std::vector<std::uint32_t> rows;  // those with a positive weight, by unit of the design, stable
};

// Throws std::invalid_argument for a negative or infinite weight, or lengths that differ.
InferenceSample make_sample(const SurveyDesign& design, std::span<const std::uint32_t> unit_of_row,
                            std::vector<double> weight);

double sum_of_weights(const InferenceSample& sample);

// Degrees of freedom of the design: PSUs with a record of the domain minus the strata they lie in. R survey: degf().
double design_df(const InferenceSample& sample);

// Adds the k scores of record i (position in `rows`), weight included, to the k numbers of the last argument.
using AddScores = std::function<void(std::size_t i, Eigen::VectorXd& total)>;

// The k columns of scores by unit. One pass over the records.
std::vector<SparseColumn> score_columns(const InferenceSample& sample, std::size_t k, const AddScores& add);

// A x: linear combinations of columns.
std::vector<SparseColumn> transform(const Eigen::MatrixXd& a, const std::vector<SparseColumn>& columns);

// Their covariance under the design. Throws Refusal under LonelyPsu::fail.
Eigen::MatrixXd score_covariance(const InferenceSample& sample, std::size_t k, const AddScores& add);

}  // namespace cifra
