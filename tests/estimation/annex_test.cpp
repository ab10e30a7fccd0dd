// The annex of tables: what stands in the cells of the workbook, read back from its parts.
#include "estimation/publishing/annex.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/zip.h"

namespace cifra {
namespace {

PageCell cell(double estimate, QualityLevel level = QualityLevel::good, const std::string& mark = "") {
    PageCell made;
    made.present = true;
    made.estimate = estimate;
    made.lower = estimate - 1;
    made.upper = estimate + 1;
    made.cv = 0.125;
    made.n = 400;
    made.cases = 40;
    made.level = level;
    made.mark = mark;
    return made;
}

Page made_up_page() {
    PageSection section;
    section.title = "Victims <of crime>";
    section.level = "95";
    section.columns = {{"victims", "Victims", "%", 1}, {"crimes", "Crimes", "per 1,000", 0}};
    PageCell hidden = cell(77);
    hidden.hidden = true;
    PageCell noted = cell(1234.25, QualityLevel::poor, "c");
    noted.footnotes = {1};
    section.rows = {{"Total", "", true, {cell(14.5), cell(2187.75)}}, {"North", "Region", false, {hidden, noted}}};
    section.footnotes = {"few PSUs"};
    section.legend = {{"poor", QualityLevel::poor, "c", {{"en", "unreliable"}}}};
    section.rule_titles = {"Rule"};
    return {"en", "Survey", "2025", "An office", "", {section, section}};
}

// "sheet1.xml" is the contents; the two tables have two sheets each.
TEST(Annex, NumbersStayNumbersAndHiddenValuesStayHidden) {
    const auto files = unzip(annex_bytes(made_up_page()));
    const std::string& estimates = files.at("xl/worksheets/sheet2.xml");
    const std::string& precision = files.at("xl/worksheets/sheet3.xml");
    EXPECT_NE(estimates.find("<v>14.5</v>"), std::string::npos);
    EXPECT_NE(estimates.find("<v>1234.25</v>"), std::string::npos);
    for (const std::string* sheet : {&estimates, &precision})
        for (const char* value : {"<v>77</v>", "<v>76</v>", "<v>78</v>"})
            EXPECT_EQ(sheet->find(value), std::string::npos) << value;
    for (const char* value : {"<v>13.5</v>", "<v>15.5</v>", "<v>12.5</v>", "<v>40</v>", "<v>400</v>"})
        EXPECT_NE(precision.find(value), std::string::npos) << value;
    EXPECT_TRUE(files.contains("xl/worksheets/sheet5.xml"));
    EXPECT_FALSE(files.contains("xl/worksheets/sheet6.xml"));
}

TEST(Annex, StylesTellDecimalsClassAndFootnotes) {
    const std::string styles = unzip(annex_bytes(made_up_page())).at("xl/styles.xml");
    for (const char* style : {"#,##0.0", "#,##0&quot; (1)&quot;", "0.0&quot; c&quot;", "FFFFCF9E"})
        EXPECT_NE(styles.find(style), std::string::npos) << style << "\n" << styles;
}

TEST(Annex, ContentsLeadToTheSheetsAndTextsAreEscaped) {
    const auto files = unzip(annex_bytes(made_up_page()));
    const std::string &contents = files.at("xl/worksheets/sheet1.xml"), &words = files.at("xl/sharedStrings.xml");
    for (const char* target : {"'1'!A1", "'1 CV'!A1", "'2'!A1", "'2 CV'!A1"})
        EXPECT_NE(contents.find(target), std::string::npos) << target;
    for (const char* text :
         {"Table 1. Victims &lt;of crime&gt;", "(1) few PSUs", "Source: An office", "unreliable", "…"})
        EXPECT_NE(words.find(text), std::string::npos) << text;
    EXPECT_NE(files.at("xl/worksheets/sheet2.xml").find("<pane xSplit=\"1\" ySplit=\"6\""), std::string::npos);
}

TEST(Annex, TheSamePageIsTheSameBytes) { EXPECT_EQ(annex_bytes(made_up_page()), annex_bytes(made_up_page())); }

TEST(Annex, ANumberThatIsNoneIsAnEmptyCell) {
    Page page = made_up_page();
    page.sections[0].rows[0].cells[0].lower = std::numeric_limits<double>::quiet_NaN();
    page.sections[0].rows[0].cells[0].cv = std::numeric_limits<double>::infinity();
    const auto files = unzip(annex_bytes(page));
    EXPECT_EQ(files.at("xl/worksheets/sheet3.xml").find("nan"), std::string::npos);
    EXPECT_EQ(files.at("xl/worksheets/sheet3.xml").find("inf"), std::string::npos);
}

}  // namespace
}  // namespace cifra
