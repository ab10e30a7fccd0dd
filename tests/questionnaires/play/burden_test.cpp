// Times worked out by hand.
#include "questionnaires/play/burden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/questionnaires/play/small_instruments.h"

namespace cifra {
namespace {

constexpr std::size_t age = 1;

TEST(Burden, SecondsOfAQuestionByHand) {
    const Instrument instrument = instrument_of(R"(
instrument: words
version: "1"
title: Words
languages: [en]
period: {months: 12, ends: 2025-12}
modules:
  - id: home
    unit: household
    title: Home
    intro: One two three four.
    questions:
      - {name: few, type: single, codes: {1: Yes it is, 2: No}, missing: none, text: Five are to be read, note: And two}
      - {name: many, type: single, codes: {1: one, 2: two words, 3: three words more}, missing: none, text: Which is it}
      - {name: number, type: integer, range: [0, 9], missing: none, text: How many}
)");
    const BurdenModel model;
    // 120 words a minute: half a second a word. Two codes are not read; three are.
    const Timing aloud = timing(instrument, model, "en", Administration::interviewer);
    EXPECT_DOUBLE_EQ(aloud.introduction[0], 4 * 0.5);
    EXPECT_DOUBLE_EQ(aloud.question[0], 5 * 0.5 + 3 + 2);
    EXPECT_DOUBLE_EQ(aloud.question[1], (3 + 6) * 0.5 + 3 + 2);
    EXPECT_DOUBLE_EQ(aloud.question[2], 2 * 0.5 + 5 + 2);
    // In silence 238 words a minute, the note too, and one second to enter the answer.
    const Timing silent = timing(instrument, model, "en", Administration::self);
    EXPECT_DOUBLE_EQ(silent.question[0], 7 * 60.0 / 238 + 3 + 1);
    EXPECT_DOUBLE_EQ(words_per_minute(model, "es", Administration::interviewer), 120.0 * 218 / 228);
    EXPECT_DOUBLE_EQ(words_per_minute(model, "de", Administration::self), 238.0 * 184 / 228);
}

TEST(Burden, MinutesOfARouteByHand) {
    const Instrument instrument = instrument_of(forms);
    Timing times{std::vector<double>(instrument.questions.size(), 6.0),
                 std::vector<double>(instrument.modules.size(), 0.0)};
    times.introduction[0] = 30;
    times.question[age] = 12;
    const auto at = [&](const char* name, std::uint32_t line = 0) {
        return Place{static_cast<std::uint32_t>(instrument.find(name) - instrument.questions.data()), line, 0, 0};
    };
    Answers answers = {{at("size"), "2"},           {at("age", 1), "40"}, {at("age", 2), "17"}, {at("burglary"), "1"},
                       {at("burglary_count"), "2"}, {at("others"), "2"},  {at("threat"), "2"}};
    for (const std::uint32_t ordinal : {1u, 2u}) answers[{at("month").question, 0, 0, ordinal}] = "3";
    const std::vector<double> minutes = module_minutes(instrument, times, walk(instrument, answers, {}));
    EXPECT_EQ(minutes, (std::vector<double>{0.6, 0.4, 0.2, 0.1, 0.1, 0.2}));
}

TEST(Burden, SummaryOfRespondentsWhoseTimesAreKnown) {
    const Instrument instrument = instrument_of(branches);
    Diagnostics faults;
    // a = 1 or 2 with shares 1 to 9, and b = 0: either a, b, f or a, f.
    const Behaviour behaviour = read_behaviour(
        parse_yaml("missing: {otherwise: {dk: 0, refused: 0}}\nanswers: {a: {1: 1, 2: 9}, b: {0: 1}}", "x", faults),
        instrument, faults);
    BurdenModel model;
    read_burden(parse_yaml("words_per_minute: {en: 60}\nanswering: {single: 9, integer: 119}\noverhead: {interviewer: "
                           "20}\ntarget: 1.5",
                           "burden.yaml", faults),
                instrument, model, faults);
    ASSERT_FALSE(faults.has_errors());
    BurdenOptions options;
    options.languages = {"en"};
    options.respondents = 1000;
    const std::vector<BurdenLine> lines = estimate_burden(instrument, model, behaviour, options);
    ASSERT_EQ(lines.size(), 2u);
    std::size_t longer = 0;
    for (int h = 1; h <= 1000; ++h)
        longer += simulate_interview(instrument, behaviour, 1, std::to_string(h)).answered == 3;
    // One word a second: 1 + 9 + 20 seconds for a and f, 1 + 119 + 20 for b.
    const double extra = 140.0 / 60 * static_cast<double>(longer) / 1000;
    EXPECT_NEAR(lines[0].mean, 1 + extra, 1e-12);
    EXPECT_DOUBLE_EQ(lines[0].median, 1);
    EXPECT_DOUBLE_EQ(lines[0].p95, 1 + 140.0 / 60);
    EXPECT_DOUBLE_EQ(lines[0].asked, 1);
    EXPECT_EQ(lines[1].module, std::optional<std::size_t>(0));
    check_burden(lines, model, faults);
    ASSERT_EQ(faults.items().size(), 1u);
    EXPECT_EQ(faults.items()[0].code, "burden-over-target");
    EXPECT_EQ(faults.items()[0].where.line, 4u);
    model.target = 4;
    Diagnostics none;
    check_burden(lines, model, none);
    EXPECT_TRUE(none.items().empty());
}

TEST(Burden, ModulesAddUpAndThreadsDoNotMatter) {
    Diagnostics faults;
    const Instrument core = load_instrument("library:victimization_core", {}, faults);
    BurdenOptions options;
    options.languages = {"en", "es"};
    options.modes = {Administration::interviewer, Administration::self};
    options.respondents = 600;
    options.threads = 1;
    const std::vector<BurdenLine> lines = estimate_burden(core, {}, {}, options);
    const std::size_t each = core.modules.size() + 1;
    ASSERT_EQ(lines.size(), 4 * each);
    for (std::size_t block = 0; block < lines.size(); block += each) {
        double sum = 0;
        for (std::size_t m = 1; m < each; ++m) sum += lines[block + m].mean;
        EXPECT_NEAR(sum, lines[block].mean, 1e-9);
        EXPECT_LT(lines[block].median, lines[block].p95);
        EXPECT_LE(lines[block].p95, lines[block].longest);
    }
    EXPECT_LT(lines[each].mean, lines[0].mean) << "in silence it is read faster";
    options.threads = 3;
    const std::vector<BurdenLine> again = estimate_burden(core, {}, {}, options);
    for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i].mean, again[i].mean);
    const std::string picture = burden_plot(core, lines, "es", Administration::self);
    EXPECT_NE(picture.find("Duración de la entrevista"), std::string::npos);
    EXPECT_NE(picture.find("Autoadministrada: media"), std::string::npos);
}

TEST(Burden, FaultsNameThePlace) {
    const Instrument instrument = instrument_of(branches);
    for (const auto& [text, code] : {std::pair{"words_per_minute: {en: 0}", "out-of-range"},
                                     {"words_per_minute: {es: 100}", "unknown-key"},
                                     {"answering: {singel: 3}", "unknown-key"},
                                     {"overhead: {interviewer: -1}", "out-of-range"},
                                     {"target: 0", "out-of-range"},
                                     {"targets: 3", "unknown-key"}}) {
        Diagnostics faults;
        BurdenModel model;
        read_burden(parse_yaml(text, "burden.yaml", faults), instrument, model, faults);
        ASSERT_TRUE(faults.has_errors()) << text;
        EXPECT_EQ(faults.items().front().code, code) << text;
    }
}

}  // namespace
}  // namespace cifra
