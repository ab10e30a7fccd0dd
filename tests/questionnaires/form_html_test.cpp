#include "questionnaires/form_html.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <fstream>

#include "questionnaires/form_words.h"
#include "questionnaires/forms/form_paths.h"
#include "questionnaires/show_cards.h"

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

// The respondent's pages: one for each list, numbered as the questions come, without what is not offered.
class FormCards : public testing::Test {
protected:
    static Instrument with_cards(const std::string& head, const std::string& keys = {}) {
        Diagnostics faults;
        const std::string text = head + R"(
instrument: cards
languages: [en, es]
period: {months: 6, ends: 2026-03}
missing: [dk, refused]
codes:
  yes_no: {1: {en: "Yes", es: Sí}, 2: {en: "No", es: "No"}}
  three: {1: {en: A, es: A}, 2: {en: B, es: B}, 3: {en: C, es: C}}
  amount: {1: {en: All & more, es: Todo}, 2: {en: Half, es: Mitad}, 3: {en: Little, es: Poco}, 4: {en: None, es: Nada}}
modules:
  - id: home
    unit: household
    title: {en: Home, es: Hogar}
    questions:
      - {name: owns, type: single, codes: yes_no, text: {en: 'Own?', es: '¿Propia?'}}
      - {name: eats, type: single, codes: amount, text: {en: 'Eaten?', es: '¿Comió?'})" +
                                 keys + R"(}
      - {name: kinds, type: multiple, codes: three, text: {en: 'K?', es: '¿K?'}}
      - {name: drinks, type: single, codes: amount, text: {en: 'Drunk?', es: '¿Bebió?'}}
  - id: alone
    unit: household
    mode: self
    title: {en: Alone, es: "Solo"}
    questions:
      - {name: hides, type: single, codes: amount, text: {en: 'Hidden?', es: '¿Escondió?'}}
)";
        Instrument instrument = read_instrument(parse_yaml(text, "cards.yaml", faults), faults);
        EXPECT_FALSE(faults.has_errors()) << to_text(faults.items().front());
        return instrument;
    }
};

TEST_F(FormCards, AreNumberedInTheOrderOfTheInterviewAndShared) {
    using Numbers = std::vector<std::size_t>;
    EXPECT_EQ(show_cards(with_cards("cards: {from: 3}")).of_question, (Numbers{0, 1, 2, 1, 0}));
    EXPECT_EQ(show_cards(with_cards("cards: {from: 4}")).of_question, (Numbers{0, 1, 0, 1, 0}));
    EXPECT_EQ(show_cards(with_cards("cards: {from: 3}", ", card: false")).of_question, (Numbers{0, 0, 1, 2, 0}));
    EXPECT_EQ(show_cards(with_cards("", ", card: true")).of_question, (Numbers{0, 1, 0, 0, 0}));
    EXPECT_TRUE(show_cards(with_cards("")).questions.empty());
}

TEST_F(FormCards, ArePrintedInEachLanguageAndNamedByTheQuestion) {
    const Instrument instrument = with_cards("cards: {from: 4}");
    const std::string spanish = form_html(instrument, "es");
    EXPECT_EQ(first_fault(spanish), "");
    EXPECT_NE(spanish.find("¿Comió? <a class=\"show\" href=\"#card_1\">Muestre la tarjeta 1</a>"), std::string::npos);
    const std::size_t card = spanish.find("<section class=\"card\" id=\"card_1\">");
    ASSERT_NE(card, std::string::npos);
    for (const char* answer : {"Todo", "Mitad", "Poco", "Nada"})
        EXPECT_NE(spanish.find(answer, card), std::string::npos) << answer;
    EXPECT_EQ(spanish.find("No sabe", card), std::string::npos) << "not offered";
    EXPECT_EQ(spanish.find("card_2"), std::string::npos);
    const std::string english = form_html(instrument, "en");
    EXPECT_NE(english.find("All &amp; more", english.find("<h2>Card 1</h2>")), std::string::npos);
}

TEST_F(FormCards, AreNamedByTheFormOfAClient) {
    Diagnostics faults;
    const ClientForm form = client_form(with_cards("cards: {from: 4}"), faults);
    const auto hint = [&](const std::string& name) {
        Labels found;
        for_each_item(form, [&](const FormItem& item, const std::string&) {
            if (item.name == name) found = item.hint;
        });
        return found;
    };
    EXPECT_EQ(hint("eats").at("en"), "Show card 1.");
    EXPECT_EQ(hint("drinks").at("es"), "Muestre la tarjeta 1.");
    EXPECT_TRUE(hint("kinds").empty());
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
