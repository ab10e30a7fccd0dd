#include "estimation/weighting/calibration_sums.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <variant>

#include "engine/parallel.h"
#include "engine/summation.h"
#include "estimation/weighting/calibration_distance.h"

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// One for all patterns, or one for each.
using Distance = std::variant<LinearDistance, RakingDistance, SinhDistance, TruncatedDistance, LogitDistance,
                              std::vector<TruncatedDistance>, std::vector<LogitDistance>>;

template <class One>
const One& of_pattern(const One& distance, std::size_t) {
    return distance;
}
template <class One>
const One& of_pattern(const std::vector<One>& distances, std::size_t pattern) {
    return distances[pattern];
}

template <class One>
std::vector<One> by_pattern(std::span<const double> d, const CalibrationOptions& options) {
    std::vector<One> result;
    result.reserve(d.size());
    for (const double weight : d)  // those of weight 0 are never asked
        result.push_back(weight > 0 ? One{options.lower / weight, options.upper / weight} : One{0, 2});
    return result;
}

Distance distance_of(std::span<const double> d, const CalibrationOptions& options) {
    const bool logit = options.method == CalibrationMethod::logit;
    if (options.method == CalibrationMethod::raking) return RakingDistance{};
    if (options.method == CalibrationMethod::sinh) return SinhDistance{options.alpha};
    if (!logit && options.method != CalibrationMethod::truncated) return LinearDistance{};
    if (options.bounds_on_weight && logit) return by_pattern<LogitDistance>(d, options);
    if (options.bounds_on_weight) return by_pattern<TruncatedDistance>(d, options);
    if (logit) return LogitDistance(options.lower, options.upper);
    return TruncatedDistance{options.lower, options.upper};
}

// Runs of groups with some rows_per_shard patterns each: fixed by the data.
std::vector<std::size_t> shard_begins(const CalibrationPatterns& patterns) {
    std::vector<std::size_t> begins{0};
    for (std::size_t group = 1; group < patterns.groups(); ++group)
        if (patterns.begin[group + 1] - patterns.begin[begins.back()] > rows_per_shard) begins.push_back(group);
    begins.push_back(patterns.groups());
    return begins;
}

// Sums of a run of groups. A category of none is a last column, which is dropped at the end.
class GroupSums {
public:
    GroupSums(const CalibrationPatterns& patterns, std::span<const double> d, const Eigen::VectorXd& lambda)
        : patterns_(patterns), d_(d), numbers_(patterns.numbers()), of_number_(numbers_), slope_of_number_(numbers_) {
        lambda_.assign(lambda.begin(), lambda.end());
        lambda_.push_back(0);
        for (const std::size_t column : patterns.number_columns) number_lambda_.push_back(lambda_[column]);
        totals_.resize(lambda_.size());
        products_ = Eigen::MatrixXd::Zero(at(lambda_.size()), at(lambda_.size()));
        slope_of_pair_.resize(numbers_ * numbers_);
    }

    template <class Distances>
    void add(std::size_t group, const Distances& distances) {
        clear();
        double begin = 0;
        for (std::size_t c = 0; c < patterns_.margins; ++c) begin += lambda_[patterns_.categories(group)[c]];
        for (std::size_t k = patterns_.begin[group]; k < patterns_.begin[group + 1]; ++k) {
            if (d_[k] == 0) continue;
            const double* x = patterns_.values(k);
            double u = begin;
            for (std::size_t i = 0; i < numbers_; ++i) u += x[i] * number_lambda_[i];
            const double q = patterns_.q(k);
            const auto [factor, slope] = of_pattern(distances, k)(u / q);
            add_pattern(x, d_[k] * factor, d_[k] * slope / q);
        }
        spread(patterns_.categories(group));
    }

    void merge(const GroupSums& other) {
        for (std::size_t j = 0; j < totals_.size(); ++j) totals_[j].merge(other.totals_[j]);
        products_ += other.products_;
    }

    CalibrationSums result() const {
        const Eigen::Index p = at(totals_.size()) - 1;
        CalibrationSums sums{Eigen::VectorXd(p), products_.topLeftCorner(p, p).selfadjointView<Eigen::Lower>()};
        for (Eigen::Index j = 0; j < p; ++j) sums.totals(j) = totals_[static_cast<std::size_t>(j)].value();
        return sums;
    }

private:
    void clear() {
        weight_ = {};
        slope_ = 0;
        std::fill(of_number_.begin(), of_number_.end(), CompensatedSum{});
        std::fill(slope_of_number_.begin(), slope_of_number_.end(), 0.0);
        std::fill(slope_of_pair_.begin(), slope_of_pair_.end(), 0.0);
    }

    void add_pattern(const double* x, double w, double slope) {
        weight_.add(w);
        slope_ += slope;
        for (std::size_t i = 0; i < numbers_; ++i) {
            const double part = slope * x[i];
            of_number_[i].add(w * x[i]);
            slope_of_number_[i] += part;
            for (std::size_t j = 0; j <= i; ++j) slope_of_pair_[i * numbers_ + j] += part * x[j];
        }
    }

    double& product(std::size_t i, std::size_t j) { return products_(at(std::max(i, j)), at(std::min(i, j))); }

    void spread(const std::uint32_t* categories) {
        const std::vector<std::size_t>& number = patterns_.number_columns;
        for (std::size_t c = 0; c < patterns_.margins; ++c) {
            totals_[categories[c]].merge(weight_);
            for (std::size_t b = 0; b <= c; ++b) product(categories[c], categories[b]) += slope_;
            for (std::size_t i = 0; i < numbers_; ++i) product(categories[c], number[i]) += slope_of_number_[i];
        }
        for (std::size_t i = 0; i < numbers_; ++i) {
            totals_[number[i]].merge(of_number_[i]);
            for (std::size_t j = 0; j <= i; ++j) product(number[i], number[j]) += slope_of_pair_[i * numbers_ + j];
        }
    }

    const CalibrationPatterns& patterns_;
    std::span<const double> d_;
    std::size_t numbers_;
    std::vector<double> lambda_, number_lambda_;
    std::vector<CompensatedSum> totals_;
    Eigen::MatrixXd products_;
    CompensatedSum weight_;  // of the group, as what follows
    double slope_ = 0;
    std::vector<CompensatedSum> of_number_;
    std::vector<double> slope_of_number_, slope_of_pair_;
};

template <class Distances>
CalibrationSums all_sums(const CalibrationPatterns& patterns, std::span<const double> d, const Eigen::VectorXd& lambda,
                         const Distances& distances, int threads) {
    const std::vector<std::size_t> begins = shard_begins(patterns);
    std::vector<GroupSums> parts(begins.size() - 1, GroupSums(patterns, d, lambda));
    for_each_shard(parts.size(), threads, [&](std::size_t shard) {
        for (std::size_t group = begins[shard]; group < begins[shard + 1]; ++group) parts[shard].add(group, distances);
    });
    for (std::size_t shard = 1; shard < parts.size(); ++shard) parts.front().merge(parts[shard]);
    return parts.front().result();
}

template <class Distances>
std::vector<double> all_factors(const CalibrationPatterns& patterns, std::span<const double> d,
                                const Eigen::VectorXd& lambda, const Distances& distances) {
    std::vector<double> extended(lambda.begin(), lambda.end()), g(d.size(), 1);
    extended.push_back(0);
    for (std::size_t group = 0; group < patterns.groups(); ++group) {
        double begin = 0;
        for (std::size_t c = 0; c < patterns.margins; ++c) begin += extended[patterns.categories(group)[c]];
        for (std::size_t k = patterns.begin[group]; k < patterns.begin[group + 1]; ++k) {
            double u = begin;
            for (std::size_t i = 0; i < patterns.numbers(); ++i)
                u += patterns.values(k)[i] * extended[patterns.number_columns[i]];
            if (d[k] > 0) g[k] = of_pattern(distances, k)(u / patterns.q(k)).factor;
        }
    }
    return g;
}

}  // namespace

PatternSums pattern_sums(const CalibrationPatterns& patterns, std::span<const double> d,
                         const CalibrationOptions& options) {
    const auto distance = std::make_shared<const Distance>(distance_of(d, options));
    const int threads = options.threads;
    PatternSums result;
    result.sums = [&patterns, d, distance, threads](const Eigen::VectorXd& lambda) {
        return std::visit([&](const auto& one) { return all_sums(patterns, d, lambda, one, threads); }, *distance);
    };
    result.factors = [&patterns, d, distance](const Eigen::VectorXd& lambda) {
        return std::visit([&](const auto& one) { return all_factors(patterns, d, lambda, one); }, *distance);
    };
    return result;
}

CalibrationSums unit_slope_sums(const CalibrationPatterns& patterns, std::span<const double> d, int threads) {
    return all_sums(patterns, d, Eigen::VectorXd::Zero(at(patterns.columns)), LinearDistance{}, threads);
}

Eigen::VectorXd absolute_totals(const CalibrationPatterns& patterns, std::span<const double> d) {
    Eigen::VectorXd totals = Eigen::VectorXd::Zero(at(patterns.columns) + 1);
    for (std::size_t group = 0; group < patterns.groups(); ++group)
        for (std::size_t k = patterns.begin[group]; k < patterns.begin[group + 1]; ++k) {
            if (d[k] == 0) continue;
            for (std::size_t c = 0; c < patterns.margins; ++c) totals(patterns.categories(group)[c]) += d[k];
            for (std::size_t i = 0; i < patterns.numbers(); ++i)
                totals(at(patterns.number_columns[i])) += d[k] * std::abs(patterns.values(k)[i]);
        }
    return totals.head(at(patterns.columns));
}

}  // namespace cifra
