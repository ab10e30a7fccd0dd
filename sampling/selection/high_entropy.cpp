#include "sampling/selection/high_entropy.h"

#include <algorithm>
#include <cmath>

#include <stdexcept>
#include <utility>

#include "sampling/selection/equal.h"
#include "sampling/selection/open_units.h"
#include "sampling/selection/size_tree.h"

namespace cifra {

namespace {

double logit(double p) { return std::log(p) - std::log1p(-p); }

double variance_of_size(std::span<const double> probability) {
    double sum = 0;
    for (const double p : probability) sum += p * (1 - p);
    return sum;
}

// p from the log-odds, shifted so that Σ p is n up to one step of Newton: the design does not depend on the shift, but
// size_spectrum wants it near.
std::vector<double> centred(std::vector<double>& log_odds, std::size_t n) {
    const auto p_of = [](double lambda) { return 1 / (1 + std::exp(-lambda)); };
    double sum = 0, variance = 0;
    for (const double lambda : log_odds) {
        const double p = p_of(lambda);
        sum += p;
        variance += p * (1 - p);
    }
    const double shift = (static_cast<double>(n) - sum) / variance;
    std::vector<double> p;
    for (double& lambda : log_odds) p.push_back(p_of(lambda += shift));
    return p;
}

struct Residual {
    std::vector<double> value;  // logit π − logit π(λ)
    double largest = 0;         // of |π(λ)/π − 1|
};

Residual residual(std::span<const double> wanted, const FixedSizeDesign& design) {
    Residual result;
    const std::vector<double> reached = inclusion_probabilities(design);
    for (std::size_t k = 0; k < wanted.size(); ++k) {
        result.value.push_back(logit(wanted[k]) - logit(std::clamp(reached[k], 1e-300, 1 - 0x1p-53)));
        result.largest = std::max(result.largest, std::abs(reached[k] / wanted[k] - 1));
    }
    return result;
}

// The step that would have been best between the last two residuals, in the metric of the diagonal π (1 − π).
double secant_step(double step, std::span<const double> wanted, const std::vector<double>& before,
                   const std::vector<double>& now) {
    double inner = 0, square = 0;
    for (std::size_t k = 0; k < wanted.size(); ++k) {
        const double change = before[k] - now[k], weight = wanted[k] * (1 - wanted[k]);
        inner += weight * before[k] * change;
        square += weight * change * change;
    }
    return square > 0 ? std::clamp(step * inner / square, 0.5, 1.0) : step;
}

// Distance of the trapezoid points and integrand at them (logarithm, 0 at y = 0). The integrand is like a normal
// density of deviation 1/σ, analytic within ±π i, so that a step of 0.6/σ, at most 0.45, leaves an error below 1e-16.
struct ParetoPoint {
    double exponential = 1, log_value = 0;
};

double log_integrand(std::span<const double> probability, std::size_t n, double y) {
    const double growth = std::expm1(y);
    double value = static_cast<double>(n) * y;
    for (const double p : probability) value -= std::log1p(p * growth);
    return value;
}

std::vector<ParetoPoint> pareto_points(std::span<const double> probability, std::size_t n) {
    const double step = std::min(0.45, 0.6 / std::sqrt(variance_of_size(probability)));
    std::vector<ParetoPoint> points = {{1, 0}};
    for (const double direction : {-step, step})
        for (double y = direction;; y += direction) {
            const double value = log_integrand(probability, n, y);
            if (value < -44) break;
            points.push_back({std::exp(y), value});
        }
    return points;
}

}  // namespace

FixedSizeDesign conditional_poisson_design(std::span<const double> probability) {
    constexpr int most_steps = 200;
    FixedSizeDesign design{
        open_size(probability), {probability.begin(), probability.end()}, std::vector<double>(probability.size(), 1.0)};
    std::vector<double> log_odds;
    for (const double pi : probability) log_odds.push_back(logit(pi));
    Residual now = residual(probability, design);
    double step = 1;
    for (int i = 0; now.largest > 1e-11; ++i) {
        if (i == most_steps) throw std::runtime_error("odds of conditional Poisson sampling were not found");
        for (std::size_t k = 0; k < log_odds.size(); ++k) log_odds[k] += step * now.value[k];
        design.p = centred(log_odds, design.n);
        const Residual before = std::exchange(now, residual(probability, design));
        step = secant_step(step, probability, before.value, now.value);
    }
    return design;
}

FixedSizeDesign sampford_design(std::span<const double> probability) {
    FixedSizeDesign design{open_size(probability), {probability.begin(), probability.end()}, {}};
    for (const double pi : probability) design.c.push_back(1 - pi);
    return design;
}

FixedSizeDesign pareto_design(std::span<const double> probability) {
    FixedSizeDesign design{open_size(probability), {probability.begin(), probability.end()}, {}};
    const std::vector<ParetoPoint> points = pareto_points(probability, design.n);
    std::vector<double> weights;
    double total = 0;
    for (const ParetoPoint& point : points) total += weights.emplace_back(std::exp(point.log_value));
    for (const double p : probability) {
        double c = 0;
        for (std::size_t q = 0; q < points.size(); ++q) c += weights[q] * (1 - p) / (1 - p + p * points[q].exponential);
        design.c.push_back(c / total);
    }
    return design;
}

std::vector<std::size_t> conditional_poisson(std::span<const double> probability, Stream& stream) {
    return select_open(probability, [&](std::span<const double> open, std::size_t n) {
        return conditional_poisson_sample(conditional_poisson_design(open).p, n, stream);
    });
}

std::vector<std::size_t> sampford(std::span<const double> probability, Stream& stream) {
    return select_open(probability,
                       [&](std::span<const double> open, std::size_t) { return draw(sampford_design(open), stream); });
}

std::vector<std::size_t> pareto(std::span<const double> probability, std::span<const double> permanent_numbers) {
    if (permanent_numbers.size() != probability.size())
        throw std::invalid_argument("every unit needs one permanent random number");
    std::vector<double> numbers;
    for (std::size_t k = 0; k < probability.size(); ++k)
        if (probability[k] < 1) numbers.push_back(permanent_numbers[k]);
    return select_open(probability, [&](std::span<const double> open, std::size_t n) {
        if (!std::all_of(numbers.begin(), numbers.end(), [](double u) { return u > 0 && u < 1; }))
            throw std::invalid_argument("permanent random numbers lie between 0 and 1");
        for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = logit(numbers[k]) - logit(open[k]);
        return smallest_numbers(numbers, n);
    });
}

std::vector<std::size_t> pareto(std::span<const double> probability, Stream& stream) {
    std::vector<double> numbers(probability.size());
    for (double& u : numbers) u = stream.uniform();
    return pareto(probability, numbers);
}

}  // namespace cifra
