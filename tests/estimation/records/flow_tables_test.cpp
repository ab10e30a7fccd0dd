// Caseload, SDG rows and the UN-CTS form, worked by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "estimation/records/flow_caseload.h"
#include "estimation/records/flow_sdg.h"
#include "estimation/records/flow_uncts.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

CountRow row(const std::string& iccs, const std::string& sex, double count, const std::string& status = "") {
    CountRow one;
    one.year = 2021;
    one.iccs = iccs;
    one.sex = sex;
    one.status = status;
    one.count = count;
    return one;
}

double find(const Table& table, const std::vector<std::pair<const char*, std::string>>& where, const char* column) {
    double value = std::nan("");
    std::size_t found = 0;
    for (std::size_t k = 0; k < table.rows(); ++k) {
        bool matches = true;
        for (const auto& [name, text] : where) matches = matches && table.at(name).text(k) == text;
        if (!matches) continue;
        ++found;
        value = table.at(column).number(k);
    }
    EXPECT_EQ(found, 1u);
    return value;
}

TEST(Caseload, MeasuresByHand) {
    const ScratchFolder folder;
    Diagnostics faults;
    const Table table = caseload_table(
        folder.write("c.csv",
                     "institution,year,pending_start,incoming,resolved\nCourts,2021,100,400,320\nNew,2021,0,0,0\n"),
        faults);
    ASSERT_FALSE(faults.has_errors());
    EXPECT_EQ(table.at("pending_end").number(0), 180);
    EXPECT_EQ(table.at("clearance").number(0), 0.8);
    EXPECT_EQ(table.at("pending_ratio").number(0), 0.5625);
    EXPECT_EQ(table.at("congestion").number(0), 1.5625);
    EXPECT_EQ(table.at("duration_days").number(0), 205.3125);
    for (const char* name : {"clearance", "pending_ratio", "congestion", "duration_days"})
        EXPECT_FALSE(table.at(name).present(1)) << name;
}

TEST(Sdg, RatesByHand) {
    FlowPlan plan;
    plan.year = 2021;
    plan.homicide = "homicide.csv";
    plan.trafficking = "trafficking.csv";
    plan.prison = PrisonPlan{"prison.csv", *make_date(2021, 6, 30)};
    SdgSources sources;
    sources.population = {row("", "male", 1900000), row("", "female", 2100000)};
    sources.homicide = {row("0101", "male", 152), row("0101", "female", 21), row("0102", "male", 90)};
    sources.trafficking = {row("02041", "female", 8), row("0204", "male", 2)};
    sources.prison = {row("", "male", 700, "sentenced"), row("", "male", 240, "unsentenced"),
                      row("", "female", 40, "sentenced"), row("", "female", 20, "unsentenced")};
    Diagnostics faults;
    const Table table = sdg_table(plan, sources, faults);
    ASSERT_FALSE(faults.has_errors());
    EXPECT_NEAR(find(table, {{"goal", "16.1.1"}, {"sex", ""}}, "value"), 4.325, 1e-12);
    EXPECT_NEAR(find(table, {{"series", "VC_IHR_PSRC"}, {"sex", "male"}}, "value"), 8, 1e-12);
    EXPECT_NEAR(find(table, {{"series", "VC_HTF_DETVR"}, {"iccs", "0204"}}, "value"), 0.25, 1e-12);
    EXPECT_NEAR(find(table, {{"series", "VC_HTF_DETVSXR"}, {"iccs", "02041"}}, "value"), 0.2, 1e-12);
    EXPECT_NEAR(find(table, {{"series", ""}, {"iccs", "02041"}, {"sex", "female"}}, "value"), 8 / 21.0, 1e-12);
    EXPECT_NEAR(find(table, {{"goal", "16.1.1"}, {"sex", "female"}}, "value"), 1, 1e-12);
    EXPECT_NEAR(find(table, {{"goal", "16.2.2"}, {"iccs", "0204"}, {"sex", ""}}, "value"), 0.25, 1e-12);
    EXPECT_NEAR(find(table, {{"goal", "16.2.2"}, {"iccs", "02041"}, {"sex", ""}}, "value"), 0.2, 1e-12);
    EXPECT_NEAR(find(table, {{"goal", "16.3.2"}, {"sex", ""}, {"series", "VC_PRS_UNSNT"}}, "value"), 26, 1e-12);
    EXPECT_NEAR(find(table, {{"goal", "16.3.2"}, {"sex", "female"}}, "value"), 100 / 3.0, 1e-12);
}

TEST(Uncts, TotalsOfCodesHoldWhatIsBelowOnce) {
    const std::vector<CountRow> rows = {row("0401", "male", 50), row("040111", "female", 7), row("0502", "", 20),
                                        row("", "male", 3)};
    const Table table = uncts_table({{"convicted", rows}}, "en");
    const auto count = [&](const char* code, const char* breakdown, const char* category) {
        return find(table, {{"iccs", code}, {"breakdown", breakdown}, {"category", category}}, "count");
    };
    EXPECT_EQ(count("", "total", ""), 80);
    EXPECT_EQ(count("04", "total", ""), 57);
    EXPECT_EQ(count("0401", "total", ""), 57);
    EXPECT_EQ(count("04011", "total", ""), 7);
    EXPECT_EQ(count("", "sex", "male"), 53);
    EXPECT_EQ(count("", "sex", "female"), 7);
    EXPECT_EQ(count("", "sex", "unknown"), 20);
    double sections = 3;  // without a code
    for (std::size_t k = 0; k < table.rows(); ++k)
        if (table.at("iccs").text(k).size() == 2 && table.at("breakdown").text(k) == "total")
            sections += table.at("count").number(k);
    EXPECT_EQ(sections, 80);
    for (std::size_t k = 0; k < table.rows(); ++k) EXPECT_NE(table.at("breakdown").text(k), "age");
}

}  // namespace
}  // namespace cifra
