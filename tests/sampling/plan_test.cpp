// sampling/plan and sampling/targets: what YAML means, and every fault of it at once.
#include "sampling/plan.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/sampling/plans.h"

namespace cifra {
namespace {

SamplePlan read(const std::string& text, Diagnostics& faults) {
    return read_plan(parse_yaml(text, "plan.yaml", faults), faults);
}

SamplePlan read(const std::string& text) {
    Diagnostics faults;
    SamplePlan plan = read(text, faults);
    faults.throw_if_errors();
    return plan;
}

// The codes of all faults, in order of the file.
std::vector<std::string> codes(const std::string& text) {
    Diagnostics faults;
    read(text, faults);
    std::vector<std::string> result;
    try {
        faults.throw_if_errors();
    } catch (const InputError& error) {
        for (const Diagnostic& each : error.diagnostics().items()) result.push_back(each.code);
    }
    return result;
}

using Codes = std::vector<std::string>;

TEST(Plan, ReadsEveryKey) {
    const SamplePlan plan = read(R"(
frame: {psu: p.csv, dwelling: d.csv, person: r.csv, stratum: layer, size: houses}
draw:
  dwellings: 6000
  take: 8
  allocation: {method: neyman, minimum: 3, maximum: 40, deviations: {a: 0.4, b: 0.2}}
  order: {psu: [region, area], dwelling: file}
  certainty: forbid
  adult_age: 16
  keep: [region]
)");
    EXPECT_EQ(plan.frame.files.at("person"), "r.csv");
    ASSERT_TRUE(plan.draw);
    ASSERT_EQ(plan.draw->stages.size(), 2u);
    const StagePlan &psu = plan.draw->stages[0], &dwelling = plan.draw->stages[1];
    EXPECT_EQ(psu.size, "houses");
    EXPECT_EQ(psu.strata, std::vector<std::string>{"layer"});
    EXPECT_EQ(psu.method->name, "pps_systematic");
    EXPECT_EQ(psu.count.kind, CountKind::final_total);
    EXPECT_EQ(psu.count.n, 6000u);
    EXPECT_EQ(dwelling.count.n, 8u);
    EXPECT_EQ(dwelling.method->name, "systematic");
    EXPECT_EQ(psu.allocation.rule, AllocationRule::neyman);
    EXPECT_EQ(psu.allocation.deviations.at("b"), 0.2);
    EXPECT_EQ(psu.allocation.maximum, std::optional<std::uint64_t>(40));
    EXPECT_EQ(psu.order.columns, (std::vector<std::string>{"region", "area"}));
    EXPECT_EQ(dwelling.order.kind, UnitOrder::file);
    EXPECT_TRUE(psu.forbid_certainty);
    EXPECT_EQ(plan.draw->person.eligible, "age >= 16");
    EXPECT_FALSE(plan.draw->person.stated);
    EXPECT_FALSE(plan.size);
}

TEST(Plan, NumbersOfPsusInThreeWays) {
    const auto count = [](const char* text) { return read(text).draw->stages[0].count; };
    EXPECT_EQ(count("draw: {psus: 60}").kind, CountKind::total);
    EXPECT_EQ(count("draw: {psus: 60}").n, 60u);
    EXPECT_EQ(count("draw: {psus_per_stratum: 5}").kind, CountKind::per_stratum);
    EXPECT_EQ(count("draw: {psus_per_stratum: {a: 5, b: 7}}").by_stratum.at("b"), 7u);
}

TEST(Plan, ReportsAllFaultsAtOnce) {
    EXPECT_EQ(codes("draw: {psus: 60, dwellings: 100}"), Codes{"one-sample-size"});
    EXPECT_EQ(codes("draw: {take: 5}"), Codes{"one-sample-size"});
    EXPECT_EQ(codes("draw: {dwellings: from_size}"), Codes{"missing-key"});
    EXPECT_EQ(codes("draw: {psus_per_stratum: 5, allocation: {method: equal}}"), Codes{"unused-key"});
    EXPECT_EQ(codes("draw: {psus: 5, allocation: {method: neyman}}"), Codes{"missing-key"});
    EXPECT_EQ(codes("draw: {psus: 5, allocation: {method: equal, deviations: {a: 1}}}"), Codes{"unused-key"});
    EXPECT_EQ(codes("draw: {psus: 5, allocation: {minimum: 4, maximum: 3}}"), Codes{"out-of-range"});
    EXPECT_EQ(codes("draw:\n  psus: 0\n  tkae: 4\n  adult_age: 400\n  order: {psu: alphabetical}\n"),
              (Codes{"out-of-range", "unknown-key", "out-of-range", "unknown-choice"}));
}

TEST(Plan, IsHeldAgainstTheFrame) {
    Diagnostics faults;
    const SamplePlan plan =
        read("draw: {psus_per_stratum: {north: 2, soth: 1}, keep: [regoin], order: {psu: [dwelling]}}");
    const Frame frame = testing::frame_from(
        {"psu,stratum,dwellings\n1,north,2\n2,south,1\n", "dwelling,psu\na,1\nb,1\nc,2\n"}, plan.draw->stages);
    check_plan(*plan.draw, frame, faults);
    EXPECT_EQ(faults.error_count(), 5u);
    for (const char* code : {"unknown-stratum", "missing-stratum", "too-many-psus", "missing-column"})
        EXPECT_TRUE(faults.contains(code)) << code;
    EXPECT_EQ(faults.items()[0].hint, "did you mean 'south'?");
}

}  // namespace
}  // namespace cifra
