#include "estimation/records/cohort.h"

#include <algorithm>
#include <map>

#include "engine/crosswalk/report_table.h"
#include "estimation/intervals.h"

namespace cifra {

namespace {

using Days = std::map<std::int32_t, DayCount>;

void count(Days& days, std::int32_t day, bool reached) {
    DayCount& one = days[day];
    one.day = day;
    ++(reached ? one.reached : one.censored);
}

std::vector<SurvivalPoint> curve(const Days& days, double level) {
    std::vector<DayCount> list;
    for (const auto& [day, one] : days) list.push_back(one);
    return kaplan_meier(list, level);
}

class CohortMaker {
public:
    CohortMaker(const EventsPlan& plan, const FlowCrime& crime, const FlowEvents& events)
        : plan_(plan), events_(events), within_(offences_within(events, crime.iccs)), until_(plan.until.days) {
        cohort_.crime = crime;
        for (auto k = static_cast<std::size_t>(plan.from); k < flow_stage_count; ++k)
            if (events.told[k] || k == static_cast<std::size_t>(plan.from))
                cohort_.stages.push_back({static_cast<FlowStage>(k), 0, 0, 0, 0});
        censored_.resize(cohort_.stages.size());
        kept_.resize(cohort_.stages.size());
    }

    Cohort make(double level) {
        for (const FlowEvent& event : events_.events) add(event);
        for (std::size_t k = 1; k < cohort_.stages.size(); ++k)
            cohort_.times.push_back({cohort_.stages[k].stage, curve(censored_[k], level), curve(kept_[k], level)});
        return std::move(cohort_);
    }

private:
    void add(const FlowEvent& event) {
        const std::int32_t entered = event.reached[static_cast<std::size_t>(plan_.from)];
        if (entered < plan_.entry.start.days || entered > plan_.entry.end.days) return;
        if (!within_[event.offence]) return;
        ++cohort_.events;
        const std::int32_t ended = place(event) ? event.ended : until_;
        for (std::size_t k = 1; k < cohort_.stages.size(); ++k) follow(event, entered, ended, k);
        if (event.reached_from(plan_.from) < entered) ++cohort_.out_of_order;
    }

    // Whether it ended there.
    bool place(const FlowEvent& event) {
        std::size_t last = 0;
        for (std::size_t k = 1; k < cohort_.stages.size(); ++k)
            if (event.reached_from(cohort_.stages[k].stage) <= until_) last = k;
        for (std::size_t k = 0; k <= last; ++k) ++cohort_.stages[k].entered;
        for (std::size_t k = 0; k < last; ++k) ++cohort_.stages[k].went_on;
        CohortStage& here = cohort_.stages[last];
        // One that went on after it was closed is open again.
        const bool ended = event.ended <= until_ && event.ended >= event.reached_from(here.stage);
        ++(ended ? here.ended : here.pending);
        return ended;
    }

    void follow(const FlowEvent& event, std::int32_t entered, std::int32_t ended, std::size_t k) {
        const std::int32_t day = event.reached_from(cohort_.stages[k].stage);
        if (day <= until_) {
            const std::int32_t after = std::max(day - entered, 0);
            count(censored_[k], after, true);
            count(kept_[k], after, true);
        } else {
            count(censored_[k], std::max(ended - entered, 0), false);
            count(kept_[k], until_ - entered, false);
        }
    }

    const EventsPlan& plan_;
    const FlowEvents& events_;
    std::vector<bool> within_;  // by offence
    std::int32_t until_;
    Cohort cohort_;
    std::vector<Days> censored_, kept_;  // by stage
};

double share_after(const std::vector<SurvivalPoint>& points, double days, double SurvivalPoint::*part) {
    if (points.empty() || points.back().day < days) return missing_number;
    double share = 0;
    for (const SurvivalPoint& point : points)
        if (point.day <= days) share = 1 - point.*part;
    return share;
}

void add_times(ReportTable& table, const std::vector<std::string>& texts, const std::vector<SurvivalPoint>& points,
               double level) {
    constexpr double year = 365;
    double events = points.empty() ? 0 : points.front().at_risk, reached = 0;
    for (const SurvivalPoint& point : points) reached += point.reached;
    std::vector<double> numbers = {level, events, reached};
    for (const double p : {0.25, 0.5, 0.75}) {
        const TimeQuantile quantile = time_quantile(points, p);
        numbers.insert(numbers.end(), {quantile.value, quantile.lower, quantile.upper});
    }
    numbers.push_back(share_after(points, year, &SurvivalPoint::survival));
    numbers.push_back(share_after(points, year, &SurvivalPoint::upper));
    numbers.push_back(share_after(points, year, &SurvivalPoint::lower));
    table.add(texts, numbers);
}

}  // namespace

Cohort make_cohort(const EventsPlan& plan, const FlowCrime& crime, const FlowEvents& events, double level) {
    return CohortMaker(plan, crime, events).make(level);
}

Table cohort_table(const EventsPlan& plan, const std::vector<Cohort>& cohorts) {
    ReportTable table({"view", "crime", "stage", "entered_from", "entered_to", "until"},
                      {"entered", "went_on", "ended", "pending", "transition", "cumulative"});
    for (const Cohort& cohort : cohorts)
        for (std::size_t k = 0; k < cohort.stages.size(); ++k) {
            const CohortStage& stage = cohort.stages[k];
            const auto entered = static_cast<double>(stage.entered);
            const double before = k > 0 ? static_cast<double>(cohort.stages[k - 1].entered) : 0;
            table.add({"cohort", cohort.crime.id, std::string(to_text(stage.stage)), to_text(plan.entry.start),
                       to_text(plan.entry.end), to_text(plan.until)},
                      {entered, static_cast<double>(stage.went_on), static_cast<double>(stage.ended),
                       static_cast<double>(stage.pending), share_of(entered, before),
                       share_of(entered, static_cast<double>(cohort.events))});
        }
    return table.finish();
}

Table time_table(const EventsPlan& plan, const std::vector<Cohort>& cohorts, double level) {
    ReportTable table({"view", "crime", "from", "stage", "endings"},
                      {"level", "events", "reached", "quarter", "quarter_lower", "quarter_upper", "median",
                       "median_lower", "median_upper", "three_quarters", "three_quarters_lower", "three_quarters_upper",
                       "within_365_days", "within_365_lower", "within_365_upper"});
    for (const Cohort& cohort : cohorts)
        for (const StageTimes& times : cohort.times) {
            const std::vector<std::string> names = {"cohort", cohort.crime.id, std::string(to_text(plan.from)),
                                                    std::string(to_text(times.stage))};
            for (const bool kept : {false, true}) {
                std::vector<std::string> texts = names;
                texts.emplace_back(kept ? "kept" : "censored");
                add_times(table, texts, kept ? times.kept : times.censored, level);
            }
        }
    return table.finish();
}

}  // namespace cifra
