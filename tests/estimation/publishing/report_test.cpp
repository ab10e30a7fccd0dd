// The report: nothing from outside is run or fetched, and a reader can use it by keyboard, narrow and wide.
#include "estimation/publishing/report/report.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "tests/estimation/publishing/made_up_publication.h"
#include "tests/support/web_programs.h"

namespace cifra {
namespace {

std::string square(const std::string& code, double x) {
    return fmt::format(R"({{"type":"Feature","properties":{{"id":"{0}"}},"geometry":{{"type":"Polygon",)"
                       R"("coordinates":[[[{1},0],[{2},0],[{2},1],[{1},1],[{1},0]]]}}}})",
                       code, x, x + 1);
}

std::string squares(const std::vector<std::string>& codes) {
    std::vector<std::string> features;
    for (std::size_t i = 0; i < codes.size(); ++i) features.push_back(square(codes[i], static_cast<double>(i)));
    return fmt::format(R"({{"type":"FeatureCollection","features":[{}]}})", fmt::join(features, ","));
}

const MapPlan plan = {"regions.geojson", "id", "region"};

AreaMap map_of(const std::vector<std::string>& codes) {
    Diagnostics faults;
    AreaMap map = parse_map(squares(codes), plan, faults);
    faults.throw_if_errors();
    return map;
}

std::string report(const ReportParts& parts = {}) {
    const MadeUpPublication publication;
    return to_report(publication.pages(), publication.texts.codebook, parts);
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++found;
    return found;
}

std::string between(const std::string& text, const std::string& before, const std::string& after) {
    const std::size_t begin = text.find(before) + before.size();
    return text.substr(begin, text.find(after, begin) - begin);
}

TEST(Report, RunsAndFetchesNothingFromOutside) {
    const std::string text = report({map_of({"R1", "R2", "R3", "R4"}), ""});
    EXPECT_EQ(count(text, "<script"), 2u);
    EXPECT_EQ(count(text, "</script"), 2u);
    EXPECT_EQ(count(text, "<img"), 0u);
    for (const char* fetched : {"http:", "https:", "src=\"", "<link", "@import", "url(h", "url(/"})
        EXPECT_EQ(count(text, fetched), 0u) << fetched;
    const std::string data = between(text, "id=\"report-data\">", "</script>");
    for (const char* sign : {"<", ">", "&"}) EXPECT_EQ(count(data, sign), 0u) << sign;
    bool told = false;
    const nlohmann::json json = nlohmann::json::parse(data);
    for (const auto& [id, chart] : json.at("charts").items())
        for (const auto& point : chart.at("points")) told = told || point.at("label") == hostile;
    EXPECT_TRUE(told);
}

TEST(Report, IdsAreUniqueAndLinksLead) {
    const std::string text = report({map_of({"R1", "R2", "R3", "R4"}), ""});
    static const std::regex id(" id=\"([^\"]+)\""), link("href=\"#([^\"]+)\"");
    std::set<std::string> ids;
    for (std::sregex_iterator it(text.begin(), text.end(), id), end; it != end; ++it)
        EXPECT_TRUE(ids.insert((*it)[1]).second) << (*it)[1];
    std::size_t links = 0;
    for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it, ++links)
        EXPECT_TRUE(ids.contains((*it)[1])) << (*it)[1];
    EXPECT_GT(links, 4u);
}

TEST(Report, RefusesABundleThatClosesItsScript) {
    EXPECT_THROW(report({{}, "x = '</script>'"}), InputError);
    EXPECT_EQ(count(report({{}, "globalThis.bundle = 1;"}), "globalThis.bundle = 1;"), 1u);
}

TEST(Map, NamesTheCodesThatDoNotMeet) {
    const MadeUpPublication publication;
    Diagnostics missing, more, other;
    check_map(map_of({"R1", "R2"}), publication.rows, plan, missing);
    ASSERT_TRUE(missing.contains("area-without-shape"));
    EXPECT_NE(missing.items().front().message.find("R3, R4"), std::string::npos);
    check_map(map_of({"R1", "R2", "R3", "R4", "R9"}), publication.rows, plan, more);
    EXPECT_FALSE(more.has_errors());
    ASSERT_TRUE(more.contains("shape-without-estimate"));
    EXPECT_NE(more.items().front().message.find("R9"), std::string::npos);
    AreaMap wrong = map_of({"R1"});
    wrong.variable = "commune";
    check_map(wrong, publication.rows, plan, other);
    EXPECT_TRUE(other.has_errors());
}

TEST(Map, FaultsOfTheFileAreNamed) {
    const auto codes_of = [](const std::string& text) {
        Diagnostics faults;
        parse_map(text, plan, faults);
        return faults;
    };
    EXPECT_TRUE(codes_of("no json").contains("not-geojson"));
    EXPECT_TRUE(codes_of("{}").contains("not-geojson"));
    EXPECT_TRUE(codes_of(R"({"features":[{"properties":{"name":"x"},"geometry":null}]})").contains("missing-code"));
    EXPECT_TRUE(codes_of(R"({"features":[{"properties":{"id":7},"geometry":{"type":"Point","coordinates":[0,0]}}]})")
                    .contains("not-geojson"));
    EXPECT_TRUE(
        codes_of(R"({"features":[{"properties":{"id":7},"geometry":{"type":"Polygon","coordinates":[[["a"]]]}}]})")
            .contains("not-geojson"));
}

// Classes of 10: R1 at 10 and R2 at 30. R3 has no shade of its own, R4 no figure.
TEST(Map, ShadesTellSizeAndPrecision) {
    const Page page = MadeUpPublication().page("en");
    const std::string maps = section_maps(map_of({"R1", "R2", "R3", "R4"}), page.sections[1], "en");
    const auto fill = [&](const std::string& code) {
        return between(maps, "data-domain=\"region=" + code + "\" fill=\"", "\"");
    };
    EXPECT_EQ(fill("R1"), "#6ea4ca");  // 10 is in the second of three classes
    EXPECT_EQ(fill("R2"), "#12466b");
    EXPECT_NE(fill("R3").find("-p)"), std::string::npos);
    EXPECT_EQ(count(maps, "data-domain=\"region=R4\""), 0u);
    EXPECT_EQ(count(maps, "class=\"ar none\""), 1u);
    EXPECT_EQ(count(maps, "class=\"hatch\""), 1u);
    EXPECT_EQ(section_maps(map_of({"R1"}), page.sections[0], "en"), "");
}

// A square of one degree at the equator is a square: the four areas are one wide and one high each.
TEST(Map, KeepsShapesAtTheMiddleLatitude) {
    const std::string maps =
        section_maps(map_of({"R1", "R2", "R3", "R4"}), MadeUpPublication().page("en").sections[1], "en");
    static const std::regex corner("d=\"M([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)");
    std::smatch found;
    ASSERT_TRUE(std::regex_search(maps, found, corner));
    const double wide = std::stod(found[3]) - std::stod(found[1]), tall = std::stod(found[4]) - std::stod(found[6]);
    EXPECT_NEAR(wide, tall, 0.2);
    EXPECT_NEAR(wide, 137, 0.2);  // (560 - 2 * 6) / 4
}

class ReportInBrowser : public testing::TestWithParam<bool> {
protected:
    ScratchFolder folder_;
};

TEST_P(ReportInBrowser, IsUsedByKeyboardNarrowAndWide) {
    std::string bundle;
    const std::filesystem::path charts = web_folder() / "charts.js";
    if (GetParam()) {
        if (!std::filesystem::exists(charts)) GTEST_SKIP() << no_web;
        bundle = bytes_of(charts);
    }
    const std::string text = report({map_of({"R1", "R2", "R3", "R4"}), bundle});
    EXPECT_LT(text.size(), 3'000'000u);
    std::ofstream(folder_.path() / "report.html", std::ios::binary) << text;
    const WebRun check = run_web("check_report.mjs", "report.html", folder_.path());
    if (!check.installed) GTEST_SKIP() << no_web;
    ASSERT_EQ(check.code, 0) << check.report;
    const auto seen = nlohmann::json::parse(check.report);
    EXPECT_EQ(seen.at("requests"), 0);
    EXPECT_EQ(seen.at("languages").size(), 2u);
    EXPECT_EQ(seen.at("charts"), GetParam() ? 3 : 0);
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutTheBundle, ReportInBrowser, testing::Bool());

}  // namespace
}  // namespace cifra
