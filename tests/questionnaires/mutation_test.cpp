// Single faults put into sound instruments: each kind at every place where it fits (at most a dozen), and each must be
// named with its id at its line. The sound instrument itself has no finding (library_test).
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "questionnaires/instrument.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

// Where the finding must stand: on the line that was changed, on the nearest line above it that holds `above`, or
// somewhere, where the fault has no line of its own.
struct Fault {
    const char* name;
    const char* line;         // a regular expression: the lines it fits
    const char* replacement;  // of what it matched; "" takes the line away
    const char* code;         // or several, with | between
    const char* above = "";   // "*": anywhere
};

const std::vector<Fault>& faults() {
    static const std::vector<Fault> list = {
        {"name misspelt in a condition", R"~(ask_if: (weapon|injury|reported|series_alike|owns_vehicle|place|loss)\b)~",
         "ask_if: nonesuch", "undefined-reference"},
        {"name of another unit in a condition", R"~(ask_if: owns_vehicle = "1")~", R"~(ask_if: place = "1")~",
         "reference-out-of-unit"},
        {"name asked later", R"~(ask_if: place = "8")~", R"~(ask_if: satisfaction = "1")~", "later-reference"},
        {"question that reads itself", R"~(ask_if: injury = "1")~", R"~(ask_if: medical_care = "1")~",
         "later-reference"},
        {"code that the list does not hold",
         R"~(((?:ask_if|if): .*\b(?:weapon|injury|reported|place|owns_vehicle) = )"\d")~", R"~($1"77")~",
         "unknown-code"},
        {"crime that does not exist", R"~((- if: crime = )"\w+")~", R"~($1"robery")~", "unknown-code"},
        {"number against text", R"~((ask_if: \w+ = )"1")~", "$011", "type-mismatch"},
        {"text against number", R"~(that: age <= 105)~", R"~(that: age <= "105")~", "type-mismatch"},
        {"condition that is no condition", R"~(eligible: age >= 18)~", "eligible: age + 18", "type-mismatch"},
        {"half an operator", R"~((ask_if: \w+) = )~", "$1 = = ", "expression-syntax"},
        {"open parenthesis", R"~(ask_if: (\w+ = "1"))~", "ask_if: ($1", "expression-syntax"},
        {"unknown function", R"~(ask_if: (\w+) = "1")~", "ask_if: sqroot($1) > 1", "unknown-function"},
        {"type that does not exist", R"~(type: single)~", "type: sinlge", "unknown-choice"},
        {"list of codes that does not exist", R"~(codes: (\w+)$)~", "codes: $1_x", "unknown-code-list"},
        {"list of codes that nobody uses", R"~(codes: trend)~", "codes: trust", "unused-code-list", "*"},
        {"key misspelt", R"~(^(\s+)note:)~", "$1nota:", "unknown-key"},
        {"key written twice", R"~(^(\s+)type: (\w+)$)~", "$1type: $2\n$1type: $2", "duplicate-key"},
        {"question without a type", R"~(^\s+type: \w+$)~", "", "missing-key", R"~(- name:)~"},
        {"text without a translation", R"~(\{en: ([^{}",]+), es: [^{}",]+\})~", "{en: $1}", "missing-translation"},
        {"language that is none of the instrument's", R"~(, es: ([^{}",]+)\})~", ", ex: $1}", "unknown-language"},
        {"fill that does not exist", R"~(\{period\})~", "{perod}", "unknown-fill", "*"},
        {"name given twice", R"~(- name: (time_of_day|education|weapon|activity)$)~", "- name: place",
         "duplicate-name"},
        {"name that is none", R"~(- name: (\w+)$)~", "- name: 9-$1", "bad-name"},
        {"name too long", R"~(- name: (\w+)$)~", "- name: $1_that_goes_on_and_on_and_on_and_on", "bad-name"},
        {"name of a column of the files", R"~(- name: (tenure|sex|place|education)$)~", "- name: household",
         "reserved-name"},
        {"module given twice", R"~(- id: (trust|setting|closing)$)~", "- id: safety", "duplicate-module"},
        {"crime given twice", R"~(- id: (threat|robbery|vandalism)$)~", "- id: burglary", "duplicate-crime"},
        {"crime without a code of the classification", R"~(^    iccs: "\d+"$)~", "", "crime-without-iccs|missing-key",
         R"~(- (id|if):)~"},
        {"crime without a victim", R"~(^    unit: person$)~", "", "crime-without-victim-unit|missing-key",
         R"~(- id:)~"},
        {"code of the classification that does not exist", R"~(iccs: "0(\d+)")~", R"~(iccs: "99$1")~", "unknown-iccs"},
        {"national offence that does not exist", R"~(offence: (\w+)$)~", "offence: $1_x", "unknown-offence"},
        {"roster without a cap", R"~((roster: \{count: household_size), max: 20)~", "$1", "loop-without-cap"},
        {"incident form without a cap", R"~(^      max: 5$)~", "", "loop-without-cap", "*"},
        {"roster counted by a question that is no count", R"~(roster: \{count: household_size)~",
         "roster: {count: tenure", "roster-count"},
        {"roster counted by a question that may be missing", R"~(^        range: \[1, 20\]$)~",
         "        range: [1, 20]\n        missing: [dk]", "duplicate-key|roster-count", "*"},
        {"roster counted beyond its cap", R"~(range: \[1, 20\])~", "range: [1, 40]", "roster-count", "*"},
        {"range the wrong way round", R"~(range: \[(\d+), (\d+)\])~", "range: [$2, $1]", "empty-range"},
        {"range that meets the code of a missing answer", R"~(range: \[1, 50\])~", "range: [1, 99]", "range-collision"},
        {"screener count that meets the code of a missing answer", R"~(max: 97)~", "max: 98", "range-collision", "*"},
        {"code written twice", R"~(^    2: )~", "    1: ", "duplicate-key"},
        {"code with a blank", R"~(^    3: )~", "    \"3 b\": ", "blank-in-code"},
        {"code that is the one of a missing answer", R"~(^    3: \{en: (Decreased|Little|None of it))~",
         "    8: {en: $1", "missing-code-collision", "*"},
        {"exclusive code that the list does not hold", R"~(exclusive: \["7"\])~", R"~(exclusive: ["77"])~",
         "unknown-exclusive"},
        {"missing answer that does not exist", R"~(missing: \[refused\])~", "missing: [refussed]", "unknown-choice"},
        {"sensitive question that cannot be refused", R"~(^        sensitive: true$)~",
         "        sensitive: true\n        missing: none", "sensitive-without-refusal", "*"},
        {"sensitive question without privacy before it", R"~(^        role: privacy$)~", "",
         "sensitive-without-privacy", "*"},
        {"truth that is none", R"~(sensitive: true)~", "sensitive: maybe", "wrong-type"},
        {"number that is none", R"~(max_length: 60)~", "max_length: sixty", "wrong-type"},
        {"period of thirteen months", R"~(months: 12)~", "months: 13", "bad-period"},
        {"month that does not exist", R"~(ends: 2025-12)~", "ends: 2025-13", "bad-period"},
        {"crimes that nobody asks", R"~(^    screener: \*screener$)~", "    questions: []", "crime-not-screened", "*"},
        {"unit that does not exist", R"~(unit: incident)~", "unit: incidence", "unknown-choice"},
        {"quote that is not closed", R"~(ask_if: (\w+ = "1)")~", "ask_if: \"$1", "yaml-syntax", "*"},
        {"indentation lost", R"~(^      - name: (weapon|place|loss)$)~", "   - name: $1", "yaml-syntax", "*"},
    };
    return list;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

class Mutation : public testing::TestWithParam<Fault> {
protected:
    // At most a dozen of the lines that fit, over the whole file.
    std::vector<std::size_t> sites(const std::vector<std::string>& lines) const {
        std::vector<std::size_t> fits, chosen;
        const std::regex pattern(GetParam().line);
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (std::regex_search(lines[i], pattern)) fits.push_back(i);
        const std::size_t step = std::max<std::size_t>(1, (fits.size() + 11) / 12);
        for (std::size_t i = 0; i < fits.size(); i += step) chosen.push_back(fits[i]);
        return chosen;
    }

    std::size_t wanted_line(const std::vector<std::string>& lines, std::size_t site) const {
        const std::string above = GetParam().above;
        if (above.empty()) return site + 1;
        const std::regex pattern(above);
        while (site > 0 && !std::regex_search(lines[site], pattern)) --site;
        return site + 1;
    }

    bool named(const Diagnostics& found, const std::vector<std::string>& lines, std::size_t site) const {
        const bool anywhere = std::string(GetParam().above) == "*";
        const std::size_t line = anywhere ? 0 : wanted_line(lines, site);
        // A key written twice stands on the line after.
        const std::size_t more = std::string(GetParam().replacement).find('\n') != std::string::npos ? 1 : 0;
        return std::any_of(found.items().begin(), found.items().end(), [&](const Diagnostic& item) {
            return std::regex_match(item.code, std::regex(GetParam().code)) &&
                   (anywhere || (item.where.line >= line && item.where.line <= line + more));
        });
    }

    Diagnostics find(const std::vector<std::string>& lines) {
        Diagnostics found;
        folder_.write("mutant.yaml", joined(lines));
        load_instrument("mutant.yaml", folder_.path(), found);
        return found;
    }

    ScratchFolder folder_;
};

TEST_P(Mutation, IsNamedAtItsLine) {
    const auto sound = lines_of(bytes_of(CIFRA_SOURCE_DIR "/questionnaires/library/victimization_core.yaml"));
    const auto places = sites(sound);
    ASSERT_FALSE(places.empty()) << "the fault fits nowhere";
    std::size_t missed = 0;
    std::string where;
    for (const std::size_t site : places) {
        auto mutant = sound;
        mutant[site] = std::regex_replace(mutant[site], std::regex(GetParam().line), GetParam().replacement,
                                          std::regex_constants::format_first_only);
        const Diagnostics found = find(mutant);
        if (named(found, sound, site)) continue;
        ++missed;
        where += "\nline " + std::to_string(site + 1) + ": " + mutant[site];
        for (const Diagnostic& item : found.items()) where += "\n    " + to_text(item);
    }
    EXPECT_EQ(missed, 0u) << GetParam().code << " is missed at " << missed << " of " << places.size() << where;
}

std::string words_of(const testing::TestParamInfo<Fault>& fault) {
    std::string name = fault.param.name;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Mutation, testing::ValuesIn(faults()), words_of);

}  // namespace
}  // namespace cifra
