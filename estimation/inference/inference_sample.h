// The records an analysis reads, and the way from their scores to a design-based covariance.
//
// A record outside the domain has weight 0: it contributes nothing, and its PSU stays in its stratum as a zero
// (Cochran 1977, section 2.13). Estimates of models and tests are sums over records of w_k times a score; their
// linearized covariance is that of the columns of scores summed by unit of the design (Binder 1983).
//
// Under replicate weights (replicates.h) a column holds the deviations of the estimate by replicate instead, and the
// covariance is the sum of their products. Sums of scores are made anew with the weights of each replicate, the scores
// kept; models, means and shares are estimated anew altogether. Degrees of freedom are those of the replicates.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "estimation/design.h"
#include "estimation/estimate.h"
#include "estimation/replicates.h"
#include "estimation/totals.h"
#include "estimation/variance/residuals.h"

namespace cifra {

struct InferenceSample {
    const SurveyDesign* design = nullptr;  // outlives the sample
    std::span<const std::uint32_t> unit_of_row;
    std::vector<double> weight;               // by row; 0 outside the domain
    std::vector<std::uint32_t> rows;          // those with a positive weight, by unit of the design, stable
    const Replicates* replicates = nullptr;   // outlive the sample; nullptr: linearization
    ReplicateRatios ratios_of_rows;           // of them
    std::vector<double> count{};              // records that each row stands for; empty: one each
    std::optional<ResidualRows> residuals{};  // of calibrated weights; their scores are swept
    int threads = 1;                          // of a model's iterations or its replicates; 0: all cores
    bool replicated() const { return replicates != nullptr; }
    VarianceSource source() const { return {design, replicates}; }
    // Replicate weight over full weight of record i (position in `rows`), by replicate.
    const double* ratios(std::size_t i) const { return ratios_of_rows.of(rows[i]); }
};

// Throws std::invalid_argument for a negative or infinite weight, or lengths that differ.
InferenceSample make_sample(const SurveyDesign& design, std::span<const std::uint32_t> unit_of_row,
                            std::vector<double> weight);

double sum_of_weights(const InferenceSample& sample);

// Records of positive weight.
double count_records(const InferenceSample& sample);

// Degrees of freedom of the design: PSUs with a record of the domain minus the strata they lie in; of replicates, those
// stated. R survey: degf().
double design_df(const InferenceSample& sample);

// Adds the k scores of record i (position in `rows`), weight included, to the k numbers of the last argument.
using AddScores = std::function<void(std::size_t i, Eigen::VectorXd& total)>;

// The k columns of scores by unit, swept under calibrated weights (variance/residuals.h), or the deviations of their
// sums by replicate. One pass over the records.
std::vector<SparseColumn> score_columns(const InferenceSample& sample, std::size_t k, const AddScores& add);

// k numbers estimated with the weights of the records (position in `rows`).
using Estimated = std::function<Eigen::VectorXd(const Eigen::VectorXd& weight)>;

// The deviations by replicate of numbers estimated anew with each replicate's weights, or of the rows of `values`, one
// a replicate. `full`: with the full weights. Only under replicates.
std::vector<SparseColumn> replicate_columns(const InferenceSample& sample, const Eigen::VectorXd& full,
                                            const Estimated& estimated);
std::vector<SparseColumn> replicate_columns(const InferenceSample& sample, const Eigen::VectorXd& full,
                                            const Eigen::MatrixXd& values);
Eigen::VectorXd full_weights(const InferenceSample& sample);
Eigen::VectorXd replicate_weights(const InferenceSample& sample, std::size_t replicate);

// A x: linear combinations of columns.
std::vector<SparseColumn> transform(const Eigen::MatrixXd& a, const std::vector<SparseColumn>& columns);

// The covariance of the sums of scores. Throws Refusal under LonelyPsu::fail.
Eigen::MatrixXd score_covariance(const InferenceSample& sample, std::size_t k, const AddScores& add);

}  // namespace cifra
