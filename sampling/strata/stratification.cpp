#include "sampling/strata/stratification.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace cifra {

Stratification stratify(std::span<const double> x, std::vector<double> limits) {
    if (x.empty() || !std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); }))
        throw std::invalid_argument("the variable of stratification is empty or has values that are not finite");
    if (std::adjacent_find(limits.begin(), limits.end(), std::greater_equal<>()) != limits.end())
        throw std::invalid_argument("limits of strata do not rise");
    Stratification result{std::move(limits), {}, {}};
    result.strata.resize(result.limits.size() + 1);
    result.stratum.reserve(x.size());
    for (const double value : x) {
        const auto above = std::upper_bound(result.limits.begin(), result.limits.end(), value);
        const auto h = static_cast<std::size_t>(above - result.limits.begin());
        result.stratum.push_back(static_cast<std::uint32_t>(h));
        ++result.strata[h].units;
        result.strata[h].mean += value;
    }
    for (StratumSummary& each : result.strata)
        if (each.units > 0) each.mean /= static_cast<double>(each.units);
    for (std::size_t i = 0; i < x.size(); ++i) {
        StratumSummary& each = result.strata[result.stratum[i]];
        each.deviation += (x[i] - each.mean) * (x[i] - each.mean);
    }
    for (StratumSummary& each : result.strata)
        each.deviation = each.units > 1 ? std::sqrt(each.deviation / static_cast<double>(each.units - 1)) : 0;
    return result;
}

}  // namespace cifra
