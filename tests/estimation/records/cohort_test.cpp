// Cohorts from files of events: what stands where adds up, whatever the files say; a slow twin counts event by event.
#include "estimation/records/cohort.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/csv.h"
#include "estimation/records/funnel.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

struct MadeUpEvent {
    std::string id, iccs;
    std::vector<std::pair<std::string, Date>> steps;  // stage or "ended"
};

const std::vector<std::string> steps = {"recorded", "investigated", "charged", "tried", "convicted", "ended"};

// Steps in any order, some missing, some twice: records as they come.
std::vector<MadeUpEvent> made_up_events(std::size_t count, std::uint32_t seed) {
    std::mt19937 chance(seed);
    const auto below = [&](std::uint32_t n) { return static_cast<std::int32_t>(chance() % n); };
    const std::vector<std::string> codes = {"0401", "0502", "040111", ""};
    std::vector<MadeUpEvent> events;
    for (std::size_t k = 0; k < count; ++k) {
        MadeUpEvent event{"e" + std::to_string(k), codes[static_cast<std::size_t>(below(4))], {}};
        const std::int32_t start = make_date(2020, 6, 1)->days + below(700);
        for (const std::string& step : steps)
            for (std::int32_t twice = 0; twice < 2; ++twice)
                if (below(100) < (step == "recorded" ? 80 : 30))
                    event.steps.emplace_back(step, Date{start + below(500)});
        events.push_back(event);
    }
    return events;
}

std::string csv_of(const std::vector<MadeUpEvent>& events) {
    std::string text = "id,step,date,iccs\n";
    for (const MadeUpEvent& event : events)
        for (const auto& [step, date] : event.steps)
            text += event.id + ',' + step + ',' + to_text(date) + ',' + event.iccs + '\n';
    return text;
}

EventsPlan plan_for(const std::filesystem::path& file) {
    EventsPlan plan;
    plan.from = FlowStage::recorded;
    plan.entry = {*make_date(2021, 1, 1), *make_date(2021, 12, 31)};
    plan.until = *make_date(2022, 3, 31);
    plan.files = {{file, "id", "date", "iccs", "", "step", {}, {}}};
    return plan;
}

// The first day at `stage` or a later one, by the list of steps; nothing where there is none up to `until`.
std::optional<std::int32_t> first_day(const MadeUpEvent& event, std::size_t stage, Date until) {
    std::optional<std::int32_t> first;
    for (std::size_t k = stage; k + 1 < steps.size(); ++k)
        for (const auto& [step, date] : event.steps)
            if (step == steps[k] && date <= until) first = std::min(first.value_or(date.days), date.days);
    return first;
}

std::optional<std::int32_t> entered(const MadeUpEvent& event, const EventsPlan& plan) {
    std::optional<std::int32_t> first;
    for (const auto& [step, date] : event.steps)
        if (step == "recorded") first = std::min(first.value_or(date.days), date.days);
    return first && plan.entry.contains(Date{*first}) ? first : std::nullopt;
}

TEST(Cohort, EveryEventStandsInOnePlace) {
    const ScratchFolder folder;
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        const std::vector<MadeUpEvent> made = made_up_events(300, seed);
        const EventsPlan plan = plan_for(folder.write("events.csv", csv_of(made)));
        Diagnostics faults;
        const FlowEvents events = read_events(plan, faults);
        ASSERT_FALSE(faults.has_errors());
        for (const std::vector<std::string>& iccs : {std::vector<std::string>{}, std::vector<std::string>{"0401"}}) {
            const Cohort cohort = make_cohort(plan, {"x", {}, iccs, ""}, events, 0.95);
            ASSERT_EQ(cohort.stages.size(), 5u);
            ASSERT_GT(cohort.events, 20u);
            std::uint64_t placed = 0;
            for (std::size_t k = 0; k < cohort.stages.size(); ++k) {
                const CohortStage& stage = cohort.stages[k];
                EXPECT_EQ(stage.entered, stage.went_on + stage.ended + stage.pending);
                EXPECT_EQ(stage.went_on, k + 1 < cohort.stages.size() ? cohort.stages[k + 1].entered : 0);
                placed += stage.ended + stage.pending;
            }
            EXPECT_EQ(cohort.stages.front().entered, cohort.events);
            EXPECT_EQ(placed, cohort.events);
        }
    }
}

TEST(Cohort, CountsAsEventByEvent) {
    const ScratchFolder folder;
    const std::vector<MadeUpEvent> made = made_up_events(500, 77);
    const EventsPlan plan = plan_for(folder.write("events.csv", csv_of(made)));
    Diagnostics faults;
    const Cohort cohort = make_cohort(plan, {"all", {}, {}, ""}, read_events(plan, faults), 0.95);
    for (std::size_t k = 0; k < cohort.stages.size(); ++k) {
        std::uint64_t reached = 0;
        double days = 0;
        for (const MadeUpEvent& event : made) {
            const auto start = entered(event, plan);
            const auto day = first_day(event, k, plan.until);
            if (!start || !day) continue;
            ++reached;
            days += std::max(*day - *start, 0);
        }
        EXPECT_EQ(cohort.stages[k].entered, reached) << k;
        if (k == 0) continue;
        double counted = 0, summed = 0;
        for (const SurvivalPoint& point : cohort.times[k - 1].kept) {
            counted += point.reached;
            summed += point.reached * point.day;
        }
        EXPECT_EQ(counted, static_cast<double>(reached));
        EXPECT_EQ(summed, days);
    }
}

// The funnel of 2021 beside a plain count of first records, and of what followed within the year.
TEST(Cohort, TheCrossSectionCountsAsEventByEvent) {
    const ScratchFolder folder;
    const std::vector<MadeUpEvent> made = made_up_events(500, 31);
    FlowPlan plan;
    plan.year = 2021;
    for (std::size_t k = 0; k + 1 < steps.size(); ++k) {
        FlowStagePlan stage;
        stage.stage = *flow_stage_from_text(steps[k]);
        stage.unit = "case";
        stage.source = FlowSource::events;
        plan.stages.push_back(stage);
    }
    Diagnostics faults;
    const FlowEvents events = read_events(plan_for(folder.write("events.csv", csv_of(made))), faults);
    FunnelSources sources;
    sources.events = &events;
    const Funnel funnel = make_funnel(plan, {"all", {}, {}, ""}, sources, faults);
    const Date last = *make_date(2021, 12, 31);
    for (std::size_t k = 0; k < funnel.stages.size(); ++k) {
        double counted = 0, went_on = 0, ended = 0;
        for (const MadeUpEvent& event : made) {
            std::optional<Date> first, closed;
            for (const auto& [step, date] : event.steps) {
                if (step == steps[k]) first = std::min(first.value_or(date), date);
                if (step == "ended") closed = std::max(closed.value_or(date), date);
            }
            if (!first || civil(*first).year != 2021) continue;
            ++counted;
            if (first_day(event, k + 1, last))
                ++went_on;
            else
                ended += closed && *closed <= last;
        }
        ASSERT_GT(counted, 20);
        EXPECT_EQ(funnel.stages[k].count.value, counted) << k;
        EXPECT_EQ(funnel.stages[k].whereabouts.went_on, went_on) << k;
        EXPECT_EQ(funnel.stages[k].whereabouts.ended, ended) << k;
        EXPECT_EQ(funnel.stages[k].whereabouts.pending, counted - went_on - ended) << k;
    }
}

// Where all are followed to the same day after entering, the share that a kept curve ends with is a plain share.
TEST(Cohort, KeptEndingsGiveTheShareOfAll) {
    const ScratchFolder folder;
    std::string text = "id,step,date,iccs\n";
    for (int k = 0; k < 100; ++k) {
        text += fmt::format("e{},recorded,2021-01-01,0401\n", k);
        if (k < 30) text += fmt::format("e{},charged,2021-{:02}-01,\n", k, 2 + k % 10);
        if (k >= 30 && k < 90) text += fmt::format("e{},ended,2021-01-{:02},\n", k, 2 + k % 20);
    }
    const EventsPlan plan = plan_for(folder.write("events.csv", text));
    Diagnostics faults;
    const Cohort cohort = make_cohort(plan, {"all", {}, {}, ""}, read_events(plan, faults), 0.95);
    EXPECT_NEAR(1 - cohort.times.front().kept.back().survival, 0.3, 1e-12);
    EXPECT_GT(1 - cohort.times.front().censored.back().survival, 0.7);
    EXPECT_EQ(cohort.stages[0].ended, 60u);
    EXPECT_EQ(cohort.stages[0].pending, 10u);
}

TEST(Cohort, TheOrderOfRecordsChangesNothing) {
    const ScratchFolder folder;
    std::vector<MadeUpEvent> made = made_up_events(200, 5);
    const auto table = [&](const std::string& name) {
        const EventsPlan plan = plan_for(folder.write(name, csv_of(made)));
        Diagnostics faults;
        const std::vector<Cohort> cohorts = {make_cohort(plan, {"all", {}, {}, ""}, read_events(plan, faults), 0.95)};
        return to_csv(cohort_table(plan, cohorts)) + to_csv(time_table(plan, cohorts, 0.95));
    };
    const std::string before = table("a.csv");
    std::mt19937 chance(9);
    std::shuffle(made.begin(), made.end(), chance);
    for (MadeUpEvent& event : made) std::shuffle(event.steps.begin(), event.steps.end(), chance);
    EXPECT_EQ(table("b.csv"), before);
}

}  // namespace
}  // namespace cifra
