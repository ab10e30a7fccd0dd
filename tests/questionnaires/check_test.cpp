#include "questionnaires/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "engine/iccs.h"

namespace cifra {
namespace {

const std::filesystem::path folder = std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/invalid";

// Every tests/invalid/instrument_FAULT.yaml holds one fault; its .expect names the code and the place.
std::vector<std::string> fixtures() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string stem = entry.path().stem().string();
        if (stem.starts_with("instrument_") && entry.path().extension() == ".expect") names.push_back(stem);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::map<std::string, std::string> expectation(const std::string& fault) {
    std::ifstream file(folder / (fault + ".expect"));
    std::map<std::string, std::string> fields;
    for (std::string line; std::getline(file, line);)
        fields[line.substr(0, line.find(": "))] = line.substr(line.find(": ") + 2);
    return fields;
}

class InvalidInstrument : public testing::TestWithParam<std::string> {};

TEST_P(InvalidInstrument, IsRefusedForItsOneFaultAtItsPlace) {
    const auto expected = expectation(GetParam());
    Diagnostics faults;
    load_instrument(GetParam() + ".yaml", folder, faults);
    std::string all;
    for (const Diagnostic& fault : faults.items()) all += to_text(fault) + "\n";
    ASSERT_EQ(faults.error_count(), 1u) << all;
    const auto error = std::find_if(faults.items().begin(), faults.items().end(),
                                    [](const Diagnostic& d) { return d.severity == Severity::error; });
    EXPECT_EQ(error->code, expected.at("code")) << all;
    EXPECT_EQ(std::to_string(error->where.line) + ":" + std::to_string(error->where.column), expected.at("at")) << all;
    EXPECT_FALSE(error->hint.empty()) << all;
}

INSTANTIATE_TEST_SUITE_P(Fixtures, InvalidInstrument, testing::ValuesIn(fixtures()),
                         [](const auto& info) { return info.param; });

TEST(Check, EveryErrorOfTheWingHasAFixture) {
    std::set<std::string> covered;
    for (const std::string& fault : fixtures()) covered.insert(expectation(fault).at("code"));
    for (const char* code : {"duplicate-name",
                             "duplicate-module",
                             "reserved-name",
                             "bad-name",
                             "duplicate-key",
                             "too-few-codes",
                             "blank-in-code",
                             "unknown-code",
                             "unknown-exclusive",
                             "missing-code-collision",
                             "range-collision",
                             "empty-range",
                             "missing-translation",
                             "unknown-language",
                             "unknown-fill",
                             "crime-without-victim-unit",
                             "crime-without-iccs",
                             "crime-not-screened",
                             "unknown-iccs",
                             "unknown-offence",
                             "duplicate-offence",
                             "unranked-offence",
                             "loop-without-cap",
                             "roster-count",
                             "person-before-roster",
                             "incident-before-screener",
                             "empty-module",
                             "sensitive-without-privacy",
                             "sensitive-without-refusal",
                             "undefined-reference",
                             "later-reference",
                             "reference-out-of-unit",
                             "type-mismatch",
                             "unknown-code-list",
                             "bad-period",
                             "second-loop"})
        EXPECT_TRUE(covered.contains(code)) << code;
}

Diagnostics check_text(const std::string& text) {
    Diagnostics faults;
    const Instrument instrument = read_instrument(parse_yaml(text, "test.yaml", faults), faults);
    check_instrument(instrument, faults);
    return faults;
}

const std::string household_only = R"(instrument: tiny
languages: [en]
period: {ends: 2025-12}
codes:
  yes_no: {1: Yes, 2: No}
modules:
  - id: control
    unit: household
    questions:
      - {name: car, type: single, codes: yes_no, text: Car}
)";

TEST(Check, AnInstrumentOfTheHouseholdAloneInOneLanguageIsSound) {
    const Diagnostics faults = check_text(household_only);
    for (const Diagnostic& fault : faults.items()) ADD_FAILURE() << to_text(fault);
}

TEST(Check, UnusedCodeListIsAWarning) {
    std::string text = household_only;
    text.replace(text.find("modules:"), 0, "  trend: {1: Up, 2: Down}\n");
    const Diagnostics faults = check_text(text);
    ASSERT_EQ(faults.items().size(), 1u);
    EXPECT_EQ(faults.items()[0].severity, Severity::warning);
    EXPECT_EQ(faults.items()[0].code, "unused-code-list");
    EXPECT_EQ(faults.items()[0].where.line, 6u);
}

TEST(Check, PersonWithoutRosterIsRefused) {
    const Diagnostics faults = check_text(household_only +
                                          "  - id: talk\n    unit: person\n    questions:\n"
                                          "      - {name: fear, type: single, codes: yes_no, text: Fear}\n");
    ASSERT_EQ(faults.error_count(), 1u);
    EXPECT_EQ(faults.items()[0].code, "no-roster");
    EXPECT_EQ(faults.items()[0].where.line, 11u);
}

TEST(Check, TwoCrimesOfOneNameAreNamedAsCrimesAndAsQuestions) {
    const Diagnostics faults = check_text(household_only +
                                          "    screener: {codes: yes_no, count: Times}\ncrimes:\n"
                                          "  - {id: theft, unit: household, iccs: '0502', cue: Theft}\n"
                                          "  - {id: theft, unit: household, iccs: '0502', cue: Theft}\n");
    EXPECT_TRUE(faults.contains("duplicate-crime"));
    EXPECT_TRUE(faults.contains("duplicate-name"));
}

TEST(Check, SeveralFaultsAreReportedTogether) {
    std::string text = household_only;
    text.replace(text.find("text: Car"), 9, "text: Car, ask_if: 'bus = \"1\"', color: red");
    text.replace(text.find("2025-12"), 7, "2025");
    const Diagnostics faults = check_text(text);
    EXPECT_EQ(faults.error_count(), 3u);
    for (const char* code : {"undefined-reference", "unknown-key", "bad-period"})
        EXPECT_TRUE(faults.contains(code)) << code;
}

TEST(Check, WrongIccsInCirculationIsToldTheRightOne) {
    Diagnostics none;
    const Instrument core = load_instrument("library:victimization_core", {}, none);
    ASSERT_FALSE(iccs_aliases().empty());
    for (const IccsAlias& alias : iccs_aliases()) {
        if (find_iccs(alias.wrong)) continue;
        Diagnostics found;
        const YamlValue rules = parse_yaml(
            "- if: crime = \"robbery\"\n  offence: robbery\n  iccs: \"" + alias.wrong + "\"\n", "rules.yaml", found);
        check_coding(read_coding(rules, nullptr, core, found), core, found);
        ASSERT_EQ(found.error_count(), 1u) << alias.wrong;
        EXPECT_EQ(found.items()[0].code, "unknown-iccs");
        EXPECT_NE(found.items()[0].hint.find("'" + alias.right + "'"), std::string::npos) << alias.wrong;
    }
}

}  // namespace
}  // namespace cifra
