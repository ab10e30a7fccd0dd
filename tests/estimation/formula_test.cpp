// Gradients against central differences; the reader of sums.
#include "estimation/formula.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cifra {
namespace {

Formula parsed(const std::string& text, const std::vector<std::string>& names) {
    Diagnostics faults;
    const auto formula = Formula::parse(text, {}, names, faults);
    EXPECT_TRUE(formula) << text;
    return *formula;
}

TEST(Formula, GradientsAgreeWithCentralDifferences) {
    const std::vector<std::string> names = {"a", "b", "c"};
    const std::vector<double> at = {3.7, 1.9, 0.6};
    for (const char* text :
         {"a", "a / b", "100 * (a / b - 1)", "log(a / b) + c", "exp(-c * a) / sqrt(b)", "abs(c - a) * b",
          "sum(a, b, c, a) / (a + b)", "(a + (b / c) / (c / a) * b) / (a * b * c)", "-(-a - b) - c * c * c"}) {
        const Formula formula = parsed(text, names);
        const Formula::Point point = formula.at(at);
        for (std::size_t i = 0; i < at.size(); ++i) {
            std::vector<double> up = at, down = at;
            const double step = 1e-6 * at[i];
            up[i] += step;
            down[i] -= step;
            const double slope = (formula.value(up) - formula.value(down)) / (2 * step);
            EXPECT_NEAR(point.gradient[i], slope, 1e-7 * (1 + std::abs(slope))) << text << " " << names[i];
        }
    }
}

TEST(Formula, UndefinedValuesAreMissing) {
    const std::vector<std::string> names = {"a", "b"};
    EXPECT_TRUE(std::isnan(parsed("a / b", names).value(std::vector<double>{1, 0})));
    EXPECT_TRUE(std::isnan(parsed("log(a - b)", names).value(std::vector<double>{1, 2})));
    EXPECT_TRUE(std::isnan(parsed("exp(a)", names).value(std::vector<double>{1e6, 0})));
}

TEST(Formula, SumsAreFoundAndShared) {
    Diagnostics faults;
    const AggregateText text = find_aggregates(
        "100 * sum(loss, type in [\"a,b\", 'c)']) / count(victim) + sum_all(x) - count(victim)", {}, faults);
    ASSERT_FALSE(faults.has_errors());
    EXPECT_EQ(text.formula, "100 * aggregate_1 / aggregate_2 + aggregate_3 - aggregate_2");
    ASSERT_EQ(text.calls.size(), 3U);
    EXPECT_EQ(text.calls[0].argument, "loss");
    EXPECT_EQ(text.calls[0].condition, " type in [\"a,b\", 'c)']");
    EXPECT_TRUE(text.calls[1].count);
    EXPECT_TRUE(text.calls[2].whole);
    find_aggregates("sum(loss", {}, faults);
    EXPECT_TRUE(faults.has_errors());
}

TEST(Formula, OnlySmoothFunctionsAreTaken) {
    for (const char* text : {"if(a > 1, a, b)", "floor(a)", "min(a, b)", "coalesce(a, b)"}) {
        Diagnostics faults;
        EXPECT_FALSE(Formula::parse(text, {}, {"a", "b"}, faults)) << text;
        EXPECT_TRUE(faults.has_errors());
    }
}

}  // namespace
}  // namespace cifra
