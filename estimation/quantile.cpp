#include "estimation/quantile.h"

#include <algorithm>
#include <bit>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "engine/diagnostics.h"

namespace cifra {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Sums in extended precision, rounded once a row: the last bit decides whether C_k = p W, and R sums so.
using Wide = long double;

void accumulate(SortedSample& sample) {
    Wide sum = 0;
    for (const double weight : sample.w) sample.cumulative.push_back(static_cast<double>(sum += weight));
}

double sum_of(std::span<const double> w) {
    Wide sum = 0;
    for (const double weight : w) sum += weight;
    return static_cast<double>(sum);
}

// The step of F around p, as R's qs() has it: C_low <= p W < C_up, or the first two where p W < C_1.
struct Step {
    double low, up;       // values
    std::size_t index;    // of `low`, from 1
    double below, above;  // p - F(low), F(up) - p
    bool before_first = false;
};

Step step_at(const SortedSample& sample, double p) {
    const std::size_t n = sample.size();
    const auto after = static_cast<std::size_t>(
        std::upper_bound(sample.cumulative.begin(), sample.cumulative.end(), p * sample.total) -
        sample.cumulative.begin());
    const std::size_t low = after == 0 ? 0 : after - 1, up = low + 1 == n ? low : low + 1;
    const double below = p - sample.cumulative[low] / sample.total;
    return {sample.y[low], sample.y[up], low + 1, below, sample.cumulative[up] / sample.total - p, after == 0};
}

double stepped(const SortedSample& sample, double p, QuantileRule rule, bool as_r) {
    const Step step = step_at(sample, p);
    if (step.before_first && !as_r) return sample.y.front();
    const bool exact = step.below == 0;
    switch (rule) {
        case QuantileRule::school:
        case QuantileRule::hf2:
            return exact ? (step.low + step.up) / 2 : step.up;
        case QuantileRule::hf3:
            return exact && step.index % 2 == 0 ? step.low : step.up;
        case QuantileRule::hf4: {
            const double whole = step.below + step.above;
            const double share = whole > 0 ? step.below / whole : 0;
            return step.low * (1 - share) + step.up * share;
        }
        default:
            return exact ? step.low : step.up;
    }
}

SortedSample distinct(const SortedSample& sample) {
    SortedSample result;
    std::vector<Wide> weights;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        if (result.y.empty() || result.y.back() != sample.y[i]) {
            result.y.push_back(sample.y[i]);
            weights.push_back(0);
        }
        weights.back() += sample.w[i];
    }
    for (const Wide weight : weights) result.w.push_back(static_cast<double>(weight));
    accumulate(result);
    result.total = sum_of(result.w);
    return result;
}

// Place of row k (from 0) on the scale of probabilities.
double position(const SortedSample& sample, QuantileRule rule, std::size_t k) {
    const double upto = sample.cumulative[k], before = k == 0 ? 0 : sample.cumulative[k - 1];
    const double all = sample.cumulative.back(), last = sample.w.back();
    switch (rule) {
        case QuantileRule::hf5:
            return (upto - sample.w[k] / 2) / all;
        case QuantileRule::hf6:
            return upto / (all + last);
        case QuantileRule::hf7:
            return before / sample.cumulative[sample.size() - 2];
        case QuantileRule::hf8:
            return (before / 3 + upto * 2 / 3) / (all + last / 3);
        default:
            return (before * 3 / 8 + upto * 5 / 8) / (all + last / 4);
    }
}

double interpolated(const SortedSample& sample, double p, QuantileRule rule) {
    if (sample.size() == 1) return sample.y.front();
    std::size_t low = 0, high = sample.size() - 1;
    const double first = position(sample, rule, low), last = position(sample, rule, high);
    if (!(p > first)) return sample.y.front();
    if (!(p < last)) return sample.y.back();
    while (high - low > 1) {
        const std::size_t middle = (low + high) / 2;
        (p < position(sample, rule, middle) ? high : low) = middle;
    }
    const double left = position(sample, rule, low), right = position(sample, rule, high);
    return sample.y[low] + (sample.y[high] - sample.y[low]) * ((p - left) / (right - left));
}

// R's positions need not ascend, as w_k is not on the scale of S_k; equal positions share the mean of their values.
double shah_vaish(const SortedSample& sample, double p, bool scaled) {
    const auto n = static_cast<double>(sample.size());
    const double mean = sample.total / n;
    std::vector<std::pair<double, double>> places;
    Wide sum = 0;
    for (std::size_t k = 0; k < sample.size(); ++k) {
        const double share = sample.w[k] / mean;
        const auto upto = static_cast<double>(sum += share);
        places.emplace_back((upto + 0.5 - (scaled ? share : sample.w[k]) / 2) / (n + 1), sample.y[k]);
    }
    std::stable_sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    auto after = std::upper_bound(places.begin(), places.end(), p,
                                  [](double value, const auto& place) { return value < place.first; });
    if (after == places.begin()) ++after;
    const double at = std::prev(after)->first;
    const auto [from, to] = std::equal_range(places.begin(), places.end(), std::pair(at, 0.0),
                                             [](const auto& a, const auto& b) { return a.first < b.first; });
    Wide values = 0;
    for (auto place = from; place != to; ++place) values += place->second;
    return static_cast<double>(values / static_cast<Wide>(to - from));
}

// A number whose order is that of the values; 0 and -0 have the same.
std::uint64_t order_key(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
    constexpr std::uint64_t sign = std::uint64_t{1} << 63;
    return bits & sign ? ~bits : bits | sign;
}

struct Numbered {
    std::uint64_t key;
    std::uint32_t row;
};

constexpr std::string_view names[] = {
    "math", "school", "shahvaish", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9", "shahvaish_scaled"};

}  // namespace

const std::vector<std::string>& quantile_rule_names() {
    static const std::vector<std::string> all(std::begin(names), std::end(names));
    return all;
}

QuantileRule quantile_rule_from_text(std::string_view name) {
    return static_cast<QuantileRule>(std::find(std::begin(names), std::end(names), name) - std::begin(names));
}

std::string_view to_text(QuantileRule rule) { return names[static_cast<std::size_t>(rule)]; }

std::vector<std::uint32_t> ascending(std::span<const double> y) {
    if (!std::all_of(y.begin(), y.end(), [](double value) { return std::isfinite(value); }))
        throw Refusal("quantile: a value is missing or infinite; leave its row out");
    std::vector<Numbered> rows(y.size());
    for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = {order_key(y[i]), i};
    boost::sort::spreadsort::integer_sort(
        rows.begin(), rows.end(), [](const Numbered& row, unsigned shift) { return row.key >> shift; },
        [](const Numbered& a, const Numbered& b) { return a.key < b.key; });
    std::vector<std::uint32_t> order(y.size());
    for (std::size_t i = 0; i < rows.size(); ++i) order[i] = rows[i].row;
    // integer_sort leaves ties in any order.
    for (std::size_t first = 0, next = 0; first < order.size(); first = next) {
        while (next < order.size() && y[order[next]] == y[order[first]]) ++next;
        std::sort(order.begin() + static_cast<std::ptrdiff_t>(first),
                  order.begin() + static_cast<std::ptrdiff_t>(next));
    }
    return order;
}

SortedSample sorted_sample(std::span<const double> y, std::span<const double> w, std::span<const std::uint32_t> order) {
    if (y.size() != w.size() || y.size() != order.size())
        throw std::invalid_argument("quantile: values, weights and order differ in length");
    if (!std::all_of(w.begin(), w.end(), [](double weight) { return weight >= 0 && std::isfinite(weight); }))
        throw Refusal("quantile: a weight is negative, missing or infinite");
    SortedSample sample;
    for (std::vector<double>* values : {&sample.y, &sample.w, &sample.cumulative, &sample.every})
        values->reserve(order.size());
    for (const std::uint32_t row : order) {
        sample.every.push_back(y[row]);
        if (w[row] == 0) continue;
        sample.y.push_back(y[row]);
        sample.w.push_back(w[row]);
    }
    accumulate(sample);
    sample.total = sum_of(w);
    if (!std::isfinite(sample.total)) throw Refusal("quantile: the sum of the weights is not finite");
    return sample;
}

SortedSample sorted_sample(std::span<const double> y, std::span<const double> w) {
    return sorted_sample(y, w, ascending(y));
}

double weighted_quantile(const SortedSample& sample, double p, QuantileRule rule, bool as_r) {
    if (sample.size() == 0 || !(p >= 0 && p <= 1)) return nan;
    switch (rule) {
        case QuantileRule::shahvaish:
        case QuantileRule::shahvaish_scaled:
            return shah_vaish(sample, p, rule == QuantileRule::shahvaish_scaled);
        case QuantileRule::hf3:
            return stepped(distinct(sample), p, rule, as_r);
        case QuantileRule::hf5:
        case QuantileRule::hf6:
        case QuantileRule::hf7:
        case QuantileRule::hf8:
        case QuantileRule::hf9:
            return interpolated(sample, p, rule);
        default:
            return stepped(sample, p, rule, as_r);
    }
}

}  // namespace cifra
