#include "estimation/estimates_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "estimation/variance.h"

namespace cifra {

namespace {

std::string variance_method(const SurveyData& data) {
    if (!data.replicates.empty())
        return fmt::format("{} {} replicates about the {}", data.replicates.count(), data.replicates.method,
                           data.replicates.about_mean ? "mean of the replicates" : "estimate");
    return describe_variance(data.design) + (data.residuals.empty() ? "" : data.residuals_note);
}

std::string quality_kind(const Indicator& indicator) {
    switch (indicator.range()) {
        case ParameterRange::proportion:
            return "proportion";
        case ParameterRange::non_negative:
            return indicator.kind == StatisticKind::total ? "total" : "rate";
        default:
            return indicator.kind == StatisticKind::total ? "total" : "mean";
    }
}

// Why there is no standard error although there are degrees of freedom; "" where there is one, and at 0 and 1, where
// limits are one-sided.
std::string variance_notice(const SurveyData& data, const Estimate& estimate, std::size_t i) {
    const auto at = static_cast<Eigen::Index>(i);
    const double value = estimate.values(at), variance = variance_of(estimate, i);
    const bool bound =
        (estimate.range != ParameterRange::real && value == 0) ||
        (estimate.range == ParameterRange::proportion && std::abs(value - estimate.scale) <= 1e-12 * estimate.scale);
    if (bound || variance > 0) return "";
    if (variance == 0)
        return data.residuals.empty() ? "no variance: the records do not differ"
                                      : "no variance: the weights meet this exactly, or the records do not differ";
    const bool quadratic = data.design.unequal.used() || data.design.second_phase;
    if (data.replicates.empty() && quadratic) return "negative variance estimate: no standard error";
    return "no variance: it cannot be estimated";
}

std::string notices_of(const SurveyData& data, const Estimate& estimate, std::size_t i) {
    std::vector<std::string> notices;
    if (!std::isfinite(estimate.values(static_cast<Eigen::Index>(i))))
        notices.emplace_back("empty domain");
    else if (estimate.df[i] <= 0)
        notices.emplace_back("no degrees of freedom: the standard error cannot be estimated");
    else if (const std::string notice = variance_notice(data, estimate, i); !notice.empty())
        notices.push_back(notice);
    if (estimate.missing_share[i] > 0)
        notices.push_back(fmt::format("item missing for {:.2f} % of the weight", 100 * estimate.missing_share[i]));
    if (!estimate.notices.empty())
        notices.push_back(
            fmt::format("{} notice{} of the design", estimate.notices.size(), estimate.notices.size() == 1 ? "" : "s"));
    return fmt::format("{}", fmt::join(notices, "; "));
}

}  // namespace

std::string with_suffix(const std::string& domain, const std::string& suffix) {
    return domain.empty() || suffix.empty() ? domain + suffix : domain + ";" + suffix;
}

void EstimatesTable::number(const char* name, double value) {
    numbers_[name].push_back(std::isfinite(value) ? value : missing_number);
}

// Against simple random sampling without replacement: over 1 - n / N, N the sum of weights (R survey, deff = TRUE).
double EstimatesTable::design_effect(const Estimate& estimate, std::size_t cell) const {
    if (!header_.deff_without_replacement) return estimate.deff[cell];
    return estimate.deff[cell] / (1 - estimate.n[cell] / estimate.population[cell]);
}

void EstimatesTable::add(const std::string& table, const Indicator& indicator, const SurveyData& data,
                         const std::string& suffix, const Estimate& estimate) {
    const std::vector<Interval> intervals = confint(estimate, header_.level, indicator.interval);
    const Eigen::VectorXd errors = se(estimate), cvs = cv(estimate);
    const std::string method = variance_method(data);
    for (std::size_t i = 0; i < estimate.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        text("table", table);
        text("indicator", indicator.id);
        text("domain", with_suffix(estimate.names[i], suffix));
        text("period", header_.period);
        number("estimate", estimate.values(at));
        number("se", errors(at));
        number("cv", cvs(at));
        number("lower", intervals[i].lower);
        number("upper", intervals[i].upper);
        number("level", header_.level);
        text("interval", estimate.own_intervals.empty() ? std::string(to_text(intervals[i].kind))
                                                        : "quantile_" + indicator.interval_name);
        number("df", estimate.df[i]);
        number("deff", design_effect(estimate, i));
        number("n", estimate.n[i]);
        number("n_cases", estimate.cases[i]);
        number("n_eff", estimate.n[i] / estimate.deff[i]);
        text("weight_set", estimate.weight_set);
        text("variance_method", method);
        text("quality", quality_of(indicator, estimate, i, intervals[i]));
        text("notices", notices_of(data, estimate, i));
    }
}

std::string EstimatesTable::quality_of(const Indicator& indicator, const Estimate& estimate, std::size_t cell,
                                       const Interval& limits) const {
    if (!header_.quality || header_.quality->id.empty()) return "";
    const auto at = static_cast<Eigen::Index>(cell);
    const double unit = estimate.range == ParameterRange::proportion ? estimate.scale : 1;
    QualityMeasures measures;
    measures.estimate = estimate.values(at) / unit;
    measures.se = std::sqrt(variance_of(estimate, cell)) / unit;
    measures.cv = measures.estimate == 0 ? missing_number : measures.se / std::abs(measures.estimate);
    measures.lower = limits.lower / unit;
    measures.upper = limits.upper / unit;
    measures.df = estimate.df[cell];
    measures.deff = estimate.deff[cell];
    measures.n = estimate.n[cell];
    measures.n_cases = estimate.cases[cell];
    measures.n_eff = estimate.n[cell] / estimate.deff[cell];
    measures.kind = quality_kind(indicator);
    return quality_cell(*header_.quality, assess(*header_.quality, measures));
}

Table EstimatesTable::finish() {
    static const std::vector<std::string> order = {
        "table",   "indicator", "domain",     "period",          "estimate", "se",     "cv",
        "lower",   "upper",     "level",      "interval",        "df",       "deff",   "n",
        "n_cases", "n_eff",     "weight_set", "variance_method", "quality",  "notices"};
    Table table;
    for (const std::string& name : order) {
        if (numbers_.contains(name))
            table.set(name, Column::of_numbers(std::move(numbers_[name])));
        else
            table.set(name, Column::of_texts(texts_[name]));
    }
    return table;
}

}  // namespace cifra
