// sampling/size_plan, targets and size_table: what YAML means, sizes by domain, and every fault at once.
#include "sampling/size_plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "sampling/size_table.h"
#include "tests/sampling/size_plans.h"

namespace cifra {
namespace {

using Codes = std::vector<std::string>;

Codes codes(const std::string& text) {
    Diagnostics faults;
    read_size_plan(parse_yaml(text, "plan.yaml", faults), faults);
    Codes result;
    for (const Diagnostic& each : faults.items()) result.push_back(each.code);
    return result;
}

TEST(SizePlan, TakesDefaultsAndItsOwn) {
    const SizePlan plan = size_plan_from(R"(
deff: {take: 11, icc: 0.06}
response_rate: 0.8
targets:
  - {name: robbery, p: 0.02, cv: 0.15, domains: 3}
  - {name: counts, quantity: count, p: 0.04, count_cv: 0.5, mean_count: 1.3, margin: 0.01, deff: 1}
  - {name: fall, quantity: change, p1: 0.05, p2: 0.04, deff: 1.6, response_rate: 1}
)");
    const Table table = size_table(plan);
    ASSERT_EQ(table.rows(), 3u);
    EXPECT_EQ(table.at("deff").number(0), 1.6);
    EXPECT_EQ(table.at("issued").number(0), 3 * 4356);  // the worked table, for each of three domains
    EXPECT_EQ(table.at("psus").number(0), 3 * 317);     // ceiling of 4,355.6 · 0.8 / 11
    EXPECT_EQ(table.at("completed").number(2), 10788);
    EXPECT_NEAR(table.at("cv").number(1), 0.01 / 1.959963984540054 / 0.052, 1e-12);
    EXPECT_EQ(largest_issued(plan), 3 * 4356u);
    EXPECT_NEAR(table.at("cv_at_largest").number(0), 0.15, 1e-5);  // rounding up by less than one of 4,356
    EXPECT_LE(table.at("cv_at_largest").number(0), 0.15);
    EXPECT_FALSE(table.at("cost").present(0));
    EXPECT_FALSE(table.at("power").present(0));
    EXPECT_GT(table.at("power_at_largest").number(2), 0.8);
    EXPECT_NEAR(table.at("detectable_change").number(2), 0.01, 1e-9);
}

const char* const by_domain = R"(
response_rate: 0.8
targets:
  - name: any
    p: 0.2
    cv: 0.05
    domains: {north: {}, south: {p: 0.1, response_rate: 0.5}, isles: {population: 900, cv: 0.1}}
  - name: rare
    p: 0.02
    cv: 0.20
    domains: {south: {}, north: {margin: 0.02}, isles: {p: 0.05}}
  - {name: whole, p: 0.02, cv: 0.1}
)";

TEST(SizePlan, DomainsSayWhatIsTheirOwn) {
    const SizePlan plan = size_plan_from(by_domain);
    const Table table = size_table(plan);
    ASSERT_EQ(table.rows(), 7u);
    const double completed[] = {1600, 3600, 400 / (1 + 399.0 / 900), 1225, 188.23, 475, 4900};
    const double rates[] = {0.8, 0.5, 0.8, 0.8, 0.8, 0.8, 0.8};
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_EQ(table.at("completed").number(i), std::ceil(completed[i])) << i;
        EXPECT_NEAR(table.at("issued").number(i), completed[i] / rates[i], 1) << i;
    }
    EXPECT_EQ(table.at("domain").text(3), "south");
    EXPECT_EQ(table.at("requirement").text(4), "margin 0.02");
}

TEST(SizePlan, TargetsShareTheirDomains) {
    const SizePlan plan = size_plan_from(by_domain);
    // North 2,000 for any, south 7,200 for any, isles 594 for rare; the whole country alone asks for 6,125.
    EXPECT_EQ(largest_issued(plan), 2000u + 7200u + 594u);
    const auto parts = divide_issued(plan, 9794);
    EXPECT_NEAR(parts[0][1], 7200, 1e-9);
    EXPECT_NEAR(parts[1][0], 7200, 1e-9);
    EXPECT_NEAR(parts[1][2], 594, 1e-9);
    EXPECT_NEAR(parts[2][0], 9794, 1e-9);
    const Table table = size_table(plan);
    const double required[] = {0.05, 0.05, 0.1, 0.2, 1, 0.2, 0.1};
    for (std::size_t i = 0; i < 7; ++i) EXPECT_LE(table.at("cv_at_largest").number(i), required[i]) << i;
}

const char* const with_costs = R"(
deff: {take: optimal, icc: 0.04, weight_cv: 0.3}
eligibility: 0.9
contact_rate: 0.9
response_rate: 0.8
costs: {fixed: 20000, psu: 300, interview: 45, dwelling: 6}
targets:
  - {name: any, p: 0.2, cv: 0.05}
  - {name: paid, p: 0.2, budget: 80000}
  - {name: regions, p: 0.2, budget: 80000, domains: {north: {}, south: {costs: {psu: 600}}}}
  - {name: given, p: 0.2, issued: 1000}
  - {name: fall, quantity: change, p1: 0.2, p2: 0.17, issued: 3000}
)";

TEST(SizePlan, BudgetsAndGivenSizes) {
    const Table table = size_table(size_plan_from(with_costs));
    // √(300/(45 + 6/0.648) 24) = 11.5
    const double interview = 45 + 6 / 0.648;
    const auto price = [&](double take) { return (300 / take + interview) * (1 + (take - 1) * 0.04); };
    const double take = table.at("take").number(0);
    EXPECT_TRUE(take == 11 || take == 12);
    for (double other = 1; other < 60; ++other) EXPECT_LE(price(take), price(other)) << other;
    EXPECT_NEAR(table.at("deff").number(0), (1 + (take - 1) * 0.04) * 1.09, 1e-12);
    const auto cost = [&](std::size_t row) { return table.at("cost").number(row); };
    for (std::size_t row = 0; row < 6; ++row)
        EXPECT_NEAR(cost(row),
                    (row == 3 ? 600 : 300) * table.at("psus").number(row) +
                        45 * std::ceil(table.at("issued").number(row) * 0.648 - 1e-9) +
                        6 * table.at("issued").number(row),
                    1e-6);
    EXPECT_LE(cost(1), 60000);
    EXPECT_GT(cost(1), 60000 - 351);  // one dwelling more may need an interview and a PSU more
    EXPECT_LE(cost(2), 30000);
    EXPECT_LE(cost(3), 30000);
    EXPECT_GT(table.at("take").number(3), take);
    EXPECT_EQ(table.at("issued").number(4), 1000);
    EXPECT_EQ(table.at("completed").number(4), 648);
    EXPECT_GT(table.at("detectable_change").number(5), 0.03);
    EXPECT_LT(table.at("power").number(5), 0.8);
}

TEST(SizePlan, SharesCountIncidents) {
    const SizePlan plan = size_plan_from(R"(
deff: {take: 11, icc: 0.06}
targets:
  - {name: once, quantity: share, p: 0.3, incidents_per_person: 0.2, margin: 0.03}
  - name: often
    quantity: share
    p: 0.3
    incidents_per_person: 0.2
    mean_count: 1.5
    count_cv: 0.5
    victim_icc: 0.4
    margin: 0.03
  - {name: fall, quantity: change, of: share, p1: 0.3, p2: 0.25, incidents_per_person: 0.2}
)");
    const Table table = size_table(plan);
    EXPECT_NEAR(table.at("deff").number(0), 1 + 10 * 0.2 * 0.06, 1e-12);
    EXPECT_NEAR(table.at("deff").number(1), 1 + (1.5 * 1.25 - 1) * 0.4 + 10 * 0.2 * 0.06, 1e-12);
    EXPECT_NEAR(table.at("issued").number(2), table.at("completed").number(2) / 0.2, 5);
    EXPECT_EQ(table.at("of").text(2), "share");
}

// Each against its formula with the numbers written out.
TEST(SizePlan, MeansAndBothWaysToCount) {
    const Table table = size_table(size_plan_from(R"(
targets:
  - {name: worry, quantity: mean, mean: 50, sd: 30, cv: 0.02}
  - {name: negative_binomial, quantity: count, rate: 0.05, dispersion: 10, cv: 0.1}
  - {name: victims, quantity: count, p: 0.04, mean_count: 1.25, count_cv: 0.6, cv: 0.1}
  - {name: change, quantity: change, of: count, p1: 0.04, p2: 0.03, mean_count: 1.25, count_cv: 0.6, cv: 0.25}
  - {name: loss, quantity: change, of: mean, mean1: -5, mean2: 5, sd: 100, margin: 4, confidence: 0.90}
)"));
    const auto completed = [&](std::size_t row) { return table.at("completed").number(row); };
    EXPECT_EQ(completed(0), 900);
    EXPECT_EQ(completed(1), 3000);                                     // (20 + 10)/0.01
    EXPECT_EQ(completed(2), 3300);                                     // (1.36/0.04 − 1)/0.01
    const double second_moments = 1.25 * 1.25 * 1.36 * (0.04 + 0.03);  // E y² = p m²(1 + k²)
    const double variance = second_moments - 0.05 * 0.05 - 0.0375 * 0.0375;
    EXPECT_EQ(completed(3), std::ceil(variance / std::pow(0.25 * 0.0125, 2)));
    EXPECT_EQ(completed(4), std::ceil(2 * std::pow(100 * 1.6448536269514722 / 4, 2)));
}

TEST(SizePlan, ReportsAllFaultsAtOnce) {
    EXPECT_EQ(codes("{}"), Codes{"missing-key"});
    EXPECT_EQ(codes("targets: [{name: a, p: 0.1}]"), Codes{"one-requirement"});
    EXPECT_EQ(codes("targets: [{name: a, p: 0.1, cv: 0.1, margin: 0.1}]"), Codes{"one-requirement"});
    EXPECT_EQ(codes("targets: [{name: a, p: 1.1, cv: 0.1}]"), Codes{"out-of-range"});
    EXPECT_EQ(codes("targets: [{name: a, p: 0.1, budget: 9}]"), Codes{"missing-key"});
    EXPECT_EQ(codes("costs: {fixed: 10, interview: 1}\ntargets: [{name: a, p: 0.1, budget: 9}]"),
              Codes{"out-of-range"});
    EXPECT_EQ(codes("costs: {psu: 10, interview: 1}\ntargets: [{name: a, p: 0.1, cv: 0.1}]"), Codes{"missing-key"});
    EXPECT_EQ(codes("costs: {psu: -1, interview: 1}\ntargets: []"), Codes{"out-of-range"});
    EXPECT_EQ(codes("deff: {take: optimal, icc: 0.1}\ntargets: [{name: a, p: 0.1, cv: 0.1}]"), Codes{"out-of-range"});
    EXPECT_EQ(codes("targets: [{name: a, p: 0.1, cv: 0.1, of: count}]"), Codes{"unused-key"});
    EXPECT_EQ(codes("targets: [{name: a, p: 0.1, cv: 0.1, domains: 0}]"), Codes{"out-of-range"});
    EXPECT_EQ(codes("targets: [{name: a, p: 0.1, cv: 0.1, domains: {x: {budget: 4}}}]"), Codes{"misplaced-key"});
    EXPECT_EQ(codes("targets: [{name: a, quantity: share, p: 0.1, cv: 0.1, incidents_per_person: 1, victim_icc: 0.1}]"),
              Codes{"unused-key"});
    EXPECT_EQ(codes("targets:\n  - {p: 0.1, cv: 0.1}\n  - {name: b, p: 0.1, cv: 0.1, response_rate: 2}\n  "
                    "- {name: c, cv: 0.1, pp: 1, domains: {x: {}, y: {}}}\n"),
              (Codes{"missing-key", "out-of-range", "missing-key", "unknown-key", "missing-key"}));
}

}  // namespace
}  // namespace cifra
