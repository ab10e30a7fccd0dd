// An orthonormal basis of the columns of a model matrix under the weights, and the columns that add nothing to it.
//
// sqrt(w) X = Q R with Q'Q = I, column by column in their order (classical Gram-Schmidt applied twice: Björck 1996,
// section 2.4.5). A column whose part outside the columns before it is below 1e-10 of its length is aliased: it is left
// out, so that of several columns that depend on each other the first stay. Newton steps in the coordinates of Q are
// well conditioned whatever the units of the variables. Cost O(n p^2).
#pragma once

#include <Eigen/Core>
#include <vector>

namespace cifra {

struct OrthonormalBasis {
    Eigen::MatrixXd q;               // n × rank; row i is sqrt(w_i) x_i' R^-1
    Eigen::MatrixXd r_inverse;       // rank × rank: coefficients of the kept columns = R^-1 times coordinates
    std::vector<Eigen::Index> kept;  // columns of X, increasing
};

OrthonormalBasis orthonormal_basis(const Eigen::MatrixXd& x, const Eigen::VectorXd& weight);

}  // namespace cifra
