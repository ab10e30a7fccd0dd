#include "estimation/records/funnel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimation/intervals.h"

namespace cifra {

namespace {

constexpr FlowRate no_rate{missing_number, missing_number, missing_number};

// The units of a stage that make one unit of an earlier one.
struct FactorRange {
    double low = 1, value = 1, high = 1;
    FactorRange then(const UnitFactor& next) const { return {low * next.low, value * next.value, high * next.high}; }
};

// log(a / b) of two estimates of one sample has this standard error.
double log_se(const FlowCount& a, const FlowCount& b, const std::optional<double>& covariance) {
    const double relative_a = a.se / a.value, relative_b = b.se / b.value;
    if (!covariance) return relative_a + relative_b;
    const double variance = relative_a * relative_a + relative_b * relative_b - 2 * *covariance / (a.value * b.value);
    return std::sqrt(std::max(variance, 0.0));
}

class FunnelMaker {
public:
    FunnelMaker(const FlowPlan& plan, const FlowCrime& crime, const FunnelSources& sources, Diagnostics& faults)
        : plan_(plan), crime_(crime), sources_(sources), faults_(faults) {
        if (sources.events) within_ = offences_within(*sources.events, crime.iccs);
    }

    Funnel make() {
        Funnel funnel{crime_, {}, {}};
        for (std::size_t k = 0; k < plan_.stages.size(); ++k)
            funnel.stages.push_back({plan_.stages[k], count(k), no_rate, no_rate, whereabouts(k), false});
        rates(funnel);
        impunities(funnel);
        return funnel;
    }

private:
    FlowCount count(std::size_t k) {
        const FlowStagePlan& stage = plan_.stages[k];
        if (stage.source == FlowSource::survey) return estimate(stage);
        FlowCount count;
        if (stage.source == FlowSource::events) {
            const FlowWhereabouts places = whereabouts(k);
            count.value = places.went_on + places.ended + places.pending;
        } else {
            const auto rows = chosen(sources_.counts[k], {plan_.year, plan_.area, crime_.iccs});
            if (rows.empty())
                faults_.error(stage.where, "no-counts",
                              fmt::format("'{}' of {} has no row for '{}'", stage.counts.filename().string(),
                                          plan_.year, crime_.id),
                              "a row with a count of 0 says that there was none");
            count.value = sum_of(rows);
        }
        count.lower = count.upper = count.value;
        return count;
    }

    FlowCount estimate(const FlowStagePlan& stage) {
        const EstimateName name{stage.table, stage.indicator, crime_.domain, stage.period};
        const FlowCount count = find_estimate(sources_.estimates, name, stage.where, faults_).value_or(FlowCount{});
        if (count.estimate && std::abs(count.level - plan_.level) > 1e-9)
            faults_.error(stage.where, "other-level",
                          fmt::format("the limits of '{}' have the level {}, the flow {}", stage.indicator, count.level,
                                      plan_.level),
                          "write 'level' of the flow as in the table file of the estimation");
        return count;
    }

    FlowWhereabouts whereabouts(std::size_t k) const {
        const FlowStagePlan& stage = plan_.stages[k];
        if (stage.source != FlowSource::events || !sources_.events)
            return {missing_number, missing_number, missing_number};
        const auto first = make_date(plan_.year, 1, 1)->days, last = make_date(plan_.year, 12, 31)->days;
        FlowWhereabouts places{0, 0, 0};
        for (const FlowEvent& event : sources_.events->events) {
            const std::int32_t day = event.reached[static_cast<std::size_t>(stage.stage)];
            if (day < first || day > last || !within_[event.offence]) continue;
            const bool later = stage.stage < FlowStage::imprisoned &&
                               event.reached_from(static_cast<FlowStage>(static_cast<int>(stage.stage) + 1)) <= last;
            ++(later ? places.went_on : event.ended <= last ? places.ended : places.pending);
        }
        return places;
    }

    void rates(Funnel& funnel) {
        funnel.stages.front().cumulative = {1, 1, 1};
        for (std::size_t k = 1; k < funnel.stages.size(); ++k) {
            FunnelStage& stage = funnel.stages[k];
            const FunnelStage& before = funnel.stages[k - 1];
            stage.transition = rate(stage, before, factors_between(k - 1, k), &stage.covariance_unknown);
            stage.cumulative = rate(stage, funnel.stages.front(), factors_between(0, k), &stage.covariance_unknown);
        }
    }

    FactorRange factors_between(std::size_t from, std::size_t to) const {
        FactorRange range;
        for (std::size_t k = from + 1; k <= to; ++k)
            range = range.then(*unit_factor(plan_.factors, plan_.stages[k - 1].unit, plan_.stages[k].unit));
        return range;
    }

    FlowRate rate(const FunnelStage& of, const FunnelStage& to, const FactorRange& factor, bool* unknown) const {
        const FlowCount &a = of.count, &b = to.count;
        if (!(b.value > 0)) return no_rate;
        const double value = a.value / factor.value / b.value;
        FlowRate limits{value, a.lower / factor.high / b.upper, a.upper / factor.low / b.lower};
        if (a.estimate && b.estimate && a.value > 0) {
            const auto covariance = find_covariance(sources_.covariances, a, b);
            *unknown = *unknown || !covariance;
            const double df = std::min(a.df, b.df);
            const double width =
                df > 0 ? t_quantile((1 + plan_.level) / 2, df) * log_se(a, b, covariance) : missing_number;
            limits.lower = a.value / factor.high / b.value * std::exp(-width);
            limits.upper = a.value / factor.low / b.value * std::exp(width);
        }
        if (!std::isfinite(limits.upper)) limits.upper = missing_number;
        return limits;
    }

    void impunities(Funnel& funnel) const {
        const auto convicted = std::find_if(funnel.stages.begin(), funnel.stages.end(), [](const FunnelStage& stage) {
            return stage.plan.stage == FlowStage::convicted;
        });
        if (convicted == funnel.stages.end()) return;
        const auto last = static_cast<std::size_t>(convicted - funnel.stages.begin());
        for (std::size_t k = 0; k < last; ++k) {
            bool unknown = false;
            const FlowRate share = rate(*convicted, funnel.stages[k], factors_between(k, last), &unknown);
            funnel.impunity.push_back(
                {funnel.stages[k].plan.stage, {1 - share.value, 1 - share.upper, 1 - share.lower}});
        }
    }

    const FlowPlan& plan_;
    const FlowCrime& crime_;
    const FunnelSources& sources_;
    Diagnostics& faults_;
    std::vector<bool> within_;  // by offence of the events
};

}  // namespace

Funnel make_funnel(const FlowPlan& plan, const FlowCrime& crime, const FunnelSources& sources, Diagnostics& faults) {
    return FunnelMaker(plan, crime, sources, faults).make();
}

}  // namespace cifra
