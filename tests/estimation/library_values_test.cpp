// What the definitions of the library count, on six persons and eight incidents worked by hand: ages, windows, missing
// answers and bases of counting as the sources state them.
#include <gtest/gtest.h>

#include <fstream>

#include "estimation/library.h"
#include "tests/estimation/estimation_run.h"

namespace cifra::testing {
namespace {

// Weights 2 1 3 4 2 8; p2 is 17. Blank answers are missing.
constexpr const char* persons_csv =
    "person,psu,w,age,woman,partnered,violence,safe,contact,paid,asked,suffered,first,sexual,physical,types\n"
    "p1,1,2,20,2,2,2,1,1,1,2,1,17,1,2,2\n"
    "p2,2,1,17,2,2,2,1,1,1,1,1,10,1,1,1\n"
    "p3,3,3,30,1,1,1,2,1,2,1,2,,2,1,1\n"
    "p4,4,4,25,1,2,1,8,1,2,,1,,,2,2\n"
    "p5,5,2,28,2,1,2,1,2,2,2,1,18,2,2,1\n"
    "p6,6,8,70,1,1,2,2,1,2,2,2,,2,2,0\n";
constexpr const char* incidents_csv =
    "person,iccs,rep,last,loss\n"
    "p1,0401,2,1,100\np1,0401,1,2,50\np2,0401,1,1,\np3,020111,2,1,\n"
    "p4,02012,1,1,\np4,0301,,1,\np5,0401,2,1,1000\np1,02011,2,2,\n";
constexpr const char* design_yaml =
    "data:\n  persons: {file: persons.csv, weight: w}\n"
    "  incidents: {file: incidents.csv, parent: persons, by: [person]}\n"
    "design: {level: persons, psu: psu}\n"
    "derive:\n  persons:\n    robberies: {count: incidents, where: 'iccs = \"0401\"'}\n"
    "    robbed: {any: incidents, where: 'iccs = \"0401\"'}\n"
    "    lost: {sum: incidents, value: loss}\n";

class LibraryValues : public ::testing::Test {
protected:
    void SetUp() override {
        folder = std::filesystem::temp_directory_path() /
                 (std::string("cifra_library_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "persons.csv") << persons_csv;
        std::ofstream(folder / "incidents.csv") << incidents_csv;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    // The estimate of one use of the library; `with` are its parameters.
    double value(const std::string& id, const std::string& bind, const std::string& with = "") {
        Diagnostics faults;
        const YamlValue use =
            parse_yaml(fmt::format("{{use: {}, bind: {{{}}}, with: {{{}}}}}", id, bind, with), "tables.yaml", faults);
        const YamlValue written = expand_library(use, faults);
        faults.throw_if_errors();
        std::string tables = "indicators:\n  x:\n";
        for (const auto& [key, part] : written.entries) {
            if (!part.is_scalar()) continue;
            std::string text;
            for (const char c : part.scalar) text += c == '\'' ? std::string("''") : std::string(1, c);
            tables += fmt::format("    {}: '{}'\n", key, text);
        }
        const Table result = run_estimation(design_yaml, tables + "tables:\n  - {id: t, indicators: [x]}\n", folder);
        return find_estimate(result, "x").estimate;
    }

    std::filesystem::path folder;
};

TEST_F(LibraryValues, ViolenceInTheAgeBand) {
    const std::string bind = "persons: persons, incidents: incidents, iccs: iccs, age: age";
    EXPECT_DOUBLE_EQ(value("sdg_16_1_3_physical", bind), 100 * 5.0 / 19);
    EXPECT_DOUBLE_EQ(value("sdg_16_1_3_physical", bind, "scope: assault_and_robbery"), 100 * 7.0 / 19);
    EXPECT_DOUBLE_EQ(value("sdg_16_1_3_psychological", bind), 100 * 4.0 / 19);
    EXPECT_DOUBLE_EQ(value("sdg_16_1_3_sexual", bind), 100 * 4.0 / 19);
    EXPECT_DOUBLE_EQ(value("sdg_16_1_3_robbery", bind), 100 * 4.0 / 19);
    EXPECT_DOUBLE_EQ(value("sdg_16_1_3_robbery", bind, "age_from: 15"), 100 * 5.0 / 20);
    EXPECT_DOUBLE_EQ(value("sdg_16_1_3_robbery", bind, "age_to: 65"), 100 * 4.0 / 11);
    EXPECT_DOUBLE_EQ(value("sdg_16_1_3_robbery", bind + ", answered: safe != 8"), 100 * 4.0 / 15);
}

TEST_F(LibraryValues, SafetyAndChildhood) {
    const std::string bind = "persons: persons, age: age, safe: safe = 1, valid: 'safe in [1, 2]'";
    EXPECT_DOUBLE_EQ(value("sdg_16_1_4", bind), 100 * 4.0 / 19);
    EXPECT_DOUBLE_EQ(value("sdg_16_1_4", bind, "base: valid_answers"), 100 * 4.0 / 15);
    // Age at the first event 17 counts, 18 does not, unknown stays in the denominator.
    EXPECT_DOUBLE_EQ(value("sdg_16_2_3", "persons: persons, age: age, suffered: suffered = 1, age_first: first"), 25);
}

TEST_F(LibraryValues, ReportingByBasis) {
    const std::string bind =
        "persons: persons, incidents: incidents, iccs: iccs, reported: rep = 1, victim: robbed, last: last = 1, "
        "population: age >= 18";
    EXPECT_DOUBLE_EQ(value("sdg_16_3_1_robbery", bind), 50);
    EXPECT_DOUBLE_EQ(value("sdg_16_3_1_robbery", bind, "basis: last_event"), 0);
    EXPECT_DOUBLE_EQ(value("sdg_16_3_1_robbery", bind, "basis: incident"), 100.0 / 3);
    // An unknown report is not one, and the victim stays.
    EXPECT_DOUBLE_EQ(value("sdg_16_3_1_sexual", bind, "basis: incident"), 0);
}

TEST_F(LibraryValues, BriberyHarassmentAndViolenceAgainstWomen) {
    const std::string contact =
        "persons: persons, contact: contact = 1, paid: paid = 1, asked: asked = 1, population: age >= 18";
    EXPECT_DOUBLE_EQ(value("sdg_16_5_1", contact), 100 * 5.0 / 17);
    EXPECT_DOUBLE_EQ(value("sdg_16_5_1", contact, "counts: paid"), 100 * 2.0 / 17);
    const std::string harassed = "persons: persons, age: age, sexual: sexual = 1, physical: physical = 1";
    EXPECT_DOUBLE_EQ(value("sdg_11_7_2", harassed), 100 * 5.0 / 19);
    EXPECT_DOUBLE_EQ(value("sdg_11_7_2", harassed, "form: sexual"), 100 * 2.0 / 19);
    EXPECT_DOUBLE_EQ(value("sdg_11_7_2", harassed, "form: physical"), 100 * 3.0 / 19);
    const std::string women = "persons: persons, age: age, woman: woman = 1, violence: violence = 1";
    EXPECT_DOUBLE_EQ(value("sdg_5_2_1", women + ", partnered: partnered = 1"), 100 * 3.0 / 11);
    EXPECT_DOUBLE_EQ(value("sdg_5_2_2", women), 100 * 7.0 / 15);
}

TEST_F(LibraryValues, RepeatsAndTypes) {
    EXPECT_DOUBLE_EQ(value("repeat_victimization", "units: persons, crimes: robberies"), 40);
    EXPECT_DOUBLE_EQ(value("repeat_victimization", "units: persons, crimes: robberies", "times: 3"), 0);
    EXPECT_DOUBLE_EQ(value("multiple_victimization", "units: persons, types: types"), 50);
    EXPECT_DOUBLE_EQ(value("concentration", "units: persons, incidents: incidents, counted: 'iccs = \"0401\"'"),
                     7.0 / 5);
    EXPECT_DOUBLE_EQ(value("incidence", "units: persons, incidents: incidents, population: age >= 18", "rate: 1000"),
                     1000 * 19.0 / 19);
}

TEST_F(LibraryValues, CostCappedAndNot) {
    const std::string bind = "incidents: incidents, loss: loss";
    EXPECT_DOUBLE_EQ(value("cost_total", bind), 2300);
    EXPECT_DOUBLE_EQ(value("cost_total", bind, "tail: capped, cap: 200"), 700);
    EXPECT_DOUBLE_EQ(value("cost_per_incident", bind), 2300.0 / 6);
    EXPECT_DOUBLE_EQ(value("cost_per_victim", "units: persons, victim: robbed, loss: lost"), 460);
    EXPECT_DOUBLE_EQ(value("cost_per_victim", "units: persons, victim: robbed, loss: lost", "tail: capped, cap: 500"),
                     (2 * 150 + 2 * 500) / 5.0);
}

TEST_F(LibraryValues, ReasonsAreSharesOfTheUnreported) {
    // Incidents not reported: p1 (2), p3 (3), p5 (2), p1 (2), with the ICCS code in place of a reason.
    const std::string bind = "incidents: incidents, not_reported: rep is 2, reason: iccs";
    EXPECT_DOUBLE_EQ(value("reason_not_reported", bind, "codes: [\"0401\"]"), 100 * 4.0 / 9);
    EXPECT_DOUBLE_EQ(value("reason_not_reported", bind, "codes: [\"02011\", \"020111\"]"), 100 * 5.0 / 9);
    EXPECT_DOUBLE_EQ(value("reason_not_reported_multiple",
                           "incidents: incidents, not_reported: rep is 2, mentioned: 'contains(iccs, \"0401\")'"),
                     100 * 4.0 / 9);
    EXPECT_DOUBLE_EQ(value("dark_figure", "incidents: incidents, reported: rep is 1, opened: last is 1"),
                     100 * (1 - 5.0 / 20));
}

}  // namespace
}  // namespace cifra::testing
