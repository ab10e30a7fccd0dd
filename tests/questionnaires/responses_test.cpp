#include "questionnaires/responses.h"

#include <gtest/gtest.h>

#include <fstream>

#include "engine/csv.h"
#include "questionnaires/fieldwork.h"

namespace cifra {
namespace {

// The answer files of random households as editable cells.
class Mutations : public testing::Test {
protected:
    static constexpr std::size_t households = 60;

    static const Instrument& instrument() {
        static const Instrument core = [] {
            Diagnostics faults;
            return load_instrument("library:victimization_core", {}, faults);
        }();
        return core;
    }
    static const AnswerTables& clean() {
        static const AnswerTables tables = random_answers(instrument(), households, 5);
        return tables;
    }

    static Table& of(AnswerTables& tables, Unit unit) {
        if (unit == Unit::household) return tables.household;
        if (unit == Unit::roster) return tables.roster;
        return unit == Unit::person ? tables.person : tables.incident;
    }
    static void put(AnswerTables& tables, Unit unit, std::size_t row, const std::string& column,
                    const std::string& text) {
        Table& table = of(tables, unit);
        std::vector<std::string> values;
        std::vector<Missing> missing;
        for (std::size_t r = 0; r < table.rows(); ++r) {
            values.push_back(r == row ? text : table.at(column).present(r) ? table.at(column).cell(r) : "");
            missing.push_back(values.back().empty() ? Missing::system : Missing::none);
        }
        table.set(column, Column::of_texts(values, missing));
    }
    static std::string get(const AnswerTables& tables, Unit unit, std::size_t row, const std::string& column) {
        const Column& cells = tables.of(unit).at(column);
        return cells.present(row) ? cells.cell(row) : "";
    }
    // The first row where the column holds a text that `fits`.
    template <class Fits>
    static std::size_t row_where(Unit unit, const std::string& column, const Fits& fits) {
        for (std::size_t row = 0; row < clean().of(unit).rows(); ++row)
            if (fits(get(clean(), unit, row, column))) return row;
        ADD_FAILURE() << "no such row in the random answers: " << column;
        return 0;
    }
    static std::size_t answered(Unit unit, const std::string& column) {
        return row_where(unit, column,
                         [](const std::string& text) { return !text.empty() && text.size() < 2 && text < "8"; });
    }

    // One cell changed: exactly one violation, of that rule, at that cell.
    static void expect_one(Unit unit, std::size_t row, const std::string& column, const std::string& text,
                           const std::string& rule, bool hard = true) {
        AnswerTables tables = clean();
        put(tables, unit, row, column, text);
        const Responses responses = check_responses(instrument(), tables);
        std::string all;
        for (const Violation& v : responses.violations)
            all += v.file + " " + std::to_string(v.line) + " " + v.column + " " + v.rule + "\n";
        ASSERT_EQ(responses.violations.size(), 1u) << column << "\n" << all;
        const Violation& violation = responses.violations[0];
        EXPECT_EQ(violation.file, "answers_" + std::string(to_text(unit)) + ".csv");
        EXPECT_EQ(violation.line, row + 2);
        EXPECT_EQ(violation.column, column);
        EXPECT_EQ(violation.rule, rule);
        EXPECT_EQ(violation.hard, hard);
    }
};

TEST_F(Mutations, RandomRespondentsLoadWithoutViolation) {
    const AnswerTables tables = random_answers(instrument(), 500, 77);
    const Responses responses = check_responses(instrument(), tables);
    EXPECT_EQ(responses.household.rows(), 500u);
    EXPECT_GT(responses.incident.rows(), 500u);
    for (const Violation& v : responses.violations)
        ADD_FAILURE() << v.file << ":" << v.line << " " << v.column << " " << v.rule;
}

TEST_F(Mutations, OfAnswersToOneQuestion) {
    expect_one(Unit::household, answered(Unit::household, "tenure"), "tenure", "7", "unknown-code");
    expect_one(Unit::household, answered(Unit::household, "tenure"), "tenure", "", "asked-but-empty");
    expect_one(Unit::household, answered(Unit::household, "tenure"), "tenure", "01", "unknown-code");
    expect_one(Unit::person, answered(Unit::person, "avoided_activities"), "avoided_activities", "1 7",
               "exclusive-code");
    expect_one(Unit::person, answered(Unit::person, "avoided_activities"), "avoided_activities", "1 1",
               "repeated-code");
    expect_one(Unit::person, answered(Unit::person, "avoided_activities"), "avoided_activities", "1  2",
               "repeated-code");
    expect_one(Unit::person, answered(Unit::person, "avoided_activities"), "avoided_activities", "1 8",
               "exclusive-code");
    expect_one(Unit::incident, answered(Unit::incident, "month"), "month", "13", "outside-period");
    expect_one(Unit::incident, answered(Unit::incident, "month"), "month", "May", "not-a-number");
    expect_one(Unit::household, 0, "interview_date", "2026-02-30", "not-a-date");
    expect_one(Unit::household, 0, "interview_date", "", "asked-but-empty");
    const std::size_t robbed =
        row_where(Unit::incident, "loss", [](const std::string& text) { return text.size() > 1 && text[0] != '9'; });
    expect_one(Unit::incident, robbed, "loss", "-5", "out-of-range");
    expect_one(Unit::incident, robbed, "loss", "6000000", "confirm", false);
    expect_one(Unit::incident, robbed, "loss", "12.5", "not-a-number");
}

TEST_F(Mutations, OfARouteReportTheAnswerThatFellOffIt) {
    const std::size_t elsewhere =
        row_where(Unit::incident, "place", [](const std::string& text) { return text == "8"; });
    expect_one(Unit::incident, elsewhere, "place_other", "", "asked-but-empty");
    const std::size_t in_the_street =
        row_where(Unit::incident, "place", [](const std::string& text) { return text == "3"; });
    expect_one(Unit::incident, in_the_street, "place_other", "a corner", "answered-off-route");
    AnswerTables tables = clean();
    put(tables, Unit::incident, elsewhere, "place", "1");
    const Responses responses = check_responses(instrument(), tables);
    ASSERT_EQ(responses.violations.size(), 1u);
    EXPECT_EQ(responses.violations[0].column, "place_other");
    EXPECT_EQ(responses.violations[0].rule, "answered-off-route");
}

TEST_F(Mutations, AnInvalidAnswerCondemnsNothingThatDependsOnIt) {
    const std::size_t screened = answered(Unit::person, "threat_count");
    expect_one(Unit::person, screened, "threat_count", "0", "out-of-range");
    expect_one(Unit::person, screened, "threat", "5", "unknown-code");
    const std::size_t car =
        row_where(Unit::household, "owns_vehicle", [](const std::string& text) { return text == "1"; });
    expect_one(Unit::household, car, "owns_vehicle", "x", "unknown-code");
}

TEST_F(Mutations, OfCountsAndConstraints) {
    const std::size_t threatened =
        row_where(Unit::person, "threat_count", [](const std::string& text) { return text == "1"; });
    expect_one(Unit::person, threatened, "threat_count", "3", "count-mismatch");
    const std::size_t alone =
        row_where(Unit::household, "household_size", [](const std::string& text) { return text == "1"; });
    expect_one(Unit::household, alone, "household_size", "2", "count-mismatch");
    const std::size_t child =
        row_where(Unit::roster, "relationship", [](const std::string& text) { return text == "3"; });
    expect_one(Unit::roster, child, "relationship", "1", "require");
}

TEST_F(Mutations, OfKeys) {
    expect_one(Unit::incident, 0, "crime", "arson", "unknown-crime");
    AnswerTables tables = clean();
    put(tables, Unit::household, 1, "household", "H1");
    const Responses twice = check_responses(instrument(), tables);
    EXPECT_EQ(twice.violations[0].rule, "duplicate-key");
    EXPECT_EQ(twice.violations[0].line, 3u);
    for (const Violation& v : twice.violations)
        if (v.file != "answers_household.csv") {
            EXPECT_EQ(v.rule, "orphan-record");
        }
    const std::size_t last = clean().person.rows() - 1;
    tables = clean();
    put(tables, Unit::person, last, "line", "19");
    const Responses stranger = check_responses(instrument(), tables);
    EXPECT_EQ(stranger.violations[0].rule, "not-eligible");
}

TEST_F(Mutations, AnIncompleteInterviewHoldsNoAnswers) {
    AnswerTables tables = clean();
    put(tables, Unit::household, 0, "outcome", "2");
    const Responses responses = check_responses(instrument(), tables);
    std::map<std::string, std::size_t> rules;
    for (const Violation& v : responses.violations) ++rules[v.rule];
    EXPECT_EQ(rules.size(), 2u);
    EXPECT_GT(rules["answered-off-route"], 0u);
    EXPECT_GT(rules["orphan-record"], 0u);
    expect_one(Unit::household, 0, "interview_date", "yesterday", "not-a-date");
}

TEST_F(Mutations, AnInterviewBrokenOffHasAnswersUntilThen) {
    const std::size_t person =
        row_where(Unit::person, "education", [](const std::string& text) { return !text.empty() && text < "7"; });
    const std::string id = get(clean(), Unit::person, person, "household");
    const std::size_t household =
        row_where(Unit::household, "household", [&](const std::string& text) { return text == id; });
    AnswerTables tables = clean();
    put(tables, Unit::household, household, "outcome", "5");
    for (const char* question : {"education", "activity", "cooperation"})
        put(tables, Unit::person, person, question, "");
    const Responses broken = check_responses(instrument(), tables);
    EXPECT_TRUE(broken.violations.empty());
    for (const char* question : {"education", "activity", "cooperation"})
        EXPECT_EQ(broken.person.at(question).cell(person), "-1") << question;
    EXPECT_EQ(broken.person.at("privacy").cell(person), get(clean(), Unit::person, person, "privacy"));
    Diagnostics faults;
    const Table read = apply_codebook(broken.person, broken.codebook, faults);
    EXPECT_EQ(read.at("education").missing(person), Missing::not_reached);
    EXPECT_FALSE(faults.has_errors());

    put(tables, Unit::person, person, "trust_courts", "");
    const Responses skipped = check_responses(instrument(), tables);
    ASSERT_EQ(skipped.violations.size(), 1u) << "before the last answer a blank is a blank";
    EXPECT_EQ(skipped.violations[0].rule, "asked-but-empty");
}

TEST_F(Mutations, AnIncidentOutsideThePeriodKeepsItsRowWithAStatus) {
    AnswerTables tables = clean();
    const std::size_t dated =
        row_where(Unit::incident, "month", [](const std::string& text) { return !text.empty() && text < "13"; });
    put(tables, Unit::incident, dated, "month", "13");
    const Responses responses = check_responses(instrument(), tables);
    std::size_t outside = 0;
    for (std::size_t row = 0; row < responses.incident.rows(); ++row)
        outside += responses.incident.at("status").text(row) == "2";
    EXPECT_EQ(outside, 1u);
    EXPECT_EQ(responses.incident.rows(), clean().incident.rows());
}

TEST_F(Mutations, TheWrongPersonIsFoundByTheSelectionNumber) {
    const std::size_t several =
        row_where(Unit::household, "household_size", [](const std::string& text) { return text.size() == 2; });
    const std::string id = get(clean(), Unit::household, several, "household");
    std::size_t wrong = 0;
    for (const double number : {0.001, 0.999})
        for (const Violation& v :
             check_responses(instrument(), clean(), {.coding = {}, .selection_numbers = {{id, number}}}).violations) {
            EXPECT_EQ(v.rule, "wrong-person");
            ++wrong;
        }
    EXPECT_GE(wrong, 1u);
}

TEST_F(Mutations, MessagesNeverHoldTheAnswer) {
    AnswerTables tables = clean();
    put(tables, Unit::household, answered(Unit::household, "tenure"), "tenure", "XSECRETX");
    put(tables, Unit::incident, 0, "crime", "XSECRETX");
    put(tables, Unit::household, 2, "interview_date", "XSECRETX");
    const Responses responses = check_responses(instrument(), tables);
    ASSERT_GE(responses.violations.size(), 3u);
    EXPECT_EQ(to_csv(violations_table(responses.violations)).find("XSECRETX"), std::string::npos);
}

TEST_F(Mutations, CodedTablesHoldTheDerivedColumns) {
    const Responses responses = check_responses(instrument(), clean());
    const Table& person = responses.person;
    for (std::size_t row = 0; row < person.rows(); ++row)
        EXPECT_EQ(person.at("pi_3").text(row), shortest(1.0 / *parse_number(person.at("eligible").text(row))));
    for (const char* column : {"sex", "age", "relationship", "avoided_activities_1", "avoided_activities_7"})
        EXPECT_TRUE(person.has(column)) << column;
    for (const char* column : {"offence", "iccs", "times", "series", "series_count", "victim_unit", "reported_to_6"})
        EXPECT_TRUE(responses.incident.has(column)) << column;
    for (std::size_t row = 0; row < person.rows(); ++row) {
        const Column& all = person.at("avoided_activities");
        if (!all.present(row) || all.text(row) == "8" || all.text(row) == "9") continue;
        EXPECT_EQ(person.at("avoided_activities_1").text(row),
                  all.text(row).find('1') == std::string::npos ? "2" : "1");
    }
    Diagnostics faults;
    const YamlValue written = parse_yaml(to_yaml(responses.codebook), "codebook.yaml", faults);
    const Codebook back = read_codebook(*written.find("variables"), faults);
    for (const Table* table : {&responses.household, &responses.roster, &responses.person, &responses.incident}) {
        for (const std::string& name : table->names()) EXPECT_NE(back.find(name), nullptr) << name;
        apply_codebook(*table, back, faults);
    }
    for (const Diagnostic& fault : faults.items()) ADD_FAILURE() << to_text(fault);
}

TEST_F(Mutations, FilesAreReadBackAsTheyWereWritten) {
    const std::filesystem::path folder = testing::TempDir() + "/cifra_answers";
    std::filesystem::create_directories(folder);
    for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident})
        write_csv(clean().of(unit), folder / ("answers_" + std::string(to_text(unit)) + ".csv"));
    Diagnostics faults;
    const AnswerTables read = read_answers(folder, instrument(), faults);
    for (const Diagnostic& fault : faults.items()) ADD_FAILURE() << to_text(fault);
    EXPECT_TRUE(check_responses(instrument(), read).violations.empty());
    EXPECT_EQ(to_csv(read.incident), to_csv(clean().incident));

    Table cut = clean().person;
    cut.remove("trust_courts");
    write_csv(cut, folder / "answers_person.csv");
    Diagnostics missing;
    read_answers(folder, instrument(), missing);
    ASSERT_EQ(missing.error_count(), 1u);
    EXPECT_EQ(missing.items()[0].code, "missing-column");
    EXPECT_NE(missing.items()[0].message.find("trust_courts"), std::string::npos);
}

}  // namespace
}  // namespace cifra
