#include "sampling/selection/open_units.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/summation.h"

namespace cifra {

std::size_t whole_sum(std::span<const double> probability) {
    CompensatedSum sum;
    for (const double pi : probability) sum.add(pi);
    const double n = std::round(sum.value());
    if (!(std::abs(sum.value() - n) <= 1e-9 * std::max(1.0, n)))
        throw std::invalid_argument("inclusion probabilities must sum to a whole number");
    return static_cast<std::size_t>(n);
}

void require_probabilities(std::span<const double> probability) {
    if (!std::all_of(probability.begin(), probability.end(), [](double pi) { return pi > 0 && pi <= 1; }))
        throw std::invalid_argument("inclusion probabilities must lie in (0, 1]");
}

std::size_t open_size(std::span<const double> probability) {
    const std::size_t n = whole_sum(probability);
    const bool open = std::all_of(probability.begin(), probability.end(), [](double pi) { return pi > 0 && pi < 1; });
    if (!open || n == 0 || n >= probability.size())
        throw std::invalid_argument("a design of open units needs probabilities in (0, 1) that leave a choice");
    return n;
}

std::vector<std::size_t> select_open(std::span<const double> probability, const OpenSelection& select) {
    require_probabilities(probability);
    std::vector<std::size_t> taken, open;
    std::vector<double> rest;
    for (std::size_t k = 0; k < probability.size(); ++k) {
        (probability[k] == 1 ? taken : open).push_back(k);
        if (probability[k] < 1) rest.push_back(probability[k]);
    }
    const std::size_t n = whole_sum(rest);
    if (n == open.size()) taken.insert(taken.end(), open.begin(), open.end());
    if (n > 0 && n < open.size())
        for (const std::size_t position : select(rest, n)) taken.push_back(open[position]);
    std::sort(taken.begin(), taken.end());
    return taken;
}

}  // namespace cifra
