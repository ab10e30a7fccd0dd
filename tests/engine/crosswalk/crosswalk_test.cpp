#include "engine/crosswalk/crosswalk_check.h"

#include <gtest/gtest.h>

#include "engine/crosswalk/name_traps.h"
#include "engine/iccs.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

constexpr const char* head = R"(
name: Test
version: "1"
fields:
  violence: {codes: ["1", "2"]}
  age: {range: [0, 120], missing: {"999": dont_know}}
)";

std::string by(const char* basis) {
    return std::string(basis) == "automatic"
               ? ", basis: automatic}\n"
               : ", reviewer: R, reviewed: 2024-01-31, basis: " + std::string(basis) + "}\n";
}

Crosswalk read(const ScratchFolder& folder, const std::string& rest, Diagnostics& faults) {
    return read_crosswalk(folder.write("crosswalk.yaml", head + rest), faults);
}

TEST(Crosswalk, SoundOnesHaveNoFindings) {
    const std::vector<std::string> sound = {
        // A code and its text may change by days, the row may stay.
        "offences:\n  - {code: a, valid_to: 2019-12-31}\n  - {code: a, valid_from: 2020-01-01}\nrows:\n"
        "  - {offence: a, iccs: '05029'" +
            by("manual"),
        // Two periods that meet.
        "offences: [{code: a}]\nrows:\n  - {offence: a, iccs: '05029', valid_to: 2019-12-31" + by("manual") +
            "  - {offence: a, status: no_match, valid_from: 2020-01-01" + by("manual"),
        // A manual row over an automatic one, of other days.
        "offences: [{code: a}]\nrows:\n  - {offence: a, iccs: '05029'" + by("automatic") +
            "  - {offence: a, iccs: '05025', valid_from: 2020-01-01, valid_to: 2020-12-31" + by("manual"),
        // Conditions that exclude each other over a number that may be missing.
        "offences: [{code: a}]\nrows:\n  - {offence: a, iccs: '030221', condition: age < 18" + by("manual") +
            "  - {offence: a, iccs: '08022', condition: age >= 18" + by("manual") +
            "  - {offence: a, status: pending, condition: age is missing" + by("manual"),
        // Shares within a condition.
        "offences: [{code: a}]\nrows:\n  - {offence: a, iccs: '040119', condition: violence is \"1\"" + by("manual") +
            "  - {offence: a, iccs: '05029', condition: else, share: 0.25, source: sample" + by("manual") +
            "  - {offence: a, iccs: '05019', condition: else, share: 0.75, source: sample" + by("manual")};
    for (const std::string& text : sound) {
        const ScratchFolder folder;
        Diagnostics faults;
        const Crosswalk crosswalk = read(folder, text, faults);
        check_crosswalk(crosswalk, faults);
        for (const Diagnostic& one : faults.items()) ADD_FAILURE() << text << to_text(one);
    }
}

TEST(Crosswalk, AllFaultsAreToldAtOnce) {
    const ScratchFolder folder;
    Diagnostics faults;
    const Crosswalk crosswalk = read(folder,
                                     "offences: [{code: a}, {code: b}, {code: c}]\nrows:\n"
                                     "  - {offence: a, iccs: '0108', basis: automatic}\n"
                                     "  - {offence: b, iccs: '0401', basis: automatic}\n"
                                     "  - {offence: d, status: pending}\n",
                                     faults);
    check_crosswalk(crosswalk, faults);
    for (const char* code : {"unknown-iccs", "code-above-leaf", "unknown-offence", "offence-never-mapped"})
        EXPECT_TRUE(faults.contains(code)) << code;
    EXPECT_EQ(faults.error_count(), 4u);
}

TEST(Crosswalk, TheWitnessOfAnOverlapMakesBothConditionsTrue) {
    const ScratchFolder folder;
    Diagnostics faults;
    const Crosswalk crosswalk =
        read(folder,
             "offences: [{code: a}]\nrows:\n"
             "  - {offence: a, iccs: '05029', condition: age < 18, basis: automatic}\n"
             "  - {offence: a, iccs: '05025', condition: age >= 17 or age is missing, basis: automatic}\n",
             faults);
    check_crosswalk(crosswalk, faults);
    ASSERT_EQ(faults.error_count(), 1u);
    EXPECT_EQ(faults.items()[0].code, "overlapping-conditions");
    EXPECT_NE(faults.items()[0].message.find("age = 17"), std::string::npos) << faults.items()[0].message;
}

TEST(Crosswalk, AdjudicatedWinsOverManualOverAutomaticDayByDay) {
    const ScratchFolder folder;
    Diagnostics faults;
    const Crosswalk crosswalk =
        read(folder,
             "offences: [{code: a, valid_from: 2000-01-01}]\nrows:\n  - {offence: a, iccs: '05029'" + by("automatic") +
                 "  - {offence: a, iccs: '05025', valid_from: 2010-01-01, valid_to: 2012-12-31" + by("manual") +
                 "  - {offence: a, iccs: '05026', valid_from: 2012-01-01, valid_to: 2012-01-31" + by("adjudicated"),
             faults);
    ASSERT_FALSE(faults.has_errors());
    const std::vector<CrosswalkPeriod> periods = periods_in_force(crosswalk, "a");
    const auto code_on = [&](const char* day) -> std::string {
        for (const CrosswalkPeriod& period : periods)
            if (period.validity.contains(*parse_date(day))) return crosswalk.rows[period.cases[0].rows[0]].iccs;
        return "";
    };
    EXPECT_EQ(code_on("1999-12-31"), "");
    EXPECT_EQ(code_on("2009-12-31"), "05029");
    EXPECT_EQ(code_on("2010-01-01"), "05025");
    EXPECT_EQ(code_on("2012-01-31"), "05026");
    EXPECT_EQ(code_on("2012-02-01"), "05025");
    EXPECT_EQ(code_on("2013-01-01"), "05029");
}

TEST(Crosswalk, ListsMayBeCsvFilesOfTheSameKeys) {
    const ScratchFolder folder;
    folder.write("offences.csv", "code,text_es,text_en,valid_to\na,Hurto,Theft,2020-12-31\nb,Robo,Robbery,\n");
    folder.write("rows.csv", "offence,iccs,basis,share,source\na,05029,automatic,,\nb,O401,automatic,,\n");
    Diagnostics faults;
    const Crosswalk crosswalk = read(folder, "offences: offences.csv\nrows: rows.csv\n", faults);
    ASSERT_FALSE(faults.has_errors());
    EXPECT_EQ(crosswalk.offences[0].text.at("en"), "Theft");
    EXPECT_EQ(to_text(crosswalk.offences[0].validity.end), "2020-12-31");
    EXPECT_EQ(crosswalk.files.size(), 3u);
    check_crosswalk(crosswalk, faults);
    ASSERT_EQ(faults.error_count(), 1u);
    EXPECT_EQ(faults.items()[0].code, "unknown-iccs");
    EXPECT_EQ(faults.items()[0].where.line, 3u);
    EXPECT_EQ(faults.items()[0].where.file, (folder.path() / "rows.csv").string());
}

TEST(Crosswalk, NameTraps) {
    EXPECT_TRUE(name_trap("Robo con violencia o intimidación en las personas", "0502"));
    EXPECT_FALSE(name_trap("Robo con violencia o intimidación en las personas", "040111"));
    EXPECT_TRUE(name_trap("ROBO CON ENTRADA ILÍCITA", "0401"));
    EXPECT_FALSE(name_trap("Robo con entrada ilícita", "05012"));
    EXPECT_TRUE(name_trap("Hurto simple", "0401"));
    EXPECT_FALSE(name_trap("Hurto simple", "05029"));
    EXPECT_FALSE(name_trap("Lesiones", "0401"));
    EXPECT_TRUE(name_trap("Tentativa de homicidio", "0101"));
}

TEST(Crosswalk, NameTrapsKnowTheirBranches) {
    ASSERT_GT(name_traps().size(), 10u);
    for (const NameTrap& trap : name_traps())
        for (const std::string& branch : trap.branches) EXPECT_TRUE(find_iccs(branch)) << branch;
}

}  // namespace
}  // namespace cifra
