#include "estimation/row_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/parallel.h"
#include "estimation/dispersion.h"
#include "estimation/domain_rows.h"
#include "estimation/inequality.h"
#include "estimation/quantile_interval.h"
#include "estimation/statistics.h"
#include "estimation/variance.h"

namespace cifra {

namespace {

// A quantile of one domain with the share of rows up to it: what its interval is made of.
struct QuantilePoint {
    double value = 0, share = 0, variance = 0;
    SparseColumn z;  // of the share
};

class RowStatistic {
public:
    RowStatistic(const SurveyData& data, const Indicator& indicator, const Cells& cells,
                 const ReplicateRatios* replicates, double level, std::vector<std::vector<std::uint32_t>>& active_units,
                 Diagnostics& faults)
        : data_(data),
          indicator_(indicator),
          cells_(cells),
          replicates_(replicates),
          level_(level),
          active_units_(active_units),
          faults_(faults),
          records_(data.hierarchy[indicator.of]),
          residuals_(residual_rows(data.residuals, data.hierarchy, indicator.of)) {}

    Estimate make(const std::vector<std::uint32_t>& order) {
        domains_ = domain_rows(data_.hierarchy, indicator_, cells_, order, faults_);
        result_.scale = indicator_.scale;
        if (faults_.has_errors()) return std::move(result_);
        if (indicator_.kind == StatisticKind::quantile) {
            add_quantiles();
        } else {
            for (std::size_t c = 0; c < domains_.size(); ++c) add_influence(c);
        }
        result_.values = Eigen::Map<const Eigen::VectorXd>(values_.data(), static_cast<Eigen::Index>(values_.size()));
        return std::move(result_);
    }

private:
    // Totals by unit of row values; every unit with a row of the domain has an entry. Swept under calibrated weights.
    template <class Value>
    SparseColumn by_unit(const DomainRows& domain, const Value& value) const {
        SparseColumn column = totals_by_unit(domain, value);
        if (!residuals_) return column;
        std::vector<double> products;
        for (std::size_t i = 0; i < domain.size(); ++i) residuals_->add(domain.row[i], value(i), products);
        return swept(*residuals_->residuals, column, products);
    }

    std::vector<double> replicate_weights(const DomainRows& domain, std::size_t r) const {
        std::vector<double> w(domain.w);
        for (std::size_t i = 0; i < w.size(); ++i) w[i] *= replicates_->of(domain.row[i])[r];
        return w;
    }

    template <class Value>
    SparseColumn replicate_column(const DomainRows& domain, double full, const Value& value) const {
        std::vector<double> values;
        for (std::size_t r = 0; r < replicates_->count; ++r)
            values.push_back(indicator_.scale * value(replicate_weights(domain, r)));
        return replicate_deviations(data_.replicates, full, values);
    }

    void describe(std::size_t c, const std::string& name, double value, SparseColumn column) {
        const DomainRows& domain = domains_[c];
        result_.names.push_back(name);
        values_.push_back(value);
        result_.linearized.push_back(std::move(column));
        result_.external_error.push_back(0);
        result_.n.push_back(static_cast<double>(domain.row.size()));
        result_.cases.push_back(domain.cases);
        result_.population.push_back(domain.total);
        result_.ceiling.push_back(domain.total * indicator_.scale);
        result_.largest_case.push_back(missing_number);
        result_.missing_share.push_back(domain.counted > 0 ? domain.missing / domain.counted : 0);
        active_units_.push_back(domain.unit);
    }

    double df_of(const DomainRows& domain, const std::vector<std::uint32_t>& psu_of) const {
        if (replicates_ && !data_.replicates.made) return data_.replicates.df;
        std::vector<std::uint32_t> psus;
        for (const std::uint32_t unit : domain.unit)
            if (psus.empty() || psus.back() != psu_of[unit]) psus.push_back(psu_of[unit]);
        return degrees_of_freedom(data_.design, psus);
    }

    // ---- quantiles

    // Each domain is sorted once, and the variances of all shares are made together.
    void add_quantiles() {
        samples_ = map_shards<SortedSample>(domains_.size(), data_.threads,
                                            [&](std::size_t c) { return sorted_sample(domains_[c].y, domains_[c].w); });
        if (indicator_.interval_name == "replicates") return add_replicated_quantiles();
        const std::size_t cells = domains_.size();
        std::vector<QuantilePoint> points = map_shards<QuantilePoint>(
            cells * indicator_.probabilities.size(), data_.threads,
            [&](std::size_t k) { return quantile_point(k % cells, indicator_.probabilities[k / cells]); });
        std::vector<SparseColumn> columns;
        for (QuantilePoint& point : points) columns.push_back(std::move(point.z));
        const Eigen::VectorXd of_shares = variances(variance_source(data_), columns);
        const std::vector<std::uint32_t> psu_of = psu_of_unit(data_.design);
        std::vector<double> df;
        for (const DomainRows& domain : domains_) df.push_back(df_of(domain, psu_of));
        for (std::size_t k = 0; k < points.size(); ++k) {
            points[k].z = std::move(columns[k]);
            points[k].variance = of_shares(static_cast<Eigen::Index>(k));
            add_quantile(k % cells, indicator_.probabilities[k / cells], df[k % cells], points[k]);
        }
    }

    QuantilePoint quantile_point(std::size_t c, double probability) const {
        QuantilePoint point;
        point.value =
            weighted_quantile(samples_[c], probability, quantile_rule_from_text(indicator_.rule), indicator_.as_r);
        point.share = mean_below(domains_[c], domains_[c].w, point.value);
        point.z = share_column(domains_[c], point.value, point.share);
        return point;
    }

    std::string name_of(std::size_t c, double probability) const {
        const std::string own =
            indicator_.probabilities.size() > 1 ? fmt::format("quantile={}", shortest(probability)) : "";
        const std::string& cell = cells_.names[c];
        return cell.empty() || own.empty() ? cell + own : cell + ";" + own;
    }

    void add_quantile(std::size_t c, double probability, double df, const QuantilePoint& point) {
        const DomainRows& domain = domains_[c];
        QuantileOptions options;
        options.rule = quantile_rule_from_text(indicator_.rule);
        options.interval = quantile_interval_from_text(indicator_.interval_name);
        options.level = level_;
        options.df = df;
        options.n = static_cast<double>(domain.size());
        options.as_r = indicator_.as_r;
        options.clamp = indicator_.clamp;
        const QuantileEstimate quantile =
            quantile_estimate(samples_[c], probability, options, [&](double threshold) -> MeanAndVariance {
                if (threshold == point.value) return {point.share, point.variance};
                return share_below(domain, threshold);
            });
        const double se_of_share = std::sqrt(point.variance), scale = indicator_.scale;
        const double slope = se_of_share > 0 ? quantile.se / se_of_share : missing_number;
        describe(c, name_of(c, probability), scale * quantile.value, combine(-scale * slope, point.z, 0, {}));
        result_.own_intervals.push_back({scale * quantile.lower, scale * quantile.upper, IntervalKind::t});
    }

    void add_replicated_quantiles() {
        if (!replicates_ || data_.replicates.method.starts_with("JK"))
            throw Refusal(
                fmt::format("indicator '{}': 'interval: replicates' needs replicate weights other than a "
                            "jackknife's, whose spread says nothing of a quantile",
                            indicator_.id));
        const QuantileRule rule = quantile_rule_from_text(indicator_.rule);
        std::vector<std::vector<std::uint32_t>> order;
        for (const DomainRows& domain : domains_) order.push_back(ascending(domain.y));
        for (const double probability : indicator_.probabilities)
            for (std::size_t c = 0; c < domains_.size(); ++c) {
                const double value = indicator_.scale * weighted_quantile(samples_[c], probability, rule);
                describe(c, name_of(c, probability), value,
                         replicate_column(domains_[c], value, [&](const std::vector<double>& w) {
                             return weighted_quantile(sorted_sample(domains_[c].y, w, order[c]), probability, rule);
                         }));
            }
    }

    static double mean_below(const DomainRows& domain, const std::vector<double>& w, double threshold) {
        double below = 0, all = 0;
        for (std::size_t i = 0; i < domain.y.size(); ++i) {
            all += w[i];
            if (domain.y[i] <= threshold) below += w[i];
        }
        return below / all;
    }

    // Linearized values (or deviations by replicate) of the share with y <= threshold.
    SparseColumn share_column(const DomainRows& domain, double threshold, double share) const {
        if (replicates_) {
            std::vector<double> values;
            for (std::size_t r = 0; r < replicates_->count; ++r)
                values.push_back(mean_below(domain, replicate_weights(domain, r), threshold));
            return replicate_deviations(data_.replicates, share, values);
        }
        const double below = (1 - share) / domain.total, above = -share / domain.total;
        return by_unit(domain, [&](std::size_t i) { return domain.w[i] * (domain.y[i] <= threshold ? below : above); });
    }

    MeanAndVariance share_below(const DomainRows& domain, double threshold) const {
        const double share = mean_below(domain, domain.w, threshold);
        return {share, variances(variance_source(data_), {share_column(domain, threshold, share)})(0)};
    }

    // ---- statistics with linearized values

    Influence influence_of(const DomainRows& domain, const std::vector<double>& w) const {
        switch (indicator_.kind) {
            case StatisticKind::variance:
                return variance_of(domain.y, w);
            case StatisticKind::sd:
                return standard_deviation(domain.y, w);
            case StatisticKind::cv:
                return coefficient_of_variation(domain.y, w);
            case StatisticKind::covariance:
                return covariance_of(domain.y, domain.x, w);
            case StatisticKind::correlation:
                return correlation(domain.y, domain.x, w);
            case StatisticKind::gini:
                return gini(domain.y, w, indicator_.universe);
            case StatisticKind::lorenz_share:
                return lorenz_ordinate(domain.y, w, indicator_.share, indicator_.universe);
            case StatisticKind::mean_excess:
                return mean_excess(domain.y, w, indicator_.threshold);
            default:
                return top_share(domain.y, w, indicator_.share, indicator_.universe);
        }
    }

    void add_influence(std::size_t c) {
        const DomainRows& domain = domains_[c];
        if (domain.row.empty()) {
            describe(c, cells_.names[c], missing_number, {});
            return;
        }
        const Influence influence = influence_of(domain, domain.w);
        const double value = indicator_.scale * influence.value;
        SparseColumn column;
        if (replicates_)
            column = replicate_column(domain, value,
                                      [&](const std::vector<double>& w) { return influence_of(domain, w).value; });
        else if (std::isfinite(value))
            column = by_unit(domain, [&](std::size_t i) { return indicator_.scale * influence.z[i]; });
        describe(c, cells_.names[c], value, std::move(column));
    }

    const SurveyData& data_;
    const Indicator& indicator_;
    const Cells& cells_;
    const ReplicateRatios* replicates_;
    double level_;
    std::vector<std::vector<std::uint32_t>>& active_units_;
    Diagnostics& faults_;
    const Level& records_;
    std::optional<ResidualRows> residuals_;
    std::vector<DomainRows> domains_;
    std::vector<SortedSample> samples_;  // of each domain, for quantiles
    std::vector<double> values_;
    Estimate result_;
};

}  // namespace

Estimate row_statistic(const SurveyData& data, const Indicator& indicator, const Cells& cells,
                       const std::vector<std::uint32_t>& order, const ReplicateRatios* replicates, double level,
                       std::vector<std::vector<std::uint32_t>>& active_units, Diagnostics& faults) {
    return RowStatistic(data, indicator, cells, replicates, level, active_units, faults).make(order);
}

}  // namespace cifra
