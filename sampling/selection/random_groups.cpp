#include "sampling/selection/random_groups.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sampling/selection/order.h"

namespace cifra {

namespace {

GroupUnit take_one(std::span<const double> sizes, std::span<const std::size_t> group, Stream& stream) {
    double total = 0;
    for (const std::size_t k : group) total += sizes[k];
    double point = stream.uniform() * total;
    std::size_t i = 0;
    while (i + 1 < group.size() && point >= sizes[group[i]]) point -= sizes[group[i++]];
    return {group[i], group.size(), total, total / sizes[group[i]]};
}

}  // namespace

std::vector<GroupUnit> random_groups(std::span<const double> sizes, std::size_t n, Stream& stream) {
    if (!std::all_of(sizes.begin(), sizes.end(), [](double x) { return std::isfinite(x) && x > 0; }))
        throw std::invalid_argument("sizes must be finite and positive");
    if (n > sizes.size()) throw std::invalid_argument("more units are asked for than there are");
    const std::vector<std::size_t> order = random_order(sizes.size(), stream);
    std::vector<GroupUnit> taken;
    std::size_t begin = 0;
    for (std::size_t g = 0; g < n; ++g) {
        const std::size_t units = sizes.size() / n + (g < sizes.size() % n ? 1 : 0);
        taken.push_back(take_one(sizes, std::span(order).subspan(begin, units), stream));
        begin += units;
    }
    std::sort(taken.begin(), taken.end(), [](const GroupUnit& a, const GroupUnit& b) { return a.unit < b.unit; });
    return taken;
}

double random_groups_variance(std::span<const GroupUnit> taken, std::span<const double> y, double total_size) {
    if (taken.size() < 2 || y.size() != taken.size())
        throw std::invalid_argument("the variance of random groups needs two groups and a value for each");
    double total = 0, population = 0, squares = 0, spread = 0;
    for (std::size_t g = 0; g < taken.size(); ++g) {
        const auto units = static_cast<double>(taken[g].group_units);
        total += taken[g].weight * y[g];
        population += units;
        squares += units * units;
    }
    for (std::size_t g = 0; g < taken.size(); ++g) {
        const double share = taken[g].group_size / total_size;
        const double deviation = taken[g].weight * y[g] / share - total;
        spread += share * deviation * deviation;
    }
    return (squares - population) / (population * population - squares) * spread;
}

}  // namespace cifra
