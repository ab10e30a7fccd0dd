#include "sampling/selection/inclusion.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace cifra {

namespace {

// How many of the largest units are certain. Sizes fall along `order`, so a unit is certain exactly when its size is at
// least what is left of the total divided by what is left of n.
std::size_t certain_units(std::span<const double> sizes, std::span<const std::size_t> order, std::uint64_t n) {
    std::vector<double> total_from(order.size() + 1, 0.0);
    for (std::size_t i = order.size(); i-- > 0;) total_from[i] = total_from[i + 1] + sizes[order[i]];
    std::size_t certain = 0;
    while (certain < n && sizes[order[certain]] * static_cast<double>(n - certain) >= total_from[certain] * (1 - 1e-12))
        ++certain;
    return certain;
}

void check(std::span<const double> sizes, std::uint64_t n) {
    const bool sound = std::all_of(sizes.begin(), sizes.end(), [](double x) { return std::isfinite(x) && x > 0; });
    if (!sound) throw std::invalid_argument("sizes must be finite and positive");
    if (n > sizes.size()) throw std::invalid_argument("more units are asked for than there are");
}

}  // namespace

Inclusion inclusion_by_size(std::span<const double> sizes, std::uint64_t n) {
    check(sizes, n);
    std::vector<std::size_t> order(sizes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
    Inclusion result{std::vector<double>(sizes.size(), 1.0), std::vector<bool>(sizes.size(), true), 0};
    result.certain_count = certain_units(sizes, order, n);
    double rest = 0;
    for (std::size_t i = sizes.size(); i-- > result.certain_count;) rest += sizes[order[i]];
    for (std::size_t i = result.certain_count; i < sizes.size(); ++i) {
        result.probability[order[i]] = static_cast<double>(n - result.certain_count) * sizes[order[i]] / rest;
        result.certain[order[i]] = false;
    }
    return result;
}

}  // namespace cifra
