// The picture of weights: what is drawn against counts by hand, and what every picture must have.
#include "estimation/publishing/weight_plot.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

namespace cifra {
namespace {

using Numbers = std::vector<double>;

std::vector<double> attributes(const std::string& svg, const std::string& pattern) {
    std::vector<double> result;
    const std::regex expression(pattern);
    for (std::sregex_iterator at(svg.begin(), svg.end(), expression), end; at != end; ++at)
        result.push_back(std::stod((*at)[1]));
    return result;
}

const Numbers before = {1, 1, 10, 100, 0}, after = {1, 10, 10, 10, 0};

// Two decades by tenths: 21 classes of (548 - 52) / 21 each; 1 and 10 lie at the lower limits of the classes 0 and 10.
TEST(WeightPlot, DrawsTheCountsOfClassesOfEqualWidth) {
    const std::string svg = weight_plot({"w", "en", "", before, after});
    const Numbers heights = attributes(svg, "width=\"22.6\" height=\"([0-9.]+)\"");
    ASSERT_EQ(heights.size(), 2u);
    EXPECT_NEAR(heights[1] / heights[0], 3, 0.01);
    EXPECT_NE(svg.find("<rect x=\"52.5\""), std::string::npos);
    EXPECT_NE(svg.find("<rect x=\"288.7\""), std::string::npos);  // 52 + 10 * 496 / 21 + 0.5
    // The outline rises to 2, 1 and 1 of 3 units: 250 - 200 * 2 / 3 and 250 - 200 / 3.
    EXPECT_NE(svg.find("M52.0 250.0V116.7H"), std::string::npos);
    EXPECT_EQ(attributes(svg, "V(183.3)H").size(), 2u);
}

TEST(WeightPlot, TellsItsNumbersInBothLanguages) {
    const std::string en = weight_plot({"w", "en", "", before, after}),
                      es = weight_plot({"w", "es", "", before, after});
    // Mean 28, Σ(w - 28)² = 2 * 27² + 18² + 72² = 6966: deff 1 + 6966 / 4 / 28² = 3.22.
    EXPECT_NE(en.find("Before: 4 units with weights from 1.00 to 100.0, median 5.50, design effect of unequal weights "
                      "3.22."),
              std::string::npos)
        << en;
    EXPECT_NE(es.find("Antes: 4 unidades con ponderadores de 1,00 a 100,0, mediana 5,50"), std::string::npos);
    EXPECT_NE(es.find("Distribución de los ponderadores"), std::string::npos);
    for (const std::string& svg : {en, es}) {
        EXPECT_NE(svg.find("aria-labelledby=\"w-t w-d\""), std::string::npos);
        EXPECT_NE(svg.find("<title id=\"w-t\">"), std::string::npos);
        EXPECT_NE(svg.find("<desc id=\"w-d\">"), std::string::npos);
    }
}

TEST(WeightPlot, IsWellFormedForAnyWeights) {
    const std::regex tag("<(/?)([a-z]+)[^>]*?(/?)>");
    const Numbers equal(50, 37.5), wide = {1e-6, 3, 7e9}, narrow = {99, 100, 100.5, 101}, none = {0, 0};
    for (const Numbers* w : {&equal, &wide, &narrow}) {
        const std::string svg = weight_plot({"a<b", "en", "1 < 2 & 3", *w, *w});
        std::vector<std::string> open;
        for (std::sregex_iterator at(svg.begin(), svg.end(), tag), end; at != end; ++at) {
            if ((*at)[3].length() > 0) continue;
            if ((*at)[1].length() == 0) {
                open.push_back((*at)[2]);
                continue;
            }
            ASSERT_FALSE(open.empty());
            EXPECT_EQ(open.back(), (*at)[2]);
            open.pop_back();
        }
        EXPECT_TRUE(open.empty());
        EXPECT_EQ(svg.find("nan"), std::string::npos);
        EXPECT_EQ(svg.find("inf"), std::string::npos);
        EXPECT_NE(svg.find("1 &lt; 2 &amp; 3"), std::string::npos);
    }
    EXPECT_EQ(weight_plot({"w", "en", "", none, none}), "");
    EXPECT_NE(weight_plot({"w", "en", "", none, equal}).find("<rect"), std::string::npos);
}

}  // namespace
}  // namespace cifra
