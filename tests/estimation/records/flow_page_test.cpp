// The pages of records: nothing is run or fetched, ids are unique, links lead, texts of files are escaped.
#include "estimation/records/flow_page.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "estimation/publishing/report/report.h"
#include "estimation/records/flow_run.h"
#include "estimation/records/system_page.h"
#include "tests/estimation/publishing/made_up_publication.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

const std::filesystem::path example = CIFRA_SOURCE_DIR "/tests/invalid/good_flow";
const std::vector<std::string> languages = {"en", "es", "fr", "pt"};

FlowReport report_of(const std::filesystem::path& plan) {
    FlowInputs inputs;
    Diagnostics faults;
    FlowReport report = run_flow(plan, example / "out", inputs, faults);
    faults.throw_if_errors();
    EXPECT_EQ(inputs.files.size(), 12u);
    return report;
}

SystemMap map_of_example() {
    Diagnostics faults;
    SystemMap map = read_system_map(example / "system.yaml", faults);
    faults.throw_if_errors();
    return map;
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++found;
    return found;
}

void expect_sound(const std::string& html) {
    static const std::regex id(" id=\"([^\"]+)\""), link("href=\"#([^\"]+)\"");
    std::set<std::string> ids;
    for (std::sregex_iterator it(html.begin(), html.end(), id), end; it != end; ++it)
        EXPECT_TRUE(ids.insert((*it)[1]).second) << (*it)[1];
    for (std::sregex_iterator it(html.begin(), html.end(), link), end; it != end; ++it)
        EXPECT_TRUE(ids.contains((*it)[1])) << (*it)[1];
    for (const char* fetched : {"<script", "<img", "src=\"", "<link", "@import", "url("})
        EXPECT_EQ(count(html, fetched), 0u);
    EXPECT_EQ(count(html, "<table"), count(html, "<caption"));
    EXPECT_EQ(count(html, "<th scope="), count(html, "<th ") + count(html, "<th>"));
    EXPECT_EQ(count(html, "<svg"), count(html, "<desc"));
    EXPECT_EQ(count(html, "nan"), count(html, "financ"));
}

TEST(FlowPage, IsSoundInEveryLanguage) {
    const FlowReport report = report_of(example / "flow.yaml");
    const std::string english = flow_page(report, languages, 0), spanish = flow_page(report, languages, 1);
    const std::vector<std::string> convicted = {"Convicted", "Condenados", "Condamnés", "Condenados"};
    const std::vector<std::string> blocks = {"convicted persons", "personas condenadas", "personnes condamnées",
                                             "pessoas condenadas"};
    for (std::size_t k = 0; k < languages.size(); ++k) {
        const std::string html = flow_page(report, languages, k);
        expect_sound(html);
        EXPECT_EQ(count(html, "<svg"), 4u);  // two crimes: a funnel and a cohort each
        EXPECT_NE(html.find("<html lang=\"" + languages[k] + "\">"), std::string::npos);
        EXPECT_NE(html.find(convicted[k]), std::string::npos);
        EXPECT_NE(html.find(blocks[k]), std::string::npos);
        EXPECT_EQ(count(html, ">convicted<") + count(html, ">prison<"), 0u);
    }
    EXPECT_NE(english.find("href=\"flow.es.html\""), std::string::npos);
    EXPECT_NE(spanish.find("href=\"flow.html\""), std::string::npos);
    EXPECT_NE(spanish.find("Homicidio intencional"), std::string::npos);
    for (const char* figure : {"10,000", "20.0%", "99.4%", "Cross-section of 2021", "4.3", "26.0"})
        EXPECT_NE(english.find(figure), std::string::npos) << figure;
}

TEST(FlowPage, TextsOfFilesAreEscaped) {
    FlowReport report = report_of(example / "flow.yaml");
    report.plan.title = {{"", hostile}};
    report.plan.note = {{"", hostile}};
    for (Funnel& funnel : report.funnels) {
        funnel.crime.title = {{"", hostile}};
        for (FunnelStage& stage : funnel.stages) stage.plan.title = stage.plan.institution = {{"", hostile}};
    }
    for (Cohort& cohort : report.cohorts) cohort.crime.title = {{"", hostile}};
    expect_sound(flow_page(report, languages, 0));
}

TEST(SystemPage, IsSoundAndShowsGapsAndLevels) {
    SystemMap map = map_of_example();
    for (std::size_t k = 0; k < languages.size(); ++k) expect_sound(system_page(map, languages, k));
    const std::string html = system_page(map, languages, 0);
    EXPECT_EQ(count(html, "not judged"), system_checklist().size() - 4);
    EXPECT_EQ(count(html, "■■□ in place"), 1u);
    EXPECT_EQ(count(html, "□□□ absent"), 1u);
    for (const GlossaryTerm& term : system_glossary()) EXPECT_NE(html.find(term.term.at("es")), std::string::npos);
    map.institutions[0].name = map.records[0].name = map.answers[0].evidence = {{"", hostile}};
    expect_sound(system_page(map, languages, 0));
}

TEST(SystemPage, IsAChapterOfTheReport) {
    const MadeUpPublication publication;
    ReportParts parts;
    std::size_t k = 0;
    for (const Page& page : publication.pages()) {
        const std::string anchor = fmt::format("l{}-system", ++k);
        parts.chapters.push_back(
            {{anchor, system_title(map_of_example(), page.language),
              system_chapter(map_of_example(), page.language, anchor, page.language + "-contents")}});
    }
    const std::string html = to_report(publication.pages(), publication.texts.codebook, parts);
    EXPECT_EQ(count(html, "href=\"#l1-system\""), 1u);
    EXPECT_EQ(count(html, "id=\"l2-system\""), 1u);
    EXPECT_EQ(count(html, "Registros de seguridad y justicia"), 2u);
}

// The lists that ship are whole in every language.
TEST(SystemPage, ShippedListsAreWhole) {
    std::set<std::string> ids, chapters, terms;
    for (const ChecklistItem& item : system_checklist()) {
        EXPECT_TRUE(ids.insert(item.id).second) << item.id;
        chapters.insert(item.chapter);
        for (const std::string& language : languages) {
            EXPECT_FALSE(item.text.at(language).empty());
            EXPECT_FALSE(item.chapter_title.at(language).empty());
        }
    }
    EXPECT_EQ(chapters, (std::set<std::string>{"I", "II", "III", "IV", "V", "VI"}));
    for (const GlossaryTerm& term : system_glossary()) {
        EXPECT_TRUE(terms.insert(term.term.at("en")).second);
        for (const std::string& language : languages)
            EXPECT_FALSE(term.meaning.at(language).empty() || term.term.at(language).empty());
    }
    EXPECT_GE(terms.size(), 25u);
}

}  // namespace
}  // namespace cifra
