#include "sampling/selection/unequal.h"

#include <stdexcept>

#include "engine/summation.h"
#include "sampling/selection/open_units.h"
#include "sampling/selection/order.h"

namespace cifra {

namespace {

// One pass with a pointer that never goes back and always leaves enough units: rounding can neither repeat a unit nor
// lose one at the end of the list.
std::vector<std::size_t> walk(std::span<const double> probability, std::size_t n, double start) {
    std::vector<std::size_t> taken;
    CompensatedSum cumulated;
    for (std::size_t i = 0; i < probability.size() && taken.size() < n; ++i) {
        cumulated.add(probability[i]);
        const bool reached = start + static_cast<double>(taken.size()) < cumulated.value();
        if (reached || probability.size() - i == n - taken.size()) taken.push_back(i);
    }
    return taken;
}

}  // namespace

std::vector<std::size_t> poisson(std::span<const double> probability, Stream& stream) {
    require_probabilities(probability);
    std::vector<std::size_t> taken;
    for (std::size_t k = 0; k < probability.size(); ++k)
        if (probability[k] == 1 || stream.bernoulli(probability[k])) taken.push_back(k);
    return taken;
}

std::vector<std::size_t> pps_systematic(std::span<const double> probability, double start) {
    if (!(start >= 0 && start < 1)) throw std::invalid_argument("the start must lie in [0, 1)");
    return select_open(probability, [&](std::span<const double> open, std::size_t n) { return walk(open, n, start); });
}

std::vector<std::size_t> pps_systematic(std::span<const double> probability, Stream& stream) {
    return pps_systematic(probability, stream.uniform());
}

std::vector<std::size_t> random_systematic(std::span<const double> probability, Stream& stream) {
    return select_open(probability, [&](std::span<const double> open, std::size_t n) {
        const std::vector<std::size_t> order = random_order(open.size(), stream);
        std::vector<double> ordered;
        for (const std::size_t k : order) ordered.push_back(open[k]);
        std::vector<std::size_t> taken = walk(ordered, n, stream.uniform());
        for (std::size_t& position : taken) position = order[position];
        return taken;
    });
}

}  // namespace cifra
