#include "sampling/selection/joint_open.h"

#include "sampling/selection/open_units.h"

namespace cifra {

namespace {

constexpr std::size_t is_certain = static_cast<std::size_t>(-1);

struct Split {
    OpenFrame frame;
    std::vector<std::size_t> open_place;  // of each unit of the frame among the open ones, or is_certain
};

Split split(std::span<const double> probability) {
    require_probabilities(probability);
    Split result;
    for (const double pi : probability) {
        result.open_place.push_back(pi == 1 ? is_certain : result.frame.probability.size());
        if (pi < 1) result.frame.probability.push_back(pi);
    }
    result.frame.n = whole_sum(result.frame.probability);
    return result;
}

}  // namespace

Eigen::MatrixXd joint_with_certain(std::span<const double> probability, std::span<const std::size_t> units,
                                   const OpenJoint& joint) {
    Split parts = split(probability);
    std::vector<Eigen::Index> open_rows;
    Eigen::VectorXd reached = Eigen::VectorXd::Ones(static_cast<Eigen::Index>(units.size()));
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (probability[units[i]] == 1) continue;
        open_rows.push_back(static_cast<Eigen::Index>(i));
        parts.frame.units.push_back(parts.open_place[units[i]]);
        reached[open_rows.back()] = parts.frame.n == 0 ? 0 : 1;
    }
    const bool by_chance = parts.frame.n > 0 && parts.frame.n < parts.frame.probability.size();
    if (!by_chance) return reached * reached.transpose();
    Eigen::MatrixXd open = joint(parts.frame);
    if (open_rows.size() == units.size()) return open;
    reached(open_rows) = open.diagonal();
    Eigen::MatrixXd result = reached * reached.transpose();
    result(open_rows, open_rows) = open;
    return result;
}

Eigen::MatrixXd joint_of_pairs(const OpenFrame& frame,
                               const std::function<double(std::size_t k, std::size_t l)>& pair) {
    const auto size = static_cast<Eigen::Index>(frame.units.size());
    Eigen::MatrixXd result(size, size);
    for (Eigen::Index i = 0; i < size; ++i) {
        const std::size_t k = frame.units[static_cast<std::size_t>(i)];
        result(i, i) = frame.probability[k];
        for (Eigen::Index j = 0; j < i; ++j)
            result(i, j) = result(j, i) = pair(k, frame.units[static_cast<std::size_t>(j)]);
    }
    return result;
}

}  // namespace cifra
