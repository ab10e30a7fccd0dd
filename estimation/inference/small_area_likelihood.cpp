#include "estimation/inference/small_area_likelihood.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace cifra {

AreaLikelihood likelihood_at(const AreaModel& model, SmallAreaMethod method, double a) {
    const Eigen::VectorXd inverse = (model.psi.array() + a).inverse(), root = inverse.cwiseSqrt();
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(root.asDiagonal() * model.x);
    const Eigen::Index p = model.x.cols();
    const Eigen::MatrixXd q = qr.householderQ() * Eigen::MatrixXd::Identity(model.x.rows(), p);
    const Eigen::MatrixXd r = qr.matrixQR().topRows(p).triangularView<Eigen::Upper>();
    const Eigen::VectorXd y = root.cwiseProduct(model.y), projected = q.transpose() * y, left = y - q * projected;
    const Eigen::VectorXd hat = q.cwiseAbs2().rowwise().sum();
    const Eigen::MatrixXd inner = q.transpose() * inverse.asDiagonal() * q;
    const double squares = inverse.dot(left.cwiseAbs2()), traces = inverse.squaredNorm();
    AreaLikelihood result;
    const Eigen::MatrixXd solved = r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(p, p));
    result.b = solved * projected;
    result.covariance = solved * solved.transpose();
    result.value = (inverse.array().log().sum() - left.squaredNorm()) / 2;
    result.score = (squares - inverse.sum()) / 2;
    result.information = traces / 2;
    result.bias = -inner.trace() / traces;
    if (method == SmallAreaMethod::ml) return result;
    result.value -= r.diagonal().cwiseAbs().array().log().sum();
    result.score = (squares - inverse.dot((1 - hat.array()).matrix())) / 2;
    result.information = (inverse.cwiseAbs2().dot((1 - 2 * hat.array()).matrix()) + inner.squaredNorm()) / 2;
    result.bias = 0;
    if (method == SmallAreaMethod::adjusted) {
        result.value += std::log(a);
        result.score += 1 / a;
        result.bias = 2 / (a * traces);
    }
    return result;
}

namespace {

// Fisher scoring between two values of A whose scores differ in sign; a step that leaves them is replaced by halving.
double refined(const AreaModel& model, SmallAreaMethod method, double low, double high) {
    double a = low + (high - low) / 2;
    for (int i = 0; i < 300; ++i) {
        const AreaLikelihood at = likelihood_at(model, method, a);
        (at.score > 0 ? low : high) = a;
        double next = a + at.score / at.information;
        if (!(next > low && next < high)) next = low + (high - low) / 2;
        if (std::abs(next - a) <= 1e-14 * a || next == a) return next;
        a = next;
    }
    return a;
}

}  // namespace

double maximum_likelihood(const AreaModel& model, SmallAreaMethod method) {
    const double spread = (model.y.array() - model.y.mean()).square().mean();
    const double least = 1e-9 * model.psi.minCoeff(), most = 1e3 * (spread + model.psi.maxCoeff());
    const int steps = static_cast<int>(3 * std::log2(most / least)) + 1;
    std::vector<double> grid;
    if (method != SmallAreaMethod::adjusted) grid.push_back(0);
    for (int i = 0; i <= steps; ++i) grid.push_back(least * std::pow(most / least, static_cast<double>(i) / steps));
    std::size_t best = 0;
    double value = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < grid.size(); ++i) {
        const double here = likelihood_at(model, method, grid[i]).value;
        if (here > value) {
            value = here;
            best = i;
        }
    }
    if (grid[best] == 0 && likelihood_at(model, method, 0).score <= 0) return 0;
    const double low = best == 0 ? grid[0] : grid[best - 1], high = grid[std::min(best + 1, grid.size() - 1)];
    return refined(model, method, low, high);
}

}  // namespace cifra
