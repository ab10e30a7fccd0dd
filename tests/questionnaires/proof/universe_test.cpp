#include "questionnaires/proof/universe.h"

#include <gtest/gtest.h>

#include <map>

#include "questionnaires/names.h"
#include "tests/questionnaires/proof/large_instrument.h"
#include "tests/questionnaires/proof/small_instrument.h"

namespace cifra {
namespace {

using test::instrument_of;
using test::replaced;
using test::small_instrument;

std::string universe_of(const Instrument& instrument, const std::string& question) {
    for (const QuestionUniverse& universe : universes(instrument))
        if (instrument.questions[universe.question].name == question) return universe.condition.text;
    throw std::invalid_argument(question);
}

// The universe of `garage` when its condition is written so.
std::string minimal(const std::string& condition) {
    return universe_of(instrument_of(replaced(small_instrument, "ask_if: cars >= 2", "ask_if: " + condition)),
                       "garage");
}

TEST(QuestionUniverse, DropsWhatFollowsFromTheRest) {
    EXPECT_EQ(minimal("cars >= 2"), "cars >= 2");
    EXPECT_EQ(minimal("car = \"1\" and cars >= 2"), "cars >= 2") << "cars is asked of those who have a car";
    EXPECT_EQ(minimal("cars >= 2 and cars > 3 and cars != 1"), "cars > 3");
    EXPECT_EQ(minimal("cars >= 2 and cars <= 7"), "cars >= 2") << "the range says so";
    EXPECT_EQ(minimal("(cars >= 2 or size = 1) and (size > 1 or cars = 1)"),
              "(cars >= 2 or size = 1) and (size > 1 or cars = 1)");
    EXPECT_EQ(minimal("(cars >= 2 or size = 1) and size > 0"), "cars >= 2 or size = 1");
    EXPECT_EQ(minimal("size > 0"), "");
}

TEST(QuestionUniverse, TakesTheModuleIn) {
    const Instrument instrument =
        instrument_of(replaced(small_instrument, "  - id: opinion\n    unit: person\n",
                               "  - id: opinion\n    unit: person\n    ask_if: works = \"1\"\n"));
    EXPECT_EQ(universe_of(instrument, "fear"), "works = \"1\"");
    EXPECT_EQ(universe_of(instrument, "feared"), "fear = \"1\"") << "fear is asked of those who work";
}

TEST(QuestionUniverse, IsSaidInTheWordsOfTheForm) {
    const Instrument instrument = instrument_of(small_instrument);
    std::map<std::string, std::string> words;
    for (const QuestionUniverse& universe : universes(instrument))
        words[instrument.questions[universe.question].name] = universe_words(universe, instrument, "en");
    EXPECT_EQ(words.at("gun"), "Only if “Weapon” = Yes");
    EXPECT_EQ(words.at("weapon"), "Only if Crime = Robbery or “Seen” = Yes");
    EXPECT_EQ(words.at("size"), "");
}

// The instrument with the minimal conditions in the place of its own.
Instrument simplified(Instrument instrument) {
    const std::vector<QuestionUniverse> all = universes(instrument);
    for (Module& module : instrument.modules) module.ask_if = {};
    for (const QuestionUniverse& universe : all) instrument.questions[universe.question].ask_if = universe.condition;
    return instrument;
}

TEST(QuestionUniverse, SlowRoutesRandomRespondentsAsTheInstrumentDoes) {
    Diagnostics faults;
    std::vector<Instrument> instruments = {instrument_of(small_instrument), instrument_of(test::large_instrument(120))};
    for (const std::string& name : library_instruments()) instruments.push_back(load_instrument(name, {}, faults));
    for (const Instrument& instrument : instruments) {
        const Instrument simple = simplified(instrument);
        for (std::uint64_t seed = 0; seed < 25; ++seed) {
            const Respondent respondent = respond(instrument, {.seed = seed, .household = "H", .missing_share = 0.15});
            EXPECT_EQ(route(simple, respondent.answers, {}), route(instrument, respondent.answers, {}))
                << instrument.name;
        }
    }
}

Expr parsed(const Instrument& instrument, const std::string& text) {
    Condition condition{text, {}, {}};
    Diagnostics faults;
    bind(condition, instrument, Unit::incident, instrument.questions.size(), faults);
    faults.throw_if_errors();
    return condition.expr;
}

TEST(Coverage, HoldsWhereEveryoneOfTheUniverseWasAsked) {
    const Instrument instrument = instrument_of(small_instrument);
    const auto covers = [&](const std::string& numerator, const std::string& universe) {
        return coverage(instrument, Unit::incident, parsed(instrument, numerator), parsed(instrument, universe));
    };
    EXPECT_TRUE(covers("gun = \"1\"", "weapon = \"1\"").covered());
    EXPECT_TRUE(covers("weapon = \"1\"", "crime = \"robbery\"").covered());
    EXPECT_TRUE(coverage(instrument, Unit::incident, parsed(instrument, "where_at = \"2\"")).covered());
    const Coverage burglaries = covers("weapon = \"1\"", "where_at = \"1\"");
    EXPECT_EQ(burglaries.uncovered, Decision::possible);
    EXPECT_EQ(burglaries.unasked, (std::vector<std::string>{"weapon"}));
    EXPECT_EQ(
        test::relevance_of(instrument, test::replay(instrument, burglaries.witness), "weapon", burglaries.witness),
        Relevance::off);
    EXPECT_FALSE(covers("gun is \"1\"", "where_at = \"1\"").covered()) << "never missing, but asked of some only";
    EXPECT_TRUE(coverage(instrument, Unit::household, parsed(instrument, "car = \"1\"")).covered());
    EXPECT_FALSE(coverage(instrument, Unit::household, parsed(instrument, "cars > 2")).covered());
}

TEST(Proof, SlowAnInstrumentOfThreeHundredQuestionsIsSound) {
    const Instrument instrument = instrument_of(test::large_instrument(300));
    EXPECT_GE(instrument.questions.size(), 300u);
    for (const Finding& finding : prove(instrument)) ADD_FAILURE() << to_text(to_diagnostic(finding));
}

}  // namespace
}  // namespace cifra
