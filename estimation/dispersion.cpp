#include "estimation/dispersion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/summation.h"

namespace cifra {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double sum_of(std::span<const double> values) {
    CompensatedSum sum;
    for (const double value : values) sum.add(value);
    return sum.value();
}

double mean_of(std::span<const double> y, std::span<const double> w, double total) {
    CompensatedSum sum;
    for (std::size_t i = 0; i < y.size(); ++i) sum.add(w[i] / total * y[i]);
    return sum.value();
}

double factor_of(std::span<const double> w, double total, DispersionFactor factor) {
    if (factor == DispersionFactor::population) return 1;
    if (factor == DispersionFactor::weights) return total > 1 ? total / (total - 1) : nan;
    const auto n = static_cast<double>(w.size()) - static_cast<double>(std::count(w.begin(), w.end(), 0.0));
    return n > 1 ? n / (n - 1) : nan;
}

// The weighted mean of `values` and its influence.
Influence mean_influence(std::span<const double> values, std::span<const double> w, double total) {
    Influence result{mean_of(values, w, total), std::vector<double>(w.size())};
    if (!std::isfinite(result.value)) return undefined_influence(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) result.z[i] = w[i] / total * (values[i] - result.value);
    return result;
}

}  // namespace

Influence weighted_mean(std::span<const double> y, std::span<const double> w) {
    check_rows(y, w, "mean");
    const double total = sum_of(w);
    return total > 0 ? mean_influence(y, w, total) : undefined_influence(w.size());
}

Influence covariance_of(std::span<const double> x, std::span<const double> y, std::span<const double> w,
                        DispersionFactor factor) {
    check_rows(x, w, "covariance");
    check_rows(y, w, "covariance");
    const double total = sum_of(w), times = total > 0 ? factor_of(w, total, factor) : nan;
    if (!std::isfinite(times)) return undefined_influence(w.size());
    const double mean_x = mean_of(x, w, total), mean_y = mean_of(y, w, total);
    std::vector<double> products(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) products[i] = w[i] == 0 ? 0 : times * (x[i] - mean_x) * (y[i] - mean_y);
    return mean_influence(products, w, total);
}

Influence variance_of(std::span<const double> y, std::span<const double> w, DispersionFactor factor) {
    return covariance_of(y, y, w, factor);
}

Influence standard_deviation(std::span<const double> y, std::span<const double> w, DispersionFactor factor) {
    const Influence variance = variance_of(y, w, factor);
    const double value = std::sqrt(variance.value);
    if (value == 0) return {0, std::vector<double>(w.size(), nan)};
    const Influence* parts[] = {&variance};
    const double slopes[] = {1 / (2 * value)};
    return chained(value, parts, slopes);
}

Influence coefficient_of_variation(std::span<const double> y, std::span<const double> w, DispersionFactor factor) {
    const Influence deviation = standard_deviation(y, w, factor), mean = weighted_mean(y, w);
    const double value = deviation.value / mean.value;
    const Influence* parts[] = {&deviation, &mean};
    const double slopes[] = {1 / mean.value, -value / mean.value};
    return chained(value, parts, slopes);
}

Influence correlation(std::span<const double> x, std::span<const double> y, std::span<const double> w) {
    const DispersionFactor factor = DispersionFactor::population;
    const Influence xx = variance_of(x, w, factor), yy = variance_of(y, w, factor), xy = covariance_of(x, y, w, factor);
    const double scale = std::sqrt(xx.value) * std::sqrt(yy.value), value = xy.value / scale;
    const Influence* parts[] = {&xy, &xx, &yy};
    const double slopes[] = {1 / scale, -value / (2 * xx.value), -value / (2 * yy.value)};
    return chained(std::isfinite(value) ? std::clamp(value, -1.0, 1.0) : nan, parts, slopes);
}

std::vector<Influence> covariance_matrix(const std::vector<std::span<const double>>& variables,
                                         std::span<const double> w, DispersionFactor factor) {
    const std::size_t k = variables.size();
    std::vector<Influence> matrix(k * k);
    for (std::size_t j = 0; j < k; ++j)
        for (std::size_t i = 0; i <= j; ++i)
            matrix[j + k * i] = matrix[i + k * j] = covariance_of(variables[i], variables[j], w, factor);
    return matrix;
}

}  // namespace cifra
