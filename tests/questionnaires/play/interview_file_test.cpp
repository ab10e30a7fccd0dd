#include "questionnaires/play/interview_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "questionnaires/play/interview_folder.h"
#include "tests/questionnaires/play/small_instruments.h"

namespace cifra {
namespace {

class Sitting : public testing::Test {
protected:
    void SetUp() override {
        folder = std::filesystem::path(testing::TempDir()) /
                 ("cifra_sitting_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder);
    }
    std::optional<DialogueEnd> sit(const std::string& typed, const std::string& household = "H1") {
        std::istringstream in(typed);
        std::ostringstream out;
        SittingOptions options{folder, household, "2026-02-03", 0.5, 1, "en", false};
        const auto end = sit_down(instrument, options, in, out, faults);
        shown = out.str();
        return end;
    }
    std::string text() const {
        std::ifstream stream(folder / "interview_H1.txt", std::ios::binary);
        std::stringstream content;
        content << stream.rdbuf();
        return content.str();
    }
    void overwrite(const std::string& content) {
        std::ofstream(folder / "interview_H1.txt", std::ios::binary) << content;
    }

    Instrument instrument = instrument_of(forms);
    std::filesystem::path folder;
    std::string shown;
    Diagnostics faults;
};

TEST_F(Sitting, KeepsEachAnswerAndGoesOn) {
    EXPECT_EQ(sit("1\n110\ny\n:save\n"), DialogueEnd::saved);
    EXPECT_EQ(text(),
              "cifra-interview\t1\ninstrument\tforms\t1\nhousehold\tH1\nselection\t0.5\ndate\t2026-02-03\n"
              "answer\tsize\t1\nconfirmed\tage[1]\t110\n");
    const auto rights = std::filesystem::status(folder / "interview_H1.txt").permissions();
    EXPECT_EQ(rights & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
              std::filesystem::perms::none);
    EXPECT_EQ(sit("2\n2\n2\n"), DialogueEnd::finished);
    EXPECT_TRUE(faults.items().empty());
}

TEST_F(Sitting, ABrokenLastLineLosesThatAnswerOnly) {
    sit("1\n30\n:save\n");
    const std::string whole = text();
    // Wherever the writing of the last answer stopped.
    for (std::size_t lost = 1; lost < std::string("answer\tage[1]\t30\n").size(); ++lost) {
        overwrite(whole.substr(0, whole.size() - lost));
        sit("31\n:save\n");
        EXPECT_NE(shown.find("Age?"), std::string::npos) << lost;
        EXPECT_EQ(text(), whole.substr(0, whole.size() - 3) + "31\n") << lost;
    }
    EXPECT_TRUE(faults.items().empty());
}

TEST_F(Sitting, RefusesWhatIsNoInterviewOfThisInstrument) {
    sit("1\n:save\n");
    const std::string whole = text();
    std::string other = whole;
    other.replace(other.find("forms"), 5, "other");
    const std::string cases[][2] = {{other, "other-instrument"},
                                    {"something else\n", "not-an-interview"},
                                    {whole.substr(0, 40), "not-an-interview"},
                                    {whole + "nonsense\n", "bad-line"}};
    for (const auto& [content, code] : cases) {
        overwrite(content);
        faults = {};
        EXPECT_EQ(sit("1\n"), std::nullopt) << code;
        ASSERT_TRUE(faults.has_errors()) << code;
        EXPECT_EQ(faults.items().front().code, code);
        EXPECT_EQ(text(), content) << "the file stays as it was";
    }
    faults = {};
    EXPECT_EQ(sit("1\n", "../H1"), std::nullopt);
    EXPECT_EQ(faults.items().front().code, "bad-household");
}

TEST_F(Sitting, AnAnswerThatIsNoLongerTakenIsAskedAgain) {
    sit("2\n30\n110\ny\n:save\n");
    std::string changed = text();
    changed.replace(changed.find("age[1]\t30"), 9, "age[1]\t16");
    overwrite(changed);
    sit(":save\n");
    ASSERT_EQ(faults.items().size(), 1u);
    EXPECT_EQ(faults.items().front().code, "answer-not-kept");
    EXPECT_EQ(faults.items().front().where.line, 7u);
    EXPECT_EQ(to_text(faults.items().front()).find("16"), std::string::npos) << "no answer in a message";
    EXPECT_NE(shown.find("Person 1\nAge?"), std::string::npos);
}

TEST_F(Sitting, FinishedInterviewsBecomeAnswersThatTheChecksAccept) {
    sit("2\n30\n17\n1\n2\n1\n1\n3\n5\n98\n3\n2\n7\n8\n", "H2");
    sit("1\n30\n:save\n", "H1");
    sit("1\n50\n2\n2\n2\n", "H3");
    const CollectedInterviews collected = collect_interviews(instrument, folder, faults);
    EXPECT_EQ(collected.finished, 2u);
    EXPECT_EQ(collected.unfinished, 1u);
    ASSERT_EQ(collected.answers.household.rows(), 2u);
    EXPECT_EQ(collected.answers.incident.rows(), 4u);
    const Responses responses = check_responses(instrument, collected.answers, {});
    EXPECT_TRUE(responses.violations.empty())
        << responses.violations.front().column << " " << responses.violations.front().rule;
}

// The months of a period that ends with the interview are those before its date.
TEST_F(Sitting, ThePeriodIsThatOfTheInterview) {
    instrument.period = {};
    instrument.period.months = 3;
    instrument.period.to_interview = true;
    sit("1\n30\n2\n2\n1\n3\n:save\n");
    EXPECT_NE(shown.find("[month[threat.1]]\n    11  November 2025\n    12  December 2025\n     1  January 2026\n"),
              std::string::npos)
        << shown;
}

TEST_F(Sitting, ADateIsAskedForWhereNoneIsGiven) {
    std::istringstream in("yesterday\n2026-02-30\n2026-02-28\n1\n");
    std::ostringstream out;
    SittingOptions options;
    options.folder = folder;
    options.household = "H1";
    options.language = "en";
    EXPECT_EQ(sit_down(instrument, options, in, out, faults), DialogueEnd::saved);
    EXPECT_NE(text().find("date\t2026-02-28\n"), std::string::npos);
    EXPECT_NE(out.str().find(">   ! Write the date as 2025-03-31.\n"), std::string::npos) << out.str();
    std::istringstream nothing;
    options.household = "H2";
    EXPECT_EQ(sit_down(instrument, options, nothing, out, faults), std::nullopt);
    EXPECT_FALSE(std::filesystem::exists(folder / "interview_H2.txt"));
}

}  // namespace
}  // namespace cifra
