// Interviews of several persons of a household, sent back in three ways: XML instances, tables of ODK Central and of
// KoboToolbox. All give the answer files of the simulator, which knows nothing of clients.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "questionnaires/verbs.h"
#include "tests/questionnaires/returns/client_exports.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

// A record of an interview: its keys, and its answers in the order of the questions of its unit.
struct Sent {
    Unit unit = Unit::household;
    std::uint32_t line = 0, crime = 0, ordinal = 0;
    std::string own, owner;  // ids in the table of the client
};

std::vector<Sent> records_of(const Interviewed& one) {
    std::vector<Sent> records;
    for (std::uint32_t line = 1; line <= one.said.walk.persons; ++line)
        records.push_back({Unit::roster, line, 0, 0, {}, {}});
    for (const std::uint32_t line : one.said.walk.interviewed) records.push_back({Unit::person, line, 0, 0, {}, {}});
    for (const auto& [key, series] : one.said.walk.series)
        records.push_back({Unit::incident, key.line, key.crime, key.ordinal, {}, {}});
    return records;
}

std::string answer_of(const Interviewed& one, std::uint32_t question, const Sent& at) {
    const auto found = one.said.answers.find({question, at.line, at.crime, at.ordinal});
    return found == one.said.answers.end() ? "" : found->second;
}

const Module& module_of(const Instrument& instrument, std::uint32_t question) {
    return instrument.modules[instrument.questions[question].module];
}

// The groups of the modules of a unit, with what was answered in them.
std::string groups(const Instrument& instrument, const Interviewed& one, const Sent& at, const std::string& keys) {
    std::string xml, open;
    for (std::uint32_t q = 0; q < instrument.questions.size(); ++q) {
        if (instrument.questions[q].unit != at.unit || instrument.questions[q].computed) continue;
        const std::string& group = module_of(instrument, q).id;
        if (group != open) xml += (open.empty() ? "" : "</" + open + ">") + "<" + group + ">" + keys;
        open = group;
        const std::string text = answer_of(one, q, at);
        if (!text.empty()) xml += xml_element(instrument.questions[q].name, text);
    }
    return open.empty() ? keys : xml + "</" + open + ">";
}

std::string keys_of(const Instrument& instrument, const Sent& at) {
    if (at.unit == Unit::roster) return xml_element("line", std::to_string(at.line));
    return xml_element("crime", instrument.crimes[at.crime].id) + xml_element("ordinal", std::to_string(at.ordinal)) +
           xml_element("person_line", std::to_string(at.line));
}

std::string instance(const Instrument& instrument, const Interviewed& one) {
    std::string xml = fmt::format("<data id=\"{}\" version=\"{}\">", instrument.name, instrument.version);
    for (const auto& [name, value] : about_interview(one)) xml += xml_element(name, value);
    xml += groups(instrument, one, {}, "");
    const std::vector<Sent> records = records_of(one);
    for (const Sent& record : records)
        if (record.unit == Unit::roster) xml += groups(instrument, one, record, keys_of(instrument, record));
    for (const Sent& person : records) {
        if (person.unit != Unit::person) continue;
        xml += "<person_interview>" + xml_element("selected_line", std::to_string(person.line)) +
               groups(instrument, one, person, "");
        for (const Sent& record : records)
            if (record.unit == Unit::incident && record.line == person.line)
                xml += groups(instrument, one, record, keys_of(instrument, record));
        xml += "</person_interview>";
    }
    return xml + "<meta>" + xml_element("instanceID", one.key) + "</meta></data>\n";
}

// The tables of an export as lines; the first is the header.
class Export {
public:
    enum class Client { central, kobo };
    Export(const Instrument& instrument, Client client) : instrument_(instrument), client_(client) {
        const bool kobo = client == Client::kobo;
        for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident}) {
            std::string header = unit == Unit::household
                                     ? "start,end,deviceid,username,household,outcome,interview_date,selected"
                                 : unit == Unit::roster ? "line"
                                 : unit == Unit::person ? "selected_line"
                                                        : "crime,ordinal";
            for (std::uint32_t q = 0; q < instrument.questions.size(); ++q)
                if (instrument.questions[q].unit == unit && !instrument.questions[q].computed)
                    header += fmt::format(",{}{}{}", module_of(instrument, q).id, kobo ? "/" : "-",
                                          instrument.questions[q].name);
            const bool main = unit == Unit::household;
            header += kobo   ? main ? ",_uuid,_index" : ",_index,_parent_table_name,_parent_index"
                      : main ? ",KEY"
                             : ",PARENT_KEY,KEY";
            tables[unit] = {header};
        }
    }

    void add(const Interviewed& one) {
        std::string about;
        for (const auto& [name, value] : about_interview(one)) about += (about.empty() ? "" : ",") + csv_field(value);
        const std::string id = client_ == Client::kobo ? next(Unit::household) : one.key;
        row(one, {Unit::household, 0, 0, 0, id, ""}, about);
        std::map<std::uint32_t, std::string> person;
        for (Sent record : records_of(one)) {
            record.owner = record.unit == Unit::incident ? person.at(record.line) : id;
            record.own = client_ == Client::kobo
                             ? next(record.unit)
                             : fmt::format("{}/{}[{}]", record.owner, names.at(record.unit), next(record.unit));
            if (record.unit == Unit::person) person[record.line] = record.own;
            const std::string line = std::to_string(record.line);
            const std::string keys = fmt::format("{},{}", instrument_.crimes[record.crime].id, record.ordinal);
            row(one, record, record.unit == Unit::incident ? keys : line);
        }
    }

    std::string text(Unit unit) const { return fmt::format("{}\n", fmt::join(tables.at(unit), "\n")); }
    // The rows from the last to the first.
    void turn(Unit unit) { std::reverse(tables[unit].begin() + 1, tables[unit].end()); }

    std::map<Unit, std::vector<std::string>> tables;
    const std::map<Unit, std::string> names = {{Unit::household, "form"},
                                               {Unit::roster, "members"},
                                               {Unit::person, "person_interview"},
                                               {Unit::incident, "incident"}};

private:
    // Numbers of rows begin with 1 in each table.
    std::string next(Unit unit) { return std::to_string(++numbers_[unit]); }

    void row(const Interviewed& one, const Sent& at, std::string cells) {
        for (std::uint32_t q = 0; q < instrument_.questions.size(); ++q)
            if (instrument_.questions[q].unit == at.unit && !instrument_.questions[q].computed)
                cells += "," + csv_field(answer_of(one, q, at));
        const std::string& above = names.at(at.unit == Unit::incident ? Unit::person : Unit::household);
        if (at.unit == Unit::household)
            cells += client_ == Client::kobo ? "," + one.key + "," + at.own : "," + one.key;
        else
            cells += client_ == Client::kobo ? fmt::format(",{},{},{}", at.own, above, at.owner)
                                             : fmt::format(",{},{}", at.owner, at.own);
        tables[at.unit].push_back(cells);
    }

    const Instrument& instrument_;
    Client client_;
    std::map<Unit, std::size_t> numbers_;
};

class NestedExports : public testing::TestWithParam<std::string> {
protected:
    static constexpr std::size_t households = 60;
    static constexpr std::uint64_t seed = 11;

    void SetUp() override {
        Diagnostics faults;
        instrument = load_instrument(GetParam(), {}, faults);
        ASSERT_FALSE(faults.has_errors());
    }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories(folder.path() / "in");
        folder.write("in/" + name, text);
    }
    void write(const Export& tables) const {
        for (const auto& [unit, name] : tables.names) write(name + ".csv", tables.text(unit));
    }
    Export sent(Export::Client client) const {
        Export tables(instrument, client);
        for (std::size_t h = 1; h <= households; ++h) tables.add(interview_at_random(instrument, h, seed));
        return tables;
    }
    void load() const {
        Context context;
        context.options.input = GetParam();
        context.options.out = folder.path() / "out";
        context.options.values["returns"] = (folder.path() / "in").string();
        load_verb().run(context);
    }
    std::string out(const std::string& name) const { return bytes_of(folder.path() / "out" / name); }

    void expect_the_simulated_answers() const {
        const AnswerTables expected = random_answers(instrument, households, seed);
        EXPECT_GT(expected.person.rows(), households) << "households of several persons";
        EXPECT_GT(expected.incident.rows(), households);
        for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident})
            EXPECT_EQ(out(fmt::format("answers_{}.csv", to_text(unit))), to_csv(expected.of(unit)));
        EXPECT_EQ(out("findings.csv"), "file,line,record,column,rule,severity,message\n");
    }

    Instrument instrument;
    ScratchFolder folder;
};

TEST_P(NestedExports, InstancesGiveTheAnswersThatWereGiven) {
    for (std::size_t h = 1; h <= households; ++h)
        write(fmt::format("{:03}.xml", h), instance(instrument, interview_at_random(instrument, h, seed)));
    load();
    expect_the_simulated_answers();
    const std::string screener = out("screener.csv");
    for (const auto& file : std::filesystem::directory_iterator(folder.path() / "in"))
        std::filesystem::remove(file.path());
    write(sent(Export::Client::kobo));
    load();
    EXPECT_EQ(out("screener.csv"), screener);
}

TEST_P(NestedExports, TablesOfCentralGiveThem) {
    write(sent(Export::Client::central));
    load();
    expect_the_simulated_answers();
}

TEST_P(NestedExports, TablesOfKoboGiveThem) {
    write(sent(Export::Client::kobo));
    load();
    expect_the_simulated_answers();
}

TEST_P(NestedExports, TheOrderOfRowsMeansNothing) {
    for (const Export::Client client : {Export::Client::central, Export::Client::kobo}) {
        Export tables = sent(client);
        for (const Unit unit : {Unit::roster, Unit::person, Unit::incident}) tables.turn(unit);
        write(tables);
        load();
        expect_the_simulated_answers();
    }
}

std::string unit_source() { return CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments/everyone.yaml"; }

INSTANTIATE_TEST_SUITE_P(Instruments, NestedExports,
                         testing::Values(unit_source(), std::string("library:six_month_screener")),
                         [](const auto& instrument) { return instrument.index == 0 ? "everyone" : "six_months"; });

// A few rows of everyone.yaml as KoboToolbox exports them.
class KoboPersons : public testing::Test {
protected:
    const std::string interviews = "household;people/size;_uuid;_index\nA;2;u1;1\nB;1;u2;2\n";
    const std::string persons =
        "selected_line;trust/"
        "trusts;_index;_parent_table_name;_parent_index\n1;1;1;form;1\n2;2;2;form;1\n1;1;3;form;2\n";
    const std::string incidents =
        "crime;ordinal;month;_index;_parent_table_name;_parent_index\ntheft;1;3;1;person_interview;1\n"
        "threat;1;4;2;person_interview;2\n";
    void load(const std::string& main, const std::string& of_persons, const std::string& of_incidents) const {
        std::filesystem::remove_all(folder.path() / "in");
        std::filesystem::create_directories(folder.path() / "in");
        folder.write("in/form.csv", main);
        if (!of_persons.empty()) folder.write("in/person_interview.csv", of_persons);
        folder.write("in/incident.csv", of_incidents);
        Context context;
        context.options.input = unit_source();
        context.options.out = folder.path() / "out";
        context.options.values["returns"] = (folder.path() / "in").string();
        load_verb().run(context);
    }
    // file,line,record,column,rule of each finding
    std::vector<std::string> findings() const {
        std::istringstream lines(out("findings.csv"));
        std::vector<std::string> result;
        std::string line;
        std::getline(lines, line);
        while (std::getline(lines, line)) result.push_back(line.substr(0, line.find(",error,")));
        return result;
    }
    std::string out(const std::string& name) const { return bytes_of(folder.path() / "out" / name); }
    ScratchFolder folder;
};

using Found = std::vector<std::string>;

TEST_F(KoboPersons, AnIncidentIsOfThePersonWhoseRowItNames) {
    load(interviews, persons, incidents);
    EXPECT_EQ(findings(), Found{});
    EXPECT_EQ(out("answers_incident.csv"),
              "household,line,crime,ordinal,alike,month,told,loss\nA,1,theft,1,,3,,\nA,2,threat,1,,4,,\n");
}

TEST_F(KoboPersons, AKeyThatNamesNothingIsAFindingAtItsLine) {
    load(interviews, persons + "1;1;4;form;9\n", incidents + "theft;1;3;3;person_interview;7\ntheft;1;3;4;;\n");
    EXPECT_EQ(findings(),
              (Found{"person_interview.csv,5,9,_parent_index,orphan-record",
                     "incident.csv,4,7,_parent_index,orphan-record", "incident.csv,5,,_parent_index,orphan-record"}));
}

TEST_F(KoboPersons, ARowOfAnotherTableIsAFindingAtItsLine) {
    load(interviews, persons, incidents + "theft;1;3;3;vehicles;1\n");
    EXPECT_EQ(findings(), Found{"incident.csv,4,1,_parent_index,orphan-record"});
}

TEST_F(KoboPersons, TwoRowsWithOneNumberAreFindings) {
    load(interviews + "C;1;u3;2\n", persons + "2;1;3;form;2\n", incidents);
    EXPECT_EQ(findings(),
              (Found{"person_interview.csv,5,u2,_index,duplicate-key", "form.csv,4,u3,_index,duplicate-key"}));
}

TEST_F(KoboPersons, AnIncidentThatSaysAnotherPersonIsAFindingAtItsLine) {
    load(interviews, persons,
         "crime;ordinal;person_line;month;_index;_parent_index\ntheft;1;1;3;1;1\nthreat;1;1;3;2;2\n"
         "assault;1;x;3;3;2\n");
    EXPECT_EQ(findings(), (Found{"incident.csv,3,u1,person_line,bad-line", "incident.csv,4,u1,line,bad-line"}));
}

// The table hangs on the interviews, as that of the persons does.
TEST_F(KoboPersons, IncidentsBesideThePersonsSayWhose) {
    load(interviews, persons,
         "crime;ordinal;person_line;month;_index;_parent_table_name;_parent_index\ntheft;1;1;3;1;form;2\n");
    EXPECT_EQ(findings(), Found{});
    EXPECT_EQ(out("answers_incident.csv"), "household,line,crime,ordinal,alike,month,told,loss\nB,1,theft,1,,3,,\n");
}

TEST_F(KoboPersons, WithoutTheTableOfPersonsIncidentsAreRefused) {
    EXPECT_THROW(load(interviews, "", incidents), InputError);
    EXPECT_THROW(load(interviews, "selected_line;trusts;_parent_index\n1;1;1\n", incidents), InputError);
}

// KoboToolbox may leave out the column of a multiple question and keep those of its answers.
TEST_F(KoboPersons, MentionsMayBeColumns) {
    load(interviews,
         "selected_line;trusts;trust/at_work/1;trust/at_work/2;_index;_parent_index\n1;1;1;1;1;1\n2;2;0;1;2;1\n"
         "1;1;;;3;2\n",
         incidents);
    EXPECT_EQ(out("answers_person.csv"),
              "household,line,outcome,trusts,at_work,threat,threat_count,assault,assault_count,upset\n"
              "A,1,1,1,1 2,,,,,\nA,2,1,2,2,,,,,\nB,1,1,1,,,,,,\n");
}

TEST(CentralPersons, AnIncidentOfNobodyIsAFindingAtItsLine) {
    ScratchFolder folder;
    std::filesystem::create_directories(folder.path() / "in");
    folder.write("in/f.csv", "household,people-size,KEY\nA,1,u:a\n");
    folder.write("in/p.csv", "selected_line,trust-trusts,PARENT_KEY,KEY\n1,1,u:a,u:a/person_interview[1]\n");
    folder.write("in/i.csv",
                 "crime,ordinal,person_line,month,PARENT_KEY,KEY\n"
                 "theft,1,1,3,u:a/person_interview[1],u:a/person_interview[1]/incident[1]\n"
                 "threat,1,1,3,u:a/person_interview[2],u:a/person_interview[2]/incident[1]\n");
    Context context;
    context.options.input = unit_source();
    context.options.out = folder.path() / "out";
    context.options.values["returns"] = (folder.path() / "in").string();
    load_verb().run(context);
    EXPECT_NE(bytes_of(folder.path() / "out/findings.csv")
                  .find("\ni.csv,3,u:a/person_interview[2],PARENT_KEY,orphan-record,error,"),
              std::string::npos);
    EXPECT_EQ(bytes_of(folder.path() / "out/answers_incident.csv"),
              "household,line,crime,ordinal,alike,month,told,loss\nA,1,theft,1,,3,,\n");
}

}  // namespace
}  // namespace cifra
