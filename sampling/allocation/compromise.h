// Allocations between aims, as measures to give to `allocate` (allocation.h): each has its optimum in whole numbers
// there.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

namespace cifra {

// Power allocation (Bankier 1988, The American Statistician 42: 174-177): n_h ∝ X_h^q S_h/|mean_h|, the least Σ_h
// (X_h^q CV_h)² with CV_h that of stratum h's estimated mean, fpc apart. X_h = total_h, a measure of importance. q =
// 1 with X_h = N_h mean_h is Neyman's allocation, q = 0 evens the CVs out. Result: (X_h^q S_h/|mean_h|), the sizes
// of strata with deviation 1 under AllocationMethod::neyman. Throws std::invalid_argument unless means are not 0,
// totals and deviations >= 0, q in [0, 1].
std::vector<double> power_spreads(std::span<const double> total, std::span<const double> mean,
                                  std::span<const double> deviation, double q);

// Between proportional (share 1) and equal (share 0): n_h = n (k N_h/N + (1 − k)/H) (Costa, Satorra and Ventura 2004,
// SORT 28: 69-86). Result: the measures of size under AllocationMethod::proportional, sum 1. k in [0, 1], sizes > 0.
std::vector<double> mixed_sizes(std::span<const double> size, double k);

// For several indicators: the least weighted mean of relative losses Σ_j w_j V_j(n)/V_j(best for j alone), with V_j
// = Σ_h N_h² S_jh²/n_h, whose optimum for j alone is (Σ_h N_h S_jh)²/n (Chatterjee 1967, Skandinavisk
// Aktuarietidskrift 50: 36-44; Cochran 1977, sec. 5A.4). Fpc apart. Result: spreads √(Σ_j w_j N_h² S_jh²/(Σ N
// S_jh)²) as for power_spreads. `deviation` is strata × indicators; weights >= 0, one per indicator; an indicator
// that never varies weighs nothing.
std::vector<double> compromise_spreads(std::span<const double> size, const Eigen::MatrixXd& deviation,
                                       std::span<const double> weight);

}  // namespace cifra
