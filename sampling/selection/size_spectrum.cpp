#include "sampling/selection/size_spectrum.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cifra {

namespace {

using Complex = std::complex<double>;

constexpr double negligible = 44;  // e^-44 = 8e-20

double size_variance(std::span<const double> probability) {
    double variance = 0;
    for (const double p : probability) variance += p * (1 - p);
    return variance;
}

std::size_t count_of_roots(std::size_t population, double variance) {
    const double enough = std::ceil(10 * std::sqrt(variance) + 36);
    return std::min(population + 1, static_cast<std::size_t>(enough));
}

// z^power for the M-th root of unity number m: the angle is reduced in whole numbers.
Complex root_power(std::size_t m, std::size_t power, std::size_t roots) {
    const auto turn = static_cast<double>(m * (power % roots) % roots) / static_cast<double>(roots);
    return std::polar(1.0, 2 * std::numbers::pi * turn);
}

// G at all the points, one pass over the units: the products of the points do not wait for each other.
std::vector<Complex> generating_function(std::span<const double> probability, const std::vector<Complex>& z) {
    std::vector<double> real(z.size(), 1.0), imaginary(z.size()), versine, sine;
    for (const Complex& point : z) {
        versine.push_back(1 - point.real());
        sine.push_back(point.imag());
    }
    for (const double p : probability)
        for (std::size_t m = 0; m < z.size(); ++m) {
            const double a = 1 - p * versine[m], b = p * sine[m], x = real[m];
            real[m] = x * a - imaginary[m] * b;
            imaginary[m] = x * b + imaginary[m] * a;
        }
    std::vector<Complex> values;
    for (std::size_t m = 0; m < z.size(); ++m) values.emplace_back(real[m], imaginary[m]);
    return values;
}

}  // namespace

std::vector<SpectrumPoint> size_spectrum(std::span<const double> probability, std::size_t n) {
    const double variance = size_variance(probability);
    const std::size_t roots = count_of_roots(probability.size(), variance);
    std::vector<Complex> z;
    for (std::size_t m = 0; 2 * m <= roots; ++m) {
        const Complex root = root_power(m, 1, roots);
        if (variance * (1 - root.real()) > negligible) break;
        z.push_back(root);
    }
    const std::vector<Complex> values = generating_function(probability, z);
    std::vector<SpectrumPoint> points;
    for (std::size_t m = 0; m < z.size(); ++m) {
        const double pair = m == 0 || 2 * m == roots ? 1 : 2;
        const Complex back = std::conj(root_power(m, n, roots));
        points.push_back({z[m], values[m] * back * (pair / static_cast<double>(roots))});
    }
    return points;
}

}  // namespace cifra
