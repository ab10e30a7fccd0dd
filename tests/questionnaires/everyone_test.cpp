// Rosters of which everyone eligible is interviewed: one person after another, each on the path that she would have had
// alone.
#include <gtest/gtest.h>

#include <algorithm>

#include "questionnaires/answer_sheets.h"
#include "questionnaires/interview.h"
#include "questionnaires/respondent.h"
#include "tests/questionnaires/slow_route.h"

namespace cifra {
namespace {

class Everyone : public testing::Test {
protected:
    void SetUp() override {
        alone = load_instrument("library:victimization_core", {}, faults);
        together = alone;
        together.roster->all = true;
    }
    Respondent household(int h) const { return respond(together, {.seed = 5, .household = "E" + std::to_string(h)}); }
    Unit unit_of(const Place& place) const { return together.questions[place.question].unit; }
    bool personal(const Place& place) const {
        return unit_of(place) == Unit::person || unit_of(place) == Unit::incident;
    }
    bool of_household_crime(const Place& place) const {
        return unit_of(place) == Unit::incident && together.crimes[place.crime].unit == Unit::household;
    }
    // What one person and her household said, as if she alone had been selected; the household's crimes with her.
    Answers said_with(const Respondent& said, std::uint32_t line) const {
        Answers answers;
        for (const auto& [place, text] : said.answers) {
            if (personal(place) && place.line != line && !of_household_crime(place)) continue;
            Place moved = place;
            if (personal(place)) moved.line = 0;
            answers[moved] = text;
        }
        return answers;
    }
    Diagnostics faults;
    Instrument alone, together;
};

TEST_F(Everyone, EachIsOnThePathOfHerOwnInterview) {
    std::size_t households_of_several = 0, forms = 0;
    for (int h = 0; h < 200; ++h) {
        const Respondent said = household(h);
        EXPECT_EQ(said.walk.interviewed, said.walk.eligible_lines);
        households_of_several += said.walk.interviewed.size() > 1;
        forms += said.walk.series.size();
        for (std::size_t i = 0; i < said.walk.interviewed.size(); ++i) {
            const std::uint32_t line = said.walk.interviewed[i];
            const double selection = (static_cast<double>(i) + 0.5) / static_cast<double>(said.walk.eligible);
            std::vector<Place> expected, walked;
            for (const Place& place : slow_route(alone, said_with(said, line), selection))
                if (personal(place) && (i == 0 || !of_household_crime(place))) expected.push_back(place);
            for (Visit visit : said.walk.visits) {
                if (!visit.answered || !personal(visit.place) || visit.place.line != line) continue;
                visit.place.line = 0;
                walked.push_back(visit.place);
            }
            EXPECT_EQ(walked, expected) << h;
        }
    }
    EXPECT_GT(households_of_several, 50u);
    EXPECT_GT(forms, 100u);
}

TEST_F(Everyone, TheHouseholdsQuestionsAreAskedOnce) {
    for (int h = 0; h < 50; ++h) {
        std::map<Place, int> visits;
        for (const Visit& visit : household(h).walk.visits) ++visits[visit.place];
        for (const auto& [place, times] : visits) EXPECT_EQ(times, 1) << together.questions[place.question].name;
    }
}

TEST_F(Everyone, TheStateMachineAsksInTheSameOrder) {
    for (int h = 0; h < 5; ++h) {
        const Respondent said = household(h);
        Interview interview(together, 0.5);
        for (auto place = interview.next(); place; place = interview.next())
            ASSERT_TRUE(interview.answer(*place, said.answers.at(*place), true).accepted);
        EXPECT_EQ(interview.answers(), said.answers);
    }
}

class EveryonesFiles : public Everyone {
protected:
    AnswerTables files(int households) const {
        AnswerSheets sheets(together);
        for (int h = 0; h < households; ++h) {
            const Respondent said = household(h);
            sheets.add_interview("E" + std::to_string(h), "2026-01-15", said.answers, said.walk);
        }
        return sheets.finish();
    }
};

TEST_F(EveryonesFiles, ComeBackWithoutAViolation) {
    const Responses responses = check_responses(together, files(100));
    EXPECT_TRUE(responses.violations.empty()) << responses.violations.front().message;
    std::size_t eligible = 0;
    for (int h = 0; h < 100; ++h) eligible += household(h).walk.eligible;
    ASSERT_EQ(responses.person.rows(), eligible);
    for (std::size_t row = 0; row < responses.person.rows(); ++row)
        ASSERT_EQ(responses.person.at("pi_3").text(row), "1");
    EXPECT_GT(responses.incident.rows(), 50u);
}

TEST_F(EveryonesFiles, APersonWhoIsMissingOrTwiceIsTold) {
    AnswerTables tables = files(30);
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row + 1 < tables.person.rows(); ++row) rows.push_back(row);
    rows.push_back(0);
    Table person;
    for (std::size_t c = 0; c < tables.person.width(); ++c)
        person.set(tables.person.names()[c], tables.person.column(c).pick(rows));
    tables.person = person;
    const Responses responses = check_responses(together, tables);
    const auto told = [&](const std::string& rule) {
        return std::ranges::count_if(responses.violations, [&](const Violation& v) { return v.rule == rule; });
    };
    EXPECT_EQ(told("missing-person"), 1);
    EXPECT_EQ(told("duplicate-key"), 1);
}

}  // namespace
}  // namespace cifra
