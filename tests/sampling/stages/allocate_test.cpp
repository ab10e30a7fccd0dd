// Allocation as a plan asks for it, against the allocations of sampling/allocation called by hand on the same numbers,
// whose own tests stand beside them.
#include "sampling/stages/allocate.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/csv.h"
#include "sampling/allocation/allocation.h"
#include "sampling/allocation/bethel.h"
#include "sampling/allocation/compromise.h"
#include "sampling/allocation/cost.h"
#include "sampling/allocation/two_stage.h"
#include "tests/sampling/plans.h"

namespace cifra {
namespace {

using Counts = std::vector<std::uint64_t>;

// Strata of PSUs of 10, 20 or 30 dwellings.
const std::string psu_file = [] {
    std::string text = "psu,stratum,region,size\n";
    const std::pair<const char*, int> strata[] = {{"a", 30}, {"b", 50}, {"c", 20}};
    for (const auto& [name, count] : strata)
        for (int i = 0; i < count; ++i)
            text += std::string(name) + std::to_string(i) + "," + name + (*name == 'c' ? ",2," : ",1,") +
                    std::to_string(10 + 10 * (i % 3)) + "\n";
    return text;
}();

Counts counts_of(const std::string& stages, const std::string& means = "") {
    const DrawPlan plan = testing::draw_plan("{stages: [" + stages + "]}");
    std::string dwellings = "dwelling,psu\n";
    const Table psus = testing::unit_table(psu_file, "p", plan.stages);
    for (std::size_t row = 0; row < psus.rows(); ++row)
        for (int k = 0; k < psus.at("size").number(row); ++k)
            dwellings += psus.at("psu").text(row) + "-" + std::to_string(k) + "," + psus.at("psu").text(row) + "\n";
    std::vector<std::string> files = {psu_file};
    if (plan.stages.size() > 1) files.push_back(dwellings);
    const Frame frame = testing::frame_from(files, plan.stages);
    Diagnostics faults;
    CsvOptions options;
    options.types = {{"stratum", ColumnType::text}, {"indicator", ColumnType::text}};
    Table table;
    if (!means.empty()) table = parse_csv(means, "means.csv", options, faults);
    faults.throw_if_errors();
    return first_stage_counts(plan.stages, frame, first_stage_strata(frame, plan.stages[0]), {0, &table});
}

const std::vector<double> sizes = {600, 990, 390};  // Σ size of 30, 50 and 20 PSUs

std::string one_stage(const std::string& keys) {
    return "{unit: psu, strata: [stratum], method: pps_systematic, size: size, " + keys + "}";
}

TEST(AllocationPlan, PowerIsBankiers) {
    const std::vector<double> means = {2, 1, 4}, deviations = {3, 2, 9};
    const std::vector<double> totals = {1200, 990, 1560};
    const std::vector<double> spreads = power_spreads(totals, means, deviations, 0.5);
    std::vector<AllocationStratum> strata;
    for (std::size_t h = 0; h < 3; ++h) strata.push_back({spreads[h], 1, 2, h == 0 ? 30u : h == 1 ? 50u : 20u});
    EXPECT_EQ(counts_of(one_stage("n: 40, allocation: {method: power, means: {a: 2, b: 1, c: 4}, deviations: {a: 3, b: "
                                  "2, c: 9}}")),
              allocate(AllocationMethod::neyman, strata, 40));
}

TEST(AllocationPlan, CostSpendsTheBudget) {
    const CostStratum strata[] = {{600, 1, 10, 2, 30}, {990, 2, 20, 2, 50}, {390, 4, 40, 2, 20}};
    EXPECT_EQ(counts_of(one_stage("allocation: {method: cost, budget: 900, costs: {a: 10, b: 20, c: 40}, deviations: "
                                  "{a: 1, b: 2, c: 4}}")),
              allocate_budget(strata, 900));
}

const char* const means =
    "stratum,indicator,mean,deviation,rho\na,x,0.1,0.3,0.02\nb,x,0.2,0.4,0.03\nc,x,0.05,0.22,0.04\n"
    "a,y,1,2,0.1\nb,y,2,3,0.1\nc,y,3,3,0.1\nd,z,1,1,0\n";
const char* const targets =
    "allocation: {method: bethel, file: means.csv, targets: [{indicator: x, cv: 0.1}, {indicator: y, by: region, cv: "
    "0.12}]}";

BethelProblem problem(std::uint64_t least, const std::vector<double>& units, const std::vector<std::uint64_t>& most) {
    BethelProblem result;
    for (std::size_t h = 0; h < 3; ++h) result.strata.push_back({units[h], 1, least, most[h]});
    result.indicators = {"x", "y"};
    result.mean = (Eigen::MatrixXd(3, 2) << 0.1, 1, 0.2, 2, 0.05, 3).finished();
    result.deviation = (Eigen::MatrixXd(3, 2) << 0.3, 2, 0.4, 3, 0.22, 3).finished();
    const double no_target = std::numeric_limits<double>::infinity();
    result.partitions = {
        {"all", {"all"}, {0, 0, 0}, (Eigen::MatrixXd(1, 2) << 0.1, no_target).finished()},
        {"region", {"1", "2"}, {0, 0, 1}, (Eigen::MatrixXd(2, 2) << no_target, 0.12, no_target, 0.12).finished()}};
    return result;
}

TEST(AllocationPlan, BethelOfOneStageCountsUnits) {
    EXPECT_EQ(counts_of("{unit: psu, strata: [stratum], method: srs, " + std::string(targets) + "}", means),
              bethel_allocation(problem(2, {30, 50, 20}, {30, 50, 20})).n);
}

TEST(AllocationPlan, BethelOfTwoStagesCountsPsus) {
    TwoStageProblem two{problem(10, sizes, {600, 990, 390}), {}, {}, {}};
    two.rho = two.rho_self_representing = (Eigen::MatrixXd(3, 2) << 0.02, 0.1, 0.03, 0.1, 0.04, 0.1).finished();
    const int psus[] = {30, 50, 20};
    for (const int count : psus) {
        two.strata.push_back({{}, 5, 1});
        for (int i = 0; i < count; ++i) two.strata.back().psu_size.push_back(10 + 10 * (i % 3));
    }
    Counts expected;
    const TwoStageAllocation allocation = two_stage_allocation(two);
    for (std::size_t h = 0; h < 3; ++h)
        expected.push_back(std::min<std::uint64_t>(allocation.strata[h].self_representing + allocation.strata[h].psus,
                                                   static_cast<std::uint64_t>(psus[h])));
    EXPECT_EQ(counts_of(one_stage(targets) + ", {unit: dwelling, method: systematic, take: 5}", means), expected);
}

TEST(AllocationPlan, FaultsOfTheFileOfMeansAreNamed) {
    const auto code = [](std::string text, const std::string& plan = one_stage(targets)) {
        try {
            counts_of(plan, text);
        } catch (const InputError& error) {
            return error.diagnostics().items()[0].code;
        }
        return std::string();
    };
    const std::string text = means;
    EXPECT_EQ(code(text + "a,x,1,1,0\n"), "duplicate-row");
    EXPECT_EQ(code(text + "q,x,1,1,0\n"), "unknown-stratum");
    EXPECT_EQ(code(text.substr(0, text.find("c,x")) + text.substr(text.find("a,y"))), "missing-stratum");
    EXPECT_EQ(code("stratum,indicator,mean\na,x,1\n"), "missing-column");
    std::string negative = text;
    negative.replace(negative.find("0.3,"), 4, "-3,");
    EXPECT_EQ(code(negative), "bad-mean");
    std::string by_size = one_stage(targets);
    by_size.replace(by_size.find("by: region"), 10, "by: size");
    EXPECT_EQ(code(text, by_size), "domain-cuts-strata");
}

}  // namespace
}  // namespace cifra
