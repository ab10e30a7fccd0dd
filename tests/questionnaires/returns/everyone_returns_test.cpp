// Interviews of several persons of a household: each person a record of her own, whatever the client sent.
#include <gtest/gtest.h>

#include "questionnaires/returns/instance.h"
#include "questionnaires/verbs.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

const std::string source = CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments/everyone.yaml";

class ReturnedPersons : public testing::Test {
protected:
    void load() const {
        Context context;
        context.options.input = source;
        context.options.out = folder.path() / "out";
        context.options.values["returns"] = (folder.path() / "in").string();
        load_verb().run(context);
    }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories(folder.path() / "in");
        folder.write("in/" + name, text);
    }
    std::string out(const std::string& name) const { return bytes_of(folder.path() / "out" / name); }
    ScratchFolder folder;
};

const std::string expected_persons =
    "household,line,outcome,trusts,at_work,threat,threat_count,assault,assault_count,upset\n"
    "A,1,1,1,,2,,,,\nA,3,2,,,,,,,\nB,2,1,2,,1,1,2,,\n";
const std::string expected_incidents =
    "household,line,crime,ordinal,alike,month,told,loss\nA,1,theft,1,,3,1,\nB,2,threat,1,,5,8,\n";

std::vector<std::string> rules_of(const Submission& submission) {
    std::vector<std::string> rules;
    for (const SubmissionFinding& finding : submission.findings) rules.push_back(finding.rule);
    return rules;
}

const ReturnShape& shape() {
    static Diagnostics faults;
    static const Instrument instrument = load_instrument(source, {}, faults);
    static const ReturnShape names(instrument);
    return names;
}

std::string instance(const std::string& household, const std::string& inside) {
    return "<data id=\"everyone\" version=\"1\"><household>" + household + "</household><outcome>1</outcome>" + inside +
           "<meta><instanceID>uuid:" + household + "</instanceID></meta></data>";
}

std::string person(const std::string& line, const std::string& inside) {
    return "<person_interview><person_number>1</person_number><selected_line>" + line + "</selected_line>" + inside +
           "</person_interview>";
}

const std::string taken_part = "<person_outcome>1</person_outcome>";
const std::string first = person("1", taken_part +
                                          "<trust><trusts>1</trusts></trust><personal_screener><threat>2</threat>"
                                          "</personal_screener><incident><crime>theft</crime><ordinal>1</ordinal>"
                                          "<person_line>1</person_line><month>3</month><told>1</told></incident>");

TEST_F(ReturnedPersons, InstancesHoldARepeatOfPersons) {
    write("a.xml",
          instance("A", "<people><size>3</size></people>" + first + person("3", "<person_outcome>2</person_outcome>")));
    write("b.xml",
          instance("B",
                   "<people><size>2</size></people>" +
                       person("2", taken_part + "<trust><trusts>2</trusts></trust><personal_screener><threat>1</threat>"
                                                "<threat_count>1</threat_count><assault>2</assault></personal_screener>"
                                                "<incident><crime>threat</crime><ordinal>1</ordinal><person_line>2"
                                                "</person_line><month>5</month><told>8</told></incident>")));
    load();
    EXPECT_EQ(out("answers_person.csv"), expected_persons);
    EXPECT_EQ(out("answers_incident.csv"), expected_incidents);
    EXPECT_EQ(out("findings.csv"), "file,line,record,column,rule,severity,message\n");
    EXPECT_NE(out("screener.csv").find("B,2,threat,person,1,1,1\n"), std::string::npos);
}

// ODK Central: the incidents' PARENT_KEY is the person's KEY.
TEST_F(ReturnedPersons, TablesOfCentralAreLinkedByTheInterviewInTheKeys) {
    write("form.csv", "household,outcome,people-size,KEY\nA,1,3,uuid:a\nB,1,2,uuid:b\n");
    write("form-person_interview.csv",
          "selected_line,person_outcome,trust-trusts,personal_screener-threat,personal_screener-threat_count,"
          "personal_screener-assault,PARENT_KEY,KEY\n"
          "1,1,1,2,,,uuid:a,uuid:a/person_interview[1]\n3,2,,,,,uuid:a,uuid:a/person_interview[2]\n"
          "2,1,2,1,1,2,uuid:b,uuid:b/person_interview[1]\n");
    write("form-incident.csv",
          "crime,ordinal,person_line,month,told,PARENT_KEY,KEY\n"
          "theft,1,1,3,1,uuid:a/person_interview[1],uuid:a/person_interview[1]/incident[1]\n"
          "threat,1,2,5,8,uuid:b/person_interview[1],uuid:b/person_interview[1]/incident[1]\n");
    load();
    EXPECT_EQ(out("answers_person.csv"), expected_persons);
    EXPECT_EQ(out("answers_incident.csv"), expected_incidents);
}

TEST(InstanceOfPersons, FaultsAreNamed) {
    using Rules = std::vector<std::string>;
    const auto rules = [](const std::string& inside) {
        return rules_of(read_instance(instance("A", inside), "x.xml", shape()));
    };
    EXPECT_EQ(rules(first), Rules{});
    EXPECT_EQ(rules(first + first), (Rules{"duplicate-key", "duplicate-key"})) << "the person and her incident";
    EXPECT_EQ(rules(person("x", taken_part)), Rules{"bad-line"});
    EXPECT_EQ(rules(person("2", "<trust/><trust/>")), Rules{"duplicate-key"});
    EXPECT_EQ(rules("<trust><trusts>1</trusts></trust>"), Rules{"missing-key"}) << "of whom?";
    EXPECT_EQ(rules(person("2", "<incident><crime>theft</crime><ordinal>1</ordinal></incident>")), Rules{"bad-line"});
    EXPECT_EQ(rules(person("2", "<rent>7</rent>")), Rules{"unknown-name"});
    std::string many;
    for (int line = 1; line < 1000; ++line) many += person(std::to_string(line), taken_part);
    EXPECT_EQ(rules(many), Rules{"too-many-repeats"});
}

}  // namespace
}  // namespace cifra
