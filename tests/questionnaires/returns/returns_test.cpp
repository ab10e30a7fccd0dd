#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/csv.h"
#include "questionnaires/responses.h"
#include "questionnaires/returns/audit.h"
#include "questionnaires/returns/export_tables.h"
#include "questionnaires/returns/instance.h"
#include "questionnaires/returns/interview_time.h"
#include "questionnaires/returns/receipt.h"
#include "questionnaires/verbs.h"
#include "tests/questionnaires/returns/client_exports.h"

namespace cifra {
namespace {

const Instrument& core() {
    static const Instrument instrument = [] {
        Diagnostics faults;
        return load_instrument("library:victimization_core", {}, faults);
    }();
    return instrument;
}

const ReturnShape& shape() {
    static const ReturnShape names(core());
    return names;
}

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::vector<std::string> rules_of(const Submission& submission) {
    std::vector<std::string> rules;
    for (const SubmissionFinding& finding : submission.findings) rules.push_back(finding.rule);
    return rules;
}

// What came back, in a folder of its own.
class Returned : public testing::Test {
protected:
    static constexpr std::size_t households = 40;
    void SetUp() override {
        folder = std::filesystem::path(testing::TempDir()) /
                 ("cifra_returns_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder / "in");
    }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((folder / name).parent_path());
        std::ofstream(folder / name, std::ios::binary) << text;
    }
    void write_export(const std::string& separator = ",") const {
        CentralExport tables(core());
        for (std::size_t h = 1; h <= households; ++h) tables.add(interview_at_random(core(), h, 3));
        for (const auto& [name, text] : {std::pair("survey", &tables.main), std::pair("survey-members", &tables.roster),
                                         std::pair("survey-incident", &tables.incident)})
            write("in/" + std::string(name) + ".csv", separator == "," ? *text : with_separator(*text, separator));
    }
    // No cell of the export holds a comma or a tab.
    static std::string with_separator(std::string text, const std::string& separator) {
        std::replace(text.begin(), text.end(), ',', separator[0]);
        return text;
    }
    void load() const {
        Context context;
        context.options.input = "library:victimization_core";
        context.options.out = folder / "out";
        context.options.values["returns"] = (folder / "in").string();
        load_verb().run(context);
    }
    std::string out(const std::string& name) const { return content(folder / "out" / name); }

    // The answer files are those of the same random interviews written by the simulator.
    void expect_the_simulated_answers() const {
        const AnswerTables expected = random_answers(core(), households, 3);
        for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident})
            EXPECT_EQ(out("answers_" + std::string(to_text(unit)) + ".csv"), to_csv(expected.of(unit)));
        EXPECT_EQ(out("findings.csv"), "file,line,record,column,rule,severity,message\n");
    }
    std::filesystem::path folder;
};

TEST_F(Returned, InstancesGiveTheAnswersThatWereGiven) {
    for (std::size_t h = 1; h <= households; ++h)
        write(fmt::format("in/{:03}/submission.xml", h), xml_instance(core(), interview_at_random(core(), h, 3)));
    load();
    expect_the_simulated_answers();
}

TEST_F(Returned, TablesGiveTheAnswersThatWereGiven) {
    write_export();
    load();
    expect_the_simulated_answers();
}

TEST_F(Returned, TablesInAnotherOrderGiveTheSame) {
    write_export();
    std::istringstream lines(content(folder / "in/survey-members.csv"));
    std::string header, line, turned;
    std::getline(lines, header);
    while (std::getline(lines, line)) turned = line + "\n" + turned;
    write("in/survey-members.csv", header + "\n" + turned);
    load();
    expect_the_simulated_answers();
}

TEST_F(Returned, KoboLinksByIndexAndSeparatesBySemicolons) {
    write("in/main.csv",
          "start;end;household;selected;control/household_size;control/tenure;_uuid;_index\n"
          "2026-01-05T10:00:00.000-06:00;2026-01-05T10:30:00.000-06:00;A;1;1;2;u1;1\n;;B;1;1;;u2;2\n");
    write("in/members.csv", "members/age;members/sex;_index;_parent_index\n40;1;1;2\n30;2;2;1\n");
    load();
    EXPECT_EQ(out("answers_roster.csv"), "household,line,relationship,sex,age\nA,1,,2,30\nB,1,,1,40\n");
    EXPECT_NE(out("submissions.csv")
                  .find("main.csv,2,u1,A,accepted,,2026-01-05T10:00:00.000-06:00,"
                        "2026-01-05T10:30:00.000-06:00,30.00,"),
              std::string::npos);
}

TEST_F(Returned, SurveySolutionsTellsBlankFromNotAsked) {
    write("in/survey.tab",
          "interview__key\tinterview__id\thousehold\tselected\thousehold_size\ttenure\towns_vehicle\t"
          "avoided_activities__1\tavoided_activities__2\tavoided_activities__7\n"
          "11-22\taaa\tA\t1\t1\t-999999999\t\t1\t0\t1\n");
    write("in/members.tab",
          "interview__key\tinterview__id\tmembers__id\trelationship\tsex\tage\n11-22\taaa\t1\t1\t2\t33\n");
    load();
    const std::string findings = out("findings.csv");
    EXPECT_NE(findings.find("survey.tab,2,11-22,tenure,left-blank,note,"), std::string::npos) << findings;
    EXPECT_EQ(findings.find("owns_vehicle"), std::string::npos);
    EXPECT_NE(out("answers_person.csv").find(",1 7,"), std::string::npos);
    EXPECT_NE(out("answers_roster.csv").find("\nA,1,1,2,33\n"), std::string::npos);
}

TEST_F(Returned, DoublesAndStrangersAreSetAsideOnTheRecord) {
    const auto one = interview_at_random(core(), 1, 3);
    const std::string xml = xml_instance(core(), one);
    write("in/a.xml", xml);
    write("in/b.xml", xml);
    write("in/c.xml", replaced(xml, one.key, "uuid:other"));
    write("in/d.xml", replaced(replaced(xml, one.key, "uuid:d"), "id=\"victimization_core\"", "id=\"census\""));
    write("in/e.xml", replaced(replaced(xml, one.key, "uuid:e"), "<household>H1", "<household>"));
    write("in/f.xml", "<data>");
    load();
    const std::string table = out("submissions.csv"), findings = out("findings.csv");
    for (const char* row : {"a.xml,,", "b.xml,,", "c.xml,,", "d.xml,,", "e.xml,,", "f.xml,,"})
        EXPECT_NE(table.find(row), std::string::npos) << row;
    EXPECT_NE(table.find(one.key + ",H1,accepted,"), std::string::npos);
    EXPECT_NE(table.find(one.key + ",H1,same-instance,"), std::string::npos);
    EXPECT_NE(table.find("uuid:other,H1,same-household,"), std::string::npos);
    EXPECT_NE(table.find("uuid:d,H1,unusable,"), std::string::npos);
    EXPECT_NE(table.find("uuid:e,,unusable,"), std::string::npos);
    for (const char* rule :
         {"b.xml,,", ",same-instance,error,", ",same-household,error,", "d.xml,,uuid:d,,wrong-form,error,",
          "e.xml,,uuid:e,household,missing-key,error,", "f.xml,,,,unreadable,error,"})
        EXPECT_NE(findings.find(rule), std::string::npos) << rule;
    std::size_t lines = 0;
    for (const char c : out("answers_household.csv")) lines += c == '\n';
    EXPECT_EQ(lines, 2u) << "one interview is accepted";
}

TEST_F(Returned, TheScreenerTableCountsTheFormsOfEachCrime) {
    write_export();
    load();
    Diagnostics faults;
    const Table screener = read_csv(folder / "out/screener.csv", {}, faults);
    const Table incident = read_csv(folder / "out/answers_incident.csv", {}, faults);
    std::map<std::string, double> forms, counted;
    for (std::size_t row = 0; row < incident.rows(); ++row)
        ++forms[incident.at("household").cell(row) + incident.at("crime").cell(row)];
    for (std::size_t row = 0; row < screener.rows(); ++row)
        if (const double n = screener.at("incidents").number(row); n > 0)
            counted[screener.at("household").cell(row) + screener.at("crime").cell(row)] += n;
    EXPECT_GT(forms.size(), households);
    EXPECT_EQ(counted, forms);
}

TEST_F(Returned, AFolderWithoutInterviewsIsAFault) {
    EXPECT_THROW(load(), InputError);
    write("in/other.csv", "a,b\n1,2\n");
    EXPECT_THROW(load(), InputError);
    write("in/survey.csv", "household,household_size\nA,1\n");
    EXPECT_THROW(load(), InputError) << "no key";
    write_export();
    write("in/again.csv", content(folder / "in/survey.csv"));
    EXPECT_THROW(load(), InputError) << "two tables of interviews";
}

TEST_F(Returned, ARecordWithoutItsInterviewIsAFinding) {
    write_export();
    write("in/survey-members.csv",
          content(folder / "in/survey-members.csv") + "1,1,1,30,uuid:nobody,uuid:nobody/members[1]\n");
    load();
    EXPECT_NE(out("findings.csv").find(",uuid:nobody,PARENT_KEY,orphan-record,error,"), std::string::npos);
}

TEST_F(Returned, InterviewersAreCountedAndShortInterviewsFound) {
    const auto instance = [&](std::size_t number, const std::string& interviewer, const std::string& end) {
        auto one = interview_at_random(core(), number, 3);
        std::string xml = replaced(xml_instance(core(), one), "<username>field2", "<username>" + interviewer);
        write(fmt::format("in/{}/i.xml", number), replaced(xml, "T10:42:30.000", end));
    };
    instance(1, "ana", "T10:40:00.000");
    instance(2, "ana", "T10:19:00.000");
    instance(3, "eva", "T10:40:00.000");
    write("in/1/audit.csv",
          "event,node,start,end\nform start,,1000,\nquestion,/data/control/tenure,1000,61000\n"
          "question,/data/control/owns_vehicle,61000,91000\nform exit,,91000,\n");
    load();
    const std::string interviewers = out("interviewers.csv");
    EXPECT_NE(interviewers.find("\nana,2,29.50,1,"), std::string::npos) << interviewers;
    EXPECT_NE(interviewers.find("\neva,1,40.00,0,"), std::string::npos) << interviewers;
    EXPECT_NE(out("submissions.csv").find(",40.00,1.50,tablet-7,ana,"), std::string::npos);
}

// Each fault of an instance gives its rule, and nothing else is said.
TEST(Instance, FaultsAreNamed) {
    const std::string xml = xml_instance(core(), interview_at_random(core(), 1, 3));
    const auto rules = [](const std::string& text) { return rules_of(read_instance(text, "x.xml", shape())); };
    using Rules = std::vector<std::string>;
    EXPECT_EQ(rules(xml), Rules{});
    EXPECT_EQ(rules(replaced(xml, "version=\"2026.1\"", "version=\"1\"")), Rules{"other-version"});
    EXPECT_EQ(rules(replaced(xml, "<line>1</line>", "<line>x</line>")), Rules{"bad-line"});
    EXPECT_EQ(rules(replaced(xml, "<line>2</line>", "<line>1</line>")), Rules{"duplicate-key"});
    EXPECT_EQ(rules(replaced(xml, "</control>", "</control><control/>")), Rules{"duplicate-key"});
    EXPECT_EQ(rules(replaced(xml, "<tenure>", "<tenure>1</tenure><tenure>")), Rules{"duplicate-key"});
    EXPECT_EQ(rules(replaced(xml, "<tenure>", "<tenure><b/>")), Rules{"not-a-text"});
    EXPECT_EQ(rules(replaced(xml, "<tenure>", "<rent>7</rent><tenure>")), Rules{"unknown-name"});
    EXPECT_EQ(rules(replaced(xml, "<tenure>", "<note/><tenure>")), Rules{});
    EXPECT_EQ(rules(replaced(xml, "<crime>", "<crime>x")), Rules{"unknown-crime"});
    const std::string of_a_series = replaced(xml, "<crime>", "<described>2</described><crime>");
    EXPECT_EQ(rules(of_a_series), Rules{});
    EXPECT_EQ(read_instance(of_a_series, "x.xml", shape()).records.size() + 1,
              read_instance(xml, "x.xml", shape()).records.size());
    const std::string by_line = replaced(replaced(xml, "<selected>", "<selected_sex>2</selected_sex><selected_line>"),
                                         "</selected>", "</selected_line>");
    EXPECT_EQ(rules(by_line), Rules{});
    EXPECT_EQ(read_instance(by_line, "x.xml", shape()).about.selected,
              read_instance(xml, "x.xml", shape()).about.selected);
    EXPECT_EQ(rules(replaced(xml, "uuid:", "")).size(), 0u);
}

TEST(Instance, AbsentIsNotAskedAndEmptyIsLeftBlank) {
    const std::string head =
        "<data id=\"victimization_core\"><household>A</household><outcome>5</outcome>"
        "<meta><instanceID>u</instanceID></meta><control>";
    const Submission broken = read_instance(
        head +
            "<household_size>1</household_size><tenure/><whole_period>1</whole_period><owns_vehicle></owns_vehicle>"
            "</control></data>",
        "x.xml", shape());
    EXPECT_EQ(rules_of(broken), (std::vector<std::string>{"left-blank", "not-reached"}));
    EXPECT_EQ(broken.findings[0].question, "tenure");
    EXPECT_EQ(broken.findings[1].question, "owns_vehicle");
    const auto& cells = broken.records.front().cells;
    EXPECT_EQ(cells[1], std::optional<std::string>(""));
    EXPECT_EQ(cells[4], std::nullopt);
    const Submission cdata = read_instance(
        head + "<household_size>1<!-- c --><![CDATA[2]]></household_size></control></data>", "x.xml", shape());
    EXPECT_EQ(cdata.records.front().cells[0], std::optional<std::string>("12"));
}

// The module `protection` holds a question of that name, so its group has another.
TEST(Instance, AGroupIsItsModuleUnderTheNameItHasInTheForm) {
    Diagnostics faults;
    const Instrument regional = load_instrument("library:regional_core", {}, faults);
    const Submission read = read_instance(
        "<data id=\"regional_core\"><household>A</household><outcome>1</outcome>"
        "<meta><instanceID>u</instanceID></meta><protection_><protection>2 9</protection></protection_></data>",
        "x.xml", ReturnShape(regional));
    EXPECT_EQ(rules_of(read), std::vector<std::string>{});
    std::vector<std::string> given;
    for (const auto& cell : read.records.front().cells)
        if (cell) given.push_back(*cell);
    EXPECT_EQ(given, std::vector<std::string>{"2 9"});
}

TEST(Instance, HostileFilesAreSetAsideWithoutHarm) {
    const auto unreadable = [](const std::string& xml) {
        const Submission submission = read_instance(xml, "x.xml", shape());
        return !submission.readable && rules_of(submission) == std::vector<std::string>{"unreadable"};
    };
    EXPECT_TRUE(unreadable(""));
    EXPECT_TRUE(unreadable("<data>"));
    EXPECT_TRUE(unreadable("<data></data><data></data>"));
    EXPECT_TRUE(unreadable("<!DOCTYPE data [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><data>&b;</data>"));
    EXPECT_TRUE(unreadable("<!DOCTYPE data SYSTEM \"file:///etc/passwd\"><data/>"));
    EXPECT_TRUE(unreadable("<data><control><tenure>1&#0;2</tenure></control></data>"));
    EXPECT_TRUE(unreadable("<data><control><tenure>1&#x00;2</tenure></control></data>"));
    EXPECT_TRUE(unreadable(std::string("<data>\0</data>", 14)));
    EXPECT_TRUE(unreadable("<data>\xff\xfe</data>"));
    EXPECT_TRUE(unreadable(std::string(most_instance_bytes + 1, ' ')));

    std::string deep, repeats = "<data><household>A</household><meta><instanceID>u</instanceID></meta>";
    for (int i = 0; i < 200000; ++i) deep += "<a>";
    for (int i = 0; i < 200000; ++i) deep += "</a>";
    EXPECT_FALSE(read_instance(deep, "deep.xml", shape()).readable);
    for (int i = 0; i < 50000; ++i) repeats += "<members/>";
    const Submission many = read_instance(repeats + "</data>", "many.xml", shape());
    EXPECT_FALSE(many.readable);
    EXPECT_LE(many.records.size(), 24u);
    EXPECT_EQ(rules_of(many), std::vector<std::string>{"too-many-repeats"});
}

TEST(InterviewTime, MinutesHeedTheZone) {
    EXPECT_DOUBLE_EQ(*minutes_between("2026-01-05T10:00:00.000-06:00", "2026-01-05T10:42:30.000-06:00"), 42.5);
    EXPECT_DOUBLE_EQ(*minutes_between("2025-12-31T23:50:00Z", "2026-01-01T01:10:00+01:00"), 20);
    EXPECT_DOUBLE_EQ(*minutes_between("2026-01-05T10:00:00", "2026-01-05 09:00:00"), -60);
    EXPECT_DOUBLE_EQ(*minutes_between("2026-01-05T10:00:00+0530", "2026-01-05T04:31:00Z"), 1);
    for (const char* bad : {"", "2026-01-05", "2026-02-30T10:00:00", "2026-01-05T24:00:00", "2026-01-05T10:61:00",
                            "2026-01-05T10:00:xx", "2026-01-05T10:00:00+1", "2026-01-05T10:00:00~"})
        EXPECT_FALSE(minutes_between(bad, "2026-01-05T10:00:00")) << bad;
    EXPECT_FALSE(minutes_between("2026-01-05T10:00:00Z", "2026-01-05T10:00:00")) << "one has no zone";
}

TEST(Audit, OnlyQuestionsCount) {
    EXPECT_DOUBLE_EQ(*active_minutes("event,node,start,end\nquestion,/a,0,30000\nend screen,,30000,90000\n"
                                     "question,/b,40000,20000\nquestion,/c,60000,120000\n"),
                     1.5);
    EXPECT_FALSE(active_minutes("a,b\n1,2\n"));
}

}  // namespace
}  // namespace cifra
