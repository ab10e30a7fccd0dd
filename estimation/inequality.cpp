#include "estimation/inequality.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/summation.h"

namespace cifra {

namespace {

// Rows of the universe with weight, ascending in y. Weights are shares, so that no product overflows.
struct Ranked {
    std::vector<std::size_t> row;
    std::vector<double> y, w;
    double mean = 0;  // Y / W
    bool defined() const { return !row.empty() && std::isfinite(mean) && mean > 0; }
};

Ranked ranked(std::span<const double> y, std::span<const double> w, Universe universe) {
    Ranked result;
    CompensatedSum total, mean;
    for (std::size_t i = 0; i < y.size(); ++i)
        if (w[i] > 0 && (universe == Universe::all || y[i] > 0)) {
            result.row.push_back(i);
            total.add(w[i]);
        }
    std::stable_sort(result.row.begin(), result.row.end(), [&](std::size_t a, std::size_t b) { return y[a] < y[b]; });
    for (const std::size_t i : result.row) {
        result.y.push_back(y[i]);
        result.w.push_back(w[i] / total.value());
        mean.add(result.w.back() * y[i]);
    }
    result.mean = mean.value();
    return result;
}

// sum_l w_l |y_k - y_l| of every row, on deviations from the mean so that little cancels.
std::vector<double> distances(const Ranked& rows) {
    CompensatedSum weight, value, all;
    for (std::size_t k = 0; k < rows.y.size(); ++k) all.add(rows.w[k] * (rows.y[k] - rows.mean));
    std::vector<double> result;
    for (std::size_t k = 0; k < rows.y.size(); ++k) {
        const double y = rows.y[k] - rows.mean;
        weight.add(rows.w[k]);
        value.add(rows.w[k] * y);
        result.push_back(y * (2 * weight.value() - 1) + all.value() - 2 * value.value());
    }
    return result;
}

}  // namespace

Influence gini(std::span<const double> y, std::span<const double> w, Universe universe) {
    check_rows(y, w, "gini");
    const Ranked rows = ranked(y, w, universe);
    if (!rows.defined()) return undefined_influence(y.size());
    const std::vector<double> distance = distances(rows);
    CompensatedSum sum;
    for (std::size_t k = 0; k < distance.size(); ++k) sum.add(rows.w[k] * distance[k]);
    Influence result{sum.value() / (2 * rows.mean), std::vector<double>(y.size(), 0)};
    if (!std::isfinite(result.value)) return undefined_influence(y.size());
    for (std::size_t k = 0; k < distance.size(); ++k)
        result.z[rows.row[k]] = rows.w[k] * (distance[k] - result.value * (rows.mean + rows.y[k])) / rows.mean;
    return result;
}

Influence lorenz_ordinate(std::span<const double> y, std::span<const double> w, double p, Universe universe) {
    check_rows(y, w, "lorenz");
    const Ranked rows = ranked(y, w, universe);
    if (!rows.defined() || !(p >= 0 && p <= 1)) return undefined_influence(y.size());
    CompensatedSum weight, value;
    std::size_t k = 0;
    for (; k + 1 < rows.y.size() && weight.value() + rows.w[k] < p; ++k) {
        weight.add(rows.w[k]);
        value.add(rows.w[k] * rows.y[k]);
    }
    const double q = rows.y[k], held = (value.value() + q * (p - weight.value())) / rows.mean;
    if (!std::isfinite(held)) return undefined_influence(y.size());
    Influence result{held, std::vector<double>(y.size(), 0)};
    for (std::size_t i = 0; i < rows.y.size(); ++i)
        result.z[rows.row[i]] = rows.w[i] * (p * q - std::max(q - rows.y[i], 0.0) - held * rows.y[i]) / rows.mean;
    return result;
}

Influence top_share(std::span<const double> y, std::span<const double> w, double share, Universe universe) {
    Influence result = lorenz_ordinate(y, w, 1 - share, universe);
    result.value = 1 - result.value;
    for (double& z : result.z) z = z == 0 ? 0 : -z;
    return result;
}

Influence mean_excess(std::span<const double> y, std::span<const double> w, double threshold) {
    check_rows(y, w, "mean excess");
    CompensatedSum weight, excess;
    const auto above = [&](std::size_t i) { return y[i] > threshold; };
    for (std::size_t i = 0; i < y.size(); ++i)
        if (above(i)) weight.add(w[i]);
    if (!(weight.value() > 0) || !std::isfinite(threshold)) return undefined_influence(y.size());
    for (std::size_t i = 0; i < y.size(); ++i)
        if (above(i)) excess.add(w[i] / weight.value() * (y[i] - threshold));
    Influence result{excess.value(), std::vector<double>(y.size(), 0)};
    if (!std::isfinite(result.value)) return undefined_influence(y.size());
    for (std::size_t i = 0; i < y.size(); ++i)
        if (above(i)) result.z[i] = w[i] / weight.value() * (y[i] - threshold - result.value);
    return result;
}

}  // namespace cifra
