#include "questionnaires/proof/proof.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

#include "tests/questionnaires/proof/small_instrument.h"

namespace cifra {
namespace {

using test::instrument_of;
using test::replaced;
using test::small_instrument;

// One fault put into the small instrument, and a change of the same place that is no fault.
struct Fault {
    std::string name, id, subject;
    Severity severity;
    std::string from, faulty, sound;
};

// The share of incidents with a gun, of those in the universe.
std::string armed(const std::string& universe) {
    return "indicators:\n  armed: {unit: incident, numerator: 'gun = \"1\"', universe: '" + universe +
           "', use: test}\ncoding:\n";
}

std::vector<Fault> faults() {
    const std::string garage = "ask_if: cars >= 2", gun = R"(ask_if: 'weapon = "1"')", require = "garaged <= cars";
    const std::string worse = R"('contains(feared, "2") or fear is dk')", eligible = "eligible: age >= 16";
    const std::string first_rule = R"(crime = "robbery" and gun = "1")";
    const std::string people = "  - id: people\n";
    const std::string without_car =
        "  - id: walking\n    unit: household\n    ask_if: 'car = \"2\"'\n    questions:\n"
        "      - {name: bus, type: single, codes: yes_no, text: Bus, ask_if: '";
    constexpr Severity error = Severity::error, warning = Severity::warning;
    return {
        {"itself", "condition-contradiction", "garage", error, garage, "ask_if: cars >= 2 and cars < 2",
         "ask_if: cars >= 2 and cars < 3"},
        {"outside_the_range", "condition-contradiction", "garage", error, garage, "ask_if: cars > 7",
         "ask_if: cars > 5"},
        {"ancestor", "never-asked", "gun", error, gun,
         R"(ask_if: 'weapon = "1" and crime = "burglary" and seen = "2"')",
         R"(ask_if: 'weapon = "1" and seen is not "2"')"},
        {"module", "never-asked", "opinion", error, "  - id: opinion\n    unit: person\n",
         "  - id: opinion\n    unit: person\n    ask_if: age < 16\n",
         "  - id: opinion\n    unit: person\n    ask_if: age < 17\n"},
        {"other_period", "never-asked", "seen", error, R"('crime != "robbery"')",
         R"('crime != "robbery" and month = 4')", R"('crime != "robbery" and month = 3')"},
        {"beyond_the_cap", "never-asked", "alike", error, "ordinal = 1 and times >= 3", "ordinal = 2 and times = 1",
         "ordinal = 1 and times >= 2"},
        {"always", "always-asked", "garage", warning, garage,
         "ask_if: cars >= 1 or car is not \"1\" or cars is missing", "ask_if: cars >= 1"},
        {"unasked", "reads-never-asked", "bus", error, people, without_car + "cars is not 3 and size > 2'}\n" + people,
         without_car + "size > 2'}\n" + people},
        {"silent", "silent-negation", "gun", warning, gun, R"(ask_if: 'weapon = "1" or seen != "1"')",
         R"(ask_if: 'weapon = "1" or seen is not "1"')"},
        {"silent_in", "silent-negation", "gun", warning, gun, R"(ask_if: 'weapon = "1" or seen not in ["1"]')",
         R"(ask_if: 'weapon = "1" or seen is not in ["1"]')"},
        {"silent_not", "silent-negation", "gun", warning, gun, R"(ask_if: 'weapon = "1" or not seen = "1"')",
         R"(ask_if: 'weapon = "1" or not seen is "1"')"},
        {"without_answer", "asked-only-without-answer", "worse", warning, worse, R"('fear is not in ["1", "2"]')",
         R"('fear is not "2"')"},
        {"requires_nothing_passes", "require-never-holds", "garaged", error, require, "garaged > 7 + cars",
         "garaged > cars - 2"},
        {"confirms_nothing_passes", "confirm-never-holds", "garaged", warning, "require: " + require,
         "confirm: garaged > 7 + cars", "confirm: garaged > cars - 2"},
        {"blocks", "require-blocks", "garaged", warning, require, "garaged > cars", "garaged >= cars"},
        {"useless", "constraint-always-holds", "garaged", warning, require, "garaged <= cars + 5",
         "garaged <= cars + 4"},
        {"code", "code-never-accepted", "gun", warning, gun,
         R"(require: 'gun != "2" or weapon != "1"', ask_if: 'weapon = "1"')",
         R"(require: 'gun != "2" or seen != "1"', ask_if: 'weapon = "1"')"},
        {"nobody", "eligible-never", "people", error, eligible, "eligible: age >= 16 and line > size",
         "eligible: line = 1"},
        {"series", "series-never", "form", error, R"(series: 'alike = "1"')", R"(series: 'alike = "1" and times < 3')",
         R"(series: 'alike = "1" and times > 3')"},
        {"rule_contradicts", "coding-rule-never-used", "armed_robbery", error, first_rule,
         R"(crime = "burglary" and seen = "2" and gun = "1")", R"(crime = "burglary" and seen = "1" and gun = "1")"},
        {"rule_hidden", "coding-rule-never-used", "robbery", error, first_rule, R"(crime in ["robbery", "burglary"])",
         R"(crime = "burglary")"},
        {"uncovered", "indicator-not-covered", "armed", error, "coding:\n",
         armed("seen = \"1\" or crime = \"robbery\""), armed("weapon = \"1\"")},
        {"never_counted", "indicator-never", "armed", error, "coding:\n", armed("weapon = \"2\""),
         armed("weapon = \"1\"")},
        {"rule_twice", "coding-rule-never-used", "robbery", error, first_rule, R"(crime = "robbery")", first_rule},
    };
}

std::string listed(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) text += to_text(to_diagnostic(finding)) + "\n";
    return text;
}

class FaultOfRouting : public testing::TestWithParam<Fault> {};

TEST_P(FaultOfRouting, IsTheOneFindingAndItsSoundTwinHasNone) {
    const Fault fault = GetParam();
    const std::string text = replaced(small_instrument, fault.from, fault.faulty);
    const std::vector<Finding> findings = prove(instrument_of(text));
    ASSERT_EQ(findings.size(), 1u) << listed(findings);
    EXPECT_EQ(findings[0].id, fault.id) << listed(findings);
    EXPECT_EQ(findings[0].severity, fault.severity);
    EXPECT_FALSE(findings[0].message.empty() || findings[0].hint.empty());
    EXPECT_EQ(findings[0].subject, fault.subject);
    const std::vector<Finding> none = prove(instrument_of(replaced(small_instrument, fault.from, fault.sound)));
    EXPECT_TRUE(none.empty()) << listed(none);
}

INSTANTIATE_TEST_SUITE_P(Each, FaultOfRouting, testing::ValuesIn(faults()),
                         [](const auto& info) { return info.param.name; });

TEST(Proof, SlowTheSmallInstrumentAndThoseOfTheLibraryAreSound) {
    EXPECT_EQ(listed(prove(instrument_of(small_instrument))), "");
    for (const std::string& name : library_instruments()) {
        Diagnostics faults;
        EXPECT_EQ(listed(prove(load_instrument(name, {}, faults))), "") << name;
    }
}

Finding finding_of(const Instrument& instrument) {
    const std::vector<Finding> findings = prove(instrument);
    if (findings.size() != 1) throw std::invalid_argument(listed(findings));
    return findings[0];
}

TEST(Proof, SilentNegationIsSilentWhereItsWitnessSays) {
    for (const Fault& fault : faults()) {
        if (fault.id != "silent-negation") continue;
        const Instrument faulty = instrument_of(replaced(small_instrument, fault.from, fault.faulty));
        const Instrument safe = instrument_of(replaced(small_instrument, fault.from, fault.sound));
        const Witness witness = finding_of(faulty).witness;
        EXPECT_EQ(to_text(witness), "crime = \"robbery\", weapon = \"2\"");
        EXPECT_EQ(test::relevance_of(faulty, test::replay(faulty, witness), "gun", witness), Relevance::off);
        EXPECT_EQ(test::relevance_of(safe, test::replay(safe, witness), "gun", witness), Relevance::on);
    }
}

TEST(Proof, WhatIsAskedOnlyWithoutAnswerIsAskedWhereItsWitnessSays) {
    const Instrument faulty = instrument_of(
        replaced(small_instrument, R"('contains(feared, "2") or fear is dk')", R"('fear is not in ["1", "2"]')"));
    const Witness witness = finding_of(faulty).witness;
    ASSERT_EQ(witness.needed, (std::vector<std::string>{"fear"}));
    EXPECT_FALSE(witness.values.at("fear").present());
    EXPECT_EQ(test::relevance_of(faulty, test::replay(faulty, witness), "worse", witness), Relevance::on);
}

TEST(Proof, AConstraintThatBlocksStopsTheRespondentOfItsWitness) {
    std::string text = replaced(small_instrument, "garaged <= cars", "garaged > cars");
    text =
        replaced(text, "        ask_if: garage = \"1\"\n", "        ask_if: garage = \"1\"\n        missing: none\n");
    const Instrument faulty = instrument_of(text);
    const Finding finding = finding_of(faulty);
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(to_text(finding.witness), "cars = 7");
    EXPECT_THROW(test::replay(faulty, finding.witness), Refusal);
}

TEST(Proof, WhatFollowsFromAFaultIsNotReportedAgain) {
    const Instrument faulty = instrument_of(replaced(small_instrument, "cars >= 2", "cars > 7"));
    EXPECT_EQ(finding_of(faulty).subject, "garage") << "'garaged' depends on 'garage'";
}

TEST(Proof, ReasonsNameThePlacesThatExcludeTheCondition) {
    const Instrument faulty =
        instrument_of(replaced(small_instrument, R"(ask_if: 'weapon = "1"')",
                               R"(ask_if: 'weapon = "1" and crime = "burglary" and seen = "2"')"));
    const std::string message = finding_of(faulty).message;
    EXPECT_NE(message.find("when 'weapon' is asked (line 51)"), std::string::npos) << message;
    EXPECT_EQ(message.find("eligible"), std::string::npos) << "not needed for it: " << message;
}

TEST(Proof, WhatTheSolverCannotDecideIsANote) {
    const Instrument instrument = instrument_of(replaced(small_instrument, "cars >= 2", "exp(cars) > 1e9"));
    const std::vector<Finding> findings = prove(instrument);
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].subject, "garage");
    for (const Finding& finding : findings) {  // what depends on it is not decided either
        EXPECT_EQ(finding.id, "not-decided");
        EXPECT_EQ(finding.severity, Severity::note);
    }
}

TEST(Proof, JsonHoldsTheFindingsWithTheirWitness) {
    const Instrument faulty = instrument_of(
        replaced(small_instrument, R"(ask_if: 'weapon = "1"')", R"(ask_if: 'weapon = "1" or seen != "1"')"));
    const auto json = nlohmann::json::parse(to_json(faulty, prove(faulty)));
    EXPECT_EQ(json["instrument"], "small");
    ASSERT_EQ(json["findings"].size(), 1u);
    const auto& finding = json["findings"][0];
    EXPECT_EQ(finding["id"], "silent-negation");
    EXPECT_EQ(finding["line"], 52);
    EXPECT_EQ(finding["witness"]["crime"], "robbery");
    EXPECT_EQ(finding["witness"]["seen"]["missing"], "not_asked");
    EXPECT_EQ(finding["needed"], (std::vector<std::string>{"crime", "weapon"}));
}

}  // namespace
}  // namespace cifra
