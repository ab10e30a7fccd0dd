// Scripts of whole dialogues: what is typed and every byte that is shown.
#include "questionnaires/play/dialogue.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/questionnaires/play/small_instruments.h"

namespace cifra {
namespace {

struct Held {
    DialogueEnd end;
    std::string shown;
    std::vector<std::string> kept;
    Answers answers;
};

Held hold(const Instrument& instrument, const std::string& typed, bool terminal = false) {
    Interview interview(instrument, 0.5);
    std::istringstream in(typed);
    std::ostringstream out;
    Held held{};
    held.end = hold_dialogue(instrument, interview, {"en", terminal, "interview_1.txt"}, in, out,
                             [&](const GivenAnswer& answer) {
                                 held.kept.push_back((answer.confirmed ? "!" : "") + answer.place + "=" + answer.text);
                             });
    held.shown = out.str();
    held.answers = interview.answers();
    return held;
}

TEST(Dialogue, AsksChecksAndFinishes) {
    const Held held = hold(instrument_of(forms), "3\n\n1\n17\n110\nn\n110\ny\n2\n2\n8\n2\n");
    EXPECT_EQ(held.end, DialogueEnd::finished);
    EXPECT_EQ(held.kept, (std::vector<std::string>{"size=1", "!age[1]=110", "burglary=2", "others=2", "threat=2"}));
    EXPECT_EQ(held.shown,
              "Forms\n"
              "\nHome\nGood day.\n"
              "\nHow many? [size]\n  whole number from 1 to 2\n"
              ">   ! The number is out of range.\n"
              ">   ! An answer is needed.\n"
              "> \nPeople\n"
              "\nPerson 1\nAge? [age[1]]\n  whole number from 17 to 110\n"
              ">   ! The first is an adult.\n"
              ">   ? Above 105?\n  Is that right? (y/n) "
              ">   ? Above 105?\n  Is that right? (y/n) "
              "\nCrimes\n"
              "\nBurgled? [burglary]\n     1  Yes\n     2  No\n     9  No answer\n"
              "> \nPrivacy\n"
              "\nOthers? [others]\n     1  Yes\n     2  No\n"
              "> \nCrimes\n"
              "\nThreatened? [threat]\n     1  Yes\n     2  No\n     9  No answer\n"
              ">   ! Answer with a code of the list.\n"
              "> \nAll questions are answered.\n");
}

TEST(Dialogue, GoesBackChangesAndRetracts) {
    const Held held = hold(instrument_of(forms),
                           ":back\n1\n:back\n:change nothing\n2\n30\n40\n1\n2\n:change size\n\n:change burglary_count\n"
                           "1\n:change burglary\n2\n2\n2\n");
    EXPECT_EQ(held.end, DialogueEnd::finished);
    EXPECT_EQ(held.kept,
              (std::vector<std::string>{"size=1", "size=2", "age[1]=30", "age[2]=40", "burglary=1", "burglary_count=2",
                                        "burglary_count=1", "burglary=2", "others=2", "threat=2"}));
    EXPECT_NE(held.shown.find("! This is the first question."), std::string::npos);
    EXPECT_NE(held.shown.find("! No question of that name has been answered."), std::string::npos);
    EXPECT_NE(held.shown.find("answer so far: 1"), std::string::npos);
    EXPECT_NE(held.shown.find("answers that no longer apply are removed: 1"), std::string::npos);
}

TEST(Dialogue, NamesTheFormsOfACrimeAndTheMonthsOfThePeriod) {
    const Held held = hold(instrument_of(forms), "1\n30\n2\n2\n1\n3\n1\n8\n");
    EXPECT_NE(held.shown.find("Threat, 1 of 2\nMonth? [month[threat.1]]\n     1  January 2025\n"), std::string::npos)
        << held.shown;
    EXPECT_NE(held.shown.find("    12  December 2025\n    98  Do not know\n"), std::string::npos);
    EXPECT_NE(held.shown.find("Threat, 2 of 2\nMonth? [month[threat.2]]\n"), std::string::npos);
    EXPECT_EQ(held.end, DialogueEnd::saved) << "the end of the input";
}

TEST(Dialogue, ChangesTheLanguage) {
    const Held held = hold(instrument_of(forms), ":language fr\n:language es\n5\n:help\n:bogus\n:save\n");
    EXPECT_EQ(held.end, DialogueEnd::saved);
    EXPECT_NE(held.shown.find("! Languages: en, es"), std::string::npos);
    EXPECT_NE(
        held.shown.find("Hogar\nBuen día.\n\n¿Cuántos? [size]\n  número entero de 1 a 2\n>   ! El número está fuera"),
        std::string::npos)
        << held.shown;
    EXPECT_NE(held.shown.find(":language CÓDIGO"), std::string::npos);
    EXPECT_NE(held.shown.find("! No existe esa orden"), std::string::npos);
    EXPECT_NE(held.shown.find("Guardada en interview_1.txt"), std::string::npos);
}

// What texts say of earlier answers, and what is only said of an answer.
TEST(Dialogue, SaysTheAnswersThatTextsRead) {
    const std::string text = R"(
instrument: named
languages: [en, fr]
period: {months: 3, ends: 2025-12}
modules:
  - id: home
    unit: household
    title: {en: Home, fr: Foyer}
    questions:
      - {name: who, type: text, text: {en: "Who?", fr: "Qui ?"}}
      - name: cars
        type: integer
        range: [0, 7]
        missing: [dk]
        inform: {that: cars < 3, say: {en: "{who} has many.", fr: "{who} en a beaucoup."}}
        text: {en: "Cars of {who}?", fr: "Voitures de {who} ?"}
  - id: more
    unit: household
    title: {en: More, fr: Suite}
    intro: {en: "Of {cars} {cars|car|cars}:", fr: "De {cars} {cars|voiture|voitures} :"}
    questions:
      - {name: seen, type: month, text: {en: "Seen in {period}?", fr: "Vue, {period} ?"}}
)";
    const Held held = hold(instrument_of(text), "Ana\n4\n:language fr\n13\n");
    EXPECT_NE(held.shown.find("Cars of Ana? [cars]"), std::string::npos) << held.shown;
    EXPECT_NE(held.shown.find(">   i Ana has many.\n"), std::string::npos) << held.shown;
    EXPECT_NE(held.shown.find("More\nOf 4 cars:\n"), std::string::npos) << held.shown;
    EXPECT_NE(held.shown.find("De 4 voitures :\n\nVue, octobre à décembre 2025 ? [seen]\n    10  octobre 2025\n"),
              std::string::npos)
        << held.shown;
    EXPECT_NE(held.shown.find("! Le mois n’est pas dans la période"), std::string::npos) << held.shown;
}

TEST(Dialogue, QuitClearsATerminalOnceSomethingSensitiveWasShown) {
    const Instrument instrument = instrument_of(forms);
    const std::string clear = "\x1b[2J\x1b[3J\x1b[H";
    const Held before = hold(instrument, "1\n:quit\n", true);
    EXPECT_EQ(before.end, DialogueEnd::quit);
    EXPECT_EQ(before.shown.find(clear), std::string::npos);
    const Held after = hold(instrument, "1\n30\n2\n2\n:quit\n", true);
    EXPECT_EQ(after.end, DialogueEnd::quit);
    EXPECT_TRUE(after.shown.ends_with(clear)) << "nothing is said after it";
    const Held piped = hold(instrument, "1\n30\n2\n2\n:quit\n");
    EXPECT_EQ(piped.shown.find('\x1b'), std::string::npos) << "no escape sequence in a pipe";
    EXPECT_EQ(piped.answers.size(), 4u);
}

}  // namespace
}  // namespace cifra
