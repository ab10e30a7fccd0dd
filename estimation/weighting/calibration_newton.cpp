#include "estimation/weighting/calibration_newton.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>

#include "estimation/weighting/controls.h"

namespace cifra {

namespace {

constexpr double rounding = 1e-14;

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

class Newton {
public:
    Newton(const CalibrationEquations& equations, const Eigen::VectorXd& start) : equations_(equations) {
        move_to(start);
        const bool given = equations.unit_products.size() > 0;
        kept_ = independent_columns(given ? equations.unit_products : sums_.products);
        if (given) ridge_ = 1e-8 * equations.unit_products;
    }

    CalibrationRoot solve(double tolerance, std::size_t iterations) {
        CalibrationRoot root;
        while (root.iterations < iterations && deviation_ > rounding) {
            const double before = deviation_;
            ++root.iterations;
            if (!step(before <= tolerance)) break;
        }
        root.lambda = lambda_;
        root.reached = sums_.totals;
        root.deviation = deviation_;
        for (std::size_t j = 0, next = 0; j < static_cast<std::size_t>(lambda_.size()); ++j)
            if (next < kept_.size() && kept_[next] == j)
                ++next;
            else
                root.redundant.push_back(j);
        return root;
    }

private:
    void move_to(const Eigen::VectorXd& lambda) {
        lambda_ = lambda;
        sums_ = equations_.sums(lambda_);
        gap_ = equations_.totals - sums_.totals;
        deviation_ = gap_.size() == 0 ? 0 : (gap_.array().abs() / equations_.scale.array()).maxCoeff();
        if (!gap_.allFinite() || !sums_.products.allFinite()) deviation_ = std::numeric_limits<double>::infinity();
    }

    Eigen::VectorXd direction() const {
        Eigen::MatrixXd products = sums_.products;
        if (ridge_.size() > 0) products += ridge_;
        const Eigen::MatrixXd part = products(kept_, kept_);
        const Eigen::VectorXd scale = part.diagonal().cwiseMax(std::numeric_limits<double>::min()).cwiseSqrt();
        const Eigen::LLT<Eigen::MatrixXd> factor(
            (scale.cwiseInverse().asDiagonal() * part * scale.cwiseInverse().asDiagonal()).eval());
        Eigen::VectorXd move = Eigen::VectorXd::Zero(gap_.size());
        const Eigen::VectorXd right = gap_(kept_);
        // As g nears its bounds the slopes of a whole category may vanish.
        if (factor.info() != Eigen::Success || factor.matrixLLT().diagonal().minCoeff() < 1e-6)
            move(kept_) = inverse_of_products(part) * right;
        else
            move(kept_) = factor.solve(right.cwiseQuotient(scale)).cwiseQuotient(scale);
        return move;
    }

    // Whether a step was made. `met`: the controls are, so that only a whole step is worth its sums.
    bool step(bool met) {
        if (kept_.empty()) return false;
        const Eigen::VectorXd start = lambda_, move = direction();
        const double before = deviation_;
        constexpr int halvings = 60;
        double length = 1;
        for (int halving = 0; halving < (met ? 1 : halvings); ++halving, length /= 2) {
            move_to(start + length * move);
            if (std::isfinite(deviation_) && (deviation_ <= before / 2 || (!met && gap_.dot(move) >= 0))) return true;
        }
        if (!(deviation_ < before)) move_to(start);
        return false;
    }

    const CalibrationEquations& equations_;
    Eigen::VectorXd lambda_, gap_;
    CalibrationSums sums_;
    Eigen::MatrixXd ridge_;
    std::vector<std::size_t> kept_;
    double deviation_ = 0;
};

}  // namespace

CalibrationRoot solve_equations(const CalibrationEquations& equations, const Eigen::VectorXd& start, double tolerance,
                                std::size_t iterations) {
    return Newton(equations, start).solve(tolerance, iterations);
}

std::vector<std::size_t> independent_columns(const Eigen::MatrixXd& products) {
    constexpr double least = 1e-11;
    const Eigen::Index p = products.rows();
    Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(p, p);  // rows of kept columns, in their order
    std::vector<std::size_t> kept;
    for (Eigen::Index j = 0; j < p; ++j) {
        const Eigen::Index rank = at(kept.size());
        Eigen::VectorXd row(rank);
        for (Eigen::Index i = 0; i < rank; ++i) row(i) = products(j, at(kept[static_cast<std::size_t>(i)]));
        const auto lower = factor.topLeftCorner(rank, rank);
        lower.triangularView<Eigen::Lower>().solveInPlace(row);
        const double left = products(j, j) - row.squaredNorm();
        if (!(left > least * products(j, j))) continue;
        factor.row(rank).head(rank) = row.transpose();
        factor(rank, rank) = std::sqrt(left);
        kept.push_back(static_cast<std::size_t>(j));
    }
    return kept;
}

Eigen::VectorXd control_scales(const Eigen::VectorXd& sizes, const Eigen::VectorXd& totals,
                               const CalibrationOptions& options) {
    constexpr double least = 1e-300;
    const Eigen::VectorXd small = sizes.cwiseMax(least) * 1e-6;
    return small.cwiseMax(totals.cwiseAbs()).cwiseMax(options.absolute / options.tolerance);
}

}  // namespace cifra
