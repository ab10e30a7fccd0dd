#include "estimation/inference/distributions.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <complex>

namespace cifra {

namespace {

using Complex = std::complex<double>;
constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double pi = 3.14159265358979323846;

double largest(const std::vector<ChiSquareTerm>& terms) {
    double a = 0;
    for (const ChiSquareTerm& term : terms) a = std::max(a, term.coefficient);
    return a;
}

// The sum in units of its largest coefficient, zeros left out.
std::vector<ChiSquareTerm> scaled(const std::vector<ChiSquareTerm>& terms, double by) {
    std::vector<ChiSquareTerm> result;
    for (const ChiSquareTerm& term : terms)
        if (term.coefficient != 0 && term.df > 0) result.push_back({term.coefficient / by, term.df});
    return result;
}

// K(s) = -1/2 sum h log(1 - 2 a s), log1p where s is small
Complex cumulant(const std::vector<ChiSquareTerm>& terms, Complex s) {
    Complex k = 0;
    for (const ChiSquareTerm& term : terms) {
        const Complex u = -2 * term.coefficient * s;
        const double modulus = 0.5 * std::log1p(u.real() * (2 + u.real()) + u.imag() * u.imag());
        k -= 0.5 * term.df * Complex(modulus, std::atan2(u.imag(), 1 + u.real()));
    }
    return k;
}

double cumulant(const std::vector<ChiSquareTerm>& terms, double s) {
    double k = 0;
    for (const ChiSquareTerm& term : terms) k -= 0.5 * term.df * std::log1p(-2 * term.coefficient * s);
    return k;
}

double cumulant_slope(const std::vector<ChiSquareTerm>& terms, double s) {
    double k = 0;
    for (const ChiSquareTerm& term : terms) k += term.df * term.coefficient / (1 - 2 * term.coefficient * s);
    return k;
}

double cumulant_curvature(const std::vector<ChiSquareTerm>& terms, double s) {
    double k = 0;
    for (const ChiSquareTerm& term : terms) {
        const double ratio = term.coefficient / (1 - 2 * term.coefficient * s);
        k += 2 * term.df * ratio * ratio;
    }
    return k;
}

// Root of an increasing function between the ends, where it may be infinite.
template <class Function>
double rising_root(const Function& f, double low, double high) {
    for (int i = 0; i < 200 && high - low > 1e-15 * std::max(std::abs(low), std::abs(high)); ++i) {
        const double middle = (low + high) / 2;
        (f(middle) < 0 ? low : high) = middle;
    }
    return (low + high) / 2;
}

// The value of the integrand along s(v) = c + (cosh v - 1) a + i a sinh v, ds/dv included, over its value at c.
struct Path {
    const std::vector<ChiSquareTerm>& terms;
    double x, c, a;
    double height;  // K(c) - c x
    double at(double v) const {
        const double lift = a * 2 * std::sinh(v / 2) * std::sinh(v / 2);
        const Complex s(c + lift, a * std::sinh(v)), ds(a * std::sinh(v), a * std::cosh(v));
        return (std::exp(cumulant(terms, s) - s * x - height) / s * ds).imag();
    }
};

// Trapezoid sums over the whole line, halving the step until two agree; the path is symmetric.
double integral(const Path& path) {
    double step = 0.25, before = none;
    for (int halving = 0; halving < 9; ++halving, step /= 2) {
        double total = path.at(0) / 2, largest_term = std::abs(total);
        for (long i = 1; i < 2'000'000; ++i) {
            const double term = path.at(static_cast<double>(i) * step);
            total += term;
            largest_term = std::max(largest_term, std::abs(term));
            if (!(std::abs(term) > 1e-18 * largest_term) && i > 3) break;
        }
        const double value = total * step / pi;
        if (std::abs(value - before) <= 1e-13 * std::abs(value)) return value;
        before = value;
    }
    return before;
}

double satterthwaite(double x, const std::vector<double>& coefficients, double df) {
    double sum = 0, squares = 0;
    for (const double a : coefficients) sum += a, squares += a * a;
    const double scale = squares / sum, own = sum * sum / squares;
    return std::isinf(df) ? chi_square_tail(x / scale, own) : f_tail(x / own / scale, own, df);
}

}  // namespace

double t_two_sided(double t, double df) {
    if (!(df > 0) || !std::isfinite(t)) return none;
    return 2 * boost::math::cdf(boost::math::students_t(df), -std::abs(t));
}

double f_tail(double f, double df1, double df2) {
    if (!(df1 > 0) || !(df2 > 0) || !std::isfinite(f)) return none;
    if (f <= 0) return 1;
    return boost::math::cdf(boost::math::complement(boost::math::fisher_f(df1, df2), f));
}

double chi_square_tail(double x, double df) {
    if (!(df > 0) || !std::isfinite(x)) return none;
    if (x <= 0) return 1;
    return boost::math::cdf(boost::math::complement(boost::math::chi_squared(df), x));
}

double exact_tail(double x, const std::vector<ChiSquareTerm>& given) {
    const double unit = largest(given);
    if (!std::isfinite(x)) return none;
    const bool one_sided =
        std::none_of(given.begin(), given.end(), [](const ChiSquareTerm& t) { return t.coefficient < 0; });
    if (one_sided && x <= 0) return 1;
    if (unit <= 0) return x >= 0 ? 0 : none;
    if (x < 0) return 1 - exact_tail(-x, scaled(given, -1));
    const std::vector<ChiSquareTerm> terms = scaled(given, unit);
    const double at = x / unit;
    const auto slope = [&](double s) { return cumulant_slope(terms, s) - at - 1 / s; };
    const double c = rising_root(slope, 0, 0.5);
    const double a = std::min({1 / std::sqrt(cumulant_curvature(terms, c) + 1 / (c * c)), 0.5 - c, c}) * 0.9;
    const double height = cumulant(terms, c) - c * at;
    return std::min(1.0, std::exp(height) * integral({terms, at, c, a, height}));
}

double saddlepoint_tail(double x, const std::vector<ChiSquareTerm>& given) {
    const double unit = largest(given);
    if (!(unit > 0) || !std::isfinite(x)) return none;
    const std::vector<ChiSquareTerm> terms = scaled(given, unit);
    const double at = x / unit;
    double low = -1e8;
    for (const ChiSquareTerm& term : terms)
        if (term.coefficient < 0) low = std::max(low, 1 / (2 * term.coefficient));
    const double zeta = rising_root([&](double s) { return cumulant_slope(terms, s) - at; }, low, 0.5);
    if (std::abs(zeta) < 1e-4) return none;
    const double w = std::copysign(std::sqrt(2 * (zeta * at - cumulant(terms, zeta))), zeta);
    const double v = zeta * std::sqrt(cumulant_curvature(terms, zeta));
    return std::erfc((w + std::log(v / w) / w) * 0.70710678118654752440) / 2;
}

double weighted_sum_tail(double x, const std::vector<double>& coefficients, SumMethod method, double df) {
    if (!std::isfinite(x) || !(df >= 1) || coefficients.empty()) return none;
    if (x <= 0) return 1;
    if (method == SumMethod::satterthwaite) return satterthwaite(x, coefficients, df);
    std::vector<ChiSquareTerm> terms;
    for (const double a : coefficients) terms.push_back({a, 1});
    if (!std::isinf(df)) terms.push_back({-x / df, std::floor(df)});
    const double against = std::isinf(df) ? x : 0;
    if (method == SumMethod::exact) return exact_tail(against, terms);
    const double p = saddlepoint_tail(against, terms);
    return std::isnan(p) ? satterthwaite(x, coefficients, df) : p;
}

}  // namespace cifra
