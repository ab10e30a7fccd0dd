// The targets of a Bethel problem as rows of a programme (program.h): a = deff N² S²/(V* + Σ N S² deff), V* = (cv Y)².
#pragma once

#include <Eigen/SparseCore>
#include <vector>

#include "sampling/allocation/bethel.h"

namespace cifra {

struct BethelRow {
    std::size_t partition = 0, domain = 0, indicator = 0;
    double cv_target = 0;
    double total = 0;    // |Y|, > 0
    double census = 0;   // Σ N S² deff: what the finite population takes off the variance
    double allowed = 0;  // V* + census
};

struct BethelRows {
    std::vector<BethelRow> rows;           // only targets that some stratum varies in
    Eigen::SparseMatrix<double> variance;  // rows × strata
    Eigen::VectorXd cost, lower, upper;    // of strata
    std::vector<UnattainableTarget> without_total;
};

// Throws std::invalid_argument where the problem is not well formed. O(strata · partitions · indicators).
BethelRows bethel_rows(const BethelProblem& problem);

}  // namespace cifra
