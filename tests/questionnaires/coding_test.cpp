// Offences of incidents by ordered rules and by a hierarchy: every combination of answers, worked out by hand.
#include "questionnaires/coding.h"

#include <gtest/gtest.h>

#include "questionnaires/check.h"
#include "questionnaires/instrument_tests.h"
#include "questionnaires/proof/proof.h"
#include "questionnaires/responses.h"

namespace cifra {
namespace {

const std::string source = R"(instrument: coded
languages: [en]
period: {months: 6, ends: 2026-03}
codes:
  yes_no: {1: Yes, 2: No}
crimes:
  - {id: attack, unit: person, iccs: "0201", cue: 'Attack?', label: Attack}
modules:
  - {id: home, unit: household, questions: [{name: size, type: integer, range: [1, 4], text: Size}]}
  - id: people
    unit: roster
    roster: {count: size, max: 4, eligible: age >= 18}
    questions: [{name: age, type: integer, range: [0, 97], text: Age}]
  - {id: crimes, unit: person, screener: {codes: yes_no, max: 20, count: 'Times?'}}
  - id: form
    unit: incident
    incidents: {max: 9}
    questions:
      - {name: hurt, type: single, codes: yes_no, text: 'Hurt?'}
      - {name: robbed, type: single, codes: yes_no, text: 'Robbed?'}
      - {name: home_entered, type: single, codes: yes_no, text: 'Entered?'}
coding:
  - {if: home_entered = "1", offence: burglary, iccs: "05012"}
  - {if: robbed = "1" and hurt = "1", offence: robbery, iccs: "04011"}
  - {if: robbed = "1", offence: robbery, iccs: "0401"}
  - {if: hurt = "1", offence: assault, iccs: "02011"}
)";
const std::string hierarchy = "hierarchy: [robbery, assault, burglary]\n";

Instrument instrument_of(const std::string& text) {
    Diagnostics faults;
    Instrument instrument = read_instrument(parse_yaml(text, "coded.yaml", faults), faults);
    check_instrument(instrument, faults);
    EXPECT_FALSE(faults.has_errors()) << to_text(faults.items().front());
    return instrument;
}

struct Case {
    bool hurt, robbed, entered;
};

std::vector<Case> all_cases() {
    std::vector<Case> cases;
    for (int k = 0; k < 8; ++k) cases.push_back({(k & 1) != 0, (k & 2) != 0, (k & 4) != 0});
    return cases;
}

// The incident file of one person with an incident of every combination.
Table coded(const Instrument& instrument, const ResponseOptions& options = {}) {
    Diagnostics faults;
    std::string incidents = "household,line,crime,ordinal,hurt,robbed,home_entered\n";
    int ordinal = 0;
    for (const Case& one : all_cases())
        incidents += "H,1,attack," + std::to_string(++ordinal) + (one.hurt ? ",1" : ",2") + (one.robbed ? ",1" : ",2") +
                     (one.entered ? ",1\n" : ",2\n");
    CsvOptions text;
    for (const char* name : {"household", "line", "outcome", "interview_date", "size", "age", "attack", "attack_count",
                             "crime", "ordinal", "hurt", "robbed", "home_entered"})
        text.types[name] = ColumnType::text;
    const auto table = [&](const std::string& csv, const std::string& name) {
        return parse_csv(csv, name, text, faults);
    };
    const AnswerTables answers = {
        table("household,outcome,interview_date,size\nH,1,2026-04-10,1\n", "answers_household.csv"),
        table("household,line,age\nH,1,40\n", "answers_roster.csv"),
        table("household,line,attack,attack_count\nH,1,1,8\n", "answers_person.csv"),
        table(incidents, "answers_incident.csv")};
    const Responses responses = check_responses(instrument, answers, options);
    EXPECT_TRUE(responses.violations.empty()) << responses.violations.front().message;
    return responses.incident;
}

std::string cell(const Table& table, const std::string& column, std::size_t row) {
    return table.at(column).present(row) ? table.at(column).text(row) : "";
}

TEST(Coding, TheFirstRuleThatHoldsGivesTheOffence) {
    const Table incident = coded(instrument_of(source));
    EXPECT_EQ(incident.find("secondary_offences"), nullptr);
    const std::vector<Case> cases = all_cases();
    for (std::size_t row = 0; row < cases.size(); ++row) {
        const auto& [hurt, robbed, entered] = cases[row];
        EXPECT_EQ(cell(incident, "offence", row), entered  ? "burglary"
                                                  : robbed ? "robbery"
                                                  : hurt   ? "assault"
                                                           : "attack");
        EXPECT_EQ(cell(incident, "iccs", row), entered          ? "05012"
                                               : robbed && hurt ? "04011"
                                               : robbed         ? "0401"
                                               : hurt           ? "02011"
                                                                : "0201");
    }
}

TEST(Coding, TheGravestOffenceIsThePrincipalOneAndTheOthersStayOnTheRecord) {
    const Table incident = coded(instrument_of(source + hierarchy));
    const std::vector<std::vector<std::string>> expected = {{"attack", "0201", "", ""},
                                                            {"assault", "02011", "", ""},
                                                            {"robbery", "0401", "", ""},
                                                            {"robbery", "04011", "assault", "02011"},
                                                            {"burglary", "05012", "", ""},
                                                            {"assault", "02011", "burglary", "05012"},
                                                            {"robbery", "0401", "burglary", "05012"},
                                                            {"robbery", "04011", "assault burglary", "02011 05012"}};
    for (std::size_t row = 0; row < expected.size(); ++row)
        for (std::size_t c = 0; c < 4; ++c)
            EXPECT_EQ(cell(incident, std::vector{"offence", "iccs", "secondary_offences", "secondary_iccs"}[c], row),
                      expected[row][c])
                << row;
}

TEST(Coding, AStudysOwnRulesHaveItsOwnHierarchyOrNone) {
    const Instrument instrument = instrument_of(source + hierarchy);
    Diagnostics faults;
    const YamlValue rules =
        parse_yaml("[{if: hurt = \"1\", offence: a, iccs: \"0201\"}, {if: robbed = \"1\", offence: b, iccs: \"0401\"}]",
                   "r.yaml", faults);
    const YamlValue ranks = parse_yaml("[b, a]", "h.yaml", faults);
    const auto fourth = [&](const Coding& coding) {
        ResponseOptions options;
        options.coding = coding;
        return cell(coded(instrument, options), "offence", 3);
    };
    EXPECT_EQ(fourth(read_coding(rules, nullptr, instrument, faults)), "a");
    EXPECT_EQ(fourth(read_coding(rules, &ranks, instrument, faults)), "b");
    EXPECT_FALSE(faults.has_errors());
}

TEST(Coding, TheCodebookNamesTheSecondaryOffences) {
    EXPECT_EQ(response_codebook(instrument_of(source)).find("secondary_iccs"), nullptr);
    EXPECT_NE(response_codebook(instrument_of(source + hierarchy)).find("secondary_iccs"), nullptr);
}

std::vector<std::string> found(const std::string& text) {
    std::vector<std::string> ids;
    for (const Finding& finding : prove(instrument_of(text)))
        ids.push_back(finding.id + " " + std::to_string(finding.where.line));
    return ids;
}

// A test beside the instrument tells the offences of an incident.
TEST(Coding, TestsExpectTheOffencesOfAnIncident) {
    const auto failures = [](const std::string& values) {
        const std::string test =
            "tests:\n  - name: hurt and robbed\n    given: {size: 1, \"age[1]\": 40, attack: 1, attack_count: 1, "
            "\"hurt[attack.1]\": 1, \"robbed[attack.1]\": 1, \"home_entered[attack.1]\": 2}\n    expect:\n      "
            "values:\n";
        Diagnostics faults;
        run_tests(instrument_of(source + hierarchy + test + values), faults);
        std::vector<std::string> messages;
        for (const Diagnostic& fault : faults.items()) messages.push_back(fault.code + ": " + fault.message);
        return messages;
    };
    EXPECT_EQ(failures("        \"offence[attack.1]\": robbery\n        \"iccs[attack.1]\": \"04011\"\n"
                       "        \"secondary_offences[attack.1]\": assault\n"
                       "        \"secondary_iccs[attack.1]\": \"02011\"\n"),
              std::vector<std::string>{});
    EXPECT_EQ(
        failures("        \"offence[attack.1]\": assault\n"),
        std::vector<std::string>{"failed-test: test 'hurt and robbed': 'offence[attack.1]' is robbery, not assault"});
    EXPECT_EQ(
        failures("        \"offence[attack.2]\": assault\n"),
        std::vector<std::string>{"failed-test: test 'hurt and robbed': 'offence[attack.2]' is missing, not assault"});
    EXPECT_EQ(failures("        \"offence[atack.1]\": assault\n"),
              std::vector<std::string>{"unknown-place: test 'hurt and robbed': 'offence[atack.1]' is no place"});
}

// Rules that others hide: of ordered rules an error, by gravity a secondary offence.
TEST(Coding, RulesThatAreNeverUsedAreProved) {
    using Found = std::vector<std::string>;
    const std::string also = "  - {if: robbed = \"1\" and home_entered = \"1\", offence: burglary, iccs: \"0501\"}\n";
    EXPECT_EQ(found(source), Found());
    EXPECT_EQ(found(source + hierarchy), Found());
    EXPECT_EQ(found(source + also), Found{"coding-rule-never-used 27"});
    EXPECT_EQ(found(source + also + hierarchy), Found{"offence-never-principal 27"});
    EXPECT_EQ(found(source + also + "hierarchy: [burglary, robbery, assault]\n"), Found{"offence-never-principal 27"})
        << "of one offence the earlier rule is the principal one";
    const std::string never = "  - {if: hurt = \"1\" and hurt = \"2\", offence: assault, iccs: \"02011\"}\n";
    EXPECT_EQ(found(source + never + hierarchy), Found{"coding-rule-never-used 27"});
}

}  // namespace
}  // namespace cifra
