#include "questionnaires/play/cover.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "questionnaires/play/place_names.h"
#include "tests/questionnaires/play/every_route.h"
#include "tests/questionnaires/play/small_instruments.h"
#include "tests/questionnaires/slow_route.h"

namespace cifra {
namespace {

std::string names(const Instrument& instrument, const std::set<Turn>& turns) {
    std::string text;
    for (const Turn& turn : turns) text += turn_name(instrument, turn) + "\n";
    return text;
}

std::set<Turn> turns_of_cases(const Cover& cover) {
    std::set<Turn> turns;
    for (const CoverCase& made : cover.cases) turns.merge(turns_of(made.walk));
    return turns;
}

// Ages near the bound alone, so that the enumeration ends.
std::string few_ages(std::string text) {
    text.replace(text.find("range: [17, 110]"), 16, "range: [17, 18]");
    return text;
}

TEST(Cover, TakesExactlyTheTurnsOfEveryRoute) {
    for (const std::string& text : {branches, few_ages(forms)}) {
        const Instrument instrument = instrument_of(text);
        const std::set<Turn> all = turns_of_every_route(instrument);
        const Cover cover = cover_turns(instrument);
        EXPECT_EQ(names(instrument, cover.taken), names(instrument, all)) << instrument.name;
        const std::set<Turn> possible = possible_turns(instrument);
        EXPECT_TRUE(std::includes(possible.begin(), possible.end(), all.begin(), all.end())) << instrument.name;
        EXPECT_EQ(possible.size(), cover.taken.size() + cover.not_taken.size());
        EXPECT_EQ(turns_of_cases(cover), cover.taken);
    }
}

TEST(Cover, FindsABranchThatRandomAnswersAlmostNeverTake) {
    const Instrument instrument = instrument_of(R"(
instrument: narrow
version: "1"
title: Narrow
languages: [en]
period: {months: 12, ends: 2025-12}
modules:
  - id: home
    unit: household
    title: Home
    questions:
      - {name: sum, type: money, range: [0, 9999997], missing: none, text: Sum}
      - {name: code, type: integer, range: [0, 900], missing: none, text: Code}
      - {name: hidden, type: text, missing: none, ask_if: sum = 1234567 and code = 777, text: Hidden}
)");
    const Cover cover = cover_turns(instrument);
    EXPECT_EQ(names(instrument, cover.not_taken), "");
    EXPECT_EQ(cover.cases.size(), 2u);
}

TEST(Cover, CasesOfTheCoreAreRoutesOfTheSlowTwinAndNoneIsIdle) {
    Diagnostics faults;
    const Instrument core = load_instrument("library:victimization_core", {}, faults);
    const Cover cover = cover_turns(core, {.seed = 1, .tries = 300, .tries_per_turn = 4});
    for (std::size_t c = 0; c < cover.cases.size(); c += 10) {
        std::vector<Place> asked;
        for (const Visit& visit : cover.cases[c].walk.visits)
            if (visit.relevance == Relevance::on) asked.push_back(visit.place);
        EXPECT_EQ(slow_route(core, cover.cases[c].answers, 0.5), asked);
    }
    for (std::size_t left_out = 0; left_out < cover.cases.size(); ++left_out) {
        std::set<Turn> others;
        for (std::size_t c = 0; c < cover.cases.size(); ++c)
            if (c != left_out) others.merge(turns_of(cover.cases[c].walk));
        EXPECT_LT(others.size(), cover.taken.size()) << left_out;
    }
    const std::set<Turn> possible = possible_turns(core);
    EXPECT_TRUE(std::includes(possible.begin(), possible.end(), cover.taken.begin(), cover.taken.end()));
}

TEST(Cover, TheFileHoldsTheCases) {
    const Instrument instrument = instrument_of(few_ages(forms));
    const Cover cover = cover_turns(instrument);
    const std::string text = cover_yaml(instrument, cover);
    for (std::size_t at = 0, end = 0; at < text.size(); at = end + 1) {
        end = std::min(text.find('\n', at), text.size());
        EXPECT_TRUE(text[at] == '#' || end - at <= 120) << text.substr(at, end - at);
    }
    Diagnostics faults;
    const YamlValue document = parse_yaml(text, "cover.yaml", faults);
    ASSERT_FALSE(faults.has_errors());
    const YamlValue& tests = *document.find("tests");
    ASSERT_EQ(tests.items.size(), cover.cases.size());
    for (std::size_t c = 0; c < tests.items.size(); ++c) {
        Answers answers;
        for (const auto& [place, answer] : tests.items[c].find("given")->entries)
            answers[find_place(instrument, place).value()] = answer.scalar;
        EXPECT_EQ(answers, cover.cases[c].answers);
        std::vector<Place> asked;
        for (const YamlValue& item : tests.items[c].find("expect")->find("asked")->items)
            asked.push_back(find_place(instrument, item.scalar).value());
        EXPECT_EQ(asked, slow_route(instrument, answers, 0.5));
    }
}

}  // namespace
}  // namespace cifra
