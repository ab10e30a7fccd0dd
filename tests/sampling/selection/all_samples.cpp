#include "tests/sampling/selection/all_samples.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sampling/selection/inclusion.h"

namespace cifra::testing {

namespace {

std::size_t size_of(const Probabilities& probability) {
    return static_cast<std::size_t>(std::lround(std::accumulate(probability.begin(), probability.end(), 0.0)));
}

Indices sorted(Indices sample) {
    std::sort(sample.begin(), sample.end());
    return sample;
}

void brewer_step(const Probabilities& pi, std::size_t n, const Indices& chosen, double chance,
                 SampleDistribution& samples) {
    if (chosen.size() == n) {
        samples[sorted(chosen)] += chance;
        return;
    }
    double a = 0;
    for (const std::size_t k : chosen) a += pi[k];
    Probabilities weight(pi.size());
    const auto all = static_cast<double>(n), step = static_cast<double>(chosen.size() + 1);
    for (std::size_t k = 0; k < pi.size(); ++k)
        if (std::find(chosen.begin(), chosen.end(), k) == chosen.end())
            weight[k] = pi[k] * (all - a - pi[k]) / (all - a - pi[k] * (all - step + 1));
    const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
    for (std::size_t k = 0; k < pi.size(); ++k) {
        if (weight[k] == 0) continue;
        Indices next = chosen;
        next.push_back(k);
        brewer_step(pi, n, next, chance * weight[k] / total, samples);
    }
}

void elimination_step(const Probabilities& pi, std::size_t n, const Indices& left, double chance,
                      SampleDistribution& samples) {
    if (left.size() == n) {
        samples[left] += chance;
        return;
    }
    const Probabilities now = inclusion_by_size(pi, left.size()).probability;
    const Probabilities next = inclusion_by_size(pi, left.size() - 1).probability;
    for (const std::size_t k : left) {
        const double r = 1 - next[k] / now[k];
        if (r < 1e-14) continue;
        Indices rest = left;
        rest.erase(std::find(rest.begin(), rest.end(), k));
        elimination_step(pi, n, rest, chance * r, samples);
    }
}

constexpr double decided = 1e-12;

void pivotal_step(Probabilities state, double chance, SampleDistribution& samples) {
    Indices open;
    for (std::size_t k = 0; k < state.size(); ++k)
        if (state[k] > decided && state[k] < 1 - decided) open.push_back(k);
    if (open.empty()) {
        Indices sample;
        for (std::size_t k = 0; k < state.size(); ++k)
            if (state[k] > 0.5) sample.push_back(k);
        samples[sample] += chance;
        return;
    }
    const double a = state[open[0]], b = state[open[1]], high = std::min(1.0, a + b), low = a + b - high;
    const double first = (a - low) / (high - low);
    state[open[0]] = high;
    state[open[1]] = low;
    if (first > 0) pivotal_step(state, chance * first, samples);
    std::swap(state[open[0]], state[open[1]]);
    if (first < 1) pivotal_step(state, chance * (1 - first), samples);
}

struct Chain {
    const Probabilities& expected;
    std::size_t start;
    std::map<std::vector<std::uint64_t>, double>& outcomes;

    void follow(std::size_t i, double before, std::uint64_t total, std::vector<std::uint64_t> hits, double chance) {
        if (chance < 1e-15) return;
        if (i == expected.size()) {
            outcomes[hits] += chance;
            return;
        }
        const std::size_t k = (start + i) % expected.size();
        const auto fraction_of = [](double x) { return std::abs(x - std::round(x)) < 1e-9 ? 0 : x - std::floor(x); };
        const double now = before + expected[k], f = fraction_of(now), g = fraction_of(before);
        const auto whole = static_cast<std::uint64_t>(std::lround(now - f));
        const bool ahead = total > static_cast<std::uint64_t>(std::lround(before - g));
        double up = f;
        if (ahead) up = f == 0 ? 0 : std::min(1.0, f / g);
        if (!ahead && g > 0) up = f > g ? (f - g) / (1 - g) : 0;
        for (const std::uint64_t extra : {0u, 1u}) {
            if (whole + extra < total) continue;
            hits[k] = whole + extra - total;
            follow(i + 1, now, whole + extra, hits, chance * (extra == 1 ? up : 1 - up));
        }
    }
};

}  // namespace

Matrix joint_of(const SampleDistribution& samples, std::size_t units) {
    Matrix joint(units, std::vector<double>(units));
    for (const auto& [sample, chance] : samples)
        for (const std::size_t k : sample)
            for (const std::size_t l : sample) joint[k][l] += chance;
    return joint;
}

SampleDistribution weighted_subsets(const Probabilities& p, const Probabilities& c, std::size_t n) {
    SampleDistribution samples;
    double total = 0;
    for (std::size_t bits = 0; bits < std::size_t{1} << p.size(); ++bits) {
        Indices sample;
        double product = 1, sum = 0;
        for (std::size_t k = 0; k < p.size(); ++k) {
            if ((bits >> k) % 2 == 0) continue;
            sample.push_back(k);
            product *= p[k] / (1 - p[k]);
            sum += c[k];
        }
        if (sample.size() == n) total += samples[sample] = product * sum;
    }
    for (auto& [sample, chance] : samples) chance /= total;
    return samples;
}

SampleDistribution brewer_samples(const Probabilities& probability) {
    SampleDistribution samples;
    brewer_step(probability, size_of(probability), {}, 1, samples);
    return samples;
}

SampleDistribution elimination_samples(const Probabilities& probability) {
    SampleDistribution samples;
    Indices all(probability.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    elimination_step(probability, size_of(probability), all, 1, samples);
    return samples;
}

SampleDistribution pivotal_samples(const Probabilities& probability) {
    SampleDistribution samples;
    pivotal_step(probability, 1, samples);
    return samples;
}

SampleDistribution systematic_samples(const Probabilities& probability) {
    Probabilities breaks = {0, 1}, cumulated = {0};
    for (const double pi : probability) {
        cumulated.push_back(cumulated.back() + pi);
        breaks.push_back(cumulated.back() - std::floor(cumulated.back()));
    }
    std::sort(breaks.begin(), breaks.end());
    SampleDistribution samples;
    for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
        const double length = breaks[i + 1] - breaks[i], start = breaks[i] + length / 2;
        if (length < decided) continue;
        Indices sample;
        for (std::size_t k = 0; k < probability.size(); ++k)
            if (std::floor(cumulated[k + 1] - start) > std::floor(cumulated[k] - start)) sample.push_back(k);
        samples[sample] += length;
    }
    return samples;
}

SampleDistribution over_all_orders(const Probabilities& probability,
                                   const std::function<SampleDistribution(const Probabilities&)>& samples) {
    Indices order(probability.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    SampleDistribution sum;
    double orders = 0;
    do {
        Probabilities ordered;
        for (const std::size_t k : order) ordered.push_back(probability[k]);
        for (const auto& [sample, chance] : samples(ordered)) {
            Indices named;
            for (const std::size_t i : sample) named.push_back(order[i]);
            sum[sorted(named)] += chance;
        }
        ++orders;
    } while (std::next_permutation(order.begin(), order.end()));
    for (auto& [sample, chance] : sum) chance /= orders;
    return sum;
}

std::map<std::vector<std::uint64_t>, double> chromy_outcomes(const Probabilities& expected) {
    std::map<std::vector<std::uint64_t>, double> outcomes;
    const double n = std::accumulate(expected.begin(), expected.end(), 0.0);
    for (std::size_t start = 0; start < expected.size(); ++start)
        Chain{expected, start, outcomes}.follow(0, 0, 0, std::vector<std::uint64_t>(expected.size()),
                                                expected[start] / n);
    return outcomes;
}

SampleDistribution with_certain(const Probabilities& probability,
                                const std::function<SampleDistribution(const Probabilities&)>& samples) {
    Probabilities open;
    Indices place, certain;
    for (std::size_t k = 0; k < probability.size(); ++k) {
        (probability[k] < 1 ? place : certain).push_back(k);
        if (probability[k] < 1) open.push_back(probability[k]);
    }
    SampleDistribution result;
    for (const auto& [sample, chance] : samples(open)) {
        Indices named = certain;
        for (const std::size_t i : sample) named.push_back(place[i]);
        result[sorted(named)] += chance;
    }
    return result;
}

}  // namespace cifra::testing
