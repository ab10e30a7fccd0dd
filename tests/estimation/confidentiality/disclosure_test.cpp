// What may be published of a made-up file of estimates, worked by hand.
#include "estimation/confidentiality/disclosure.h"

#include <gtest/gtest.h>

#include "engine/csv.h"

namespace cifra::testing {
namespace {

// Crimes by region and sex: one man of the north tells of three cases.
const std::string crimes =
    "table,indicator,domain,period,estimate,se,lower,upper,df,n,n_cases,quality,notices\n"
    "t,crimes,,2025,1000,10,980,1020,90,5000,500,r:good,\n"
    "t,crimes,region=N,2025,300,10,280,320,90,2000,150,r:good,\n"
    "t,crimes,region=S,2025,700,10,680,720,90,3000,350,r:good,\n"
    "t,crimes,sex=F,2025,600,10,580,620,90,2500,300,r:good,\n"
    "t,crimes,sex=M,2025,400,10,380,420,90,2500,200,r:good,\n"
    "t,crimes,region=N;sex=F,2025,294,10,280,310,90,1000,147,r:good,\n"
    "t,crimes,region=N;sex=M,2025,6,3,1,11,90,1000,3,r:poor,\n"
    "t,crimes,region=S;sex=F,2025,306,10,290,330,90,1500,153,r:good,\n"
    "t,crimes,region=S;sex=M,2025,394,10,380,410,90,1500,197,r:good,\n";
const std::string again = "u,crimes,sex=M;region=N,2025,6,3,1,11,90,1000,3,r:poor,few\n";
const std::string shares =
    "t,crimes_row_share,region=N;sex=F,2025,98,1,97,99,90,2000,147,r:good,\n"
    "t,crimes_row_share,region=S;sex=F,2025,43.7,1,42,45,90,3000,153,r:good,\n"
    "t,crimes_column_share,region=N,2025,30,1,29,31,90,5000,150,r:good,\n";
const std::string rates =
    "v,rate,,2025,0.1,0.01,0.08,0.12,90,5000,500,r:good,\n"
    "v,rate,region=N,2025,0.05,0.01,0.04,0.06,90,2000,150,r:good,\n"
    "v,rate,region=S,2025,0.15,0.01,0.12,0.16,90,3000,350,r:good,\n";

const std::string head = crimes.substr(0, crimes.find('\n') + 1);

Table estimates(const std::string& text) {
    Diagnostics faults;
    CsvOptions options;
    for (const char* name : {"table", "indicator", "domain", "period", "quality", "notices"})
        options.types[name] = ColumnType::text;
    Table table = parse_csv(text.starts_with("table,") ? text : head + text, "estimates.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

ConfidentialityPlan plan(const std::string& yaml) {
    Diagnostics faults;
    ConfidentialityPlan read = read_confidentiality(parse_yaml(yaml, "plan", faults), {"crimes"}, faults);
    faults.throw_if_errors();
    return read;
}

Disclosure disclose(const std::string& text, const std::string& yaml, const std::string& hidden = "") {
    Diagnostics faults;
    const Table table = estimates(text);
    const auto hides = [&](std::size_t row) { return !hidden.empty() && table.at("quality").text(row) == hidden; };
    Disclosure found = protect(table, plan(yaml), hides, faults);
    faults.throw_if_errors();
    return found;
}

// Domains of the rows of an indicator that are kept back.
std::vector<std::string> kept_back(const Table& published, const std::string& indicator) {
    std::vector<std::string> domains;
    for (std::size_t row = 0; row < published.rows(); ++row)
        if (published.at("indicator").text(row) == indicator && !published.at("suppressed").text(row).empty())
            domains.push_back(published.at("domain").text(row));
    return domains;
}

TEST(Disclosure, KeepsBackTheRectangleAroundASensitiveCell) {
    const Disclosure found = disclose(crimes, "{minimum_cases: 5}");
    const std::vector<std::string> rectangle = {"region=N;sex=F", "region=N;sex=M", "region=S;sex=F", "region=S;sex=M"};
    EXPECT_EQ(kept_back(found.published, "crimes"), rectangle);
    EXPECT_EQ(found.sensitive, 1U);
    EXPECT_EQ(found.complementary, 3U);
    EXPECT_TRUE(found.proven);
    // (294 + 306 + 394) of 2 times (300 + 700 + 600 + 400) - 1000 + 1000: every figure over the whole.
    EXPECT_NEAR(found.lost, 994. / 4000, 1e-12);
}

TEST(Disclosure, ThePublishedTableHoldsNoNumberOfWhatIsKeptBack) {
    const Disclosure found = disclose(crimes + again, "{minimum_cases: 5}");
    for (std::size_t row = 0; row < found.published.rows(); ++row) {
        const bool secret = found.published.at("domain").text(row).find(';') != std::string::npos;
        EXPECT_EQ(found.published.at("suppressed").text(row), secret ? "confidential" : "");
        for (const char* name : {"estimate", "se", "lower", "upper", "df", "n", "n_cases"})
            EXPECT_EQ(found.published.at(name).present(row), !secret) << name << ' ' << row;
        if (secret) {
            EXPECT_EQ(found.published.at("quality").text(row) + found.published.at("notices").text(row), "");
        }
    }
    EXPECT_EQ(to_csv(found.published).find("few"), std::string::npos);
}

// With the margins given, the man of the north may have from 0 to 300 crimes.
TEST(Disclosure, TheReportTellsWhatAnOutsiderCanConclude) {
    const Table report = disclose(crimes + again, "{minimum_cases: 5}").report;
    ASSERT_EQ(report.rows(), 4U);
    EXPECT_EQ(report.at("domain").text(1), "region=N;sex=M");
    EXPECT_EQ(report.at("status").text(1), "sensitive");
    EXPECT_EQ(report.at("reason").text(1), "cases_below_5");
    EXPECT_EQ(report.at("tables").text(1), "t u");
    EXPECT_EQ(report.at("estimate").number(1), 6);
    EXPECT_NEAR(report.at("lower").number(1), 0, 1e-9);
    EXPECT_NEAR(report.at("upper").number(1), 300, 1e-4);
    EXPECT_EQ(report.at("determined").text(1), "no");
    EXPECT_EQ(report.at("status").text(0), "complementary");
}

TEST(Disclosure, TheFullTableSaysWhatIsKeptBack) {
    const Disclosure found = disclose(crimes + again, "{minimum_cases: 5}");
    EXPECT_EQ(found.full.at("estimate").number(6), 6);
    EXPECT_EQ(found.full.at("notices").text(6), "kept back: sensitive (cases_below_5)");
    EXPECT_EQ(found.full.at("notices").text(9), "few; kept back: sensitive (cases_below_5)");
    EXPECT_FALSE(found.full.has("suppressed"));
}

TEST(Disclosure, SharesFollowTheirParts) {
    const Disclosure found = disclose(crimes + shares, "{minimum_cases: 5}");
    EXPECT_EQ(found.follows, 2U);
    EXPECT_EQ(kept_back(found.published, "crimes_row_share").size(), 2U);
    EXPECT_TRUE(kept_back(found.published, "crimes_column_share").empty());
}

TEST(Disclosure, CasesStandInForRates) {
    const Disclosure found = disclose(rates, "{minimum_cases: 151}");
    const std::vector<std::string> both = {"region=N", "region=S"};
    EXPECT_EQ(kept_back(found.published, "rate"), both);
}

TEST(Disclosure, IndicatorsFollowOthersWhereTold) {
    const Disclosure found =
        disclose(rates + crimes.substr(head.size()), "{minimum_cases: 151, follows: {crimes: [rate]}}");
    for (const char* domain : {"region=N", "region=S"}) {
        const auto domains = kept_back(found.published, "crimes");
        EXPECT_NE(std::find(domains.begin(), domains.end(), domain), domains.end()) << domain;
    }
}

TEST(Disclosure, SumsOfIndicatorsAreRelationsToo) {
    const std::string parts =
        "t,crimes,,2025,100,1,98,102,90,500,50,r:good,\nt,reported,,2025,6,1,5,7,90,500,3,r:good,\n"
        "t,silent,,2025,94,1,92,96,90,500,47,r:good,\n";
    const std::string base = "additive: [crimes, reported, silent], minimum_cases: 5";
    EXPECT_EQ(disclose(parts, "{" + base + "}").complementary, 0U);
    const Disclosure found = disclose(parts, "{" + base + ", sums: {crimes: [reported, silent]}}");
    EXPECT_EQ(found.complementary, 1U);
}

// Shares that make a hundred: one is what the others leave.
TEST(Disclosure, PartsOfAKnownWholeProtectEachOther) {
    const std::string parts =
        "t,yes,,2025,10,1,8,12,90,50,3,r:good,\nt,no,,2025,70,1,68,72,90,50,35,r:good,\n"
        "t,unknown,,2025,20,1,18,22,90,50,12,r:good,\n";
    const std::string base = "additive: [], minimum_cases: 5";
    EXPECT_EQ(disclose(parts, "{" + base + "}").complementary, 0U);
    const Disclosure found = disclose(parts, "{" + base + ", partitions: [[yes, no, unknown]]}");
    EXPECT_EQ(found.complementary, 1U);
    ASSERT_EQ(found.report.rows(), 2U);
    const Column& cases = found.report.at("n_cases");
    EXPECT_NEAR(found.report.at("upper").number(0), cases.number(0) + cases.number(1), 1e-6);
}

TEST(Disclosure, WhatIsHiddenForItsPrecisionSaysSo) {
    const Disclosure found = disclose(crimes, "{minimum_cases: 2}", "r:poor");
    EXPECT_EQ(found.quality, 1U);
    EXPECT_EQ(found.complementary, 0U);
    EXPECT_EQ(found.published.at("suppressed").text(6), "quality");
}

TEST(Disclosure, RoundedTotalsAddUpAndTellNoLess) {
    const Disclosure found = disclose(crimes, "{rounding: {base: 100, method: controlled}}");
    const Column& estimate = found.published.at("estimate");
    const auto sum = [&](std::size_t a, std::size_t b) { return estimate.number(a) + estimate.number(b); };
    EXPECT_EQ(sum(1, 2), estimate.number(0));
    EXPECT_EQ(sum(5, 6), estimate.number(1));
    EXPECT_EQ(sum(5, 7), estimate.number(3));
    EXPECT_EQ(sum(6, 8), estimate.number(4));
    EXPECT_EQ(estimate.number(6), 0);
    EXPECT_EQ(found.published.at("lower").number(0), 1000);
    EXPECT_FALSE(found.published.at("se").present(0));
}

TEST(Disclosure, TheWholeIsKeptBackWhereItIsAllThatProtects) {
    const std::string lonely = "t,crimes,,2025,6,1,5,7,90,500,3,r:good,\nt,crimes,a=1,2025,6,1,5,7,90,500,3,r:good,\n";
    // Both may be kept back together, and then nothing is told of either.
    EXPECT_EQ(disclose(lonely, "{minimum_cases: 5}").sensitive, 2U);
    const std::string alone = "t,crimes,,2025,6,1,5,7,90,500,30,r:good,\nt,crimes,a=1,2025,6,1,5,7,90,500,3,r:good,\n";
    EXPECT_EQ(disclose(alone, "{minimum_cases: 5}").complementary, 1U);
}

TEST(Disclosure, FaultsNameTheIndicatorAndTheKey) {
    Diagnostics faults;
    protect(
        estimates(crimes), plan("{follows: {crims: [crimes]}}"), [](std::size_t) { return false; }, faults);
    EXPECT_TRUE(faults.contains("unknown-indicator"));
    Diagnostics read;
    read_confidentiality(parse_yaml("{protection: 2, minimum_cases: -1, rounding: {base: 0}}", "p", read), {}, read);
    EXPECT_EQ(read.error_count(), 3U);
}

}  // namespace
}  // namespace cifra::testing
