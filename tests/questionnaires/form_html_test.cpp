#include "questionnaires/form_html.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <fstream>

#include "questionnaires/form_words.h"

namespace cifra {
namespace {

// Elements opened and not closed, in a plain stack: what an XML parser would refuse.
std::string first_fault(const std::string& page) {
    std::vector<std::string> open;
    for (std::size_t at = page.find('<', page.find("<html")); at != std::string::npos; at = page.find('<', at + 1)) {
        const std::size_t end = page.find('>', at);
        if (end == std::string::npos) return "unclosed tag";
        const std::string tag = page.substr(at + 1, end - at - 1);
        if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return "odd quotes in " + tag;
        if (tag.back() == '/') continue;
        const std::string name = tag.substr(tag[0] == '/', tag.find(' ') - (tag[0] == '/'));
        if (tag[0] != '/')
            open.push_back(name);
        else if (open.empty() || open.back() != name)
            return "closes " + name;
        else
            open.pop_back();
    }
    for (std::size_t at = page.find('&'); at != std::string::npos; at = page.find('&', at + 1))
        if (!std::isalpha(static_cast<unsigned char>(page[at + 1])) || page.find(';', at) > at + 6)
            return "bare ampersand";
    return open.empty() ? "" : "never closes " + open.back();
}

std::string escaped(std::string text) {
    for (const auto& [from, to] : {std::pair{"&", "&amp;"}, std::pair{"\"", "&quot;"}})
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 5))
            text.replace(at, 1, to);
    return text;
}

class FormHtml : public testing::TestWithParam<std::string> {};

TEST_P(FormHtml, IsWellFormedAndHoldsEveryTextOfTheLanguage) {
    Diagnostics faults;
    const Instrument instrument = load_instrument("library:victimization_core", {}, faults);
    const std::string page = form_html(instrument, GetParam());
    EXPECT_EQ(first_fault(page), "");
    for (const Question& question : instrument.questions) {
        EXPECT_NE(page.find(escaped(say(instrument, question.text, GetParam()))), std::string::npos) << question.name;
        for (const Code& code : question.codes)
            EXPECT_NE(page.find(escaped(say(instrument, code.label, GetParam()))), std::string::npos)
                << question.name << " " << code.code;
    }
    for (const Module& module : instrument.modules)
        EXPECT_NE(page.find(escaped(say(instrument, module.title, GetParam()))), std::string::npos) << module.id;
    EXPECT_EQ(page.find("{period}"), std::string::npos);
    EXPECT_EQ(page.find("http://www.w3.org/1999/xhtml"), page.find("http")) << "the page must load nothing";
    if (const char* folder = std::getenv("CIFRA_FORM_FOLDER"))
        std::ofstream(std::string(folder) + "/form_" + GetParam() + ".html") << page;
}

INSTANTIATE_TEST_SUITE_P(Languages, FormHtml, testing::Values("en", "es"));

TEST(FormPaper, PrintsWhatTheInterviewerWorksOut) {
    Diagnostics faults;
    const Instrument instrument = load_instrument("library:regional_core", {}, faults);
    const std::string page = form_html(instrument, "en");
    EXPECT_EQ(first_fault(page), "");
    const std::size_t check = page.find("<div class=\"check\" id=\"bribe_any\">");
    ASSERT_NE(check, std::string::npos);
    const std::string number = question_numbers(
        instrument)[static_cast<std::size_t>(instrument.find("asked_police") - instrument.questions.data())];
    EXPECT_NE(page.find(number + " = Yes or ", check), std::string::npos);
    EXPECT_NE(page.find("Only if: “Asked for or gave a bribe”", check), std::string::npos);
    EXPECT_NE(page.find("<td><span class=\"write\"></span></td>"), std::string::npos) << "a name is written on a line";
}

class FormWords : public testing::Test {
protected:
    std::size_t index(const std::string& name) const {
        return static_cast<std::size_t>(instrument.find(name) - instrument.questions.data());
    }
    Diagnostics faults;
    Instrument instrument = load_instrument("library:victimization_core", {}, faults);
};

TEST_F(FormWords, GoToSkipsWhatTheAnswerClosesForCertain) {
    EXPECT_EQ(go_to(instrument, index("injury"), "2"), index("loss"));
    EXPECT_EQ(go_to(instrument, index("injury"), "1"), std::nullopt);
    EXPECT_EQ(go_to(instrument, index("weapon"), "8"), index("injury"));
    // satisfaction needs `reported`, and the two between need it or reported_by_other: only the first is certain.
    EXPECT_EQ(go_to(instrument, index("reported"), "1"), index("reported_to"));
    EXPECT_EQ(go_to(instrument, index("reported"), "2"), std::nullopt);
    EXPECT_EQ(go_to(instrument, index("series_alike"), "2"), index("month"));
}

TEST_F(FormWords, ConditionsSpeakOfNumbersAndLabels) {
    const auto numbers = question_numbers(instrument);
    const auto words = [&](const std::string& name, const std::string& language) {
        return condition_words(instrument.find(name)->ask_if, instrument, numbers, language);
    };
    EXPECT_EQ(words("injury_severity", "en"), numbers[index("injury")] + " = Yes");
    EXPECT_EQ(words("injury_severity", "es"), numbers[index("injury")] + " = Sí");
    EXPECT_EQ(words("series_alike", "en"), "Form number = 1 and Times it happened ≥ 6");
    EXPECT_EQ(words("loss", "en"), "Crime ≠ Threat, Assault, Sexual offence");
}

}  // namespace
}  // namespace cifra
