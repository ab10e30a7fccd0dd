#include "sampling/selection/pivotal.h"

#include "sampling/selection/open_units.h"
#include "sampling/selection/order.h"

namespace cifra {

namespace {

// The positions of `order` that win. The last unit standing is taken when one is still lacking: its probability is 0 or
// 1 up to rounding.
std::vector<std::size_t> fight(std::span<const double> probability, const std::vector<std::size_t>& order,
                               std::size_t n, Stream& stream) {
    std::vector<std::size_t> taken;
    std::size_t standing = order[0];
    double a = probability[standing];
    for (std::size_t i = 1; i < order.size(); ++i) {
        const std::size_t next = order[i];
        const double b = probability[next], sum = a + b;
        const double first = sum < 1 ? a / sum : (1 - b) / (2 - sum);
        const bool first_wins = stream.bernoulli(first);
        if (sum >= 1) taken.push_back(first_wins ? standing : next);
        if (first_wins == (sum >= 1)) standing = next;
        a = sum < 1 ? sum : sum - 1;
    }
    if (taken.size() < n) taken.push_back(standing);
    return taken;
}

}  // namespace

std::vector<std::size_t> ordered_pivotal(std::span<const double> probability, Stream& stream) {
    return select_open(probability, [&](std::span<const double> open, std::size_t n) {
        std::vector<std::size_t> order;
        for (std::size_t k = 0; k < open.size(); ++k) order.push_back(k);
        return fight(open, order, n, stream);
    });
}

std::vector<std::size_t> random_pivotal(std::span<const double> probability, Stream& stream) {
    return select_open(probability, [&](std::span<const double> open, std::size_t n) {
        return fight(open, random_order(open.size(), stream), n, stream);
    });
}

}  // namespace cifra
