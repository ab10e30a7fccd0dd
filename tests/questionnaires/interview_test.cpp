#include "questionnaires/interview.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "questionnaires/respondent.h"
#include "tests/questionnaires/slow_route.h"

namespace cifra {
namespace {

class CoreInterview : public testing::Test {
protected:
    Place at(const std::string& name, std::uint32_t line = 0) const {
        return {static_cast<std::uint32_t>(instrument.find(name) - instrument.questions.data()), line, 0, 0};
    }
    Place form(const std::string& name, const std::string& crime, std::uint32_t ordinal) const {
        return {at(name).question, 0, static_cast<std::uint32_t>(*instrument.crime_index(crime)), ordinal};
    }
    Respondent random(int h, double missing = 0.03) const {
        const std::string id = "R" + std::to_string(h);
        return respond(
            instrument,
            {.seed = 11, .household = id, .selection_number = (h % 97 + 0.5) / 97, .missing_share = missing});
    }
    double selection(int h) const { return (h % 97 + 0.5) / 97; }

    Diagnostics faults;
    Instrument instrument = load_instrument("library:victimization_core", {}, faults);
};

TEST_F(CoreInterview, FiveHundredRandomRespondentsFinishOnThePathOfTheSlowTwin) {
    std::size_t forms = 0, series = 0;
    for (int h = 0; h < 500; ++h) {
        const Respondent said = random(h);
        std::vector<Place> answered;
        for (const Visit& visit : said.walk.visits) {
            ASSERT_NE(visit.relevance, Relevance::undecided);
            ASSERT_EQ(visit.answered, visit.relevance == Relevance::on);
            ASSERT_TRUE(visit.broken.empty() && visit.broken_constraints.empty())
                << instrument.questions[visit.place.question].name;
            if (visit.answered) answered.push_back(visit.place);
        }
        if (h % 10 == 0) {
            EXPECT_EQ(slow_route(instrument, said.answers, selection(h)), answered) << h;
        }
        EXPECT_EQ(route(instrument, said.answers, {.selection_number = selection(h)}), answered) << h;
        forms += said.walk.series.size();
        for (const auto& [key, is_series] : said.walk.series) series += is_series;
    }
    EXPECT_GT(forms, 500u);
    EXPECT_GT(series, 0u);
}

TEST_F(CoreInterview, StateMachineAsksTheRespondentsQuestionsInOrder) {
    for (int h = 0; h < 8; ++h) {
        const Respondent said = random(h);
        Interview interview(instrument, selection(h));
        std::size_t asked = 0;
        while (const auto place = interview.next()) {
            ASSERT_TRUE(said.answers.contains(*place)) << instrument.questions[place->question].name;
            ASSERT_TRUE(interview.answer(*place, said.answers.at(*place)).accepted);
            ASSERT_LE(++asked, said.answers.size());
        }
        EXPECT_TRUE(interview.finished());
        EXPECT_EQ(interview.answers(), said.answers);
    }
}

TEST_F(CoreInterview, RefusedAnswersChangeNothing) {
    Interview interview(instrument, 0.5);
    EXPECT_EQ(interview.next(), at("household_size"));
    EXPECT_EQ(interview.answer(at("household_size"), "0").broken, "out-of-range");
    EXPECT_EQ(interview.answer(at("household_size"), "two").broken, "not-a-number");
    EXPECT_EQ(interview.answer(at("safe_transport"), "1").broken, "off-route");
    EXPECT_TRUE(interview.answers().empty());
    ASSERT_TRUE(interview.answer(at("household_size"), "1").accepted);
    for (const char* name : {"tenure", "whole_period", "owns_vehicle"})
        ASSERT_TRUE(interview.answer(at(name), "1").accepted);
    const Reply second_head = interview.answer(at("relationship", 1), "3");
    EXPECT_FALSE(second_head.accepted);
    EXPECT_EQ(second_head.refused_by, std::vector<std::size_t>{0});
    ASSERT_TRUE(interview.answer(at("relationship", 1), "1").accepted);
    ASSERT_TRUE(interview.answer(at("sex", 1), "2").accepted);
    const Reply very_old = interview.answer(at("age", 1), "110");
    EXPECT_FALSE(very_old.accepted);
    EXPECT_EQ(very_old.doubted_by, std::vector<std::size_t>{1});
    EXPECT_TRUE(interview.answer(at("age", 1), "110", true).accepted);
    EXPECT_EQ(interview.state().selected, 1u);
}

// A finished interview with one robbery and a vehicle stolen once.
Answers finished_with(const CoreInterview&, Interview& interview, const Instrument& instrument,
                      const std::map<std::string, std::string>& fixed) {
    while (const auto place = interview.next()) {
        const Question& question = instrument.questions[place->question];
        std::string text = "1";
        if (question.type == QuestionType::single && question.part == ScreenerPart::happened) text = "2";
        if (question.type == QuestionType::integer && question.name == "age") text = "40";
        if (const auto given = fixed.find(question.name); given != fixed.end()) text = given->second;
        const Reply reply = interview.answer(*place, text);
        EXPECT_TRUE(reply.accepted) << question.name << " " << reply.broken;
        if (!reply.accepted) break;
    }
    return interview.answers();
}

TEST_F(CoreInterview, AChangedAnswerRetractsWhatItRouted) {
    Interview interview(instrument, 0.5);
    const Answers before =
        finished_with(*this, interview, instrument, {{"robbery", "1"}, {"robbery_count", "2"}, {"vehicle_theft", "1"}});
    ASSERT_TRUE(before.contains(form("month", "robbery", 2)));
    const Reply fewer = interview.answer(at("robbery_count"), "1");
    EXPECT_FALSE(fewer.retracted.empty());
    for (const Place& place : fewer.retracted) EXPECT_EQ(place.ordinal, 2u);
    EXPECT_TRUE(interview.finished());

    const Reply no_car = interview.answer(at("owns_vehicle"), "2");
    const std::set<Place> gone(no_car.retracted.begin(), no_car.retracted.end());
    for (const Place& place :
         {at("vehicle_theft"), at("vehicle_theft_count"), at("vehicle_parts_theft"), form("month", "vehicle_theft", 1)})
        EXPECT_TRUE(gone.contains(place)) << instrument.questions[place.question].name;
    EXPECT_FALSE(gone.contains(at("burglary")));
    EXPECT_FALSE(gone.contains(form("month", "robbery", 1)));
    EXPECT_TRUE(interview.finished());

    ASSERT_TRUE(interview.answer(at("owns_vehicle"), "1").accepted);
    EXPECT_EQ(interview.next(), at("vehicle_theft")) << "retracted answers do not come back";
}

TEST_F(CoreInterview, AnotherSelectedPersonIsAskedFromTheBeginning) {
    Interview interview(instrument, 0.9);
    while (const auto place = interview.next()) {
        const Question& question = instrument.questions[place->question];
        std::string text = question.part == ScreenerPart::happened ? "2" : "1";
        if (question.name == "household_size") text = "2";
        if (question.name == "relationship" && place->line == 2) text = "2";
        if (question.name == "age") text = "40";
        ASSERT_TRUE(interview.answer(*place, text).accepted) << question.name;
    }
    ASSERT_EQ(interview.state().selected, 2u);
    ASSERT_TRUE(interview.answers().contains(at("education")));
    interview.answer(at("age", 2), "12");
    EXPECT_EQ(interview.state().selected, 1u);
    EXPECT_FALSE(interview.answers().contains(at("education")));
    EXPECT_TRUE(interview.answers().contains(at("burglary"))) << "the household's answers stand";
    EXPECT_EQ(interview.next(), at("safe_neighbourhood"));
}

TEST_F(CoreInterview, BackGivesThePlaceBefore) {
    Interview interview(instrument, 0.5);
    EXPECT_EQ(interview.back(std::nullopt), std::nullopt);
    interview.answer(at("household_size"), "1");
    interview.answer(at("tenure"), "2");
    EXPECT_EQ(interview.back(interview.next()), at("tenure"));
    EXPECT_EQ(interview.back(at("tenure")), at("household_size"));
    EXPECT_EQ(interview.back(at("household_size")), std::nullopt);
}

TEST_F(CoreInterview, ASeriesIsOneForm) {
    Interview interview(instrument, 0.5);
    finished_with(*this, interview, instrument,
                  {{"threat", "1"}, {"threat_count", "12"}, {"series_alike", "1"}, {"series_recall", "2"}});
    const auto threat = static_cast<std::uint32_t>(*instrument.crime_index("threat"));
    ASSERT_EQ(interview.state().series.size(), 1u);
    EXPECT_TRUE((interview.state().series.at({0, threat, 1})));
    Interview apart(instrument, 0.5);
    finished_with(*this, apart, instrument,
                  {{"threat", "1"}, {"threat_count", "12"}, {"series_alike", "1"}, {"series_recall", "1"}});
    EXPECT_EQ(apart.state().series.size(), 5u);
}

TEST_F(CoreInterview, AnAnswerIsAFunctionOfItsHouseholdAndQuestionOnly) {
    const Respondent one = random(3), again = random(3);
    EXPECT_EQ(one.answers, again.answers);
    Instrument longer = instrument;
    longer.questions[*instrument.screener(0, ScreenerPart::happened)].ask_if = {};
    const Respondent other = respond(longer, {.seed = 11, .household = "R3", .selection_number = selection(3)});
    for (const auto& [place, text] : one.answers)
        if (other.answers.contains(place)) {
            EXPECT_EQ(other.answers.at(place), text) << instrument.questions[place.question].name;
        }
}

}  // namespace
}  // namespace cifra
