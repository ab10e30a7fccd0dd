// sampling/plan and sampling/targets: what YAML means, and every fault of it at once.
#include "sampling/plan.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/csv.h"

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
    EXPECT_EQ(plan.frame.person, "r.csv");
    EXPECT_EQ(plan.frame.columns.size, "houses");
    ASSERT_TRUE(plan.draw);
    EXPECT_EQ(plan.draw->dwellings, std::optional<std::uint64_t>(6000));
    EXPECT_EQ(plan.draw->take, 8u);
    EXPECT_EQ(plan.draw->method, AllocationMethod::neyman);
    EXPECT_EQ(plan.draw->deviations.at("b"), 0.2);
    EXPECT_EQ(plan.draw->maximum, std::optional<std::uint64_t>(40));
    EXPECT_EQ(plan.draw->psu_order.columns, (std::vector<std::string>{"region", "area"}));
    EXPECT_EQ(plan.draw->dwelling_order.kind, UnitOrder::file);
    EXPECT_TRUE(plan.draw->forbid_certainty);
    EXPECT_EQ(plan.draw->adult_age, 16);
    EXPECT_FALSE(plan.size);
}

TEST(Plan, NumbersOfPsusInThreeWays) {
    EXPECT_EQ(read("draw: {psus: 60}").draw->psus, std::optional<std::uint64_t>(60));
    EXPECT_EQ(read("draw: {psus_per_stratum: 5}").draw->psus_per_stratum, std::optional<std::uint64_t>(5));
    EXPECT_EQ(read("draw: {psus_per_stratum: {a: 5, b: 7}}").draw->psus_by_stratum.at("b"), 7u);
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
              (Codes{"out-of-range", "out-of-range", "unknown-key", "unknown-choice"}));
}

TEST(Plan, IsHeldAgainstTheFrame) {
    Diagnostics faults;
    CsvOptions options;
    options.types = {{"psu", ColumnType::text}};
    const Frame frame = make_frame(parse_csv("psu,stratum,dwellings\n1,north,2\n2,south,1\n", "p", options, faults),
                                   parse_csv("dwelling,psu\na,1\nb,1\nc,2\n", "d", options, faults), {}, faults);
    faults.throw_if_errors();
    const SamplePlan plan =
        read("draw: {psus_per_stratum: {north: 2, soth: 1}, keep: [regoin], order: {psu: [dwelling]}}");
    check_plan(*plan.draw, frame, faults);
    EXPECT_EQ(faults.error_count(), 5u);
    for (const char* code : {"unknown-stratum", "missing-stratum", "too-many-psus", "missing-column"})
        EXPECT_TRUE(faults.contains(code)) << code;
    EXPECT_EQ(faults.items()[0].hint, "did you mean 'south'?");
}

}  // namespace
}  // namespace cifra
