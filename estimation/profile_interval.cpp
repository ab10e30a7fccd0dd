#include "estimation/profile_interval.h"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace cifra {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double expit(double x) { return 1 / (1 + std::exp(-x)); }

// Kullback-Leibler divergence of the proportion with logit b from p.
double divergence(double p, double b) {
    const double q = expit(b), rest = expit(-b);
    return p * std::log1p((p - q) / q) + (1 - p) * std::log1p((q - p) / rest);
}

double solve(const ProfileInput& input, double target, double sign) {
    const double centre = std::log(input.p / (1 - input.p));
    double near = 0, far = 1;
    while (far < 700 && 2 * divergence(input.p, centre + sign * far) < target) far *= 2;
    for (int i = 0; i < 200 && near < far; ++i) {
        const double middle = near + (far - near) / 2;
        if (middle == near || middle == far) break;
        (2 * divergence(input.p, centre + sign * middle) < target ? near : far) = middle;
    }
    return expit(centre + sign * far);
}

// Cubic through the first (or last) four points, for the end conditions of the spline: its third derivative / 6.
double third_difference(const std::vector<double>& x, const std::vector<double>& y, std::size_t i) {
    const auto slope = [&](std::size_t k) { return (y[k + 1] - y[k]) / (x[k + 1] - x[k]); };
    const double left = (slope(i + 1) - slope(i)) / (x[i + 2] - x[i]),
                 right = (slope(i + 2) - slope(i + 1)) / (x[i + 3] - x[i + 1]);
    return (right - left) / (x[i + 3] - x[i]);
}

// Coefficients c (second derivative / 2) at the knots; needs four points.
// Algorithm: Forsythe, Malcolm and Moler 1977, Computer Methods for Mathematical Computations, section 4.4 (SPLINE)
std::vector<double> spline_bends(const std::vector<double>& x, const std::vector<double>& y) {
    const std::size_t n = x.size();
    std::vector<double> step(n - 1), diagonal(n), right(n);
    for (std::size_t i = 0; i + 1 < n; ++i) step[i] = x[i + 1] - x[i];
    for (std::size_t i = 1; i + 1 < n; ++i) {
        diagonal[i] = 2 * (step[i - 1] + step[i]);
        right[i] = (y[i + 1] - y[i]) / step[i] - (y[i] - y[i - 1]) / step[i - 1];
    }
    diagonal[0] = -step[0];
    diagonal[n - 1] = -step[n - 2];
    right[0] = step[0] * step[0] * third_difference(x, y, 0);
    right[n - 1] = -step[n - 2] * step[n - 2] * third_difference(x, y, n - 4);
    for (std::size_t i = 1; i < n; ++i) {
        const double factor = step[i - 1] / diagonal[i - 1];
        diagonal[i] -= factor * step[i - 1];
        right[i] -= factor * right[i - 1];
    }
    std::vector<double> bend(n);
    bend[n - 1] = right[n - 1] / diagonal[n - 1];
    for (std::size_t i = n - 1; i-- > 0;) bend[i] = (right[i] - step[i] * bend[i + 1]) / diagonal[i];
    return bend;
}

struct Curve {
    std::vector<double> x, y;
};

// The spline at `points` equidistant places.
Curve splined(const Curve& knots, std::size_t points) {
    const std::vector<double> bend = spline_bends(knots.x, knots.y);
    Curve result;
    std::size_t at = 0;
    for (std::size_t i = 0; i < points; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(points - 1);
        const double x = knots.x.front() + share * (knots.x.back() - knots.x.front());
        while (at + 2 < knots.x.size() && x >= knots.x[at + 1]) ++at;
        const double step = knots.x[at + 1] - knots.x[at], d = x - knots.x[at];
        const double slope = (knots.y[at + 1] - knots.y[at]) / step - step * (bend[at + 1] + 2 * bend[at]);
        result.x.push_back(x);
        result.y.push_back(knots.y[at] + d * (slope + d * (3 * bend[at] + d * (bend[at + 1] - bend[at]) / step)));
    }
    return result;
}

// x where the broken line through an increasing y reaches `y`.
double read_off(const Curve& curve, double y) {
    for (std::size_t i = 1; i < curve.y.size(); ++i)
        if (curve.y[i - 1] <= y && y <= curve.y[i])
            return curve.x[i - 1] +
                   (curve.x[i] - curve.x[i - 1]) * (y - curve.y[i - 1]) / (curve.y[i] - curve.y[i - 1]);
    return nan;
}

struct GlmFit {
    double intercept, naive_variance;
};

// R's glm iterates until the deviance changes by less than 1e-8 of itself; the naive variance lags one step behind.
GlmFit glm_fit(const ProfileInput& input, double start) {
    GlmFit fit{start, nan};
    const auto deviance = [&](double b) {
        return -2 * input.n * (input.p * std::log(expit(b)) + (1 - input.p) * std::log(expit(-b)));
    };
    double before = deviance(start);
    for (int i = 0; i < 25; ++i) {
        const double spread = expit(fit.intercept) * expit(-fit.intercept);
        fit.naive_variance = 1 / (input.n * spread);
        fit.intercept += (input.p - expit(fit.intercept)) / spread;
        const double now = deviance(fit.intercept);
        if (std::abs(now - before) / (std::abs(now) + 0.1) < 1e-8) break;
        before = now;
    }
    return fit;
}

Curve profile(const ProfileInput& input, double intercept, double z_max) {
    const double se = std::sqrt(input.variance) / (input.p * (1 - input.p));
    Curve down, up;
    for (const double sign : {-1.0, 1.0}) {
        double z = 0;
        for (int step = 1; step < 10 && std::abs(z) < z_max; ++step) {
            const double b = intercept + sign * step * z_max / 5 * se;
            z = sign * std::sqrt(std::max(0.0, 2 * (input.n - 1) * divergence(input.p, b)));
            (sign < 0 ? down : up).x.push_back(b);
            (sign < 0 ? down : up).y.push_back(z);
        }
    }
    std::reverse(down.x.begin(), down.x.end());
    std::reverse(down.y.begin(), down.y.end());
    down.x.push_back(intercept);
    down.y.push_back(0);
    down.x.insert(down.x.end(), up.x.begin(), up.x.end());
    down.y.insert(down.y.end(), up.y.begin(), up.y.end());
    return down;
}

}  // namespace

std::pair<double, double> likelihood_limits(const ProfileInput& input) {
    const double target =
        input.critical * input.critical * input.variance / (input.p * (1 - input.p)) * input.n / (input.n - 1);
    return {solve(input, target, -1), solve(input, target, 1)};
}

std::pair<double, double> r_likelihood_limits(const ProfileInput& input, double start) {
    const GlmFit fit = glm_fit(input, start);
    const double spread = input.p * (1 - input.p);
    const double lambda = input.variance / (spread * spread) / fit.naive_variance;
    const double cut = input.critical * std::sqrt(lambda);
    const double alpha = boost::math::cdf(boost::math::normal(), -cut) / 2;
    if (!std::isfinite(cut) || !(alpha > 0)) return {nan, nan};
    const double z_max =
        std::sqrt(boost::math::quantile(boost::math::complement(boost::math::fisher_f(1, input.n - 1), alpha)));
    const Curve knots = profile(input, fit.intercept, z_max);
    if (knots.x.size() < 4) return {nan, nan};
    const Curve curve = splined(knots, 3 * knots.x.size());
    return {expit(read_off(curve, -cut)), expit(read_off(curve, cut))};
}

double glm_first_step(std::span<const double> y, std::span<const double> w) {
    double total = 0;
    for (const double weight : w) total += weight;
    const double mean = total / static_cast<double>(w.size());
    double over = 0, under = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double weight = w[i] / mean, mu = (weight * y[i] + 0.5) / (weight + 1), spread = mu * (1 - mu);
        over += weight * (spread * std::log(mu / (1 - mu)) + y[i] - mu);
        under += weight * spread;
    }
    return over / under;
}

double glm_first_step(double p) {
    const double spread = 0.75 * 0.25, step = spread * std::log(3.0) + 0.25;
    return (2 * p - 1) * step / spread;
}

}  // namespace cifra
