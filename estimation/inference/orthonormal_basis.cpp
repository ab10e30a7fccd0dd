#include "estimation/inference/orthonormal_basis.h"

#include <Eigen/Dense>

namespace cifra {

OrthonormalBasis orthonormal_basis(const Eigen::MatrixXd& x, const Eigen::VectorXd& weight) {
    constexpr double aliased = 1e-10;
    const Eigen::ArrayXd root = weight.array().sqrt();
    OrthonormalBasis basis;
    basis.q.resize(x.rows(), x.cols());
    Eigen::MatrixXd r = Eigen::MatrixXd::Zero(x.cols(), x.cols());
    Eigen::Index rank = 0;
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
        Eigen::VectorXd column = (x.col(j).array() * root).matrix();
        const double length = column.norm();
        for (int pass = 0; pass < 2; ++pass) {
            const Eigen::VectorXd along = basis.q.leftCols(rank).transpose() * column;
            column.noalias() -= basis.q.leftCols(rank) * along;
            r.col(rank).head(rank) += along;
        }
        const double outside = column.norm();
        if (!(outside > aliased * length)) {
            r.col(rank).setZero();
            continue;
        }
        basis.q.col(rank) = column / outside;
        r(rank, rank) = outside;
        basis.kept.push_back(j);
        ++rank;
    }
    basis.q.conservativeResize(Eigen::NoChange, rank);
    basis.r_inverse =
        r.topLeftCorner(rank, rank).triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(rank, rank));
    return basis;
}

}  // namespace cifra
