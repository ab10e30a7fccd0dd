#include "sampling/strata/limits.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace cifra {

namespace {

struct Range {
    double least = 0, greatest = 0;
};

Range range_of(std::span<const double> x, std::size_t strata) {
    if (strata == 0 || x.empty() || !std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); }))
        throw std::invalid_argument("strata need a number above 0 and finite values");
    const auto [least, greatest] = std::minmax_element(x.begin(), x.end());
    if (strata > 1 && *least == *greatest) throw std::invalid_argument("one value alone makes no two strata");
    return {*least, *greatest};
}

std::vector<double> edges_of(const Range& range, std::size_t bins) {
    std::vector<double> edges;
    for (std::size_t i = 0; i <= bins; ++i)
        edges.push_back(range.least +
                        (range.greatest - range.least) * (static_cast<double>(i) / static_cast<double>(bins)));
    return edges;
}

// Cumulated √frequency at every edge.
std::vector<double> cumulated_roots(std::span<const double> x, const std::vector<double>& edges) {
    std::vector<double> sums(edges.size(), 0);
    for (const double value : x) {
        const auto above = std::upper_bound(edges.begin(), edges.end() - 1, value) - edges.begin();
        ++sums[static_cast<std::size_t>(above)];
    }
    for (std::size_t i = 1; i < sums.size(); ++i) sums[i] = sums[i - 1] + std::sqrt(sums[i]);
    return sums;
}

// Places 0 = p_0 < … < p_L = last of least Σ (sums[p_h] − sums[p_{h−1}] − share)², no stratum empty; ties to the
// lower.
std::vector<std::size_t> equal_parts(const std::vector<double>& sums, std::size_t strata) {
    const std::size_t places = sums.size();
    const double share = sums.back() / static_cast<double>(strata), none = std::numeric_limits<double>::infinity();
    std::vector<double> best(places, none), next(places);
    std::vector<std::vector<std::size_t>> from(strata, std::vector<std::size_t>(places, 0));
    best[0] = 0;
    for (std::size_t h = 0; h < strata; ++h) {
        std::fill(next.begin(), next.end(), none);
        for (std::size_t to = h + 1; to < places; ++to)
            for (std::size_t start = h; start < to; ++start) {
                if (best[start] == none || sums[to] == sums[start]) continue;
                const double part = sums[to] - sums[start] - share, loss = best[start] + part * part;
                if (loss < next[to] - 1e-12 * share * share) next[to] = loss, from[h][to] = start;
            }
        best.swap(next);
    }
    if (best.back() == none) throw std::invalid_argument("more strata than bins that hold units");
    std::vector<std::size_t> cuts(strata, 0);
    std::size_t place = places - 1;
    for (std::size_t h = strata; h-- > 0;) cuts[h] = place = from[h][place];
    return cuts;
}

}  // namespace

Stratification cumulative_root_strata(std::span<const double> x, std::size_t strata, std::size_t bins) {
    const Range range = range_of(x, strata);
    if (strata > bins) throw std::invalid_argument("more strata than bins");
    if (strata == 1) return stratify(x, {});
    const std::vector<double> edges = edges_of(range, bins);
    const std::vector<std::size_t> cuts = equal_parts(cumulated_roots(x, edges), strata);
    std::vector<double> limits;
    for (std::size_t h = 1; h < strata; ++h) limits.push_back(edges[cuts[h]]);
    return stratify(x, std::move(limits));
}

Stratification geometric_strata(std::span<const double> x, std::size_t strata) {
    const Range range = range_of(x, strata);
    if (!(range.least > 0)) throw std::invalid_argument("geometric limits need values above 0");
    std::vector<double> limits;
    for (std::size_t h = 1; h < strata; ++h)
        limits.push_back(range.least *
                         std::pow(range.greatest / range.least, static_cast<double>(h) / static_cast<double>(strata)));
    return stratify(x, std::move(limits));
}

}  // namespace cifra
