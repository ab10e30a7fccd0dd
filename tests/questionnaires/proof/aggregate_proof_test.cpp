// What is proved of aggregates, against every household of at most three persons.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/table.h"
#include "questionnaires/proof/proof.h"
#include "tests/questionnaires/proof/small_instrument.h"

namespace cifra {
namespace {

using test::instrument_of;

// `home`: questions of the household after the roster; `person`: of the person selected.
Instrument with(const std::string& home, const std::string& person) {
    const auto module = [](const std::string& id, const std::string& question) {
        return question.empty() ? "" : fmt::format("  - {{id: {0}, unit: {0}, questions: [{1}]}}\n", id, question);
    };
    return instrument_of(R"(instrument: counted
languages: [en]
period: {months: 6, ends: 2026-03}
codes:
  yes_no: {1: Yes, 2: No}
  kind: {1: Child, 2: Adult}
modules:
  - id: home
    unit: household
    questions:
      - {name: size, type: integer, range: [1, 3], text: Size}
  - id: people
    unit: roster
    roster: {count: size, max: 3, eligible: 'kind = "2"'}
    questions:
      - {name: kind, type: single, codes: kind, text: Kind}
      - {name: beds, type: integer, range: [0, 2], text: Beds}
  - id: counted
    unit: household
    questions:
      - {name: children, type: computed, label: C, value: {over: roster, count: kind = "1"}}
      - {name: sleepers, type: computed, label: C, value: {over: roster, count: beds > 0, where: kind = "2"}}
      - {name: beds_all, type: computed, label: B, value: {over: roster, sum: beds}}
      - {name: fewest, type: computed, label: F, value: {over: roster, min: beds, where: kind = "1"}}
      - {name: most, type: computed, label: M, value: {over: roster, max: beds}}
      - {name: any_child, type: computed, label: A, value: {over: roster, any: kind = "1"}}
      - {name: all_sleep, type: computed, label: S, value: {over: roster, all: beds > 0, where: kind = "2"}}
)" + module("household", home) +
                         module("person", person));
}

std::string probe(const std::string& condition) {
    return fmt::format("{{name: probe, type: single, codes: yes_no, ask_if: '{}', text: P}}", condition);
}

// Every household, walked.
struct Seen {
    bool asked = false, passed_over = false;
};

void see(const Instrument& instrument, const Answers& answers, Seen& seen) {
    for (const double selection : {0.1, 0.5, 0.9})
        for (const Visit& visit : walk(instrument, answers, {.selection_number = selection}).visits)
            if (instrument.questions[visit.place.question].name == "probe")
                (visit.relevance == Relevance::on ? seen.asked : seen.passed_over) = true;
}

template <typename Meet>
void every_household(const Instrument& instrument, const Meet& meet) {
    const auto index = [&](const char* name) {
        return static_cast<std::uint32_t>(instrument.find(name) - instrument.questions.data());
    };
    for (std::uint32_t size = 1; size <= 3; ++size) {
        const auto lines = static_cast<std::size_t>(std::pow(6, size));
        for (std::size_t household = 0; household < lines; ++household) {
            Answers answers = {{{index("size"), 0, 0, 0}, std::to_string(size)}};
            std::size_t rest = household;
            for (std::uint32_t line = 1; line <= size; ++line, rest /= 6) {
                answers[{index("kind"), line, 0, 0}] = rest % 2 ? "1" : "2";
                answers[{index("beds"), line, 0, 0}] = std::to_string(rest / 2 % 3);
            }
            meet(answers);
        }
    }
}

std::vector<std::string> conditions() {
    std::vector<std::string> list = {"any_child",
                                     "not any_child",
                                     "all_sleep",
                                     "not all_sleep",
                                     "most = 0",
                                     "fewest is missing",
                                     "beds_all >= 2 * persons",
                                     "children >= persons",
                                     "children < eligible",
                                     "sleepers <= eligible",
                                     "any_child and children = 0"};
    for (const char* name : {"children", "sleepers", "beds_all", "fewest", "most"})
        for (const int bound : {-1, 0, 1, 2, 3, 4, 6, 7})
            for (const char* than : {"<", ">=", "="}) list.push_back(fmt::format("{} {} {}", name, than, bound));
    return list;
}

bool found(const std::vector<Finding>& findings, const std::string& id) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.id == id; });
}

// Whatever is claimed is true of every household; returns how much was claimed.
std::size_t claims_hold(const Instrument& instrument, const std::string& condition) {
    Seen seen;
    every_household(instrument, [&](const Answers& answers) { see(instrument, answers, seen); });
    const std::vector<Finding> findings = prove(instrument);
    const bool never = found(findings, "never-asked") || found(findings, "condition-contradiction");
    EXPECT_FALSE(never && seen.asked) << condition;
    EXPECT_FALSE(found(findings, "always-asked") && seen.passed_over) << condition;
    return never || found(findings, "always-asked");
}

TEST(AggregateProof, ClaimsNothingThatSomeHouseholdRefutes) {
    std::size_t of_household = 0, of_person = 0;
    for (const std::string& condition : conditions()) {
        of_household += claims_hold(with(probe(condition), ""), condition);
        of_person += claims_hold(with("", probe(condition)), condition);
    }
    EXPECT_GT(of_household, 30u);
    EXPECT_GT(of_person, of_household) << "her own line says more";
}

TEST(AggregateProof, KnowsThatThePersonIsOneOfTheRoster) {
    EXPECT_TRUE(found(prove(with("", probe("children = 3"))), "never-asked"));
    EXPECT_TRUE(found(prove(with("", probe("children >= persons"))), "never-asked"));
    EXPECT_TRUE(prove(with(probe("children = 3"), "")).empty());
}

// The household of three children blocks; the proof does not know that there is one and says so.
TEST(AggregateProof, WhatOtherLinesDecideIsLeftOpen) {
    const std::string more =
        "{name: probe, type: integer, range: [0, 3], missing: none, require: probe > children, text: P}";
    const std::vector<Finding> findings = prove(with(more, ""));
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].id, "not-decided");
    EXPECT_EQ(findings[0].severity, Severity::note);
    EXPECT_TRUE(prove(with("", more)).empty()) << "an adult is one of the three";
}

TEST(AggregateProof, WhatBlocksByItselfIsFoundBesideAggregates) {
    const std::vector<Finding> findings =
        prove(with("{name: probe, type: integer, range: [0, 2], missing: none, require: probe >= size and probe >= "
                   "children, text: P}",
                   ""));
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].id, "require-blocks");
}

// A household of one has never two children, whoever the one is; whether it has one the proof does not know.
TEST(AggregateProof, ANegationIsFoundWhereTheOwnAnswersShowIt) {
    const std::string negated = ", {name: more, type: single, codes: yes_no, ask_if: 'probe != \"1\"', text: M}";
    const auto ids = [&](const std::string& condition) {
        std::vector<std::string> list;
        for (const Finding& finding : prove(with(probe(condition) + negated, ""))) list.push_back(finding.id);
        return list;
    };
    EXPECT_EQ(ids("children > 1"), std::vector<std::string>{"silent-negation"});
    EXPECT_EQ(ids("children != 1"), std::vector<std::string>{"not-decided"});
}

// Ids of what is found of a computed question with this value, asked of the household after its roster.
std::vector<std::string> found_of(const std::string& value) {
    std::vector<std::string> ids;
    for (const Finding& finding :
         prove(with(fmt::format("{{name: probe, type: computed, label: P, value: {}}}", value), "")))
        ids.push_back(finding.id);
    return ids;
}

// The values that it has in all households; "missing" among them.
std::set<std::string> values_of(const std::string& value) {
    const Instrument instrument = with(fmt::format("{{name: probe, type: computed, label: P, value: {}}}", value), "");
    std::set<std::string> values;
    every_household(instrument, [&](const Answers& answers) {
        for (const auto& [place, each] : walk(instrument, answers, {}).computed)
            if (instrument.questions[place.question].name == "probe")
                values.insert(each.present() ? shortest(each.number) : "missing");
    });
    return values;
}

TEST(ComputedProof, WhatIsFoundIsTheSameInEveryHousehold) {
    using Ids = std::vector<std::string>;
    for (const char* value :
         {"{over: roster, count: beds > 2}", "{over: roster, count: beds > 0, where: kind = \"1\" and kind = \"2\"}",
          "{over: roster, any: beds = 3}", "{over: roster, sum: beds, where: line > 3}",
          "{over: roster, min: beds, where: kind is missing}", "{over: roster, max: beds, where: beds < 0}",
          "{over: roster, all: beds > 2}", "persons > 3", "size > 2 and size < 2"}) {
        EXPECT_EQ(found_of(value), Ids{"computed-never"}) << value;
        EXPECT_EQ(values_of(value).size(), 1u) << value;
    }
    for (const char* value :
         {"{over: roster, all: beds < 3}", "{over: roster, all: kind = \"2\", where: kind != \"1\"}", "persons = size",
          "size < 4"}) {
        EXPECT_EQ(found_of(value), Ids{"computed-always"}) << value;
        EXPECT_EQ(values_of(value), std::set<std::string>{"1"}) << value;
    }
}

TEST(ComputedProof, WhatDiffersBetweenHouseholdsIsNoFault) {
    for (const char* value :
         {"{over: roster, count: kind = \"1\"}", "{over: roster, count: beds >= 0}", "{over: roster, sum: beds}",
          "{over: roster, count: true, where: beds > 1}", "{over: roster, min: beds, where: kind = \"1\"}",
          "{over: roster, all: beds > 1, where: kind = \"2\"}", "{over: roster, any: beds > 1}", "size > 2"}) {
        EXPECT_TRUE(found_of(value).empty()) << value;
        EXPECT_GT(values_of(value).size(), 1u) << value;
    }
}

// Where nobody is chosen `all` is true; it is a fault all the same that nobody chosen can make it so.
TEST(ComputedProof, AllThatNoChosenLineMeetsIsFound) {
    const char* value = "{over: roster, all: beds > 2, where: kind = \"1\"}";
    EXPECT_EQ(found_of(value), std::vector<std::string>{"computed-never"});
    EXPECT_EQ(values_of(value).size(), 2u);
}

}  // namespace
}  // namespace cifra
