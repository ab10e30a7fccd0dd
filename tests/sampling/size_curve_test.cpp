#include "sampling/size_curve.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "sampling/size_plan.h"
#include "tests/sampling/size_plans.h"

namespace cifra {
namespace {

const char* const plan_text = R"(
response_rate: 0.8
deff: {take: 10, icc: 0.05}
costs: {fixed: 5000, psu: 100, interview: 30, dwelling: 4}
targets:
  - {name: "any <crime>", p: 0.2, cv: 0.05, domains: {north: {}, south: {p: 0.15, cv: 0.08}}}
  - {name: burglary, p: 0.04, cv: 0.15}
  - {name: given, p: 0.1, issued: 2000}
)";

TEST(SizeCurve, MeetsTheTargetAtTheChosenPoint) {
    for (const SizeCurve& curve : size_curves(size_plan_from(plan_text))) {
        const double given = std::sqrt(1.45 * 9 / 1600) + 1e-12;
        const double required = curve.target == "burglary" ? 0.15 : curve.target == "given" ? given : 0.08;
        EXPECT_LE(curve.chosen.cv, required) << curve.target;
        EXPECT_NEAR(curve.chosen.cv, required, 0.01 * required) << curve.target;
        EXPECT_EQ(curve.required, curve.target != "given");
    }
}

// Without a finite population CV² n is constant, and cost follows from the sizes.
TEST(SizeCurve, FollowsTheSquareRootAndTheCosts) {
    for (const SizeCurve& curve : size_curves(size_plan_from(plan_text))) {
        ASSERT_EQ(curve.points.size(), 41u);
        for (const CurvePoint& point : curve.points) {
            const auto issued = static_cast<double>(point.issued), chosen = static_cast<double>(curve.chosen.issued);
            EXPECT_NEAR(point.cv * std::sqrt(issued / chosen), curve.chosen.cv, 1e-12);
            EXPECT_NEAR(point.completed, 0.8 * issued, 1e-9);
            EXPECT_NEAR(point.cost, 5000 + 100 * 0.08 * issued + 30 * 0.8 * issued + 4 * issued, 2 * (100 + 30 + 4));
        }
    }
}

TEST(SizeCurve, TableMarksTheChosenPoints) {
    const Table table = size_curve_table(size_curves(size_plan_from(plan_text)));
    EXPECT_EQ(table.rows(), 3u * 42);
    double chosen = 0;
    for (const double each : table.at("chosen").numbers()) chosen += each;
    EXPECT_EQ(chosen, 3);
    EXPECT_EQ(table.at("issued").number(3 * 42 - 1), 2000);
}

std::size_t count(const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
    return found;
}

TEST(SizeCurve, PlotTellsLinesApartWithoutColour) {
    const auto curves = size_curves(size_plan_from(plan_text));
    const std::string plot = size_curve_plot(curves, "en"), spanish = size_curve_plot(curves, "es-MX");
    EXPECT_EQ(count(plot, "stroke=\"#222\" stroke-width=\"1.6\""), 3u);
    EXPECT_EQ(count(plot, "stroke-dasharray=\"7 3\""), 1u);
    EXPECT_EQ(count(plot, "stroke-dasharray=\"1 2\""), 2u);  // the CVs required, not that of the given size
    EXPECT_EQ(count(plot, "<circle"), 2u);                   // on its line and beside its name
    EXPECT_EQ(plot.find("any <crime>"), std::string::npos);
    EXPECT_NE(plot.find("any &lt;crime&gt;"), std::string::npos);
    EXPECT_NE(plot.find("total cost"), std::string::npos);
    EXPECT_NE(spanish.find("costo total"), std::string::npos);
    EXPECT_EQ(plot.find("nan"), std::string::npos);
}

TEST(SizeCurve, PlotOverDwellingsWithoutCostsAndInACensus) {
    const auto curves = size_curves(size_plan_from("targets: [{name: all, p: 0.2, cv: 0.01, population: 300}]"));
    const std::string plot = size_curve_plot(curves, "en");
    EXPECT_NE(plot.find("dwellings issued"), std::string::npos);
    EXPECT_EQ(plot.find("nan"), std::string::npos);
    EXPECT_EQ(plot.find("inf"), std::string::npos);
    EXPECT_EQ(size_curve_plot({}, "en"), "");
}

}  // namespace
}  // namespace cifra
