// Rubin's rules: M estimates of the same cells from M completed data sets → one.
//
//   Q = mean of the values; U = mean of their covariances; B = sum (Q_m - Q)(Q_m - Q)' / (M - 1)
//   T = U + (1 + 1/M) B                                                     (Rubin 1987, section 3.1)
//   r = (1 + 1/M) B / U;  g = (1 + 1/M) B / T
//   df = 1 / (1 / v_M + 1 / v_obs), v_M = (M - 1) / g^2,
//        v_obs = (1 - g) v (v + 1) / (v + 3), v the design's df         (Barnard and Rubin 1999, Biometrika 86: 948)
//   fraction of missing information = (r + 2 / (df + 3)) / (r + 1)
//
// Where nothing differs between the draws (B = 0) the df are the design's. R mitools::MIcombine leaves the (1 + 1/M)
// out of g in v_obs: `PooledDf::mitools` does as it does; values, covariance and the df of large samples agree to
// rounding.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "estimation/estimate.h"

namespace cifra {

enum class PooledDf { barnard_rubin, mitools };

struct Pooled {
    Estimate estimate;                        // values Q, covariance T, df; n, cases, deff ... are means of the M
    Eigen::MatrixXd within, between;          // U, B
    std::vector<double> missing_information;  // NaN where the variance is 0 or missing
    std::size_t draws = 0;
};

// Throws std::invalid_argument for no estimate, or estimates of different cells. One estimate comes back as it is, with
// a notice: its variance lacks the part between draws. A cell that some draw cannot estimate is NaN, with a notice.
// `contrast` of the result counts the df of the design, not those of Barnard and Rubin: pool contrasts instead.
Pooled pool(std::span<const Estimate> estimates, PooledDf rule = PooledDf::barnard_rubin);

}  // namespace cifra
