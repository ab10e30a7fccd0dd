#include "estimation/quantile_interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "estimation/intervals.h"

namespace cifra {

namespace {

using Limits = std::pair<double, double>;

constexpr std::string_view names[] = {"mean", "xlogit", "asin", "beta", "score", "wald_old"};

class Limiter {
public:
    Limiter(const SortedSample& sample, double p, const QuantileOptions& options, const ShareBelow& share_below)
        : sample_(sample),
          p_(p),
          options_(options),
          share_below_(share_below),
          critical_(t_quantile(0.5 + options.level / 2, options.df)) {}

    double critical() const { return critical_; }

    Limits limits(double value) const {
        if (options_.interval == QuantileInterval::score) return score_limits();
        const MeanAndVariance share = share_below_(value);
        if (!std::isfinite(share.variance) || share.variance < 0) return {missing_number, missing_number};
        if (options_.interval == QuantileInterval::wald_old) {
            const double half = critical_ * std::sqrt(share.variance);
            return {interpolated(p_ - half), interpolated(p_ + half)};
        }
        const Limits of_share = share_limits(share);
        return {quantile_at(of_share.first, false), quantile_at(of_share.second, true)};
    }

private:
    double interpolated(double p) const {
        return weighted_quantile(sample_, std::clamp(p, 0.0, 1.0), QuantileRule::hf4);
    }

    double quantile_at(double p, bool upper) const {
        if (options_.clamp) p = std::isnan(p) ? (upper ? 1 : 0) : std::clamp(p, 0.0, 1.0);
        return weighted_quantile(sample_, p, options_.rule, options_.as_r);
    }

    Limits share_limits(const MeanAndVariance& share) const {
        const double half = critical_ * std::sqrt(share.variance);
        const bool certain = share.variance == 0 && share.mean < 1;  // every unit was drawn
        if (certain || options_.interval == QuantileInterval::mean) return {share.mean - half, share.mean + half};
        const IntervalKind kind = options_.interval == QuantileInterval::xlogit ? IntervalKind::logit
                                  : options_.interval == QuantileInterval::asin ? IntervalKind::arcsine
                                                                                : IntervalKind::beta;
        const Interval made = interval({.estimate = share.mean,
                                        .variance = share.variance,
                                        .df = options_.df,
                                        .n = options_.n,
                                        .cases = 0,
                                        .scale = 1,
                                        .ceiling = 1,
                                        .range = ParameterRange::proportion,
                                        .level = options_.level,
                                        .kind = kind});
        return made.kind == kind ? Limits{made.lower, made.upper} : Limits{missing_number, missing_number};
    }

    // Type 7 quartile of the values, without weights.
    double quartile(double p) const {
        const double at = p * static_cast<double>(sample_.every.size() - 1);
        const auto low = static_cast<std::size_t>(at);
        const std::size_t high = std::min(low + 1, sample_.every.size() - 1);
        return sample_.every[low] + (at - static_cast<double>(low)) * (sample_.every[high] - sample_.every[low]);
    }

    double score(double threshold, double critical) const {
        const MeanAndVariance share = share_below_(threshold);
        const double value = (p_ - share.mean) / std::sqrt(share.variance) - critical;
        constexpr double largest = std::numeric_limits<double>::max();
        return std::isnan(value) ? value : std::clamp(value, -largest, largest);
    }

    double score_limit(double critical) const {
        const double margin = (quartile(0.75) - quartile(0.25)) / 100;
        const std::optional<double> found =
            root(sample_.every.front() + margin, sample_.every.back() - margin, critical);
        if (!found) return missing_number;
        const auto below = std::upper_bound(sample_.every.begin(), sample_.every.end(), *found) - sample_.every.begin();
        return weighted_quantile(sample_, static_cast<double>(below) / static_cast<double>(sample_.every.size()),
                                 options_.rule, options_.as_r);
    }

    Limits score_limits() const { return {score_limit(critical_), score_limit(-critical_)}; }

    std::optional<double> root(double low, double high, double critical) const;

    const SortedSample& sample_;
    double p_;
    const QuantileOptions& options_;
    const ShareBelow& share_below_;
    double critical_;
};

// Where the step function jumps matters to the last bit of the tolerance, so the iteration is R's (uniroot).
// Algorithm: Brent 1973, Algorithms for Minimization without Derivatives, chapter 4 (zero)
std::optional<double> Limiter::root(double low, double high, double critical) const {
    const double tolerance = 1 / (100 * std::sqrt(options_.n));
    double a = low, b = high, c = low;
    double at_a = score(a, critical), at_b = score(b, critical), at_c = at_a;
    if (std::isnan(at_a) || std::isnan(at_b) || !(low <= high)) return std::nullopt;
    if (at_a == 0) return a;
    if (at_b == 0) return b;
    if ((at_a > 0) == (at_b > 0)) return std::nullopt;
    for (int i = 0; i < 1001; ++i) {
        const double previous = b - a;
        if (std::abs(at_c) < std::abs(at_b)) {
            a = std::exchange(b, c);
            c = a;
            at_a = std::exchange(at_b, at_c);
            at_c = at_a;
        }
        const double least = 2 * std::numeric_limits<double>::epsilon() * std::abs(b) + tolerance / 2;
        double step = (c - b) / 2;
        if (std::abs(step) <= least || at_b == 0) return b;
        if (std::abs(previous) >= least && std::abs(at_a) > std::abs(at_b)) {
            const double gap = c - b, s = at_b / at_a;
            double p = gap * s, q = 1 - s;
            if (a != c) {
                const double u = at_a / at_c, v = at_b / at_c;
                p = s * (gap * u * (u - v) - (b - a) * (v - 1));
                q = (u - 1) * (v - 1) * (s - 1);
            }
            if (p > 0) q = -q;
            p = std::abs(p);
            if (p < 0.75 * gap * q - std::abs(least * q) / 2 && p < std::abs(previous * q / 2)) step = p / q;
        }
        if (std::abs(step) < least) step = step > 0 ? least : -least;
        a = b;
        at_a = at_b;
        b += step;
        at_b = score(b, critical);
        if (std::isnan(at_b)) return std::nullopt;
        if ((at_b > 0) == (at_c > 0) && at_b != 0) {
            c = a;
            at_c = at_a;
        }
    }
    return std::nullopt;
}

}  // namespace

const std::vector<std::string>& quantile_interval_names() {
    static const std::vector<std::string> all(std::begin(names), std::end(names));
    return all;
}

QuantileInterval quantile_interval_from_text(std::string_view name) {
    return static_cast<QuantileInterval>(std::find(std::begin(names), std::end(names), name) - std::begin(names));
}

QuantileEstimate quantile_estimate(const SortedSample& sample, double probability, const QuantileOptions& options,
                                   const ShareBelow& share_below) {
    QuantileEstimate result{probability,    weighted_quantile(sample, probability, options.rule, options.as_r),
                            missing_number, missing_number,
                            missing_number, {}};
    if (std::isnan(result.value)) {
        result.notices.push_back(sample.size() == 0 ? "quantile of an empty domain" : "probability outside 0 to 1");
        return result;
    }
    if (!(options.df > 0) || !(options.level > 0 && options.level < 1)) {
        result.notices.push_back("quantile: no interval without degrees of freedom");
        return result;
    }
    const Limiter limiter(sample, probability, options, share_below);
    std::tie(result.lower, result.upper) = limiter.limits(result.value);
    if (std::isnan(result.lower)) result.notices.push_back("quantile: the lower limit lies below the distribution");
    if (std::isnan(result.upper)) result.notices.push_back("quantile: the upper limit lies above the distribution");
    result.se = (result.upper - result.lower) / (2 * limiter.critical());
    return result;
}

}  // namespace cifra
