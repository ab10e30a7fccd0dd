#include <gtest/gtest.h>

#include <algorithm>

#include "questionnaires/fieldwork.h"
#include "questionnaires/fills.h"
#include "questionnaires/form_html.h"
#include "questionnaires/instrument_tests.h"
#include "questionnaires/interview.h"
#include "questionnaires/lints.h"
#include "questionnaires/play/place_names.h"
#include "questionnaires/respondent.h"
#include "questionnaires/translations.h"
#include "tests/questionnaires/made_up_instrument.h"
#include "tests/questionnaires/slow_route.h"

namespace cifra {
namespace {

std::string all(const Diagnostics& faults) {
    std::string text;
    for (const Diagnostic& fault : faults.items()) text += to_text(fault) + "\n";
    return text;
}

Instrument sound(const MadeUp& parts) {
    Diagnostics faults;
    Instrument instrument = made_up(parts, faults);
    EXPECT_FALSE(faults.has_errors()) << all(faults);
    return instrument;
}

std::string only_fault(const MadeUp& parts) {
    Diagnostics faults;
    made_up(parts, faults);
    EXPECT_EQ(faults.error_count(), 1u) << all(faults);
    for (const Diagnostic& fault : faults.items())
        if (fault.severity == Severity::error) return fault.hint.empty() ? "no hint" : fault.code;
    return {};
}

const std::string computed_of_roster =
    "      - {name: children, type: computed, value: {over: roster, count: age < 18}}\n"
    "      - {name: oldest, type: computed, value: {over: roster, max: age, where: sex = '2'}}\n";
const std::string computed_after =
    computed_of_roster +
    "      - {name: losses, type: computed, value: {over: incident, sum: loss}}\n"
    "      - {name: big, type: computed, value: {over: incident, any: loss > 1000 and age > 40}}\n"
    "      - {name: victim, type: computed, value: 'burglary = \"1\"'}\n"
    "      - {name: why, type: text, ask_if: victim and children > 0, text: Why}\n";
const std::string computed_last =
    "      - {name: my_losses, type: computed, value: {over: incident, sum: loss, where: crime = 'robbery'}}\n"
    "      - {name: more, type: text, ask_if: my_losses > 500 or oldest is missing, text: More}\n";

Value at(const Instrument& instrument, const Walk& walk, const std::string& place) {
    const auto found = walk.computed.find(*find_place(instrument, place));
    return found == walk.computed.end() ? Value::absent(Type::number, Missing::not_asked) : found->second;
}

Answers answers(const Instrument& instrument, const std::map<std::string, std::string>& given) {
    Answers result;
    for (const auto& [place, text] : given) {
        EXPECT_TRUE(find_place(instrument, place)) << place;
        result[*find_place(instrument, place)] = text;
    }
    return result;
}

TEST(Computed, ValuesWorkedByHand) {
    const Instrument instrument = sound({.after = computed_after, .last = computed_last});
    const Answers given = answers(instrument, {{"size", "3"},
                                               {"age[1]", "50"},
                                               {"age[2]", "8"},
                                               {"age[3]", "30"},
                                               {"sex[1]", "1"},
                                               {"sex[2]", "2"},
                                               {"sex[3]", "8"},
                                               {"burglary", "1"},
                                               {"burglary_count", "1"},
                                               {"robbery", "1"},
                                               {"robbery_count", "2"},
                                               {"month[burglary.1]", "5"},
                                               {"loss[burglary.1]", "70"},
                                               {"month[robbery.1]", "6"},
                                               {"loss[robbery.1]", "2000"},
                                               {"month[robbery.2]", "6"},
                                               {"loss[robbery.2]", "99998"}});
    const Walk walked = walk(instrument, given, {.selection_number = 0.2});
    EXPECT_EQ(walked.selected, 1u);
    EXPECT_EQ(at(instrument, walked, "children"), Value::of(1.0));
    EXPECT_EQ(at(instrument, walked, "oldest"), Value::of(8.0)) << "sex of line 3 is not known";
    EXPECT_EQ(at(instrument, walked, "losses"), Value::of(2070.0)) << "a loss that is not known adds nothing";
    EXPECT_EQ(at(instrument, walked, "big"), Value::of(true));
    EXPECT_EQ(at(instrument, walked, "victim"), Value::of(true));
    EXPECT_EQ(at(instrument, walked, "my_losses"), Value::of(2000.0));
    const std::vector<Place> path = route(instrument, given, {.selection_number = 0.2});
    for (const char* place : {"why", "more"})
        EXPECT_NE(std::find(path.begin(), path.end(), *find_place(instrument, place)), path.end()) << place;
    for (const Place& place : path) EXPECT_FALSE(instrument.questions[place.question].computed);
}

TEST(Computed, FaultsHaveTheirIds) {
    EXPECT_EQ(only_fault({.person = "      - {name: n, type: computed, value: {over: incident, count: loss > 0}}\n"}),
              "aggregate-before-loop");
    EXPECT_EQ(only_fault({.after = "      - {name: n, type: computed, value: {over: roster, where: age > 3}}\n"}),
              "bad-aggregate");
    EXPECT_EQ(only_fault({.after = "      - {name: n, type: computed, value: {over: roster, sum: age > 3}}\n"}),
              "type-mismatch");
    EXPECT_EQ(only_fault({.after = "      - {name: n, type: computed, value: later + 1}\n"
                                   "      - {name: later, type: integer, range: [0, 9], missing: none, text: L}\n"}),
              "later-reference");
    EXPECT_EQ(only_fault({.after = "      - {name: n, type: computed, value: age + 1}\n"}), "reference-out-of-unit");
    EXPECT_EQ(only_fault({.after = "      - {name: n, type: computed, value: size, text: Size}\n"}), "unknown-key");
}

TEST(Computed, IsAColumnOfTheCodedTablesAndOfNoAnswerFile) {
    const Instrument instrument = sound({.after = computed_after, .last = computed_last});
    const AnswerTables tables = random_answers(instrument, 60, 5);
    EXPECT_FALSE(tables.household.has("children"));
    const Responses coded = check_responses(instrument, tables);
    EXPECT_TRUE(coded.violations.empty());
    const Column victim = coded.household.at("victim"), burglary = coded.household.at("burglary");
    for (std::size_t row = 0; row < coded.household.rows(); ++row) {
        const bool known = burglary.text(row) == "1" || burglary.text(row) == "2";
        EXPECT_EQ(victim.present(row), known);
        if (known) {
            EXPECT_EQ(victim.text(row), burglary.text(row));
        }
    }
    EXPECT_TRUE(coded.person.has("my_losses"));
}

class Selecting : public testing::TestWithParam<const char*> {};

// The same instrument asked of one person and of all: path and coded tables agree with the slow twin and with what was
// simulated.
TEST_P(Selecting, RandomRespondentsFollowTheSlowTwinAndComeBackWithoutViolation) {
    const std::string select = GetParam();
    // Where all are interviewed, the household's questions come with the first of them, before the forms of others.
    const Instrument instrument = sound({.select = select,
                                         .person = "      - {name: fear, type: single, codes: yes_no, text: Fear}\n",
                                         .after = select == "all" ? computed_of_roster : computed_after,
                                         .last = computed_last});
    std::size_t forms = 0, persons = 0;
    for (int h = 0; h < 150; ++h) {
        const double number = (h % 7 + 0.5) / 7;
        const Respondent said =
            respond(instrument, {.seed = 3, .household = "H" + std::to_string(h), .selection_number = number});
        const std::vector<Place> path = route(instrument, said.answers, {.selection_number = number});
        EXPECT_EQ(path, slow_route(instrument, said.answers, number)) << h;
        EXPECT_EQ(path.size(), said.answers.size());
        forms += said.walk.series.size();
        persons += said.walk.interviewed.size();
    }
    EXPECT_GT(forms, 100u);
    EXPECT_GT(persons, instrument.roster->all ? 250u : 100u);
    const Responses coded = check_responses(instrument, random_answers(instrument, 80, 2));
    for (const Violation& violation : coded.violations) ADD_FAILURE() << violation.rule << " " << violation.column;
}
INSTANTIATE_TEST_SUITE_P(Roster, Selecting, testing::Values("one", "all"));

TEST(SelectAll, EveryPersonHasARowAndProbabilityOne) {
    const Instrument instrument = sound({.select = "all"});
    AnswerTables tables = random_answers(instrument, 80, 2);
    const Responses coded = check_responses(instrument, tables);
    double eligible = 0;
    for (std::size_t row = 0; row < coded.household.rows(); ++row)
        eligible += *parse_number(coded.household.at("eligible").text(row));
    EXPECT_EQ(static_cast<double>(coded.person.rows()), eligible);
    for (std::size_t row = 0; row < coded.person.rows(); ++row) EXPECT_EQ(coded.person.at("pi_3").text(row), "1");
    std::vector<std::size_t> rows;
    for (std::size_t row = 1; row < tables.person.rows(); ++row) rows.push_back(row);
    tables.person = tables.person.pick(rows);
    bool missing = false;
    for (const Violation& violation : check_responses(instrument, tables).violations)
        missing |= violation.rule == "missing-person";
    EXPECT_TRUE(missing);
}

TEST(SelectAll, AnotherAgeRetractsThatPersonOnly) {
    const Instrument instrument = sound({.select = "all"});
    Interview interview(instrument, 0.5);
    const std::map<std::string, std::string> fixed = {{"size", "2"}, {"age", "40"}, {"robbery", "1"}};
    while (const auto place = interview.next()) {
        const auto given = fixed.find(instrument.questions[place->question].name);
        ASSERT_TRUE(interview.answer(*place, given == fixed.end() ? "1" : given->second).accepted);
    }
    ASSERT_TRUE(interview.answers().contains(*find_place(instrument, "month[2.robbery.1]")));
    for (const Place& place : interview.answer(*find_place(instrument, "age[2]"), "9").retracted)
        EXPECT_EQ(place.line, 2u) << place_name(instrument, place);
    EXPECT_FALSE(interview.answers().contains(*find_place(instrument, "month[2.robbery.1]")));
    EXPECT_TRUE(interview.answers().contains(*find_place(instrument, "month[1.robbery.1]")));
    EXPECT_TRUE(interview.finished());
}

TEST(Inform, IsSaidAndNeverAsksForConfirmation) {
    const Instrument instrument =
        sound({.after = "      - {name: rooms, type: integer, range: [1, 30], missing: none, text: Rooms,\n"
                        "         inform: {that: rooms >= size, say: Crowded}}\n"});
    Interview interview(instrument, 0.5);
    while (const auto place = interview.next()) {
        const std::string& name = instrument.questions[place->question].name;
        const Reply reply = interview.answer(*place, name == "size" ? "2" : name == "age" ? "50" : "1");
        ASSERT_TRUE(reply.accepted) << name;
        EXPECT_EQ(reply.informs.size(), name == "rooms" ? 1u : 0u);
    }
}

TEST(Fills, AreSaidFromAnswers) {
    const Instrument instrument = sound(
        {.person = "      - {name: talk, type: text, text: '{size} {size|person|persons}, {sex|label}, {period}'}\n"});
    const Question& question = *instrument.find("talk");
    const auto answers = [](const std::string& size) {
        return [size](std::string_view name) {
            return name == "size" ? Value::of(*parse_number(size)) : Value::of(std::string("2"));
        };
    };
    EXPECT_EQ(say(instrument, question.text, "en", answers("1")), "1 person, Female, January to December 2025");
    EXPECT_EQ(say(instrument, question.text, "en", answers("3")), "3 persons, Female, January to December 2025");
    EXPECT_EQ(say(instrument, question.text, "en"), "______ person/persons, ______, January to December 2025");
}

TEST(Fills, FaultsHaveTheirIds) {
    const auto text = [](const std::string& fill) {
        return MadeUp{.person = "      - {name: talk, type: text, text: '" + fill + "'}\n"};
    };
    EXPECT_EQ(only_fault(text("{sise}")), "unknown-fill");
    EXPECT_EQ(only_fault(text("{size")), "unknown-fill");
    EXPECT_EQ(only_fault(text("{size|label}")), "unknown-fill");
    EXPECT_EQ(only_fault(text("{sex|one|more}")), "unknown-fill");
    EXPECT_EQ(only_fault(text("{long}")), "unknown-fill");
    EXPECT_EQ(only_fault(text("{robbery}")), "later-reference");
    EXPECT_EQ(only_fault(text("{month}")), "reference-out-of-unit");
}

TEST(Pii, IsLeftOutOfTheCodedTablesUnlessAskedFor) {
    const Instrument instrument =
        sound({.person = "      - {name: phone, type: text, pii: true, label: Telephone, text: Your number}\n"});
    const AnswerTables tables = random_answers(instrument, 20, 1);
    EXPECT_FALSE(check_responses(instrument, tables).person.has("phone"));
    ResponseOptions whole;
    whole.with_pii = true;
    EXPECT_TRUE(check_responses(instrument, tables, whole).person.has("phone"));
    const auto named = [](const Codebook& codebook) {
        const auto found = std::find_if(codebook.variables.begin(), codebook.variables.end(),
                                        [](const Variable& variable) { return variable.name == "phone"; });
        return found == codebook.variables.end() ? std::string() : label_in(found->label, "en", "");
    };
    EXPECT_EQ(named(response_codebook(instrument)), "");
    EXPECT_EQ(named(response_codebook(instrument, true)), "Telephone");
}

TEST(Modes, ThePaperFormHasThePaperText) {
    const Instrument instrument =
        sound({.head = "period: {ends: 2025-12}\nmodes: [interviewer, paper]\n",
               .person = "      - {name: talk, type: text, text: Tell me, paper: {text: Write here}}\n"});
    const std::string form = form_html(instrument, "en");
    EXPECT_NE(form.find("Write here"), std::string::npos);
    EXPECT_EQ(form.find("Tell me"), std::string::npos);
    EXPECT_EQ(wording(*instrument.find("talk"), Mode::interviewer).text.at(""), "Tell me");
    EXPECT_EQ(only_fault({.person = "      - {name: talk, type: text, text: Tell me, paper: {text: Write}}\n"}),
              "unlisted-mode");
}

TEST(RelativePeriod, EndsWithTheMonthBeforeTheInterview) {
    const Instrument instrument = sound({.head = "period: {months: 6, ends: interview}\n"});
    EXPECT_EQ(period_text(instrument.period, "en"), "the last 6 full months");
    const Period period = dated(instrument.period, "2026-01-15");
    EXPECT_EQ(period_text(period, "en"), "July to December 2025");
    EXPECT_EQ(period_text(dated(instrument.period, "2026-03-01"), "es"), "septiembre de 2025 a febrero de 2026");
    const Question& month = *instrument.find("month");
    for (int m = 1; m <= 12; ++m) {
        EXPECT_EQ(parse_answer(month, std::to_string(m), period).broken.empty(), m >= 7) << m;
        EXPECT_TRUE(parse_answer(month, std::to_string(m), instrument.period).broken.empty());
    }
    EXPECT_TRUE(check_responses(instrument, random_answers(instrument, 60, 4)).violations.empty());
}

TEST(ToldAlready, IsSetAsideOnTheRecordByFormOrByLastInterview) {
    for (const auto& [head, role] : std::map<std::string, std::string>{
             {"", ", role: duplicate"}, {"bounding: {method: previous_wave, duplicate: told}\n", ""}}) {
        const Instrument instrument = sound(
            {.head = "period: {ends: 2025-12}\n" + head,
             .incident = "      - {name: told, type: single, codes: yes_no, missing: none, text: Told" + role + "}\n"});
        const Responses coded = check_responses(instrument, random_answers(instrument, 60, 4));
        EXPECT_TRUE(coded.violations.empty());
        const Column &told = coded.incident.at("told"), &status = coded.incident.at("status");
        std::size_t already = 0;
        for (std::size_t row = 0; row < coded.incident.rows(); ++row) {
            EXPECT_EQ(status.text(row), told.text(row) == "1" ? "3" : "1");
            already += told.text(row) == "1";
        }
        EXPECT_GT(already, 10u);
    }
}

TEST(LongPeriod, IsAskedFirstAndTheReferencePeriodOnlyAfterYes) {
    const Instrument instrument = sound({.head = "period: {months: 12, ends: 2025-12, long: {months: 60}}\n",
                                         .screener = ", long: 'From {long}:', narrow: 'In {period}?'"});
    const Question& wide = *instrument.find("burglary_long");
    EXPECT_EQ(say(instrument, wide.text, "en"), "From January 2021 to December 2025: Burgled");
    EXPECT_EQ(say(instrument, instrument.find("burglary")->text, "en"), "In January to December 2025?");
    Answers given = answers(instrument, {{"size", "1"}, {"age[1]", "30"}, {"sex[1]", "1"}, {"burglary_long", "2"}});
    const auto asks = [&](const char* name) {
        const auto path = route(instrument, given, {});
        return std::find(path.begin(), path.end(), *find_place(instrument, name)) != path.end();
    };
    EXPECT_FALSE(asks("burglary"));
    given[*find_place(instrument, "burglary_long")] = "1";
    EXPECT_TRUE(asks("burglary"));
    EXPECT_FALSE(asks("burglary_count"));
    EXPECT_NE(form_html(instrument, "en").find("id=\"burglary_long\""), std::string::npos);
    EXPECT_EQ(only_fault({.head = "period: {months: 12, ends: 2025-12, long: {months: 12}}\n"}), "bad-period");
    Diagnostics faults;
    made_up({.screener = ", long: 'From {long}:'"}, faults);
    EXPECT_EQ(faults.error_count(), 2u) << "of each screener";
    EXPECT_TRUE(faults.contains("unknown-key"));
}

TEST(Indicators, AreBoundToWhatMeasuresThem) {
    const std::string head = "period: {ends: 2025-12}\nindicators:\n";
    const Instrument instrument = sound({.head = head + "  rate: {unit: person, numerator: 'robbery = \"1\"', "
                                                        "universe: age >= 18, iccs: '0401', use: SDG 16}\n"});
    ASSERT_EQ(instrument.indicators.size(), 1u);
    EXPECT_FALSE(instrument.indicators[0].numerator.expr.empty());
    EXPECT_EQ(only_fault({.head = head + "  rate: {unit: household, numerator: 'robbery = \"1\"'}\n"}),
              "reference-out-of-unit");
    const std::string named = "      - {name: talk, type: text, text: Tell, indicator: [rate]}\n";
    EXPECT_EQ(only_fault({.person = named}), "unknown-indicator");
    EXPECT_EQ(only_fault({.head = head + "  rate: {unit: household}\n", .person = named}), "indicator-out-of-unit");
    EXPECT_EQ(only_fault({.head = head + "  rate: {unit: person, iccs: '0499'}\n", .person = named}), "unknown-iccs");
    Diagnostics faults;
    made_up({.head = head + "  rate: {unit: person}\n"}, faults);
    EXPECT_TRUE(faults.contains("unbound-indicator"));
}

TEST(Frame, BoundingAndSafetyNameWhatIsThere) {
    const std::string period = "period: {ends: 2025-12}\n";
    EXPECT_EQ(only_fault({.head = period + "bounding: {method: landmark, event: loss}\n"}), "bounding-event");
    EXPECT_EQ(only_fault({.head = period + "bounding: {method: previous_wave, duplicate: sex}\n"}),
              "bounding-duplicate");
    EXPECT_EQ(only_fault({.head = period + "safety: {exit: nowhere}\n"}), "safety-reference");
    sound({.head = period + "bounding: {method: landmark, event: size}\nsafety: {exit: home, referral: forms}\n"});
}

TEST(Lint, AllowedWarningsAreDroppedAndUnusedAllowancesFound) {
    const std::string text = made_up_text({.head = "period: {ends: 2025-12}\nindicators: {rate: {unit: person}}\n"
                                                   "lint: {allow: [unbound-indicator], because: measured later}\n",
                                           .after = "      - {name: n, type: text, text: N, lint: {allow: "
                                                    "[unused-code-list], because: none}}\n"});
    Diagnostics faults;
    const Instrument instrument = read_instrument(parse_yaml(text, "made_up.yaml", faults), faults);
    check_instrument(instrument, faults);
    ASSERT_TRUE(faults.contains("unbound-indicator"));
    const Diagnostics kept = settled(instrument, faults, is_check_id);
    EXPECT_FALSE(kept.contains("unbound-indicator"));
    ASSERT_TRUE(kept.contains("unused-allow"));
    EXPECT_EQ(kept.items().back().message, "'unused-code-list' is allowed, but nothing is found");
}

TEST(Translations, AreStaleWhenTheSourceHasChanged) {
    const std::string current = fingerprint("How old?");
    EXPECT_EQ(current, "12af");
    const auto findings = [](const std::string& key) {
        Diagnostics faults;
        const YamlValue document =
            parse_yaml("languages: [en, es]\ntext: {en: \"How old?\", " + key + ": Edad}\n", "t.yaml", faults);
        EXPECT_EQ(without_fingerprints(document, faults).find("text")->find("es")->scalar, "Edad");
        return faults;
    };
    EXPECT_TRUE(findings("es").items().empty());
    EXPECT_TRUE(findings("es@" + current).items().empty());
    EXPECT_TRUE(findings("es@0000").contains("stale-translation"));
    Diagnostics faults;
    const YamlValue document =
        parse_yaml("languages: [en, es]\ntext: {en: \"How old?\", es: Edad}\n", "t.yaml", faults);
    EXPECT_EQ(current_fingerprints(document), std::vector<std::string>{"t.yaml:2: es@" + current});
}

TEST(InstrumentTests, FailAtTheirExpectation) {
    const auto run = [](const std::string& test) {
        Diagnostics faults;
        const Instrument instrument = made_up(
            {.head = "period: {ends: 2025-12}\ntests:\n  - {name: one, " + test + "}\n", .after = computed_after},
            faults);
        EXPECT_FALSE(faults.has_errors()) << all(faults);
        Diagnostics failures;
        run_tests(instrument, failures);
        return failures;
    };
    const std::string given = "given: {size: 2, 'age[1]': 40, 'age[2]': 30, burglary: 1, burglary_count: 2}, ";
    EXPECT_EQ(all(run(given + "selected: 2, expect: {asked: ['month[burglary.2]', robbery], not_asked: "
                              "['age[3]'], values: {children: 0, victim: true, eligible: 2, size: 2}, "
                              "refused: {'age[1]': 200, 'month[burglary.1]': 13}}")),
              "");
    for (const auto& [expect, code] :
         std::map<std::string, std::string>{{"asked: ['month[burglary.3]']", "failed-test"},
                                            {"not_asked: [robbery]", "failed-test"},
                                            {"values: {children: 1}", "failed-test"},
                                            {"refused: {'age[1]': 50}", "failed-test"},
                                            {"asked: [robbery_count]", "failed-test"},
                                            {"asked: [month]", "unknown-place"},
                                            {"asked: [robery]", "unknown-place"}}) {
        const Diagnostics faults = run(given + "expect: {" + expect + "}");
        ASSERT_EQ(faults.error_count(), 1u) << expect << "\n" << all(faults);
        EXPECT_EQ(faults.items()[0].code, code) << expect;
        EXPECT_EQ(faults.items()[0].where.line, 6u);
        EXPECT_FALSE(faults.items()[0].hint.empty());
    }
    EXPECT_TRUE(run("given: {size: 2, robbery_count: 1}, expect: {}").contains("test-not-given"));
    EXPECT_TRUE(run("given: {size: 7}, expect: {}").contains("test-not-given"));
}

}  // namespace
}  // namespace cifra
