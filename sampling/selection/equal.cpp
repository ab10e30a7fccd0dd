#include "sampling/selection/equal.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <unordered_set>
#include <utility>

namespace cifra {

std::vector<std::size_t> systematic_at_rate(std::uint64_t population, std::uint64_t numerator,
                                            std::uint64_t denominator, std::uint64_t r) {
    const std::uint64_t limit = std::uint64_t{1} << 32;  // products stay below 2^64
    if (population >= limit || denominator >= limit || numerator > denominator ||
        r >= std::max<std::uint64_t>(denominator, 1))
        throw std::invalid_argument("systematic selection needs a rate in [0, 1], a start below its denominator");
    std::vector<std::size_t> taken;
    if (numerator == 0) return taken;
    for (std::uint64_t point = r; point < population * numerator; point += denominator)
        taken.push_back(point / numerator);
    return taken;
}

std::vector<std::size_t> systematic(std::uint64_t population, std::uint64_t n, std::uint64_t r) {
    return systematic_at_rate(population, n, population, r);
}

std::vector<std::size_t> systematic(std::uint64_t population, std::uint64_t n, Stream& stream) {
    return systematic(population, n, population == 0 ? 0 : stream.below(population));
}

std::vector<std::size_t> simple_random(std::uint64_t population, std::uint64_t n, Stream& stream) {
    if (n > population) throw std::invalid_argument("more units are asked for than there are");
    std::unordered_set<std::size_t> chosen(n);
    for (std::uint64_t last = population - n; last < population; ++last)
        if (!chosen.insert(stream.below(last + 1)).second) chosen.insert(last);
    std::vector<std::size_t> taken(chosen.begin(), chosen.end());
    std::sort(taken.begin(), taken.end());
    return taken;
}

std::vector<std::size_t> bernoulli(std::uint64_t population, double rate, Stream& stream) {
    if (!(rate >= 0 && rate <= 1)) throw std::invalid_argument("a rate lies in [0, 1]");
    std::vector<std::size_t> taken;
    const double step = std::log1p(-rate), end = static_cast<double>(population);
    for (double next = 0; next < end; next += 1) {
        if (rate < 1) next += std::floor(std::log(stream.uniform()) / step);
        if (next < end) taken.push_back(static_cast<std::size_t>(next));
    }
    return taken;
}

std::vector<std::size_t> smallest_numbers(std::span<const double> permanent_numbers, std::uint64_t n) {
    if (n > permanent_numbers.size()) throw std::invalid_argument("more units are asked for than there are");
    std::vector<std::size_t> order(permanent_numbers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto before = [&](std::size_t a, std::size_t b) {
        return std::pair(permanent_numbers[a], a) < std::pair(permanent_numbers[b], b);
    };
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(n);
    if (end != order.end()) std::nth_element(order.begin(), end, order.end(), before);
    order.erase(end, order.end());
    std::sort(order.begin(), order.end());
    return order;
}

}  // namespace cifra
