#include "sampling/selection/chromy.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "engine/summation.h"
#include "sampling/selection/open_units.h"

namespace cifra {

namespace {

struct Position {
    std::uint64_t whole = 0;
    double fraction = 0;
};

// P(T_k = I_k + 1), `ahead` when T_{k−1} = I_{k−1} + 1.
double chance_ahead(bool ahead, double before, double now) {
    if (now == 0) return 0;
    if (ahead) return now >= before ? 1 : now / before;
    return now > before ? (now - before) / (1 - before) : 0;
}

// `advance(k)` adds unit k and gives the place reached; the first unit of the walk is `start`.
template <class Advance>
std::vector<std::uint64_t> walk(std::size_t units, std::size_t start, const Advance& advance, Stream& stream) {
    std::vector<std::uint64_t> hits(units);
    Position before;
    bool ahead = false;
    for (std::size_t i = 0; i < units; ++i) {
        const std::size_t k = (start + i) % units;
        const Position now = advance(k);
        const double chance = chance_ahead(ahead, before.fraction, now.fraction);
        const bool then_ahead = stream.uniform() < chance;
        hits[k] = now.whole + (then_ahead ? 1 : 0) - before.whole - (ahead ? 1 : 0);
        before = now;
        ahead = then_ahead;
    }
    return hits;
}

std::size_t start_unit(std::span<const double> expected, double n, Stream& stream) {
    double point = stream.uniform() * n;
    std::size_t k = 0;
    while (k + 1 < expected.size() && point >= expected[k]) point -= expected[k++];
    return k;
}

}  // namespace

std::vector<std::uint64_t> chromy_hits(std::span<const double> expected, Stream& stream) {
    if (!std::all_of(expected.begin(), expected.end(), [](double m) { return m > 0 && m < 0x1p53; }))
        throw std::invalid_argument("expected hits must be positive");
    const auto n = static_cast<double>(whole_sum(expected));
    if (n == 0) return std::vector<std::uint64_t>(expected.size());
    CompensatedSum sum, total;
    for (const double m : expected) total.add(m);
    const auto advance = [&](std::size_t k) {
        sum.add(expected[k]);
        const double place = sum.value() * (n / total.value()), near = std::round(place);
        const double exact = std::abs(place - near) <= 1e-12 * n ? near : place;
        return Position{static_cast<std::uint64_t>(exact), exact - std::floor(exact)};
    };
    return walk(expected.size(), start_unit(expected, n, stream), advance, stream);
}

std::vector<std::uint64_t> chromy_hits(std::span<const std::uint64_t> sizes, std::uint64_t n, Stream& stream) {
    std::uint64_t total = 0, sum = 0, product = 0;
    for (const std::uint64_t size : sizes)
        if (size == 0 || __builtin_add_overflow(total, size, &total))
            throw std::invalid_argument("sizes must be positive and their sum below 2^64");
    if (__builtin_mul_overflow(total, n, &product))
        throw std::invalid_argument("n times the sum of sizes exceeds 2^64");
    if (sizes.empty()) return {};
    std::uint64_t point = stream.below(total);
    std::size_t start = 0;
    while (point >= sizes[start]) point -= sizes[start++];
    const auto advance = [&](std::size_t k) {
        sum += sizes[k];
        return Position{sum * n / total, static_cast<double>(sum * n % total) / static_cast<double>(total)};
    };
    return walk(sizes.size(), start, advance, stream);
}

std::vector<std::size_t> chromy(std::span<const double> probability, Stream& stream) {
    return select_open(probability, [&](std::span<const double> open, std::size_t) {
        std::vector<std::size_t> taken;
        const std::vector<std::uint64_t> hits = chromy_hits(open, stream);
        for (std::size_t k = 0; k < hits.size(); ++k)
            if (hits[k] > 0) taken.push_back(k);
        return taken;
    });
}

}  // namespace cifra
