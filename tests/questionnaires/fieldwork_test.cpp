#include "questionnaires/fieldwork.h"

#include <gtest/gtest.h>

#include "engine/csv.h"
#include "questionnaires/check.h"

namespace cifra {
namespace {

Table csv(const std::string& text, const std::string& name) {
    Diagnostics faults;
    Table table = parse_csv(text, name, {}, faults);
    EXPECT_FALSE(faults.has_errors());
    return table;
}

class SmallCountry : public testing::Test {
protected:
    Diagnostics faults;
    Instrument instrument = load_instrument("library:victimization_core", {}, faults);
    Table sample = csv("dwelling,selection_number\nD1,0.9\nD2,0.1\nD3,0.5\n", "sample.csv");
    Truth truth{csv("household,outcome,owns_vehicle\nD1,1,1\nD2,2,2\nD3,1,2\n", "country_households.csv"),
                csv("household,line,relationship,sex,age,safe_walking_night,person_outcome\n"
                    "D1,1,1,1,50,2,1\nD1,2,3,2,12,,1\nD1,3,2,2,48,3,1\nD3,1,1,2,30,4,2\n",
                    "country_persons.csv"),
                csv("household,line,crime,month,reported,reported_by_other,weapon,place\nD1,1,vehicle_theft,4,1,,1,3\n"
                    "D1,3,robbery,5,2,2,1,4\nD1,3,robbery,9,1,,2,1\nD1,1,threat,9,1,,2,1\nD3,1,burglary,2,2,1,,1\n",
                    "country_incidents.csv")};
    Fieldwork field = do_fieldwork(instrument, sample, truth,
                                   {.seed = 3, .from = "2026-02-01", .to = "2026-02-10", .answers = {}}, faults);
    Responses responses = check_responses(instrument, field.answers);

    std::string cell(const Table& table, const std::string& column, std::size_t row) {
        return table.at(column).present(row) ? table.at(column).cell(row) : "";
    }
};

TEST_F(SmallCountry, FactsAreAnsweredAndTheLoaderFindsNoFault) {
    EXPECT_FALSE(faults.has_errors());
    for (const Violation& v : responses.violations)
        ADD_FAILURE() << v.file << ":" << v.line << " " << v.column << " " << v.rule;
    EXPECT_TRUE(field.rejected.empty());
    const Table& household = responses.household;
    ASSERT_EQ(household.rows(), 3u);
    EXPECT_EQ(cell(household, "outcome", 1), "2");
    EXPECT_EQ(cell(household, "household_size", 0), "3");
    EXPECT_EQ(cell(household, "eligible", 0), "2");
    EXPECT_EQ(cell(household, "persons", 1), "");
    EXPECT_EQ(cell(household, "vehicle_theft", 0), "1");
    EXPECT_EQ(cell(household, "vehicle_theft_count", 0), "1");
    EXPECT_EQ(cell(household, "burglary", 0), "2");
    EXPECT_EQ(cell(household, "vehicle_theft", 2), "") << "no vehicle: not asked";
    EXPECT_GE(cell(household, "interview_date", 0), "2026-02-01");
    EXPECT_LE(cell(household, "interview_date", 0), "2026-02-10");
}

TEST_F(SmallCountry, TheSelectedAdultAnswersForHerselfOnly) {
    const Table& person = responses.person;
    ASSERT_EQ(person.rows(), 2u);
    EXPECT_EQ(cell(person, "line", 0), "3") << "0.9 selects the second of lines 1 and 3";
    EXPECT_EQ(cell(person, "safe_walking_night", 0), "3");
    EXPECT_EQ(cell(person, "robbery_count", 0), "2");
    EXPECT_EQ(cell(person, "threat", 0), "2") << "the threat happened to line 1";
    EXPECT_EQ(cell(person, "age", 0), "48");
    EXPECT_EQ(cell(person, "pi_3", 0), "0.5");
    EXPECT_EQ(cell(person, "privacy", 0), "1");
    EXPECT_EQ(cell(person, "outcome", 1), "2");
    EXPECT_EQ(cell(person, "safe_walking_night", 1), "");
    EXPECT_EQ(cell(person, "sex", 1), "2");
}

TEST_F(SmallCountry, IncidentsCarryTheirFactsAndCodes) {
    const Table& incident = responses.incident;
    ASSERT_EQ(incident.rows(), 4u);
    const std::vector<std::vector<std::string>> expected = {{"D1", "3", "vehicle_theft", "1", "4", "1"},
                                                            {"D1", "3", "robbery", "1", "5", "2"},
                                                            {"D1", "3", "robbery", "2", "9", "1"},
                                                            {"D3", "1", "burglary", "1", "2", "2"}};
    const std::vector<std::string> columns = {"household", "line", "crime", "ordinal", "month", "reported"};
    for (std::size_t row = 0; row < 4; ++row)
        for (std::size_t c = 0; c < columns.size(); ++c)
            EXPECT_EQ(cell(incident, columns[c], row), expected[row][c]) << row << " " << columns[c];
    EXPECT_EQ(cell(incident, "offence", 1), "robbery");
    EXPECT_EQ(cell(incident, "iccs", 1), "040111");
    EXPECT_EQ(cell(incident, "iccs", 2), "040112");
    EXPECT_EQ(cell(incident, "iccs", 3), "05012");
    EXPECT_EQ(cell(incident, "victim_unit", 3), "household");
    EXPECT_EQ(cell(incident, "reason_not_reported", 3), "") << "someone else reported it";
    EXPECT_EQ(cell(incident, "series", 0), "2");
}

TEST_F(SmallCountry, RulesGoInOrderAndAMissingConditionIsNotTrue) {
    Diagnostics none;
    const YamlValue rules = parse_yaml(
        "- if: crime = \"robbery\" and weapon = \"1\"\n  offence: carjacking\n  iccs: \"0401\"\n"
        "- if: crime = \"robbery\"\n  offence: robbery\n  iccs: \"04019\"\n"
        "- if: place = \"4\"\n  offence: threat\n  iccs: \"02012\"\n",
        "rules.yaml", none);
    const Responses coded = check_responses(
        instrument, field.answers, {.coding = read_coding(rules, nullptr, instrument, none), .selection_numbers = {}});
    ASSERT_FALSE(none.has_errors());
    EXPECT_EQ(cell(coded.incident, "offence", 1), "carjacking");
    EXPECT_EQ(cell(coded.incident, "iccs", 2), "04019");
    EXPECT_EQ(cell(coded.incident, "offence", 3), "burglary") << "no rule holds: the crime's own";
}

TEST_F(SmallCountry, InvalidFactsAreReplacedAndCounted) {
    truth.households = csv("household,outcome,owns_vehicle\nD1,1,7\nD2,2,2\nD3,1,2\n", "country_households.csv");
    Diagnostics found;
    const Fieldwork other =
        do_fieldwork(instrument, sample, truth, {.seed = 3, .from = "", .to = "", .answers = {}}, found);
    EXPECT_EQ(other.rejected.at("owns_vehicle"), 1u);
    EXPECT_TRUE(check_responses(instrument, other.answers).violations.empty());
}

TEST_F(SmallCountry, ADrawnDwellingWithoutFactsIsAFault) {
    Diagnostics found;
    do_fieldwork(instrument, csv("dwelling,selection_number\nD1,0.9\nD9,0.1\n", "sample.csv"), truth,
                 {.seed = 3, .from = "", .to = "", .answers = {}}, found);
    ASSERT_EQ(found.error_count(), 1u);
    EXPECT_EQ(found.items()[0].code, "unknown-dwelling");
    EXPECT_EQ(found.items()[0].where.line, 3u);
}

TEST_F(SmallCountry, ADwellingMoreDisturbsNoOtherInterview) {
    Diagnostics found;
    const Fieldwork fewer = do_fieldwork(instrument, csv("dwelling,selection_number\nD1,0.9\n", "sample.csv"), truth,
                                         {.seed = 3, .from = "2026-02-01", .to = "2026-02-10", .answers = {}}, found);
    const std::string all = to_csv(field.answers.household), one = to_csv(fewer.answers.household);
    EXPECT_EQ(one, all.substr(0, one.size()));
}

TEST(FieldworkWindow, FollowsThePeriod) {
    EXPECT_EQ(fieldwork_window({12, 2025, 12, {}}), (std::pair<std::string, std::string>("2026-01-01", "2026-02-28")));
    EXPECT_EQ(fieldwork_window({6, 2025, 11, {}}), (std::pair<std::string, std::string>("2025-12-01", "2026-01-31")));
}

}  // namespace
}  // namespace cifra
