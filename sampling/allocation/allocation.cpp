#include "sampling/allocation/allocation.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <queue>
#include <stdexcept>
#include <tuple>

#include "engine/diagnostics.h"

namespace cifra {

namespace {

double priority(AllocationMethod method, const AllocationStratum& stratum, double n) {
    switch (method) {
        case AllocationMethod::proportional:
            return stratum.size / (2 * n + 1);
        case AllocationMethod::equal:
            return 1 / (2 * n + 1);
        case AllocationMethod::neyman:
            break;
    }
    const double spread = stratum.size * stratum.deviation;
    if (spread == 0) return 0;
    return n == 0 ? std::numeric_limits<double>::infinity() : spread / std::sqrt(n * (n + 1));
}

void check_stratum(const AllocationStratum& stratum) {
    const bool sound = std::isfinite(stratum.size) && stratum.size >= 0 && std::isfinite(stratum.deviation) &&
                       stratum.deviation >= 0 && stratum.minimum <= stratum.maximum;
    if (!sound) throw std::invalid_argument("a stratum's size, deviation or bounds are out of range");
}

// Starts from the minima; returns the units left to give.
std::uint64_t start(std::span<const AllocationStratum> strata, std::uint64_t n, std::vector<std::uint64_t>& given) {
    std::uint64_t least = 0, most = 0;
    for (const AllocationStratum& stratum : strata) {
        check_stratum(stratum);
        given.push_back(stratum.minimum);
        least += stratum.minimum;
        most += stratum.maximum;
    }
    if (n < least)
        throw Refusal(fmt::format(
            "{} units cannot give every stratum its minimum: at least {} are needed; ask for more or lower the minimum",
            n, least));
    if (n > most)
        throw Refusal(fmt::format(
            "{} units are asked for, but the strata can give at most {}; ask for fewer or raise the maximum", n, most));
    return n - least;
}

}  // namespace

std::vector<std::uint64_t> allocate(AllocationMethod method, std::span<const AllocationStratum> strata,
                                    std::uint64_t n) {
    std::vector<std::uint64_t> given;
    std::uint64_t left = start(strata, n, given);
    using Claim = std::tuple<double, double, std::ptrdiff_t>;  // priority, size, −index: greatest first
    std::priority_queue<Claim> claims;
    const auto claim = [&](std::size_t h) {
        if (given[h] == strata[h].maximum) return;
        const double gain = priority(method, strata[h], static_cast<double>(given[h]));
        claims.emplace(gain, strata[h].size, -static_cast<std::ptrdiff_t>(h));
    };
    for (std::size_t h = 0; h < strata.size(); ++h) claim(h);
    for (; left > 0; --left) {
        const auto h = static_cast<std::size_t>(-std::get<2>(claims.top()));
        claims.pop();
        ++given[h];
        claim(h);
    }
    return given;
}

double allocation_loss(AllocationMethod method, std::span<const AllocationStratum> strata,
                       std::span<const std::uint64_t> allocation) {
    double loss = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        const auto n = static_cast<double>(allocation[h]);
        const double spread = strata[h].size * strata[h].deviation;
        if (method == AllocationMethod::equal)
            loss += n * n;
        else if (method == AllocationMethod::proportional)
            loss += n == 0 ? 0 : n * n / strata[h].size;
        else
            loss += spread == 0 ? 0 : spread * spread / n;
    }
    return loss;
}

}  // namespace cifra
