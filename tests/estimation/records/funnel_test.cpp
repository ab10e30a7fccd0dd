// The funnel of one year, worked by hand.
#include "estimation/records/funnel.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/csv.h"
#include "estimation/intervals.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

Table table_of(const std::string& csv) {
    Diagnostics faults;
    CsvOptions options;
    for (const char* name : {"table", "indicator", "domain", "indicator_2", "domain_2", "period", "quality"})
        options.types[name] = ColumnType::text;
    Table table = parse_csv(csv, "estimates.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

FlowStagePlan stage_of(FlowStage stage, const std::string& unit, FlowSource source) {
    FlowStagePlan plan;
    plan.stage = stage;
    plan.unit = unit;
    plan.source = source;
    return plan;
}

CountRow counted(double count) {
    CountRow row;
    row.year = 2021;
    row.iccs = "0401";
    row.count = count;
    return row;
}

struct Given {
    FlowPlan plan;
    FunnelSources sources;
    Given() {
        plan.year = 2021;
        plan.stages = {stage_of(FlowStage::occurred, "offence", FlowSource::survey),
                       stage_of(FlowStage::reported, "offence", FlowSource::survey),
                       stage_of(FlowStage::recorded, "offence", FlowSource::counts),
                       stage_of(FlowStage::charged, "person", FlowSource::counts),
                       stage_of(FlowStage::convicted, "person", FlowSource::counts)};
        plan.stages[0].indicator = "crimes";
        plan.stages[1].indicator = "reported";
        plan.factors = {{"offence", "person", 1.2, 1.25, 1.6, "files"}};
        sources.estimates = table_of(
            "table,indicator,domain,estimate,se,lower,upper,df\nt,crimes,,10000,400,9200,10900,60\n"
            "t,reported,,2000,100,1800,2200,60\n");
        sources.covariances =
            table_of("table,indicator,domain,indicator_2,domain_2,covariance\nt,crimes,,reported,,25000\n");
        sources.counts = {{}, {}, {counted(1600)}, {counted(250)}, {counted(80)}};
    }
    Funnel make() const {
        Diagnostics faults;
        Funnel funnel = make_funnel(plan, {"all", {}, {}, ""}, sources, faults);
        faults.throw_if_errors();
        return funnel;
    }
};

TEST(Funnel, RatesByHand) {
    const Funnel funnel = Given().make();
    const double transitions[] = {0, 0.2, 0.8, 250 / 1.25 / 1600, 80.0 / 250};
    for (std::size_t k = 1; k < 5; ++k) EXPECT_NEAR(funnel.stages[k].transition.value, transitions[k], 1e-15) << k;
    EXPECT_TRUE(std::isnan(funnel.stages[0].transition.value));
    double product = 1;
    for (std::size_t k = 1; k < 5; ++k) {
        product *= funnel.stages[k].transition.value;
        EXPECT_NEAR(funnel.stages[k].cumulative.value, product, 1e-15) << k;
    }
    EXPECT_NEAR(funnel.stages[4].cumulative.value, 0.0064, 1e-15);
}

TEST(Funnel, IntervalsByHand) {
    const Funnel funnel = Given().make();
    // Two estimates: relative errors 0.05 and 0.04, covariance 25000 / (10000 · 2000) = 0.00125.
    const double se = std::sqrt(0.0025 + 0.0016 - 0.0025), t = t_quantile(0.975, 60);
    EXPECT_NEAR(funnel.stages[1].transition.lower, 0.2 * std::exp(-t * se), 1e-14);
    EXPECT_NEAR(funnel.stages[1].transition.upper, 0.2 * std::exp(t * se), 1e-14);
    EXPECT_FALSE(funnel.stages[1].covariance_unknown);
    // One estimate: its limits carried over.
    EXPECT_NEAR(funnel.stages[2].transition.lower, 1600.0 / 2200, 1e-15);
    EXPECT_NEAR(funnel.stages[2].transition.upper, 1600.0 / 1800, 1e-15);
    // None: the range of the factor.
    EXPECT_NEAR(funnel.stages[3].transition.lower, 250 / 1.6 / 1600, 1e-15);
    EXPECT_NEAR(funnel.stages[3].transition.upper, 250 / 1.2 / 1600, 1e-15);
    EXPECT_EQ(funnel.stages[4].transition.lower, funnel.stages[4].transition.upper);
    // Both.
    EXPECT_NEAR(funnel.stages[4].cumulative.lower, 80 / 1.6 / 10900, 1e-15);
    EXPECT_NEAR(funnel.stages[4].cumulative.upper, 80 / 1.2 / 9200, 1e-15);
}

TEST(Funnel, WithoutCovarianceTheWidestInterval) {
    Given given;
    given.sources.covariances = {};
    const FunnelStage reported = given.make().stages[1];
    EXPECT_TRUE(reported.covariance_unknown);
    EXPECT_NEAR(reported.transition.upper, 0.2 * std::exp(t_quantile(0.975, 60) * 0.09), 1e-14);
}

TEST(Funnel, ImpunityIsNamedByItsDenominator) {
    const Funnel funnel = Given().make();
    ASSERT_EQ(funnel.impunity.size(), 4u);
    const double offences = 80 / 1.25;
    const double of[] = {1 - offences / 10000, 1 - offences / 2000, 1 - offences / 1600, 1 - 80.0 / 250};
    for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(funnel.impunity[k].rate.value, of[k], 1e-15) << k;
    EXPECT_NEAR(funnel.impunity[0].rate.lower, 1 - 80 / 1.2 / 9200, 1e-15);
    EXPECT_NEAR(funnel.impunity[0].rate.upper, 1 - 80 / 1.6 / 10900, 1e-15);
    const Table table = impunity_table(Given().plan, {funnel});
    EXPECT_EQ(table.at("measure").text(0), "impunity_of_occurred");
    EXPECT_EQ(table.at("formula").text(2), "1 - N7 / N2");
}

TEST(Funnel, ACountOfZeroGivesNoRate) {
    Given given;
    given.sources.counts[3] = {counted(0)};
    const Funnel funnel = given.make();
    EXPECT_EQ(funnel.stages[3].transition.value, 0);
    EXPECT_TRUE(std::isnan(funnel.stages[4].transition.value));
    EXPECT_NEAR(funnel.stages[4].cumulative.value, 0.0064, 1e-15);
}

TEST(Funnel, FactorsServeBothWaysAndNoFurther) {
    const std::vector<UnitFactor> factors = {{"case", "suspect", 1, 1.25, 2, ""}, {"offence", "case", 1, 1, 1, ""}};
    const auto back = unit_factor(factors, "suspect", "case");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->low, 0.5);
    EXPECT_EQ(back->value, 0.8);
    EXPECT_EQ(back->high, 1);
    EXPECT_FALSE(unit_factor(factors, "offence", "suspect"));
    EXPECT_EQ(unit_factor(factors, "victim", "victim")->value, 1);
}

TEST(Funnel, EventsOfTheYearStandInOnePlace) {
    FlowEvents events;
    const auto day = [](int year, int month) { return make_date(year, month, 15)->days; };
    const auto add = [&](std::int32_t recorded, std::int32_t charged, std::int32_t ended) {
        FlowEvent event;
        event.reached[static_cast<std::size_t>(FlowStage::recorded)] = recorded;
        event.reached[static_cast<std::size_t>(FlowStage::charged)] = charged;
        event.ended = ended;
        events.events.push_back(event);
    };
    add(day(2021, 1), day(2021, 3), never_reached);   // went on
    add(day(2021, 1), day(2021, 3), day(2021, 2));    // closed and taken up again
    add(day(2021, 1), day(2022, 3), never_reached);   // only after the year
    add(day(2021, 1), never_reached, day(2021, 5));   // ended
    add(day(2021, 1), never_reached, day(2022, 5));   // ended after the year
    add(day(2020, 1), day(2021, 3), never_reached);   // recorded in another year
    add(never_reached, day(2021, 3), never_reached);  // charged without a record
    Given given;
    given.plan.stages = {stage_of(FlowStage::recorded, "case", FlowSource::events),
                         stage_of(FlowStage::charged, "case", FlowSource::events)};
    given.sources.events = &events;
    const Funnel funnel = given.make();
    const FlowWhereabouts& places = funnel.stages[0].whereabouts;
    EXPECT_EQ(places.went_on, 2);
    EXPECT_EQ(places.ended, 1);
    EXPECT_EQ(places.pending, 2);
    EXPECT_EQ(funnel.stages[0].count.value, 5);
    EXPECT_EQ(funnel.stages[1].count.value, 4);
    EXPECT_EQ(funnel.stages[1].transition.value, 0.8);
}

}  // namespace
}  // namespace cifra
