// One person of a household: Kish's tables as printed in 1949, exact enumeration, 100,000 numbers, all days of a year.
#include "sampling/household/person_methods.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "engine/csv.h"
#include "engine/random.h"
#include "sampling/household.h"
#include "tests/sampling/plans.h"
#include "tests/support/inclusion_check.h"

namespace cifra {
namespace {

// Rows of table 1: share in twelfths, and whom to interview of 1, 2, 3, 4, 5, 6 and more.
const std::map<std::string, std::pair<int, std::vector<unsigned>>> printed = {
    {"A", {2, {1, 1, 1, 1, 1, 1}}},  {"B1", {1, {1, 1, 1, 1, 2, 2}}}, {"B2", {1, {1, 1, 1, 2, 2, 2}}},
    {"C", {2, {1, 1, 2, 2, 3, 3}}},  {"D", {2, {1, 2, 2, 3, 4, 4}}},  {"E1", {1, {1, 2, 3, 3, 3, 5}}},
    {"E2", {1, {1, 2, 3, 4, 5, 5}}}, {"F", {2, {1, 2, 3, 4, 5, 6}}}};

TEST(KishGrid, SelectsAsPrinted) {
    for (const auto& [table, row] : printed)
        for (std::uint32_t eligible = 1; eligible <= 9; ++eligible)
            EXPECT_EQ(kish_rank(table, eligible), row.second[std::min(eligible, 6u) - 1]) << table << eligible;
}

// The middle of every hundredth part of a twelfth: each table has exactly its share of the numbers.
TEST(KishGrid, TablesHaveTheirShares) {
    std::map<std::string, int> count;
    for (int i = 0; i < 1200; ++i) ++count[std::string(kish_table((i + 0.5) / 1200))];
    ASSERT_EQ(count.size(), printed.size());
    for (const auto& [table, row] : printed) EXPECT_EQ(count.at(table), 100 * row.first) << table;
}

TEST(KishGrid, ProbabilitiesAreThoseOfTheTables) {
    for (std::uint32_t eligible = 1; eligible <= 9; ++eligible) {
        double sum = 0;
        for (std::uint32_t rank = 1; rank <= eligible; ++rank) {
            int twelfths = 0;
            for (const auto& [table, row] : printed)
                if (row.second[std::min(eligible, 6u) - 1] == rank) twelfths += row.first;
            EXPECT_DOUBLE_EQ(kish_probability(rank, eligible), twelfths / 12.0);
            sum += kish_probability(rank, eligible);
        }
        EXPECT_DOUBLE_EQ(sum, 1);
    }
    for (const std::uint32_t exact : {1u, 2u, 3u, 4u, 6u})
        for (std::uint32_t rank = 1; rank <= exact; ++rank)
            EXPECT_DOUBLE_EQ(kish_probability(rank, exact), 1.0 / exact);
    EXPECT_DOUBLE_EQ(kish_probability(3, 5), 0.25);
    EXPECT_DOUBLE_EQ(kish_probability(7, 8), 0);
}

double number_of(std::uint64_t draw) { return uniform({draw, Purpose::test, 7, 1}, 0); }

TEST(PersonMethods, SelectWithTheirProbabilities) {
    for (std::uint32_t eligible = 1; eligible <= 6; ++eligible) {
        std::vector<double> kish, equal(eligible, 1.0 / eligible);
        for (std::uint32_t rank = 1; rank <= eligible; ++rank) kish.push_back(kish_probability(rank, eligible));
        const auto check = [&](const std::vector<double>& expected, const auto& select) {
            const auto verdict = testing::check_inclusion(expected, 100000, [&](std::uint64_t draw) {
                const PersonSelection chosen = select(number_of(draw));
                EXPECT_DOUBLE_EQ(chosen.probability, expected[*chosen.person]);
                return std::vector<std::size_t>{*chosen.person};
            });
            EXPECT_TRUE(verdict.passes) << eligible << ": " << verdict.failure;
        };
        check(kish, [&](double u) { return kish_person(eligible, u); });
        check(equal, [&](double u) { return rizzo_person(eligible, eligible - 1, u); });
        check(equal, [&](double u) { return select_person(std::vector<std::uint8_t>(eligible, 1), u); });
    }
}

TEST(Rizzo, TheInformantComesFirst) {
    EXPECT_EQ(*rizzo_person(4, 2, 0.2).person, 2u);  // below 1/4: the informant
    EXPECT_EQ(*rizzo_person(4, 2, 0.3).person, 0u);  // the others in roster order
    EXPECT_EQ(*rizzo_person(4, 2, 0.6).person, 1u);
    EXPECT_EQ(*rizzo_person(4, 2, 0.9).person, 3u);
    EXPECT_FALSE(rizzo_person(0, 0, 0.5).person);
}

// From every day of the year the next birthday is found by walking forward, the last one by walking back.
TEST(Birthday, IsTheNearestOnTheCalendar) {
    const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    std::vector<int> calendar;
    for (int month = 1; month <= 12; ++month)
        for (int day = 1; day <= days[month - 1]; ++day) calendar.push_back(month * 100 + day);
    const std::vector<int> birthdays = {704, 229, 1231, 101, 704};
    const auto person_born = [&](int date) {
        return static_cast<std::size_t>(std::find(birthdays.begin(), birthdays.end(), date) - birthdays.begin());
    };
    for (std::size_t today = 0; today < calendar.size(); ++today) {
        std::size_t ahead = (today + 1) % calendar.size(), back = today;
        while (person_born(calendar[ahead]) == birthdays.size()) ahead = (ahead + 1) % calendar.size();
        while (person_born(calendar[back]) == birthdays.size()) back = (back + calendar.size() - 1) % calendar.size();
        EXPECT_EQ(*birthday_person(birthdays, calendar[today], true).person, person_born(calendar[ahead]));
        EXPECT_EQ(*birthday_person(birthdays, calendar[today], false).person, person_born(calendar[back]));
    }
    EXPECT_DOUBLE_EQ(birthday_person(birthdays, 315, true).probability, 0.2);
}

const char* const roster =
    "household,line,sex,age,birthday,informant\n"
    "a,1,f,40,1980-03-05,0\na,2,m,45,1975-10-01,1\na,3,f,19,2001-12-24,0\na,4,f,12,2008-01-01,0\n"
    "b,1,m,33,1987-05-05,1\nb,2,m,60,1960-06-06,0\n";

Table sample_of(double number) {
    Table sample;
    sample.set("dwelling", Column::of_texts({"a", "b"}));
    sample.set("selection_number", Column::of_numbers({number, number}));
    return sample;
}

Table chosen_by(const std::string& person, double number) {
    Diagnostics faults;
    const PersonPlan plan = testing::draw_plan("{psus: 1, person: " + person + "}").person;
    Table sample = sample_of(number);
    add_person_method(sample, plan, faults);
    const Table persons = parse_csv(roster, "roster.csv", {}, faults);
    sample = add_selected_person(std::move(sample), persons, plan, faults);
    faults.throw_if_errors();
    return sample;
}

TEST(SelectedPerson, OnlyOfTheEligible) {
    const Table women = chosen_by("{eligible: 'age >= 18 and sex = \"f\"'}", 0.7);
    EXPECT_EQ(women.at("eligible").number(0), 2);
    EXPECT_EQ(women.at("line").number(0), 3);
    EXPECT_EQ(women.at("pi_3").number(0), 0.5);
    EXPECT_EQ(women.at("eligible").number(1), 0);
    EXPECT_FALSE(women.at("line").present(1));
    EXPECT_EQ(women.at("person_method").text(0), "full_roster");
}

TEST(SelectedPerson, KishNumbersMenFirstFromTheOldest) {
    const Table sample = chosen_by("{method: kish_grid, numbered: [-sex, -age]}", 0.99);  // table F: the last
    EXPECT_EQ(sample.at("kish_table").text(0), "F");
    EXPECT_EQ(sample.at("line").number(0), 3);  // m 45, f 40, f 19
    EXPECT_EQ(sample.at("line").number(1), 1);  // m 60, m 33
    EXPECT_DOUBLE_EQ(sample.at("pi_3").number(0), 1.0 / 3);
}

TEST(SelectedPerson, ByInformantBirthdayAndAll) {
    EXPECT_EQ(chosen_by("{method: rizzo}", 0.1).at("line").number(0), 2);
    EXPECT_EQ(chosen_by("{method: next_birthday, date: \"10-01\"}", 0.1).at("line").number(0), 3);
    EXPECT_EQ(chosen_by("{method: last_birthday, date: \"10-01\"}", 0.1).at("line").number(0), 2);
    const Table field = chosen_by("{method: last_birthday}", 0.1);
    EXPECT_FALSE(field.at("line").present(0));
    EXPECT_DOUBLE_EQ(field.at("pi_3").number(0), 1.0 / 3);
    const Table all = chosen_by("{method: all}", 0.1);
    EXPECT_FALSE(all.at("line").present(0));
    EXPECT_EQ(all.at("pi_3").number(0), 1);
    EXPECT_EQ(all.at("eligible").number(0), 3);
}

TEST(SelectedPerson, BirthdaysAreWarnedOfOnce) {
    Diagnostics notes;
    Table sample = sample_of(0.5);
    add_person_method(sample, testing::draw_plan("{psus: 1, person: {method: next_birthday}}").person, notes);
    ASSERT_EQ(notes.items().size(), 1u);
    EXPECT_EQ(notes.items()[0].code, "quasi-random-person");
}

TEST(SelectedPerson, FaultsAreNamed) {
    const auto code = [](const std::string& person) {
        try {
            chosen_by(person, 0.5);
        } catch (const InputError& error) {
            return error.diagnostics().items()[0].code;
        }
        return std::string();
    };
    EXPECT_EQ(code("{eligible: 'aeg >= 18'}"), "missing-column");
    EXPECT_EQ(code("{eligible: 'age >= '}"), "expression-syntax");
    EXPECT_EQ(code("{method: kish_grid, numbered: [size]}"), "missing-column");
    EXPECT_EQ(code("{numbered: [age]}"), "unused-key");
    EXPECT_EQ(code("{method: next_birthday, date: \"13-01\"}"), "bad-date");
}

}  // namespace
}  // namespace cifra
