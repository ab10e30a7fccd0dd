#include "estimation/shares.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "estimation/complete_estimate.h"
#include "estimation/derived.h"
#include "estimation/domain_text.h"
#include "estimation/statistics.h"

namespace cifra {

namespace {

constexpr double per_cent = 100;
constexpr std::string_view ending = "_share", counting = "counting=";

// Each record counts one or nothing.
bool counts_records(const SurveyData& data, const Indicator& total) {
    return !total.value && data.hierarchy[total.of].multiplicity_by_rule.empty();
}

// V over p (1 - p) / (n - 1)
double design_effect(double variance, double p, double n) {
    const double srs = per_cent * per_cent * p * (1 - p) / (n - 1);
    return srs > 0 && variance > 0 ? variance / srs : missing_number;
}

}  // namespace

const std::vector<std::string>& share_names() {
    static const std::vector<std::string> names = {"row", "column", "whole"};
    return names;
}

std::string share_id(const std::string& indicator, ShareOf kind) {
    return fmt::format("{}_{}{}", indicator, share_names()[static_cast<std::size_t>(kind)], ending);
}

std::optional<ShareName> share_named(const std::string& id) {
    for (const ShareOf kind : {ShareOf::row, ShareOf::column, ShareOf::whole}) {
        const std::string suffix = share_id("", kind);
        if (id.size() > suffix.size() && id.ends_with(suffix))
            return ShareName{id.substr(0, id.size() - suffix.size()), kind};
    }
    return std::nullopt;
}

std::optional<std::vector<std::string>> share_variables(ShareOf kind, const std::vector<std::string>& by) {
    if (by.empty() || (kind == ShareOf::row && by.size() < 2)) return std::nullopt;
    if (kind == ShareOf::whole || by.size() == 1) return std::vector<std::string>{};
    if (kind == ShareOf::column) return std::vector<std::string>{by.back()};
    return std::vector<std::string>(by.begin(), by.end() - 1);
}

std::string share_margin(ShareOf kind, const std::string& domain) {
    std::vector<std::string> parts = split_domain(domain);
    std::string rule;
    if (!parts.empty() && parts.back().starts_with(counting)) {
        rule = parts.back();
        parts.pop_back();
    }
    std::vector<std::string> kept = share_variables(kind, parts).value_or(std::vector<std::string>{});
    if (!rule.empty()) kept.push_back(rule);
    return fmt::format("{}", fmt::join(kept, ";"));
}

Indicator share_indicator(const Indicator& total, ShareOf kind) {
    Indicator share = total;
    share.id = share_id(total.id, kind);
    share.kind = StatisticKind::proportion;
    share.scale = per_cent;
    share.interval = IntervalKind::automatic;
    return share;
}

Estimate shares_of(const SurveyData& data, const Indicator& total, ShareOf kind, const Estimate& cells,
                   const Estimate& margins) {
    Diagnostics none;
    const Formula formula = *Formula::parse(fmt::format("{} * a / b", per_cent), {}, {"a", "b"}, none);
    const VarianceSource source = variance_source(data);
    const bool counted = counts_records(data, total);
    std::map<std::string, std::size_t> place;
    for (std::size_t m = 0; m < margins.size(); ++m) place.emplace(margins.names[m], m);
    Estimate result;
    result.range = counted ? ParameterRange::proportion : ParameterRange::real;
    result.scale = per_cent;
    result.weight_set = cells.weight_set;
    result.notices = cells.notices;
    result.names = cells.names;
    result.values.resize(cells.values.size());
    result.variances.resize(cells.values.size());
    for (std::size_t c = 0; c < cells.size(); ++c) {
        const std::size_t m = place.at(share_margin(kind, cells.names[c]));
        const DerivedEstimate share = derive_estimate(formula, {{&cells, c}, {&margins, m}}, source, margins.df[m]);
        const auto at = static_cast<Eigen::Index>(c);
        result.values(at) = share.value;
        result.variances(at) = share.variance;
        result.df.push_back(margins.df[m]);
        result.n.push_back(margins.n[m]);
        result.cases.push_back(cells.n[c]);
        result.population.push_back(margins.population[m]);
        result.deff.push_back(counted ? design_effect(share.variance, share.value / per_cent, margins.n[m])
                                      : missing_number);
        result.ceiling.push_back(per_cent);
        result.largest_case.push_back(missing_number);
        result.missing_share.push_back(0);
    }
    withhold_unknown_variance(result);
    return result;
}

}  // namespace cifra
