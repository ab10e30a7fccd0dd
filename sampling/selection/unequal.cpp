#include "sampling/selection/unequal.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/summation.h"

namespace cifra {

namespace {

std::size_t whole_sum(std::span<const double> probability, std::span<const std::size_t> units) {
    CompensatedSum sum;
    for (const std::size_t k : units) sum.add(probability[k]);
    const double n = std::round(sum.value());
    if (std::abs(sum.value() - n) > 1e-9 * std::max(1.0, n))
        throw std::invalid_argument("inclusion probabilities must sum to a whole number");
    return static_cast<std::size_t>(n);
}

// One pass with a pointer that never goes back and always leaves enough units: rounding can neither repeat a unit nor
// lose one at the end of the list.
void walk(std::span<const double> probability, std::span<const std::size_t> units, double start,
          std::vector<std::size_t>& taken) {
    const std::size_t n = whole_sum(probability, units);
    CompensatedSum cumulated;
    std::size_t found = 0;
    for (std::size_t i = 0; i < units.size() && found < n; ++i) {
        cumulated.add(probability[units[i]]);
        const bool reached = start + static_cast<double>(found) < cumulated.value();
        if (reached || units.size() - i == n - found) {
            taken.push_back(units[i]);
            ++found;
        }
    }
}

}  // namespace

std::vector<std::size_t> pps_systematic(std::span<const double> probability, double start) {
    if (!(start >= 0 && start < 1)) throw std::invalid_argument("the start must lie in [0, 1)");
    std::vector<std::size_t> taken, open;
    for (std::size_t k = 0; k < probability.size(); ++k) {
        if (!(probability[k] > 0 && probability[k] <= 1))
            throw std::invalid_argument("inclusion probabilities must lie in (0, 1]");
        (probability[k] == 1 ? taken : open).push_back(k);
    }
    walk(probability, open, start, taken);
    std::sort(taken.begin(), taken.end());
    return taken;
}

std::vector<std::size_t> pps_systematic(std::span<const double> probability, Stream& stream) {
    return pps_systematic(probability, stream.uniform());
}

}  // namespace cifra
