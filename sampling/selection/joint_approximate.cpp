#include <numeric>
#include <stdexcept>

#include "sampling/selection/joint.h"
#include "sampling/selection/joint_open.h"

namespace cifra {

namespace {

double sum_of_squares(const OpenFrame& frame) {
    return std::inner_product(frame.probability.begin(), frame.probability.end(), frame.probability.begin(), 0.0);
}

}  // namespace

Eigen::MatrixXd joint_hajek(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_with_certain(probability, units, [](const OpenFrame& frame) {
        const std::vector<double>& pi = frame.probability;
        const double spread = static_cast<double>(frame.n) - sum_of_squares(frame);
        return joint_of_pairs(frame, [&](std::size_t k, std::size_t l) {
            return pi[k] * pi[l] * (1 - (1 - pi[k]) * (1 - pi[l]) / spread);
        });
    });
}

Eigen::MatrixXd joint_brewer_donadio(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_with_certain(probability, units, [](const OpenFrame& frame) {
        if (frame.n < 2) throw std::invalid_argument("the approximation of Brewer and Donadio needs two units");
        const auto n = static_cast<double>(frame.n);
        const double squares = sum_of_squares(frame);
        std::vector<double> c;
        for (const double pi : frame.probability)
            c.push_back((n - 1) / (n - (2 * n - 1) / (n - 1) * pi + squares / (n - 1)));
        return joint_of_pairs(frame, [&](std::size_t k, std::size_t l) {
            return frame.probability[k] * frame.probability[l] * (c[k] + c[l]) / 2;
        });
    });
}

Eigen::MatrixXd joint_hartley_rao(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_with_certain(probability, units, [](const OpenFrame& frame) {
        const std::vector<double>& pi = frame.probability;
        const auto n = static_cast<double>(frame.n);
        const double squares = sum_of_squares(frame);
        return joint_of_pairs(frame, [&](std::size_t k, std::size_t l) {
            return (n - 1) / n * pi[k] * pi[l] * (1 + (pi[k] + pi[l]) / n - squares / (n * n));
        });
    });
}

Eigen::MatrixXd joint_overton(std::span<const double> probability, std::span<const std::size_t> units) {
    return joint_with_certain(probability, units, [](const OpenFrame& frame) {
        const std::vector<double>& pi = frame.probability;
        const auto n = static_cast<double>(frame.n);
        return joint_of_pairs(
            frame, [&](std::size_t k, std::size_t l) { return pi[k] * pi[l] * (n - 1) / (n - (pi[k] + pi[l]) / 2); });
    });
}

}  // namespace cifra
