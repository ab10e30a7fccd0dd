#include "engine/svg.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cifra {
namespace {

TEST(Svg, LogarithmicTicksAreRoundAndInside) {
    EXPECT_EQ(logarithmic_ticks(0.9, 21), (std::vector<double>{1, 2, 5, 10, 20}));
    EXPECT_EQ(logarithmic_ticks(3, 5000), (std::vector<double>{10, 100, 1000}));
    const std::vector<double> narrow = logarithmic_ticks(1000, 1400);
    ASSERT_EQ(narrow.size(), 5u);
    for (std::size_t i = 0; i < narrow.size(); ++i) EXPECT_DOUBLE_EQ(narrow[i], 1000 + 100 * static_cast<double>(i));
}

TEST(Svg, TickLabelsTellTicksApart) {
    const NumberStyle style = number_style("en");
    EXPECT_EQ(tick_label(0.05, {0.02, 0.05, 0.1}, style), "0.05");
    EXPECT_EQ(tick_label(2000, {1000, 2000, 5000}, style), "2,000");
    EXPECT_EQ(tick_label(1, {1, 1.5, 2}, style), "1.0");
}

TEST(Svg, StepsAreOneTwoFive) {
    for (double raw = 0.001; raw < 1000; raw *= 1.3) {
        const double step = nice_step(raw), decade = std::pow(10.0, std::floor(std::log10(step) + 1e-9));
        EXPECT_GE(step, raw * (1 - 1e-8));
        EXPECT_LE(step, 2.5 * raw * (1 + 1e-8));
        const double lead = std::round(step / decade);
        EXPECT_TRUE(lead == 1 || lead == 2 || lead == 5) << step;
    }
}

TEST(Svg, EscapesWords) {
    const std::string picture = svg_document({"a", "x < y", "\"d\"", 10, 20}, svg_text(1, 2, "end", "a & b"));
    EXPECT_NE(picture.find("<title id=\"a-t\">x &lt; y</title>"), std::string::npos);
    EXPECT_NE(picture.find("a &amp; b</text>"), std::string::npos);
    EXPECT_EQ(picture.find("\"d\""), std::string::npos);
}

}  // namespace
}  // namespace cifra
