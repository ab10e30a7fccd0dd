#include "sampling/allocation/cost.h"

#include <fmt/format.h>

#include <cmath>
#include <queue>
#include <stdexcept>
#include <utility>

#include "engine/diagnostics.h"
#include "sampling/allocation/bethel.h"

namespace cifra {

namespace {

void check(std::span<const CostStratum> strata) {
    for (const CostStratum& each : strata) {
        const bool sound = std::isfinite(each.size) && std::isfinite(each.deviation) && each.deviation >= 0 &&
                           std::isfinite(each.cost) && each.cost > 0 && each.minimum >= 1 &&
                           each.minimum <= each.maximum && static_cast<double>(each.maximum) <= each.size;
        if (!sound) throw std::invalid_argument("a stratum's size, deviation, cost or bounds are out of range");
    }
}

std::vector<std::uint64_t> minima(std::span<const CostStratum> strata) {
    std::vector<std::uint64_t> n;
    for (const CostStratum& each : strata) n.push_back(each.minimum);
    return n;
}

double square(double x) { return x * x; }

}  // namespace

double allocation_variance(std::span<const CostStratum> strata, std::span<const std::uint64_t> n) {
    double sum = 0;
    for (std::size_t h = 0; h < strata.size(); ++h)
        sum += square(strata[h].size * strata[h].deviation) * (1 / static_cast<double>(n[h]) - 1 / strata[h].size);
    return sum;
}

double allocation_cost(std::span<const CostStratum> strata, std::span<const std::uint64_t> n) {
    double sum = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) sum += strata[h].cost * static_cast<double>(n[h]);
    return sum;
}

std::vector<std::uint64_t> allocate_budget(std::span<const CostStratum> strata, double budget) {
    check(strata);
    std::vector<std::uint64_t> n = minima(strata);
    const double least = allocation_cost(strata, n), most = budget * (1 + 1e-12);
    if (least > most)
        throw Refusal(
            fmt::format("a budget of {:.6g} does not pay the minimum of every stratum, {:.6g}; raise it or "
                        "lower the minimum",
                        budget, least));
    std::priority_queue<std::pair<double, std::ptrdiff_t>> claims;  // variance taken off per cost, −stratum
    const auto claim = [&](std::size_t h) {
        if (n[h] == strata[h].maximum) return;
        const auto now = static_cast<double>(n[h]);
        claims.emplace(square(strata[h].size * strata[h].deviation) / (now * (now + 1) * strata[h].cost),
                       -static_cast<std::ptrdiff_t>(h));
    };
    for (std::size_t h = 0; h < strata.size(); ++h) claim(h);
    for (double spent = least; !claims.empty();) {
        const auto h = static_cast<std::size_t>(-claims.top().second);
        claims.pop();
        if (spent + strata[h].cost > most) continue;
        spent += strata[h].cost;
        ++n[h];
        claim(h);
    }
    return n;
}

std::vector<std::uint64_t> allocate_variance(std::span<const CostStratum> strata, double variance) {
    check(strata);
    if (!(variance >= 0)) throw std::invalid_argument("a variance is negative or not a number");
    const auto count = static_cast<Eigen::Index>(strata.size());
    BethelProblem problem;
    problem.indicators = {"total"};
    problem.mean.resize(count, 1), problem.deviation.resize(count, 1);
    double size = 0;
    for (const CostStratum& each : strata) size += each.size;
    for (Eigen::Index h = 0; h < count; ++h) {
        const CostStratum& each = strata[static_cast<std::size_t>(h)];
        problem.strata.push_back({each.size, each.cost, each.minimum, each.maximum});
        problem.mean(h, 0) = 1 / size;  // a total of 1: its CV is the standard error
        problem.deviation(h, 0) = each.deviation;
    }
    problem.partitions = {{"total",
                           {"all"},
                           std::vector<std::uint32_t>(strata.size()),
                           Eigen::MatrixXd::Constant(1, 1, std::sqrt(variance))}};
    return bethel_allocation(problem).n;
}

}  // namespace cifra
