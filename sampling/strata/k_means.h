// Strata from several variables: k groups of units with the least sum of squares within them (MacQueen 1967; Lloyd
// 1982, IEEE Transactions on Information Theory 28: 129-137), for frames whose units differ in more than size.
//
//   W = Σ_h Σ_{i in h} Σ_v (z_iv − z̄_hv)²    z = (x − mean)/standard deviation; a constant variable weighs nothing
//
// Starts by k-means++ (Arthur and Vassilvitskii 2007, SODA: 1027-1035); passes of Lloyd until no unit moves; then
// single units move where that lowers W (Hartigan and Wong 1979, Applied Statistics 28: 100-108), and so on until
// neither does anything: no single move improves. Of `starts` starts the least W; a local optimum, as k-means is.
// Ties of distance go to the first stratum. Strata are numbered by their centres, first variable first: the same
// units make the same strata whatever the start called them. The numbers come from the stream. O(N k p) a pass.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/random.h"

namespace cifra {

struct KMeansStrata {
    std::vector<std::uint32_t> stratum;  // of every unit, from 0
    std::vector<std::uint64_t> units;    // N_h > 0
    Eigen::MatrixXd mean, deviation;     // strata × variables, in the variables' own units; divisor N_h − 1
    double within = 0;                   // W
};

// x: units × variables, finite. 1 <= k <= number of distinct rows, starts >= 1; else std::invalid_argument.
KMeansStrata k_means_strata(const Eigen::MatrixXd& x, std::size_t k, Stream& stream, std::size_t starts = 10);

}  // namespace cifra
