#include "sampling/allocation/two_stage.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace cifra {

namespace {

constexpr int free_rounds = 10;

using Types = std::vector<std::vector<bool>>;  // of the PSUs of every stratum: self-representing?

void check(const TwoStageProblem& problem) {
    const auto strata = static_cast<Eigen::Index>(problem.strata.size());
    const auto indicators = static_cast<Eigen::Index>(problem.units.indicators.size());
    const auto shaped = [&](const Eigen::MatrixXd& rho) {
        return rho.rows() == strata && rho.cols() == indicators && (rho.array().abs() <= 1).all();
    };
    if (problem.units.strata.size() != problem.strata.size() || !shaped(problem.rho) ||
        !shaped(problem.rho_self_representing))
        throw std::invalid_argument("strata or intraclass correlations do not fit the problem");
    for (const TwoStageStratum& each : problem.strata) {
        const bool sound = !each.psu_size.empty() && each.take >= 1 && each.self_representing_take >= 1 &&
                           std::all_of(each.psu_size.begin(), each.psu_size.end(),
                                       [](double size) { return std::isfinite(size) && size > 0; });
        if (!sound) throw std::invalid_argument("a stratum's PSU sizes or takes are out of range");
    }
}

double total(const std::vector<double>& sizes) { return std::accumulate(sizes.begin(), sizes.end(), 0.0); }

Types types_under(const TwoStageProblem& problem, const std::vector<double>& n) {
    Types types;
    for (std::size_t h = 0; h < n.size(); ++h) {
        const TwoStageStratum& stratum = problem.strata[h];
        const double threshold = stratum.take * total(stratum.psu_size) / n[h];
        std::vector<bool>& type = types.emplace_back();
        for (const double size : stratum.psu_size) type.push_back(size >= threshold);
    }
    return types;
}

double share(const TwoStageStratum& stratum, const std::vector<bool>& self_representing) {
    double sum = 0;
    for (std::size_t i = 0; i < stratum.psu_size.size(); ++i)
        if (self_representing[i]) sum += stratum.psu_size[i];
    return sum / total(stratum.psu_size);
}

Eigen::MatrixXd deff_under(const TwoStageProblem& problem, const Types& types) {
    Eigen::MatrixXd deff = problem.rho;
    for (Eigen::Index h = 0; h < deff.rows(); ++h) {
        const TwoStageStratum& stratum = problem.strata[static_cast<std::size_t>(h)];
        const double w = share(stratum, types[static_cast<std::size_t>(h)]);
        deff.row(h) = w * (1 + problem.rho_self_representing.row(h).array() * (stratum.self_representing_take - 1)) +
                      (1 - w) * (1 + problem.rho.row(h).array() * (stratum.take - 1));
    }
    return deff;
}

void join(Types& types, const Types& before) {
    for (std::size_t h = 0; h < types.size(); ++h)
        for (std::size_t i = 0; i < types[h].size(); ++i) types[h][i] = types[h][i] || before[h][i];
}

TwoStageStratumResult stratum_result(const TwoStageStratum& stratum, const std::vector<bool>& type, std::uint64_t n) {
    TwoStageStratumResult result;
    result.interviews = n;
    result.self_representing = static_cast<std::size_t>(std::count(type.begin(), type.end(), true));
    result.self_representing_share = share(stratum, type);
    const auto others = static_cast<std::uint64_t>(type.size() - result.self_representing);
    const double interviews = (1 - result.self_representing_share) * static_cast<double>(n);
    const auto needed = static_cast<std::uint64_t>(std::ceil(interviews / stratum.take * (1 - 1e-12)));
    result.psus = std::min(others, std::max<std::uint64_t>(needed, 2));
    return result;
}

}  // namespace

TwoStageAllocation two_stage_allocation(const TwoStageProblem& problem) {
    check(problem);
    BethelProblem units = problem.units;
    TwoStageAllocation result;
    units.deff = Eigen::MatrixXd();
    result.interviews = bethel_allocation(units);
    Types types = types_under(problem, result.interviews.real);
    for (bool stable = false; !stable;) {
        ++result.rounds;
        units.deff = deff_under(problem, types);
        result.interviews = bethel_allocation(units);
        Types next = types_under(problem, result.interviews.real);
        if (result.rounds >= free_rounds) join(next, types);
        stable = next == types;
        types = std::move(next);
    }
    result.deff = units.deff;
    for (std::size_t h = 0; h < types.size(); ++h)
        result.strata.push_back(stratum_result(problem.strata[h], types[h], result.interviews.n[h]));
    return result;
}

}  // namespace cifra
