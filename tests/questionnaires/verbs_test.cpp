#include "questionnaires/verbs.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "engine/csv.h"
#include "questionnaires/fieldwork.h"

namespace cifra {
namespace {

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

// A study in a folder of its own, with random answers in its out folder.
class StudyFolder : public testing::Test {
protected:
    void SetUp() override {
        folder = std::filesystem::path(testing::TempDir()) /
                 ("cifra_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder / "out/country");
        write("study.yaml",
              "study: small\nseed: 4\nlanguages: [es, en]\n"
              "instrument: {use: 'library:victimization_core', period: {months: 6, ends: 2026-03}}\ninterview: {from: "
              "2026-04-01}\nresponses: {}\n");
    }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(folder / name, std::ios::binary) << text;
    }
    void write_answers(std::size_t households) {
        Diagnostics faults;
        Instrument instrument = load_instrument("library:victimization_core", {}, faults);
        instrument.period = {6, 2026, 3, {}};
        const AnswerTables answers = random_answers(instrument, households, 9);
        for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident})
            write_csv(answers.of(unit), folder / "out" / ("answers_" + std::string(to_text(unit)) + ".csv"));
    }
    Context context() const {
        Context result;
        result.options.input = folder / "study.yaml";
        return result;
    }
    std::filesystem::path folder;
};

TEST(QuestionnairesVerbs, HaveManuals) {
    std::set<std::string> names;
    for (const Verb& verb : questionnaires_verbs()) {
        names.insert(verb.name);
        EXPECT_FALSE(verb.summary.empty() || verb.manual.empty() || verb.reads.empty() || verb.writes.empty())
            << verb.name;
    }
    EXPECT_EQ(names,
              (std::set<std::string>{"check", "form", "interview", "burden", "load", "code", "codebook", "schema"}));
}

TEST_F(StudyFolder, CheckSaysWhatItReadAndRefusesAFault) {
    Context good = context();
    std::string said;
    good.say = [&](const std::string& line) { said += line; };
    check_verb().run(good);
    EXPECT_NE(said.find("12 crimes"), std::string::npos) << said;
    write("study.yaml",
          "study: small\ninstrument: {use: 'library:victimization_core', period: {months: 13, ends: 2026-03}}\n");
    Context bad = context();
    EXPECT_THROW(check_verb().run(bad), InputError);
}

TEST_F(StudyFolder, FormWritesOnePagePerLanguageOfTheStudy) {
    Context run = context();
    form_verb().run(run);
    EXPECT_NE(content(folder / "out/form_es.html").find("octubre de 2025 a marzo de 2026"), std::string::npos);
    EXPECT_NE(content(folder / "out/form_en.html").find("October 2025 to March 2026"), std::string::npos);
    EXPECT_EQ(run.outputs.size(), 2u);
}

TEST_F(StudyFolder, InterviewThenCodeGoThrough) {
    write("out/sample.csv", "dwelling,selection_number\nD1,0.9\nD2,0.2\n");
    write("out/country/country_households.csv", "household,outcome\nD1,1\nD2,3\n");
    write("out/country/country_persons.csv", "household,line,relationship,sex,age\nD1,1,1,2,41\nD1,2,2,1,44\n");
    write("out/country/country_incidents.csv", "household,line,crime,month\nD1,2,assault,11\n");
    Context field = context();
    interview_verb().run(field);
    Context code = context();
    code_verb().run(code);
    EXPECT_EQ(content(folder / "out/violations.csv"), "file,line,column,rule,severity,message\n");
    const std::string household = content(folder / "out/household.csv");
    EXPECT_EQ(household.substr(0, household.find("household_size")),
              "household,outcome,interview_date,persons,eligible,");
    EXPECT_NE(household.find("\nD2,3,,,,"), std::string::npos);
    EXPECT_NE(content(folder / "out/incident.csv").find("\nD1,2,assault,1,person,assault_"), std::string::npos);
    EXPECT_EQ(code.outputs.size(), 6u);
    EXPECT_EQ(code.inputs.size(), 6u) << "study, sample and four files of answers";
}

TEST_F(StudyFolder, CodeRefusesHardViolationsAndListsThem) {
    write_answers(5);
    const std::string answers = content(folder / "out/answers_household.csv");
    write("out/answers_household.csv",
          answers.substr(0, answers.find("\nH3,1,") + 4) + "9" + answers.substr(answers.find("\nH3,1,") + 5));
    write("out/household.csv", "from an earlier run\n");
    Context refused = context();
    EXPECT_THROW(code_verb().run(refused), Refusal);
    EXPECT_NE(content(folder / "out/violations.csv").find("answers_household.csv,4,outcome,unknown-outcome,error,"),
              std::string::npos);
    EXPECT_EQ(content(folder / "out/household.csv"), "from an earlier run\n");
    Context reported = context();
    reported.options.values["report"] = "1";
    code_verb().run(reported);
    EXPECT_NE(content(folder / "out/household.csv").find("\nH5,1,"), std::string::npos);
}

TEST_F(StudyFolder, DryRunWritesNothing) {
    write_answers(2);
    Context dry = context();
    dry.options.dry_run = true;
    code_verb().run(dry);
    EXPECT_FALSE(std::filesystem::exists(folder / "out/household.csv"));
    EXPECT_FALSE(std::filesystem::exists(folder / "out/violations.csv"));
}

TEST_F(StudyFolder, AnInstrumentNeedsNoStudy) {
    Context run;
    run.options.input = "library:victimization_core";
    run.options.out = folder / "forms";
    run.options.language = "es";
    form_verb().run(run);
    EXPECT_TRUE(std::filesystem::exists(folder / "forms/form_es.html"));
    EXPECT_FALSE(std::filesystem::exists(folder / "forms/form_en.html"));
    run.options.language = "fr";
    EXPECT_THROW(form_verb().run(run), InputError);
}

}  // namespace
}  // namespace cifra
