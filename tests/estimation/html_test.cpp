// The published page: numbers, labels, axis, and the properties every page must have.
#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <set>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "estimation/intervals.h"
#include "estimation/publishing/chart.h"
#include "estimation/publishing/domain_label.h"
#include "estimation/publishing/html.h"
#include "estimation/publishing/words.h"
#include "estimation/variance/lonely.h"
#include "estimation/variance/unequal.h"
#include "tests/estimation/oracle_table.h"

namespace cifra {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// ---- numbers

TEST(Numbers, AreWrittenInTheMannerOfTheLanguage) {
    const NumberStyle en = number_style("en"), es = number_style("es");
    EXPECT_EQ(format_number(1234567.5, 0, en), "1,234,568");
    EXPECT_EQ(format_number(1234, 0, en), "1,234");
    EXPECT_EQ(format_number(1234, 0, es), "1234");
    EXPECT_EQ(format_number(12345.678, 2, es), "12\u202f345,68");
    EXPECT_EQ(format_number(0.25, 1, es), "0,3");
    EXPECT_EQ(format_number(999, 0, en), "999");
    EXPECT_EQ(format_number(-2.5, 1, en), "\u22122.5");
    EXPECT_EQ(format_number(-0.01, 1, en), "0.0");
    EXPECT_EQ(format_number(nan, 1, en), "–");
}

TEST(Numbers, HalvesGoAwayFromZeroAsTheyStandInDecimal) {
    const NumberStyle en = number_style("en");
    EXPECT_EQ(format_number(2.675, 2, en), "2.68");  // 2.675 is below the half in binary
    EXPECT_EQ(format_number(1.005, 2, en), "1.01");
    EXPECT_EQ(format_number(0.5, 0, en), "1");
    EXPECT_EQ(format_number(2.6749999, 2, en), "2.67");
}

TEST(Numbers, DecimalsFollowTheLargestValue) {
    const auto decimals = [](std::vector<double> values) { return decimals_for(values); };
    EXPECT_EQ(decimals({12345.6, 0.5}), 0);
    EXPECT_EQ(decimals({999.9}), 1);
    EXPECT_EQ(decimals({9.99, nan}), 2);
    EXPECT_EQ(decimals({0.34}), 2);
    EXPECT_EQ(decimals({0.034}), 3);
    EXPECT_EQ(decimals({0.0}), 0);
    EXPECT_EQ(decimals({1e-12}), 6);
}

// ---- labels

Codebook codebook() {
    Diagnostics faults;
    const YamlValue value = parse_yaml(
        "region: {type: text, label: {en: Region, es: Región}, categories: {R1: {en: North, es: Norte}, R2: {en: "
        "South, es: Sur}}}\n"
        "sex: {type: text, label: {en: Sex, es: Sexo}, categories: {'1': {en: Men, es: Hombres}, '2': {en: Women, es: "
        "Mujeres}}}\n",
        "codebook.yaml", faults);
    Codebook result = read_codebook(value, faults);
    faults.throw_if_errors();
    return result;
}

TEST(DomainLabel, JoinsTheLabelsOfItsParts) {
    const DomainLabel label = domain_label("region=R1;sex=2", codebook(), "es");
    EXPECT_EQ(label.variables, "Región × Sexo");
    EXPECT_EQ(label.categories, "Norte · Mujeres");
    const DomainLabel unknown = domain_label("area=U;region=R9", codebook(), "en");
    EXPECT_EQ(unknown.variables, "area × Region");
    EXPECT_EQ(unknown.categories, "U · R9");
}

TEST(Words, AreEnglishUnlessSpanishIsAskedFor) {
    EXPECT_EQ(words_in("es-MX").language, "es");
    EXPECT_EQ(words_in("de").language, "en");
    EXPECT_EQ(method_name("linearized, ultimate clusters with replacement, lonely_psu=adjust", "es"),
              "linealización de Taylor, conglomerados últimos con reemplazo, estratos de una UPM respecto a la media "
              "general");
}

TEST(Words, NoticesAreOfTheLanguageAndKeepTheirNumbers) {
    EXPECT_EQ(method_name("item missing for 1.25 % of the weight", "en"), "item missing for 1.25% of the weight");
    EXPECT_EQ(method_name("item missing for 1.25 % of the weight", "fr"), "donnée manquante pour 1,25 % du poids");
    EXPECT_EQ(method_name("3 notices of the design", "pt"), "3 avisos do plano amostral");
    EXPECT_EQ(method_name("no variance: the weights meet this exactly, or the records do not differ", "es"),
              "sin varianza: los ponderadores lo cumplen exactamente, o los registros no difieren");
    EXPECT_EQ(method_name("500 rao_wu replicates about the estimate", "es"),
              "500 réplicas rao_wu respecto a la estimación");
    EXPECT_EQ(method_name("a notice of another program", "es"), "a notice of another program");
}

TEST(Words, HaveANameForEveryIntervalAndRule) {
    for (const std::string& interval : interval_names()) {
        if (interval.empty() || interval == "automatic") continue;
        EXPECT_EQ(method_name(interval, "pt").find('_'), std::string::npos) << interval;
    }
    for (const std::string& rule : lonely_psu_names()) {
        if (rule == "fail") continue;
        EXPECT_EQ(method_name("lonely_psu=" + rule, "fr").find('='), std::string::npos) << rule;
    }
    for (const std::string& rule : unequal_names())
        EXPECT_EQ(method_name(rule, "es").find('_'), std::string::npos) << rule;
}

TEST(Markup, IsEscapedAndShortenedByCharacters) {
    EXPECT_EQ(escape_markup("<b a=\"1\">&'\x01"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
    EXPECT_EQ(shortened("áéíóú", 5), "áéíóú");
    EXPECT_EQ(shortened("áéíóúx", 5), "áéíó…");
}

// ---- chart

TEST(Axis, HasRoundStepsAndHoldsEveryInterval) {
    const auto axis = [](std::vector<ChartPoint> points) { return axis_for(points); };
    const Axis from_zero = axis({{"a", 10, 7, 14, {}, false, false}, {"b", 20, 3, 47, {}, false, false}});
    EXPECT_EQ(from_zero.low, 0);
    EXPECT_EQ(from_zero.high, 50);
    EXPECT_EQ(from_zero.step, 10);
    const Axis away = axis({{"a", 70, 66, 74, {}, false, false}, {"b", 80, 77, 83, {}, false, false}});
    EXPECT_EQ(away.low, 65);
    EXPECT_EQ(away.high, 85);
    const Axis negative = axis({{"a", -1, -3, 1, {}, false, false}});
    EXPECT_LE(negative.low, -3);
    EXPECT_GE(negative.high, 1);
    const Axis point = axis({{"a", 5, nan, nan, {}, false, false}});
    EXPECT_LT(point.low, point.high);
}

// ---- the page

const std::string header =
    "table,indicator,domain,period,estimate,se,cv,lower,upper,level,interval,df,deff,n,n_cases,n_eff,weight_set,"
    "variance_method,quality,notices\n";
const std::string tail = ",person_weight,\"linearized, ultimate clusters with replacement\",";

std::string small_estimates() {
    return header + "by_sex,prev,,2025,0.2,0.01,0.05,0.18,0.22,0.95,logit,40,1.4,1500,300,1071" + tail +
           "inegi_cv:high,\n" + "by_sex,prev,sex=1,2025,0.25,0.05,0.2,0.16,0.36,0.95,logit,40,1.4,700,175,500" + tail +
           "inegi_cv:moderate,item missing for 1.00 % of the weight\n" +
           "by_sex,prev,sex=2,2025,0.004,0.002,0.5,0.001,0.01,0.95,korn_graubard,38,1.4,800,4,571" + tail +
           "inegi_cv:low,\n" + "by_sex,total,,2025,12345.6,617,0.05,11100,13700,0.95,log,40,1.4,1500,300,1071" + tail +
           "inegi_cv:high,\n" + "by_sex,total,sex=1,2025,9000,1800,0.2,6000,13500,0.95,log,40,1.4,700,175,500" + tail +
           "inegi_cv:moderate,\n" + "whole,a,,2025,10,1,0.1,8,12,0.95,log,40,1,1500,30,1500" + tail +
           "bjs_ncvs:publish,\n" + "whole,b,,2025,5,3,0.6,1,20,0.95,log,40,1,1500,9,1500" + tail +
           "bjs_ncvs:caution:cases_10_or_fewer+cv_above_50,\n";
}

Table estimates_table(const std::string& text) {
    Diagnostics faults;
    CsvOptions options;
    for (const char* name : {"domain", "period", "notices"}) options.types[name] = ColumnType::text;
    Table table = parse_csv(text, "estimates.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

PageTexts texts() {
    Diagnostics faults;
    PageTexts result;
    read_table_texts(
        parse_yaml("title: {en: Crime & fear, es: Delito y miedo}\n"
                   "indicators:\n  prev: {label: {en: Victims, es: Víctimas}, statistic: proportion}\n"
                   "  total: {label: {en: Crimes, es: Delitos}, unit: {en: crimes, es: delitos}}\n"
                   "tables:\n  - {id: by_sex, title: {en: Victims <by> sex, es: Víctimas por sexo}, by: [sex]}\n",
                   "tables.yaml", faults),
        result, faults);
    faults.throw_if_errors();
    result.codebook = codebook();
    return result;
}

Page page_of(const std::string& estimates, const PageTexts& texts, const RowChoice& choice = {},
             const std::string& language = "en") {
    Diagnostics faults;
    RuleSets rules(texts.quality);
    const std::vector<PublishedRow> rows = published_rows(estimates_table(estimates), choice, rules, faults);
    faults.throw_if_errors();
    PageOptions options;
    options.language = language;
    return build_page(rows, texts, options, rules);
}

Page page(const std::string& language = "en", const RowChoice& choice = {}) {
    return page_of(small_estimates(), texts(), choice, language);
}

std::string html(const std::string& language = "en", const RowChoice& choice = {}) {
    PageOptions options;
    options.language = language;
    return to_html(page(language, choice), options);
}

TEST(Page, ArrangesEstimatesIntoRowsAndColumns) {
    const Page made = page();
    ASSERT_EQ(made.sections.size(), 2u);
    const PageSection& section = made.sections[0];
    EXPECT_EQ(section.title, "Victims <by> sex");
    ASSERT_EQ(section.rows.size(), 3u);
    EXPECT_TRUE(section.rows[0].total);
    EXPECT_EQ(section.rows[2].label, "Women");
    EXPECT_EQ(section.rows[2].heading, "Sex");
    EXPECT_FALSE(section.rows[2].cells[1].present);
    EXPECT_EQ(section.rows[1].cells[0].level, QualityLevel::caution);
    EXPECT_EQ(section.footnotes, (std::vector<std::string>{"item missing for 1.00% of the weight"}));
    EXPECT_EQ(section.df, "38 to 40");
    EXPECT_EQ(section.level, "95");
    EXPECT_TRUE(made.sections[1].by_indicator());
    EXPECT_EQ(made.sections[1].title, "whole");
}

TEST(Page, ProportionsArePrintedInPerCentAndOthersAsTheyStand) {
    const PageSection section = page().sections[0];
    EXPECT_DOUBLE_EQ(section.rows[0].cells[0].estimate, 20);
    EXPECT_EQ(section.columns[0].unit, "%");
    EXPECT_EQ(section.rows[0].cells[1].estimate, 12345.6);
    EXPECT_EQ(section.columns[1].unit, "crimes");
    EXPECT_EQ(section.columns[1].decimals, 0);
}

TEST(Page, EveryIntervalOfProportionsMakesAProportion) {
    for (const char* name : {"xlogit", "log_log", "arcsine", "wilson", "beta", "likelihood", "clopper_pearson"}) {
        std::string text = small_estimates();
        for (const std::string known : {"logit", "korn_graubard"})
            for (std::size_t at; (at = text.find("," + known + ",")) != std::string::npos;)
                text.replace(at + 1, known.size(), name);
        const PageSection section = page_of(text, texts()).sections[0];
        EXPECT_EQ(section.columns[0].unit, "%") << name;
        EXPECT_EQ(section.columns[1].unit, "crimes") << name;
    }
}

TEST(Page, AProportionAlreadyInPerCentIsNotMultipliedAgain) {
    PageTexts scaled = texts();
    scaled.indicators["prev"].scale = 100;
    const PageSection section = page_of(small_estimates(), scaled).sections[0];
    EXPECT_EQ(section.rows[0].cells[0].estimate, 0.2);
    EXPECT_EQ(section.columns[0].unit, "%");
}

TEST(Page, FaultsAreNamed) {
    const auto faults_of = [](const std::string& text, const RowChoice& choice) {
        Diagnostics faults;
        const std::vector<QualityRules> none;
        RuleSets rules(none);
        published_rows(estimates_table(text), choice, rules, faults);
        return faults;
    };
    EXPECT_TRUE(faults_of("table,indicator,value\na,b,1\n", {}).contains("missing-column"));
    EXPECT_EQ(faults_of("table,indicator,value\na,b,1\n", {}).error_count(), 2u);
    EXPECT_TRUE(faults_of("table,indicator,domain,estimate\n", {}).contains("no-estimates"));
    const Diagnostics twice = faults_of("table,indicator,domain,estimate\na,b,,1\na,b,,2\n", {});
    ASSERT_TRUE(twice.contains("double-estimate"));
    EXPECT_EQ(twice.items().front().where.line, 3u);
    RowChoice choice;
    choice.tables = {"by_sexx"};
    EXPECT_TRUE(faults_of(small_estimates(), choice).contains("unknown-table"));
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++found;
    return found;
}

// Names of the tags that are opened and not closed, or closed and not open.
std::string unbalanced(const std::string& page) {
    static const std::regex tag("<(/?)([a-zA-Z0-9]+)([^>]*)>");
    std::vector<std::string> open;
    for (std::sregex_iterator it(page.begin(), page.end(), tag), end; it != end; ++it) {
        const std::string name = (*it)[2], rest = (*it)[3];
        if (name == "meta" || rest.ends_with("/")) continue;
        if ((*it)[1] != "/") {
            open.push_back(name);
        } else if (open.empty() || open.back() != name) {
            return "</" + name + ">";
        } else {
            open.pop_back();
        }
    }
    return open.empty() ? "" : open.back();
}

TEST(Html, IsBalancedSelfContainedAndAccessible) {
    for (const std::string& language : page_languages()) {
        const std::string text = html(language);
        EXPECT_EQ(unbalanced(text), "");
        for (const char* fetched : {"http:", "https:", " src=", "<script", "<link", "@import", "url("})
            EXPECT_EQ(count(text, fetched), 0u) << fetched;
        EXPECT_EQ(count(text, "<html lang=\"" + language + "\">"), 1u);
        EXPECT_EQ(count(text, "<table"), count(text, "<caption"));
        EXPECT_EQ(count(text, "<th "), count(text, "<th scope=\""));
        EXPECT_EQ(count(text, "<th>"), 0u);
        EXPECT_EQ(count(text, "<svg "), 3u);
        EXPECT_EQ(count(text, "<svg "), count(text, "<desc id="));
        EXPECT_EQ(count(text, "role=\"img\""), 3u);
    }
}

TEST(Html, EscapesEveryTextFromOutside) {
    EXPECT_EQ(count(html(), "<by>"), 0u);
    EXPECT_GE(count(html(), "Victims &lt;by&gt; sex"), 3u);
    EXPECT_EQ(count(html(), "Crime & fear"), 0u);
}

TEST(Html, IdsAreUniqueAndLinksLead) {
    const std::string text = html();
    static const std::regex id(" id=\"([^\"]+)\""), link("href=\"#([^\"]+)\"");
    std::set<std::string> ids;
    for (std::sregex_iterator it(text.begin(), text.end(), id), end; it != end; ++it)
        EXPECT_TRUE(ids.insert((*it)[1]).second) << (*it)[1];
    for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it)
        EXPECT_TRUE(ids.contains((*it)[1])) << (*it)[1];
}

TEST(Html, TellsPrecisionByMarkAndColourAndWords) {
    const std::string text = html();
    EXPECT_EQ(count(text,
                    "<td class=\"c caution\"><span class=\"q\" title=\"moderate precision: CV from 15% to below 30%\">"
                    "20.0%<sup>b</sup></span></td>"),
              2u);
    EXPECT_EQ(count(text, "50.0%<sup>c</sup>"), 1u);
    EXPECT_EQ(count(text, "10 or fewer sample cases; CV above 50%"), 1u);
    EXPECT_EQ(count(text, "class=\"pt poor\" d="), 1u);
}

TEST(Html, HidesOnlyWhatItIsToldTo) {
    EXPECT_EQ(count(html(), "50.0%"), 1u);
    RowChoice choice;
    choice.hide = {"inegi_cv:low"};
    const std::string hidden = html("en", choice);
    EXPECT_EQ(count(hidden, "50.0%"), 0u);
    EXPECT_EQ(count(hidden, "not shown under the publication rule"), 1u);
    EXPECT_EQ(count(hidden, "12,346"), count(html(), "12,346"));
}

TEST(Html, SpeaksSpanish) {
    const std::string text = html("es");
    for (const char* words :
         {"Contenido", "Cuadro 1", "Víctimas por sexo", "Mujeres", "Int. 95 %", "12\u202f346", "20,0\u202f%",
          "precisión moderada", "linealización de Taylor", "38 a 40", "Delito y miedo"})
        EXPECT_GE(count(text, words), 1u) << words;
    for (const char* words : {"Contents", "Women", "Total population", "Estimate<"})
        EXPECT_EQ(count(text, words), 0u) << words;
}

TEST(Html, StandsOnTheFileAlone) {
    const Page bare = page_of("table,indicator,domain,estimate\nt,x,,1.5\nt,x,area=U,\nt,x,area=R,2.5\n", {});
    const std::string text = to_html(bare, {});
    EXPECT_EQ(unbalanced(text), "");
    EXPECT_GE(count(text, "1.50"), 2u);
    EXPECT_EQ(count(text, "nan"), 0u);
}

}  // namespace
}  // namespace cifra
