// The quality report: figures worked by hand, blanks where nobody answered.
#include "estimation/publishing/quality_report/quality_report.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/csv.h"
#include "tests/estimation/publishing/made_up_publication.h"

namespace cifra {
namespace {

Table table_of(const std::string& csv) {
    Diagnostics faults;
    Table table = parse_csv(csv, "table.csv", {}, faults);
    faults.throw_if_errors();
    return table;
}

std::map<std::string, QualityAnswer> answers(const QualityTables& tables, const QualityReportPlan& plan = {},
                                             const MadeUpPublication& publication = MadeUpPublication()) {
    const Page page = publication.page("en");
    std::map<std::string, QualityAnswer> by_id;
    for (const QualityAnswer& answer : quality_answers(publication.rows, page, tables, plan))
        by_id.emplace(answer.concept_.id, answer);
    return by_id;
}

using Lines = std::vector<std::string>;

TEST(Sims, HasTheNineteenHeadingsAndEveryPartUnderItsHeading) {
    std::set<std::string> ids;
    std::size_t headings = 0;
    for (const SimsConcept& item : sims_concepts()) {
        EXPECT_TRUE(ids.insert(item.id).second) << item.id;
        EXPECT_TRUE(item.depth() == 1 || ids.contains(item.id.substr(0, item.id.rfind('.')))) << item.id;
        EXPECT_EQ(item.name.size(), 2u);
        headings += item.depth() == 1 ? 1 : 0;
    }
    EXPECT_EQ(headings, 19u);
    EXPECT_EQ(ids.size(), 99u);
}

// CV of the rows: 0.05 three times, 0.1, 0.2 three times, 0.4 twice.
TEST(QualityReport, TellsTheDistributionOfPrecision) {
    auto told = answers({});
    EXPECT_EQ(told["S.3.1"].figures.front(), "10 estimates in 2 tables.");
    EXPECT_EQ(told["S.5"].figures, Lines{"Periods: 2025."});
    EXPECT_EQ(told["S.13.2.1"].figures,
              (Lines{"Design effects: median 1.40, largest 1.40.",
                     "Coefficients of variation: quartiles 5.0%, 20.0% and 20.0%.",
                     "CV below 15%: 4 of 9 estimates; from 15% to below 30%: 3; 30% and over: 2."}));
    EXPECT_EQ(told["S.7.2"].figures, Lines{"No estimate is withheld under a publication rule."});
    EXPECT_EQ(told["S.13.1"].figures.size(), 3u);
    EXPECT_TRUE(told["S.16"].figures.empty());
    auto hidden = answers({}, {}, MadeUpPublication(RowChoice{{}, {"low"}}));
    EXPECT_EQ(hidden["S.7.2"].figures, Lines{"3 of 10 estimates are withheld under the publication rule."});
}

TEST(QualityReport, TellsTheWeighting) {
    QualityTables tables;
    tables.audit = table_of(
        "step,cell,n,sum_before,sum_after,factor,min,max,cv,deff_kish,merged,control,coverage\n"
        "base,,400,1000,1000,1,1,2,0.1,1.01,0,,\ncalibration,,320,1000,1200,1.2,1,3,0.3,1.09,0,,\n"
        "calibration,region=R1,100,400,500,1.25,1,3,0.2,1.04,1,500,0.8\n"
        "calibration,region=R2,220,600,700,1.17,1,3,0.2,1.04,1,625,0.96\n");
    tables.outcome_rates = table_of("rate,unweighted,weighted\nRR1,0.5,0.6\nRR2,0.6,0.7\nCOOP1,0.9,0.9\n");
    tables.response = table_of("variable,category,all\nregion,R1,0.2\nresponse_rate,,0.8\nr_indicator,,0.91\n");
    tables.imputation = table_of("level,variable,share\nperson,income,0.125\n");
    auto told = answers(tables);
    EXPECT_EQ(told["S.13.3.1"].figures,
              Lines{"Coverage of known totals before adjustment (calibration): 80.0% to 96.0%."});
    EXPECT_EQ(told["S.13.3.3.1"].figures, (Lines{"Unit non-response by RR1 of AAPOR, weighted: 40.0%.",
                                                 "Unit non-response by RR2 of AAPOR, weighted: 30.0%.",
                                                 "Unit non-response among eligible dwellings, base weights: 20.0%."}));
    EXPECT_EQ(told["S.13.3.3"].figures.size(), 1u);
    EXPECT_EQ(told["S.18.6"].figures.size(), 2u);
    EXPECT_EQ(told["S.18.5.1"].figures, Lines{"Imputed, income: 12.5% of its universe."});
    EXPECT_EQ(told["S.13.2.1"].figures.back(), "Design effect of unequal weights after all steps (Kish): 1.09.");
}

// Rows in common: 0.1 against 0.15 and 0.3 against 0.25, mean 0.05; over 0.4 a quarter.
TEST(QualityReport, TellsTheSizeOfRevisions) {
    QualityTables tables;
    Diagnostics faults;
    CsvOptions options;
    options.types["period"] = ColumnType::text;
    tables.previous = parse_csv(
        "table,indicator,domain,period,estimate\nby_region,prev,region=R1,2025,0.15\n"
        "by_region,prev,region=R2,2025,0.25\nby_region,prev,region=R9,2025,0.5\nby_region,prev,region=R4,2025,1\n",
        "earlier.csv", options, faults);
    EXPECT_EQ(
        answers(tables)["S.17.2.1"].figures,
        Lines{"Against the earlier estimates: 2 estimates in common, mean absolute revision 0.050, relative 25.0%."});
}

TEST(QualityReport, PutsTheStudysOwnTextsBesideAndNamesTheBlanks) {
    Diagnostics faults;
    const QualityReportPlan plan =
        read_quality_report(parse_yaml("S.1.1: {en: An office, es: Una oficina}\nS.16: '<script>alert(1)</script>'\n",
                                       "study.yaml", faults),
                            faults);
    ASSERT_FALSE(faults.has_errors());
    const MadeUpPublication publication;
    const Page page = publication.page("es");
    const std::vector<QualityAnswer> made = quality_answers(publication.rows, page, {}, plan);
    const std::string html = quality_report_html(made, page), markdown = quality_report_markdown(made, page);
    EXPECT_NE(html.find("<p>Una oficina</p>"), std::string::npos);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_NE(
        html.find(
            "<h3 id=\"S.1.2\">S.1.2 Unidad de la organización de contacto</h3>\n<p class=\"blank\">por completar"),
        std::string::npos);
    EXPECT_EQ(html.find("<h2 id=\"S.1\">S.1 Contacto</h2>\n<p class=\"blank\""), std::string::npos);
    EXPECT_NE(markdown.find("## S.16 Coste y carga\n\n\\<script\\>"), std::string::npos);
    Diagnostics unknown;
    read_quality_report(parse_yaml("S.13.9: x\n", "study.yaml", unknown), unknown);
    EXPECT_TRUE(unknown.contains("unknown-concept"));
}

}  // namespace
}  // namespace cifra
