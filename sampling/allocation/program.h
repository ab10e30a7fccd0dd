// The mathematical programme behind every allocation with precision targets, in its convex and its integer form.
//
//   minimize Σ_h c_h n_h   subject to   Σ_h a_kh / n_h <= 1 for every row k,   lower_h <= n_h <= upper_h
//
// a_kh >= 0: what stratum h adds to the variance of target k at n_h = 1, in units of what the target allows (Bethel
// 1989, Survey Methodology 15: 47-57, eq. 2.3; Chromy 1987, Proceedings of the ASA Section on Survey Research Methods:
// 194-199). Convex in 1/n_h and in log n_h. Every row falls as any n_h rises: the upper bounds are feasible or nothing
// is.
//
// Dual: for λ >= 0 and q_h = Σ_k λ_k a_kh the least of c_h n + q_h/n over the bounds lies at n = √(q_h/c_h), bounded;
// Σ_h (c_h n_h + q_h/n_h) − Σ_k λ_k is a lower bound of the cost, whole numbers or not: the certificate of a solution.
#pragma once

#include <Eigen/SparseCore>
#include <cstdint>
#include <vector>

namespace cifra {

struct AllocationProgram {
    Eigen::VectorXd cost;                  // c_h > 0
    Eigen::VectorXd lower, upper;          // whole numbers, 1 <= lower <= upper
    Eigen::SparseMatrix<double> variance;  // a: row = target, column = stratum; only positive entries
};

struct ProgramOptimum {
    Eigen::VectorXd n;       // within 1e-9 of every row's limit and within the bounds
    Eigen::VectorXd price;   // λ_k >= 0, cost per unit of row k's limit; 0 where the row is slack
    double lower_bound = 0;  // of the cost, from the dual
};

// The real-valued optimum, by a primal-dual interior point in log n (predictor and corrector of Mehrotra 1992, SIAM
// Journal on Optimization 2: 575-601) on the rows that matter: it starts from each stratum's largest row and adds
// those that its solution breaks until none is broken. Rows must hold at the upper bounds with room (value <= 1 −
// 1e-9). (cost − lower_bound)/cost is below 1e-9 (1e-6 where a target lies within a millionth of the least
// attainable). An iteration costs O(nonzeros · rows of a stratum + K³), K the rows in work; some 15 iterations.
// Throws std::runtime_error if it does not converge.
ProgramOptimum solve_program(const AllocationProgram& program);

struct WholeAllocation {
    std::vector<std::uint64_t> n;
    bool exact = false;  // proved to be of least cost among whole numbers
};

// Whole numbers near the real optimum: rounding up, and rounding down with units given back where they mend most,
// each followed by a descent; the cheaper. No decrement and no exchange (one unit less here, one more there) that
// keeps the rows is cheaper. Up to 8 strata a depth-first search with the Lagrangian bound then proves or improves
// it, within 20,000 nodes. Rows hold within 1e-11. O(nonzeros · passes); an exchange tries the strata of one row,
// only where costs differ.
WholeAllocation round_program(const AllocationProgram& program, const ProgramOptimum& optimum);

// Σ_h a_kh / n_h of every row.
Eigen::VectorXd row_values(const AllocationProgram& program, const Eigen::VectorXd& n);

}  // namespace cifra
