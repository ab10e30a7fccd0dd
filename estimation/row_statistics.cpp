#include "estimation/row_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "estimation/dispersion.h"
#include "estimation/inequality.h"
#include "estimation/quantile_interval.h"
#include "estimation/statistics.h"
#include "estimation/variance.h"

namespace cifra {

namespace {

// The rows of one domain, in the order of their units.
struct DomainRows {
    std::vector<std::uint32_t> row;
    std::vector<double> y, x, w;
    double missing = 0, counted = 0, cases = 0;
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
        gather(order);
        result_.scale = indicator_.scale;
        if (faults_.has_errors()) return std::move(result_);
        if (indicator_.kind == StatisticKind::quantile) {
            for (const double probability : indicator_.probabilities)
                for (std::size_t c = 0; c < domains_.size(); ++c) add_quantile(c, probability);
        } else {
            for (std::size_t c = 0; c < domains_.size(); ++c) add_influence(c);
        }
        result_.values = Eigen::Map<const Eigen::VectorXd>(values_.data(), static_cast<Eigen::Index>(values_.size()));
        return std::move(result_);
    }

private:
    void gather(const std::vector<std::uint32_t>& order) {
        const Hierarchy& hierarchy = data_.hierarchy;
        const Column value = hierarchy.evaluate(indicator_.of, *indicator_.value);
        const Column other = indicator_.over ? hierarchy.evaluate(indicator_.of, *indicator_.over) : value;
        const std::vector<std::uint8_t> where = indicator_.where ? hierarchy.filter(indicator_.of, *indicator_.where)
                                                                 : std::vector<std::uint8_t>(records_.rows(), 1);
        const std::vector<double>& times =
            indicator_.counting.empty() ? records_.multiplicity : records_.multiplicity_by_rule.at(indicator_.counting);
        domains_.resize(cells_.names.size());
        std::size_t undeclared = 0;
        for (const std::uint32_t row : order) {
            const std::uint32_t c = cells_.of_row[row];
            const double weight = records_.weight[row] * (times.empty() ? 1 : times[row]);
            if (c == no_cell || !where[row] || weight == 0) continue;
            DomainRows& domain = domains_[c];
            domain.counted += weight;
            const Missing missing = value.present(row) ? other.missing(row) : value.missing(row);
            if (missing != Missing::none) {
                domain.missing += weight;
                if (indicator_.missing[missing] == MissingRule::undeclared) ++undeclared;
                continue;
            }
            domain.row.push_back(row);
            domain.y.push_back(value.number(row));
            domain.x.push_back(other.number(row));
            domain.w.push_back(weight);
            domain.cases += value.number(row) != 0;
        }
        if (undeclared > 0)
            faults_.error(indicator_.where_defined, "missing-items",
                          fmt::format("indicator '{}': the item is missing in {} records, and no rule says what they "
                                      "count as",
                                      indicator_.id, undeclared),
                          "declare 'missing: exclude'");
    }

    // Totals by unit of row values; every unit with a row of the domain has an entry. Swept under calibrated weights.
    SparseColumn by_unit(const DomainRows& domain, const std::vector<double>& z, double factor) const {
        SparseColumn column;
        std::vector<double> products;
        for (std::size_t i = 0; i < z.size(); ++i) {
            const std::uint32_t unit = records_.unit_of_row[domain.row[i]];
            if (column.unit.empty() || column.unit.back() != unit) {
                column.unit.push_back(unit);
                column.total.push_back(0);
            }
            column.total.back() += factor * z[i];
            if (residuals_) residuals_->add(domain.row[i], factor * z[i], products);
        }
        return residuals_ ? swept(data_.residuals, column, products) : column;
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
        double w = 0;
        for (const double weight : domain.w) w += weight;
        result_.population.push_back(w);
        result_.ceiling.push_back(w * indicator_.scale);
        result_.largest_case.push_back(missing_number);
        result_.missing_share.push_back(domain.counted > 0 ? domain.missing / domain.counted : 0);
        active_units_.push_back(active(domain));
    }

    std::vector<std::uint32_t> active(const DomainRows& domain) const {
        std::vector<std::uint32_t> units;
        for (const std::uint32_t row : domain.row)
            if (units.empty() || units.back() != records_.unit_of_row[row]) units.push_back(records_.unit_of_row[row]);
        return units;
    }

    double df_of(const DomainRows& domain) const {
        if (replicates_) return data_.replicates.df;
        std::vector<std::uint32_t> psus;
        const std::vector<std::uint32_t> psu_of = psu_of_unit(data_.design);
        for (const std::uint32_t unit : active(domain)) psus.push_back(psu_of[unit]);
        psus.erase(std::unique(psus.begin(), psus.end()), psus.end());
        return degrees_of_freedom(data_.design, psus);
    }

    // ---- quantiles

    void add_quantile(std::size_t c, double probability) {
        const DomainRows& domain = domains_[c];
        const std::string own =
            indicator_.probabilities.size() > 1 ? fmt::format("quantile={}", shortest(probability)) : "";
        const std::string& cell = cells_.names[c];
        const std::string name = cell.empty() || own.empty() ? cell + own : cell + ";" + own;
        QuantileOptions options;
        options.rule = quantile_rule_from_text(indicator_.rule);
        options.level = level_;
        options.df = df_of(domain);
        options.n = static_cast<double>(domain.row.size());
        options.as_r = indicator_.as_r;
        options.clamp = indicator_.clamp;
        const SortedSample sample = sorted_sample(domain.y, domain.w);
        if (indicator_.interval_name == "replicates") {
            add_replicated_quantile(c, name, probability, options.rule);
            return;
        }
        options.interval = quantile_interval_from_text(indicator_.interval_name);
        const QuantileEstimate quantile = quantile_estimate(
            sample, probability, options, [&](double threshold) { return share_below(domain, threshold); });
        const SparseColumn z = share_column(domain, quantile.value);
        const double se_of_share = std::sqrt(share_variance(z));
        const double slope = se_of_share > 0 ? quantile.se / se_of_share : missing_number;
        describe(c, name, indicator_.scale * quantile.value, combine(-indicator_.scale * slope, z, 0, {}));
        const double scale = indicator_.scale;
        result_.own_intervals.push_back({scale * quantile.lower, scale * quantile.upper, IntervalKind::t});
    }

    void add_replicated_quantile(std::size_t c, const std::string& name, double probability, QuantileRule rule) {
        if (!replicates_ || data_.replicates.method.starts_with("JK"))
            throw Refusal(
                fmt::format("indicator '{}': 'interval: replicates' needs replicate weights other than a "
                            "jackknife's, whose spread says nothing of a quantile",
                            indicator_.id));
        const DomainRows& domain = domains_[c];
        const double value = indicator_.scale * weighted_quantile(sorted_sample(domain.y, domain.w), probability, rule);
        describe(c, name, value, replicate_column(domain, value, [&](const std::vector<double>& w) {
                     return weighted_quantile(sorted_sample(domain.y, w), probability, rule);
                 }));
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
    SparseColumn share_column(const DomainRows& domain, double threshold) const {
        const double share = mean_below(domain, domain.w, threshold);
        if (replicates_) {
            std::vector<double> values;
            for (std::size_t r = 0; r < replicates_->count; ++r)
                values.push_back(mean_below(domain, replicate_weights(domain, r), threshold));
            return replicate_deviations(data_.replicates, share, values);
        }
        double all = 0;
        for (const double w : domain.w) all += w;
        std::vector<double> z(domain.y.size());
        for (std::size_t i = 0; i < z.size(); ++i)
            z[i] = domain.w[i] * ((domain.y[i] <= threshold ? 1 : 0) - share) / all;
        return by_unit(domain, z, 1);
    }

    double share_variance(const SparseColumn& z) const { return variances(variance_source(data_), {z})(0); }

    MeanAndVariance share_below(const DomainRows& domain, double threshold) const {
        return {mean_below(domain, domain.w, threshold), share_variance(share_column(domain, threshold))};
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
            column = by_unit(domain, influence.z, indicator_.scale);
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
