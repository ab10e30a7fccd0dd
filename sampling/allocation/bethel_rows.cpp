#include "sampling/allocation/bethel_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace cifra {

namespace {

void need(bool sound, const char* what) {
    if (!sound) throw std::invalid_argument(what);
}

void check_partition(const DomainPartition& partition, std::size_t strata, Eigen::Index indicators) {
    const auto domains = static_cast<Eigen::Index>(partition.domains.size());
    need(partition.domain.size() == strata, "a partition does not place every stratum");
    need(partition.cv.rows() == domains && partition.cv.cols() == indicators, "a partition's targets lack some");
    need((partition.cv.array() >= 0).all(), "a CV target is negative or not a number");
    need(std::all_of(partition.domain.begin(), partition.domain.end(), [&](auto d) { return d < domains; }),
         "a stratum lies in no domain of a partition");
}

void check(const BethelProblem& problem) {
    const auto strata = static_cast<Eigen::Index>(problem.strata.size());
    const auto indicators = static_cast<Eigen::Index>(problem.indicators.size());
    const auto shaped = [&](const Eigen::MatrixXd& each) { return each.rows() == strata && each.cols() == indicators; };
    need(shaped(problem.mean) && shaped(problem.deviation), "means and deviations are not strata by indicators");
    need(problem.deff.size() == 0 || shaped(problem.deff), "design effects are not strata by indicators");
    need(problem.mean.allFinite() && problem.deviation.allFinite() && (problem.deviation.array() >= 0).all(),
         "a mean is not finite, or a deviation negative or not finite");
    need(problem.deff.size() == 0 || (problem.deff.allFinite() && (problem.deff.array() > 0).all()),
         "a design effect is not positive");
    for (const BethelStratum& each : problem.strata)
        need(std::isfinite(each.size) && std::isfinite(each.cost) && each.cost > 0 && each.minimum >= 1 &&
                 each.minimum <= each.maximum && static_cast<double>(each.maximum) <= each.size,
             "a stratum's size, cost or bounds are out of range");
    for (const DomainPartition& each : problem.partitions) check_partition(each, problem.strata.size(), indicators);
}

// N S² deff by stratum and indicator; times N/n less itself it is the variance.
Eigen::MatrixXd census_variance(const BethelProblem& problem, const Eigen::VectorXd& size) {
    Eigen::ArrayXXd squares = problem.deviation.array().square();
    if (problem.deff.size() > 0) squares *= problem.deff.array();
    return size.asDiagonal() * squares.matrix();
}

// The number of a target's row, or -1: partitions × (domains × indicators).
using Numbers = std::vector<Eigen::MatrixXi>;

void number_targets(const BethelProblem& problem, std::size_t p, const Eigen::MatrixXd& total,
                    const Eigen::MatrixXd& census, BethelRows& result, Numbers& numbers) {
    const DomainPartition& partition = problem.partitions[p];
    numbers.emplace_back(Eigen::MatrixXi::Constant(total.rows(), total.cols(), -1));
    for (Eigen::Index d = 0; d < total.rows(); ++d)
        for (Eigen::Index j = 0; j < total.cols(); ++j) {
            const double cv = partition.cv(d, j), y = std::abs(total(d, j)), varies = census(d, j);
            if (std::isinf(cv) || varies == 0) continue;
            const auto domain = static_cast<std::size_t>(d), indicator = static_cast<std::size_t>(j);
            if (y == 0) {
                result.without_total.push_back({p, domain, indicator, cv, std::numeric_limits<double>::infinity()});
                continue;
            }
            numbers.back()(d, j) = static_cast<int>(result.rows.size());
            result.rows.push_back({p, domain, indicator, cv, y, varies, cv * y * cv * y + varies});
        }
}

void sum_domains(const DomainPartition& partition, const Eigen::MatrixXd& values, Eigen::MatrixXd& sums) {
    sums.setZero(static_cast<Eigen::Index>(partition.domains.size()), values.cols());
    for (Eigen::Index h = 0; h < values.rows(); ++h)
        sums.row(partition.domain[static_cast<std::size_t>(h)]) += values.row(h);
}

void fill_variance(const BethelProblem& problem, const Eigen::VectorXd& size, const Eigen::MatrixXd& census,
                   const Numbers& numbers, BethelRows& result) {
    const auto strata = static_cast<Eigen::Index>(problem.strata.size());
    result.variance.resize(static_cast<Eigen::Index>(result.rows.size()), strata);
    result.variance.reserve(strata * census.cols() * static_cast<Eigen::Index>(problem.partitions.size()));
    for (Eigen::Index h = 0; h < strata; ++h) {
        result.variance.startVec(h);
        for (std::size_t p = 0; p < numbers.size(); ++p) {
            const auto domain = problem.partitions[p].domain[static_cast<std::size_t>(h)];
            for (Eigen::Index j = 0; j < census.cols(); ++j) {
                const int k = numbers[p](domain, j);
                if (k < 0 || census(h, j) == 0) continue;
                result.variance.insertBack(k, h) =
                    size[h] * census(h, j) / result.rows[static_cast<std::size_t>(k)].allowed;
            }
        }
    }
    result.variance.finalize();
}

}  // namespace

BethelRows bethel_rows(const BethelProblem& problem) {
    check(problem);
    const auto strata = static_cast<Eigen::Index>(problem.strata.size());
    BethelRows result;
    result.cost.resize(strata), result.lower.resize(strata), result.upper.resize(strata);
    Eigen::VectorXd size(strata);
    for (Eigen::Index h = 0; h < strata; ++h) {
        const BethelStratum& each = problem.strata[static_cast<std::size_t>(h)];
        size[h] = each.size;
        result.cost[h] = each.cost;
        result.lower[h] = static_cast<double>(each.minimum);
        result.upper[h] = static_cast<double>(each.maximum);
    }
    const Eigen::MatrixXd census = census_variance(problem, size), totals = size.asDiagonal() * problem.mean;
    Eigen::MatrixXd total, varies;
    Numbers numbers;
    for (std::size_t p = 0; p < problem.partitions.size(); ++p) {
        sum_domains(problem.partitions[p], totals, total);
        sum_domains(problem.partitions[p], census, varies);
        number_targets(problem, p, total, varies, result, numbers);
    }
    fill_variance(problem, size, census, numbers, result);
    return result;
}

}  // namespace cifra
