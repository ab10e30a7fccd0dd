// Single faults put into sound instruments: each kind at every place where it fits (at most a dozen), and each must be
// named with its id at its line, by the check, the tests beside the instrument or the proof. The sound instruments
// themselves have no finding (library_test; here, of the proof).
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "questionnaires/instrument.h"
#include "questionnaires/instrument_tests.h"
#include "questionnaires/proof/proof.h"
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
    const char* instrument = "victimization_core";
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

const std::vector<Fault>& faults_of_the_language() {
    static const std::vector<Fault> list = {
        {"no incident form at all", R"~(^      max: 5$)~", "      max: 0", "number-out-of-bounds"},
        {"fewer than no incident forms", R"~(^      max: 5$)~", "      max: -2", "number-out-of-bounds"},
        {"roster of nobody", R"~(max: 20,)~", "max: 0,", "number-out-of-bounds"},
        {"roster of a whole country", R"~(max: 20,)~", "max: 9000000000,", "number-out-of-bounds"},
        {"crime that happened no times", R"~(^      max: 97$)~", "      max: 0", "number-out-of-bounds"},
        {"text without room", R"~(max_length: 60)~", "max_length: 0", "number-out-of-bounds"},
        {"range through the code of what was not reached", R"~(range: \[1, 50\])~", "range: [-5, 50]",
         "range-holds-not-reached"},
        {"range without an end", R"~(range: \[1, 50\])~", "range: [1, .inf]", "wrong-type"},
        {"range of three numbers", R"~(range: \[1, 50\])~", "range: [1, 2, 50]", "wrong-type"},
        {"range of fractions", R"~(range: \[1, 50\])~", "range: [1, 2.5]", "number-out-of-bounds"},
        {"range beyond all numbers", R"~(range: \[1, 50\])~", "range: [1, 1e300]", "number-out-of-bounds"},
        {"condition that says nothing", R"~(ask_if: weapon = "1")~", "ask_if:", "empty-condition"},
        {"constraint without a condition", R"~(^          that: loss <= 5000000$)~",
         "          that:", "empty-condition"},
        {"period of no year", R"~(ends: 2025-12)~", "ends: 0000-12", "bad-period"},
        {"code with a comma", R"~(^    2: (\{en: Rented))~", "    \"2,5\": $1", "bad-code"},
        {"one number twice", R"~(^    2: (\{en: Rented))~", "    01: $1", "bad-code"},
        {"missing answer given twice", R"~(missing: \[refused\])~", "missing: [refused, refused]", "duplicate-id"},
        {"answer that stands alone twice", R"~(exclusive: \["7"\])~", R"~(exclusive: ["7", "7"])~", "duplicate-id"},
        {"screener of each member", R"~(^(    roster: .*)$)~",
         "    screener: {codes: yes_no, count: {en: \"How often?\", es: \"¿Cuánto?\"}}\n$1", "misplaced-screener"},
        {"consent that changes nothing", R"~(^        codes: tenure$)~", "        codes: tenure\n        role: consent",
         "consent-without-effect", R"~(- name:)~"},
        {"questions in the same words", R"~(en: And how safe do you feel walking alone there after dark\?)~",
         "en: How safe do you feel on public transport?", "same-text", "*"},
        {"computed without an answer", R"~(^      - name: weapon_type$)~",
         "      - {name: armed, type: computed, label: {en: A, es: B}, value: \"3\"}\n      - name: weapon_type",
         "constant-value"},
        {"sum of what is the same in each incident", R"~(^      - name: education$)~",
         "      - {name: all_sizes, type: computed, label: {en: A, es: B}, value: {over: incident, sum: "
         "household_size}}\n      - name: education",
         "constant-value"},
        {"hierarchy of nothing", R"~(^coding:$)~", "hierarchy: []\ncoding:", "empty-list"},
        {"reason that gives none", R"~(because: .*)~", "because: \"\"", "missing-key"},
        {"language given twice", R"~(languages: \[en, es\])~", "languages: [en, es, es]", "duplicate-language"},
        {"no language", R"~(languages: \[en, es\])~", "languages: []", "empty-list"},
        {"no mode", R"~(^(languages: .*)$)~", "$1\nmodes: []", "empty-list"},
        {"code of what was not reached", R"~(^    2: (\{en: Rented))~", "    -1: $1", "reserved-code"},
        {"missing answer with the code of what was not reached", R"~(missing: \{dk: "98")~", R"~(missing: {dk: "-1")~",
         "reserved-code"},
        {"missing answer of a number that is a word", R"~(^        range: \[1, 50\]$)~",
         "        range: [1, 50]\n        missing: {dk: unknown}", "wrong-type"},
        {"two answers of one label", R"~(2: \{en: Rented)~", "2: {en: Owned by a member of the household",
         "same-label"},
        {"every answer stands alone", R"~(exclusive: \["7"\])~", R"~(exclusive: ["1", "2", "3", "4", "5", "6", "7"])~",
         "unknown-exclusive"},
        {"translation that lost a fill", R"~(es: "¿Cuántas veces ocurrió de \{period\}\?")~",
         R"~(es: "¿Cuántas veces ocurrió?")~", "fill-not-translated", "*"},
        {"brace that closes nothing", R"~(en: "What kind of weapon was it\?")~",
         R"~(en: "What kind of weapon} was it?")~", "unknown-fill"},
        {"text of blanks", R"~(text: \{en: Is this home…)~", R"~(text: {en: "  ")~", "missing-translation"},
        {"fill of an answer not yet given", R"~(en: "How many people did it\?")~",
         R"~(en: "How many with {weapon} did it?")~", "later-reference"},
        {"fill of another's unit", R"~(en: What is the highest level of education)~",
         "en: After {place|label}, what is the highest level of education", "reference-out-of-unit", R"~(en: )~"},
        {"several answers compared with one", R"~(ask_if: place = "8")~", R"~(ask_if: avoided_activities = "1")~",
         "multiple-compared"},
        {"several answers among some", R"~(ask_if: place = "8")~", R"~(ask_if: avoided_activities in ["1", "2"])~",
         "multiple-compared"},
        {"roster counted by a question that is not asked of all", R"~(^(        range: \[1, 20\])$)~",
         "$1\n        ask_if: \"true\"", "roster-count", "*"},
        {"privacy that is none", R"~(privacy: privacy)~", "privacy: tenure", "safety-reference"},
        {"exit to what is sensitive", R"~(referral: closing\})~", "referral: closing, exit: incident}",
         "safety-reference"},
        {"exit before what is sensitive", R"~(referral: closing\})~", "referral: closing, exit: trust}",
         "exit-before-sensitive"},
        {"age that nobody reaches", R"~(referral: closing\})~", "referral: closing, min_age: 300}",
         "number-out-of-bounds"},
        {"role of a number", R"~(^(        range: \[1, 50\])$)~", "$1\n        role: duplicate", "bad-role",
         R"~(- name:)~"},
        {"duplicates asked of a person", R"~(^(      - name: education)$)~", "$1\n        role: duplicate", "bad-role",
         R"~(- name:)~"},
        {"two crimes in the same words",
         R"~(en: Did anyone hit, kick, push or attack you with an object or a weapon\?)~",
         "en: Apart from that, did anyone threaten to harm you, your family or your property?", "same-cue",
         R"~(- id:)~"},
        {"computed with a code that there is not", R"~(^      - name: weapon_type$)~",
         "      - {name: armed, type: computed, label: {en: A, es: B}, value: weapon = \"7\"}\n"
         "      - name: weapon_type",
         "unknown-code"},
        {"computed from what comes later", R"~(^      - name: weapon_type$)~",
         "      - {name: armed, type: computed, label: {en: A, es: B}, value: reported = \"1\"}\n"
         "      - name: weapon_type",
         "later-reference"},
        {"aggregate of a crime that there is not", R"~(^      - name: education$)~",
         "      - {name: robbed, type: computed, label: {en: A, es: B}, value: {over: incident, count: crime = "
         "\"robery\"}}\n      - name: education",
         "unknown-code"},
        {"indicator with a code that there is not", R"~(^safety: )~",
         "indicators: {told: {unit: incident, numerator: reported = \"7\"}}\nsafety: ", "unknown-code"},
        {"indicator with a name that is none", R"~(^safety: )~",
         "indicators: {\"told it\": {unit: incident, numerator: reported = \"1\"}}\nsafety: ", "bad-name"},
        {"hierarchy without an offence of the rules", R"~(^coding:$)~",
         "hierarchy: [carjacking, robbery, assault_serious, assault_minor]\ncoding:", "unranked-offence", "*"},
        {"parts left out where none is included", R"~(^coding:$)~", "drop: [trust]\ncoding:", "no-include"},
        {"two tests of one name", R"~(- name: seven alike thefts are a series)~",
         "- name: a robbery reported, with loss", "duplicate-test"},
        {"answer of nobody's line", R"~("age\[2\]": 12)~", R"~("age[3]": 12)~", "test-not-given"},
        {"answer that is not offered", R"~(owns_vehicle: 2$)~", "owns_vehicle: 5", "test-not-given"},
        {"place that is none", R"~("loss\[robbery.1\]": 900)~", R"~("loss[robery.1]": 900)~", "unknown-place"},
        {"other value than there is", R"~(eligible: 1, persons: 2)~", "eligible: 2, persons: 2", "failed-test"},
        {"answer refused that is accepted", R"~("loss\[robbery.1\]": -1)~", R"~("loss[robbery.1]": 1)~", "failed-test"},
        {"line that is not eligible", R"~(^(  - name: seven alike.*)$)~", "$1\n    selected: 9", "failed-test"},
    };
    return list;
}

const std::vector<Fault>& faults_of_the_routing() {
    static const std::vector<Fault> list = {
        {"age beyond its range", R"~(^(      - name: education)$)~", "$1\n        ask_if: age > 130",
         "condition-contradiction|never-asked"},
        {"age of those who are not selected", R"~(^(      - name: education)$)~", "$1\n        ask_if: age < 18",
         "never-asked"},
        {"month that is none", R"~(ask_if: place = "8")~", "ask_if: month = 13", "condition-contradiction|never-asked"},
        {"more times than can be told", R"~(times >= 6)~", "times > 97", "condition-contradiction|never-asked"},
        {"form beyond the last", R"~(ordinal = 1 and times >= 6)~", "ordinal = 6 and times >= 6",
         "condition-contradiction|never-asked"},
        {"module of a household without eligible persons", R"~(^(  - id: trust)$)~", "$1\n    ask_if: eligible = 0",
         "never-asked"},
        {"don't know of a question that does not offer it", R"~(^(  - id: closing)$)~", "$1\n    ask_if: privacy is dk",
         "condition-contradiction|never-asked"},
        {"crimes that exclude the question's other condition", R"~(ask_if: weapon = "1")~",
         R"~(ask_if: weapon = "1" and crime = "card_fraud" and offender_seen = "2")~", "never-asked"},
        {"condition that leaves nobody out", R"~(ask_if: weapon = "1")~",
         R"~(ask_if: weapon is "1" or weapon is not "1")~", "always-asked"},
        {"constraint that no answer passes", R"~(that: line > 1 or age >= 15)~", "that: age > 200",
         "require-never-holds|condition-contradiction"},
        {"constraint that no answer breaks", R"~(that: age <= 105)~", "that: age <= 120", "constraint-always-holds"},
        {"nobody is eligible", R"~(eligible: age >= 18)~", "eligible: age >= 121",
         "eligible-never|condition-contradiction"},
        {"no form stands for a series", R"~(series_recall = "2"$)~", R"~(series_alike = "2")~",
         "series-never|condition-contradiction"},
        {"rule of two crimes at once", R"~(if: crime = "threat" and weapon = "1")~",
         R"~(if: crime = "threat" and crime = "assault")~", "coding-rule-never-used"},
        {"rule that reads what is not asked of the crime", R"~(if: crime = "threat" and weapon = "1")~",
         R"~(if: crime = "threat" and loss > 0)~", "coding-rule-never-used"},
        {"text that says an answer not everybody gave", R"~(en: Did you yourself report it)~",
         "en: Given the {weapon_type|label}, did you yourself report it", "fill-not-asked", R"~(en: )~"},
        {"indicator of those who are not asked", R"~(^safety: )~",
         "indicators: {pleased: {unit: incident, numerator: satisfaction = \"1\"}}\nsafety: ", "indicator-not-covered"},
        {"indicator of everybody", R"~(^safety: )~",
         "indicators: {told: {unit: incident, numerator: reported is \"1\" or reported is not \"1\"}}\nsafety: ",
         "indicator-always"},
        {"computed truth that never comes about", R"~(^      - name: weapon_type$)~",
         "      - {name: odd, type: computed, label: {en: A, es: B}, value: weapon = \"1\" and weapon = \"2\"}\n"
         "      - name: weapon_type",
         "computed-never"},
        {"aggregate of ages that nobody has", R"~(^      - name: education$)~",
         "      - {name: old, type: computed, label: {en: A, es: B}, value: {over: roster, any: age > 130}}\n"
         "      - name: education",
         "computed-never"},
        {"indicator of nobody", R"~(^safety: )~",
         "indicators: {told: {unit: incident, numerator: reported = \"1\", universe: reported = \"2\"}}\nsafety: ",
         "indicator-never"},
        {"offence that is never the principal one", R"~(^coding:$)~",
         "hierarchy: [carjacking, robbery, assault_minor, assault_serious, threat]\ncoding:", "offence-never-principal",
         "*"},
    };
    return list;
}

const std::vector<Fault>& faults_of_judgement() {
    static const char* phone = "short_phone";
    static const std::string page = "en: " + std::string(700, 'a');
    static const std::vector<Fault> list = {
        {"range of one number", R"~(range: \[1, 50\])~", "range: [5, 5]", "range-of-one"},
        {"free words compared with a text", R"~(ask_if: weapon = "1")~", R"~(ask_if: place_other = "bar")~",
         "text-compared"},
        {"answer of a page", R"~(en: The respondent was alone)~", page.c_str(), "long-text"},
        {"six months in a year", R"~(en: Did anyone get into)~", "en: In the past six months, did anyone get into",
         "period-phrase-mismatch"},
        {"six months of a translation", R"~(fr: A-t-on volé une pièce)~",
         "fr: Au cours des 6 derniers mois, a-t-on volé une pièce", "period-phrase-mismatch", R"~(en: )~", phone},
        {"three months of another translation", R"~(pt: Alguém furtou alguma peça)~",
         "pt: Nos últimos três meses, alguém furtou alguma peça", "period-phrase-mismatch", R"~(en: )~", phone},
        {"a year in six months", R"~(en: Is there a day in those months that)~",
         "en: Is there a day in the last year that", "period-phrase-mismatch", "", "six_month_screener"},
        {"questions in the same words after the same answer", R"~(en: "Was medical care needed\?")~",
         R"~(en: "How serious were the injuries?")~", "same-text", R"~(- name:)~"},
        {"section of the classification", R"~(iccs: "050211")~", R"~(iccs: "05")~", "iccs-too-broad"},
        {"offence of another section", R"~(iccs: "040112")~", R"~(iccs: "07019")~", "offence-of-two-sections"},
        {"sexual crime like any other", R"~(^    sensitive: true$)~", "", "sexual-crime-not-sensitive", R"~(- id:)~"},
        {"telephone that is not told to be personal", R"~(- name: place_other)~", "- name: place_phone",
         "pii-unmarked"},
        {"fewer forms than make a series", R"~(^      max: 5$)~", "      max: 3", "series-not-asked"},
        {"rule of every crime", R"~(if: crime = "robbery" and place in \["2", "3", "5"\])~",
         R"~(if: crime = "robbery" or crime != "robbery")~", "coding-rule-never-used", "*", phone},
        {"told in another form for told last time", R"~(duplicate: told_before)~", "duplicate: duplicate",
         "bounding-duplicate", "", "six_month_screener"},
    };
    return list;
}

const std::vector<Fault>& faults_of_parts() {
    static const char* six = "six_month_screener";
    static const char* form = "victim_form";
    static const std::vector<Fault> list = {
        {"part that is not there", R"~(- library:modules/household$)~", "- library:modules/househld", "unknown-library",
         "", six},
        {"file that is not there", R"~(- library:modules/household$)~", "- nowhere.yaml", "cannot-read", "", six},
        {"folder for a file", R"~(- library:modules/household$)~", "- .", "cannot-read", "", six},
        {"part included twice", R"~(^(  - library:modules/household)$)~", "$1\n$1", "duplicate-id", "", six},
        {"two parts with one module", R"~(^(  - library:modules/reporting)$)~", "  - library:modules/costs\n$1",
         "duplicate-module", "*", six},
        {"instrument that includes itself", R"~(- library:modules/household$)~", "- mutant.yaml", "include-cycle", "",
         six},
        {"nothing to drop", R"~(^drop: \[years_at_address)~", "drop: [years_at_adress", "unknown-id", "", six},
        {"dropped and still read", R"~(^drop: \[)~", "drop: [owns_vehicle, ", "dropped-but-read", "", six},
        {"dropped twice", R"~(^drop: \[)~", "drop: [whole_period, ", "duplicate-id", "", six},
        {"nothing to change", R"~(^  sexual_touching: \{ask_if)~", "  sexual_touchng: {ask_if", "unknown-id", "", six},
        {"change to a key that there is not", R"~(^  sexual_touching: \{ask_if)~", "  sexual_touching: {askif",
         "unknown-key", "", six},
        {"change to a condition of nothing", R"~(sexual_touching: \{ask_if: age)~", "sexual_touching: {ask_if: agee",
         "undefined-reference", "", six},
        {"change that is a list", R"~(^  sexual_touching: \{.*)~", "  sexual_touching: [a]", "wrong-type", "", six},
        {"added to nothing", R"~(^  - to: incident$)~", "  - to: incidnt", "unknown-id", "", form},
        {"added to a question", R"~(^  - to: incident$)~", "  - to: month", "unknown-id", "", form},
        {"added after nothing", R"~(^    after: month$)~", "    after: mnth", "unknown-id", "", six},
        {"added after a question of another module", R"~(^    after: month$)~", "    after: household_size",
         "unknown-id", "", six},
        {"addition with an unknown key", R"~(^    after: month$)~", "    before: month", "unknown-key", "", six},
        {"addition of a name that is taken", R"~(^      - name: description$)~", "      - name: month",
         "duplicate-name", "*", form},
        {"additions that are no list", R"~(^add:$)~", "add: nothing\nmore:", "wrong-type", "", form},
        {"order that names a module twice", R"~(^order: \[visit, home,)~", "order: [visit, home, home,", "duplicate-id",
         "", six},
        {"order that leaves a module out", R"~(^order: \[visit, home,)~", "order: [visit,", "unordered-module", "",
         six},
        {"order of a module that there is not", R"~(^order: \[visit, home,)~", "order: [visit, home, hom,",
         "unknown-id", "", six},
        {"forms before the screener", R"~(personal_screener, incident,)~", "incident, personal_screener,",
         "incident-before-screener", "*", six},
        {"rostered before they are counted", R"~(home, members, calendar)~", "members, home, calendar", "roster-count",
         "*", six},
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
        const Instrument instrument = load_instrument("mutant.yaml", folder_.path(), found);
        if (found.has_errors()) return found;
        run_tests(instrument, found);
        for (const Finding& finding : prove(instrument)) found.add(to_diagnostic(finding));
        return found;
    }

    ScratchFolder folder_;
};

TEST_P(Mutation, IsNamedAtItsLine) {
    const auto sound =
        lines_of(bytes_of(std::string(CIFRA_SOURCE_DIR "/questionnaires/library/") + GetParam().instrument + ".yaml"));
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
INSTANTIATE_TEST_SUITE_P(Language, Mutation, testing::ValuesIn(faults_of_the_language()), words_of);
INSTANTIATE_TEST_SUITE_P(Routing, Mutation, testing::ValuesIn(faults_of_the_routing()), words_of);
INSTANTIATE_TEST_SUITE_P(Judgement, Mutation, testing::ValuesIn(faults_of_judgement()), words_of);
INSTANTIATE_TEST_SUITE_P(Parts, Mutation, testing::ValuesIn(faults_of_parts()), words_of);

TEST(SoundInstruments, TheirRoutingIsProvedAndTheirTestsPass) {
    for (const std::string& name : library_instruments()) {
        Diagnostics found;
        const Instrument instrument = load_instrument(name, {}, found);
        run_tests(instrument, found);
        for (const Finding& finding : prove(instrument)) found.add(to_diagnostic(finding));
        for (const Diagnostic& finding : found.items()) ADD_FAILURE() << to_text(finding);
    }
}

}  // namespace
}  // namespace cifra
