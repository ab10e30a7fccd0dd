// One file of rows: threads, order of rows, designs, degenerate files.
#include <fmt/format.h>

#include "tests/estimation/pass/made_up_rows.h"
#include "tests/estimation/pass/two_ways.h"
#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

const std::string items = R"(
indicators:
  people: {statistic: total, of: people}
  amount: {statistic: total, of: people, value: x}
  mean: {statistic: mean, of: people, value: x}
  share: {statistic: proportion, of: people, having: hit = 1, scale: 100}
  some: {statistic: mean, of: people, value: x, where: hit = 1 and sex = "f"}
  none: {statistic: total, of: people, where: region = "nowhere"}
  ratio: {statistic: ratio, of: people, value: x, over: x + 1}
tables:
  - {id: t, by: [region, sex, [region, sex]], indicators: [people, amount, mean, share, some, none, ratio]}
)";

const std::string far_off = R"(
indicators:
  far: {statistic: mean, of: people, value: offset}
  far_total: {statistic: total, of: people, value: offset}
  far_ratio: {statistic: ratio, of: people, value: offset, over: x + 1}
tables:
  - {id: t, by: [region, [region, sex]], indicators: [far, far_total, far_ratio]}
)";

TEST(RowsPass, AnyNumberOfThreadsGivesTheSameBytes) {
    const ScratchFolder folder;
    for (const MadeUpRows& rows : {made_up_rows(4000), shuffled(made_up_rows(4000))}) {
        folder.write("people.csv", rows.csv());
        for (const std::string& design : {psu_design, element_design}) {
            const TwoWays ways{folder.path(), design, items};
            const Outcome one = in_a_pass(ways, 1024, 1);
            ASSERT_TRUE(one.passed) << one.why;
            ASSERT_NE(one.csv, "");
            EXPECT_EQ(in_a_pass(ways, 1024, 2).csv, one.csv);
            EXPECT_EQ(in_a_pass(ways, 1024, 8).csv, one.csv);
        }
    }
}

TEST(RowsPass, IsWhatMemoryGives) {
    const ScratchFolder folder;
    folder.write("people.csv", made_up_rows(3000).csv());
    for (const std::size_t piece : {std::size_t{1}, std::size_t{300}, std::size_t{1} << 20})
        for (const std::string& design : {psu_design, element_design})
            expect_same_estimates({folder.path(), design, items}, 1e-10, piece);
}

TEST(RowsPass, TheOrderOfRowsChangesNothing) {
    const ScratchFolder folder;
    for (const std::string& design : {psu_design, element_design}) {
        const TwoWays ways{folder.path(), design, items};
        folder.write("people.csv", made_up_rows(4000).csv());
        const Outcome sorted = in_a_pass(ways);
        folder.write("people.csv", shuffled(made_up_rows(4000)).csv());
        const Outcome any = in_a_pass(ways);
        ASSERT_GT(sorted.estimates.rows(), 0U);
        EXPECT_EQ(difference(sorted.estimates, any.estimates, 1e-11), "");
    }
}

TEST(RowsPass, ItemsFarFromZeroDoNotCancel) {
    const ScratchFolder folder;
    folder.write("people.csv", shuffled(made_up_rows(3000)).csv());
    expect_same_estimates({folder.path(), psu_design, far_off}, 1e-8);
    expect_same_estimates({folder.path(), element_design, far_off}, 1e-8);
}

// In each stratum the values of a sum can cancel exactly, and its rows are a sample all the same.
TEST(RowsPass, SumsThatAreZeroHaveAVariance) {
    const ScratchFolder folder;
    folder.write("people.csv", "stratum,psu,w,x\na,1,1,1\na,2,1,-1\nb,3,2,5\nb,4,2,-5\nb,5,2,0\n");
    const std::string tables = R"(
indicators:
  amount: {statistic: total, of: people, value: x}
  mean: {statistic: mean, of: people, value: x}
tables:
  - {id: t, indicators: [amount, mean]}
)";
    expect_same_estimates({folder.path(), psu_design, tables}, 1e-12, 16);
    expect_same_estimates({folder.path(), element_design, tables}, 1e-12, 16);
    const Outcome pass = in_a_pass({folder.path(), element_design, tables}, 16);
    // Strata of 2 and 3 rows: 2 (1 + 1) + 3/2 (100 + 100)
    EXPECT_NEAR(pass.estimates.at("se").number(0), std::sqrt(4 + 300), 1e-12);
}

TEST(RowsPass, EmptyTotalsAndTheirDegreesOfFreedom) {
    const ScratchFolder folder;
    folder.write("people.csv", made_up_rows(800).csv());
    const std::string tables = R"(
indicators:
  nobody: {statistic: total, of: people, where: x > 99}
  nothing: {statistic: total, of: people, value: x, where: x > 99}
  few: {statistic: total, of: people, where: stratum = "s1" and region = "r2"}
tables:
  - {id: t, by: [stratum, region, [region, sex]], indicators: [nobody, nothing, few]}
)";
    for (const std::string& design : {psu_design, element_design})
        expect_same_estimates({folder.path(), design, tables});
}

TEST(RowsPass, DegenerateFiles) {
    const ScratchFolder folder;
    const std::string header = made_up_rows(0).header;
    const std::string census = "data:\n  people: {file: people.csv, weight: w}\ndesign: {lonely_psu: certainty}\n";
    const auto texts = [&](const std::string& design) {
        const TwoWays ways{folder.path(), design, items};
        const Outcome memory = in_memory(ways), pass = in_a_pass(ways, 16);
        if (pass.passed) {
            EXPECT_EQ(pass.faults, memory.faults);
            EXPECT_EQ(pass.refusal, memory.refusal);
            EXPECT_EQ(difference(pass.estimates, memory.estimates, 1e-12), "");
        }
        return memory.refusal;
    };
    folder.write("people.csv", header);
    EXPECT_EQ(in_a_pass({folder.path(), census, items}).why, "no rows");
    folder.write("people.csv", header + "s0,p0,2,r0,f,1,1,1,1\n");
    EXPECT_NE(texts(psu_design), "");
    EXPECT_NE(texts(element_design), "");
    EXPECT_EQ(texts(census), "");
    folder.write("people.csv", header + "s0,p0,0,r0,f,1,1,1,1\ns0,p1,0,r1,f,1,1,1,1\n");
    for (const std::string& design : {psu_design, element_design, census}) EXPECT_EQ(texts(design), "");
    folder.write("people.csv", header + "\n\n\ns0,p0,1,r0,f,1,1,1,1\n\n\n\n\n\n\n\ns0,p1,3,r1,f,,1,1,1\n");
    for (const std::string& design : {psu_design, element_design, census}) texts(design);
}

TEST(RowsPass, StrataWithOnePsu) {
    const ScratchFolder folder;
    MadeUpRows rows = made_up_rows(500);
    rows.lines.push_back("alone,p99,5,r1,f,1,1,1,1\n");
    folder.write("people.csv", rows.csv());
    for (const std::string& design : {psu_design, element_design}) {
        const TwoWays ways{folder.path(), design, items};
        const Outcome memory = in_memory(ways), pass = in_a_pass(ways);
        EXPECT_NE(memory.refusal, "");
        EXPECT_EQ(pass.refusal, memory.refusal);
        EXPECT_EQ(pass.csv, "");
    }
    for (const char* policy : {"certainty", "average", "adjust"})
        for (const char* psu : {", psu: psu", ""}) {
            const std::string design = fmt::format(
                "data:\n  people: {{file: people.csv, weight: w}}\ndesign: {{strata: stratum{}, "
                "lonely_psu: {}}}\n",
                psu, policy);
            const Outcome pass = in_a_pass({folder.path(), design, items});
            if (pass.passed) expect_same_estimates({folder.path(), design, items});
        }
}

}  // namespace
}  // namespace cifra::testing
