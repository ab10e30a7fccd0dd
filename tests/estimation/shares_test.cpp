// Shares of totals against indicators that state the same share as a proportion or a formula of their own.
#include "estimation/shares.h"

#include <gtest/gtest.h>

#include "tests/estimation/estimation_run.h"
#include "tests/estimation/made_up_survey.h"

namespace cifra::testing {
namespace {

const std::string tables = R"(
indicators:
  people: {statistic: total, of: persons}
  lost: {statistic: total, of: persons, value: lost}
  women: {statistic: proportion, of: persons, having: sex = "f", scale: 100}
  north: {statistic: proportion, of: persons, having: region = "north", scale: 100}
  north_women: {statistic: proportion, of: persons, having: region = "north" and sex = "f", scale: 100}
  lost_by_women: {statistic: formula, of: persons, formula: '100 * sum(lost, sex = "f") / sum(lost)'}
tables:
  - {id: shares, indicators: [people, lost], by: [[region, sex]], total: false, shares: [row, column, whole]}
  - {id: margins, indicators: [people], by: [sex], shares: [row, column], margins: true}
  - {id: twins, indicators: [women, north, north_women, lost_by_women], by: [region, sex]}
)";

class Shares : public ::testing::Test {
protected:
    void expect_same(const std::string& share, const std::string& cell, const std::string& twin,
                     const std::string& domain, bool proportion, const std::string& table = "shares") const {
        const Found found = find_estimate(estimates_, share, cell, table);
        const Found expected = find_estimate(estimates_, twin, domain, "twins");
        EXPECT_TRUE(close_to(found.estimate, expected.estimate, 1e-12)) << share;
        EXPECT_TRUE(close_to(found.se, expected.se, 1e-10)) << share;
        if (!proportion) return;
        EXPECT_EQ(found.interval, expected.interval) << share;
        EXPECT_EQ(found.n, expected.n) << share;
        EXPECT_EQ(found.cases, expected.cases) << share;
        EXPECT_TRUE(close_to(found.deff, expected.deff, 1e-9)) << share;
        EXPECT_TRUE(close_to(found.lower, expected.lower, 1e-9)) << share;
        EXPECT_TRUE(close_to(found.upper, expected.upper, 1e-9)) << share;
    }

    MadeUpSurvey survey_;
    Table estimates_ = run_estimation(MadeUpSurvey::design, tables, survey_.folder());
};

TEST_F(Shares, OfCountsAreProportions) {
    expect_same("people_row_share", "region=north;sex=f", "women", "region=north", true);
    expect_same("people_column_share", "region=north;sex=f", "north", "sex=f", true);
    expect_same("people_whole_share", "region=north;sex=f", "north_women", "", true);
    expect_same("people_column_share", "sex=f", "women", "", true, "margins");
}

TEST_F(Shares, OfValuesAreRatios) {
    const double north = find_estimate(estimates_, "lost_row_share", "region=north;sex=f", "shares").estimate;
    const double other = find_estimate(estimates_, "lost_row_share", "region=north;sex=m", "shares").estimate;
    EXPECT_TRUE(close_to(north + other, 100, 1e-12));
    expect_same("lost_row_share", "region=north;sex=f", "lost_by_women", "region=north", false);
}

// The margins that shares are of are not printed unless the table asks for them.
TEST_F(Shares, LeaveTheTableAsItWasAsked) {
    for (std::size_t row = 0; row < estimates_.rows(); ++row) {
        const bool of_table = estimates_.at("table").text(row) == "shares";
        EXPECT_TRUE(!of_table || estimates_.at("domain").text(row).find(';') != std::string::npos) << row;
    }
    EXPECT_FALSE(share_variables(ShareOf::row, {"sex"}).has_value());
}

TEST(ShareNames, GoThereAndBack) {
    for (const ShareOf kind : {ShareOf::row, ShareOf::column, ShareOf::whole}) {
        const auto name = share_named(share_id("crimes", kind));
        ASSERT_TRUE(name);
        EXPECT_EQ(name->of, "crimes");
        EXPECT_EQ(name->kind, kind);
    }
    EXPECT_FALSE(share_named("share_reported"));
    EXPECT_FALSE(share_named("_row_share"));
    EXPECT_EQ(share_margin(ShareOf::row, "a=1;b=2;c=3"), "a=1;b=2");
    EXPECT_EQ(share_margin(ShareOf::column, "a=1;b=2;counting=cap"), "b=2;counting=cap");
    EXPECT_EQ(share_margin(ShareOf::whole, "a=1;b=2"), "");
}

TEST(SharesFaults, NeedATotal) {
    const MadeUpSurvey survey;
    const std::string wrong =
        "indicators: {age: {statistic: mean, of: persons, value: age}}\n"
        "tables: [{id: t, indicators: [age], by: [sex], shares: [row]}]\n";
    EXPECT_THROW(run_estimation(MadeUpSurvey::design, wrong, survey.folder()), InputError);
}

}  // namespace
}  // namespace cifra::testing
