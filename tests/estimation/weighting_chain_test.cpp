// The chain of weighting steps on a sample of eight dwellings worked by hand, its invariances and its faults.
#include <gtest/gtest.h>

#include <algorithm>

#include "estimation/weighting/chain.h"
#include "tests/estimation/oracle_table.h"

namespace cifra {
namespace {

const std::string sample_text =
    "stratum,psu,dwelling,pi_1,pi_2,base_weight,region\n"
    "1,p1,d8,0.25,0.2,20,B\n1,p1,d1,0.5,0.2,10,A\n1,p1,d2,0.5,0.2,10,A\n1,p1,d3,0.5,0.2,10,A\n"
    "1,p1,d4,0.5,0.2,10,A\n1,p2,d5,0.5,0.2,10,A\n2,p3,d6,0.25,0.2,20,B\n2,p3,d7,0.25,0.2,20,B\n";
const std::string household_text = "household,outcome,eligible\nd1,1,2\nd2,1,5\nd3,2,\nd4,4,\nd6,1,1\nd7,3,\nd8,1,3\n";
const std::string person_text =
    "household,line,sex,age,eligible,pi_3\nd1,1,1,25,2,0.5\nd2,2,2,50,5,0.2\nd6,1,1,70,1,1\n";
const std::string steps_text =
    "groups:\n  age_group:\n    - {code: young, when: age < 60}\n    - {code: old, when: age >= 60}\n"
    "keep_steps: true\n"
    "steps:\n"
    "  - {step: household_nonresponse, cells: [region], min_respondents: 1, max_factor: 10}\n"
    "  - {step: person_selection, cap: 4}\n"
    "  - {step: person_nonresponse, cells: [region], min_respondents: 1, max_factor: 10}\n"
    "  - {step: person_poststratification, cells: [sex], benchmarks: people.csv}\n";

struct Case {
    std::string sample = sample_text, household = household_text, person = person_text, steps = steps_text,
                people = "sex,total\n1,200\n2,100\n";
};

struct Weighed {
    Table weights;
    std::vector<AuditRecord> audit;
};

Weighed run(const Case& c, Diagnostics& faults) {
    const WeightingPlan plan = read_weighting(parse_yaml(c.steps, "weighting.yaml", faults), {}, faults);
    if (faults.has_errors()) return {};
    WeightingInputs inputs{table_from(c.sample, "sample.csv"),
                           table_from(c.household, "household.csv"),
                           table_from(c.person, "person.csv"),
                           {}};
    inputs.benchmarks["people.csv"] = table_from(c.people, "people.csv");
    const WeightingResult result = weigh(plan, inputs, faults);
    if (faults.has_errors()) return {};
    return {weights_table(plan, inputs, result), result.audit};
}

Weighed run(const Case& c) {
    Diagnostics faults;
    Weighed result = run(c, faults);
    faults.throw_if_errors();
    return result;
}

Diagnostics faults_of(const Case& c) {
    Diagnostics faults;
    run(c, faults);
    return faults;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t place = text.find(what);
    EXPECT_NE(place, std::string::npos) << what;
    return text.replace(place, what.size(), with);
}

std::vector<double> weights_of(const Table& table, const std::string& column) {
    std::vector<double> result;
    for (const char* dwelling : {"d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"})
        for (std::size_t row = 0; row < table.rows(); ++row)
            if (table.at("dwelling").text(row) == dwelling) result.push_back(table.at(column).number(row));
    return result;
}

using Weights = std::vector<double>;

// Region A: eligible d1 d2 d3 d5 = 40, respondents 20, factor 2. Region B: 60 / 40 = 1.5.
// Adults 2, 5 capped to 4, 1, 3. Persons of B: (30 + 90) / 30 = 4. Men 40 + 120 = 160 to 200; women 80 to 100.
TEST(WeightingChain, IsWorkedByHand) {
    const Table table = run({}).weights;
    EXPECT_EQ(weights_of(table, "weight_after_eligibility"), (Weights{10, 10, 10, 0, 10, 20, 20, 20}));
    EXPECT_EQ(weights_of(table, "household_weight"), (Weights{20, 20, 0, 0, 0, 30, 0, 30}));
    EXPECT_EQ(weights_of(table, "weight_after_person_selection"), (Weights{40, 80, 0, 0, 0, 30, 0, 90}));
    EXPECT_EQ(weights_of(table, "weight_after_person_nonresponse"), (Weights{40, 80, 0, 0, 0, 120, 0, 0}));
    EXPECT_EQ(weights_of(table, "person_weight"), (Weights{50, 100, 0, 0, 0, 150, 0, 0}));
    EXPECT_EQ(table.rows(), 8u);
    EXPECT_EQ(table.at("dwelling").text(0), "d8");
    EXPECT_EQ(table.at("outcome").text(5), "");
}

TEST(WeightingChain, RecordsEveryStepAndCell) {
    const Table audit = audit_table(run({}).audit);
    std::vector<std::string> lines;
    for (std::size_t row = 0; row < audit.rows(); ++row)
        lines.push_back(audit.at("step").text(row) + "|" + audit.at("cell").text(row) + "|" + audit.at("n").cell(row) +
                        "|" + audit.at("sum_before").cell(row) + "|" + audit.at("sum_after").cell(row) + "|" +
                        audit.at("factor").cell(row) + "|" + audit.at("control").cell(row));
    const std::vector<std::string> expected = {"base||8|110|110|1|",
                                               "eligibility||7|110|100|" + shortest(100.0 / 110.0) + "|",
                                               "household_nonresponse||4|100|100|1|",
                                               "household_nonresponse|region=A|2|20|40|2|40",
                                               "household_nonresponse|region=B|2|40|60|1.5|60",
                                               "person_selection||4|100|240|2.4|",
                                               "person_nonresponse||3|240|240|1|",
                                               "person_nonresponse|region=A|2|120|120|1|120",
                                               "person_nonresponse|region=B|1|30|120|4|120",
                                               "person_poststratification||3|240|300|1.25|",
                                               "person_poststratification|sex=1|2|160|200|1.25|200",
                                               "person_poststratification|sex=2|1|80|100|1.25|100"};
    EXPECT_EQ(lines, expected);
}

TEST(WeightingChain, WithoutNonresponseStepsTheLossIsRecorded) {
    Case c;
    c.steps = "steps: [{step: person_selection}]";
    const Weighed result = run(c);
    EXPECT_EQ(weights_of(result.weights, "household_weight"), (Weights{10, 10, 0, 0, 0, 20, 0, 20}));
    EXPECT_EQ(weights_of(result.weights, "person_weight"), (Weights{20, 50, 0, 0, 0, 20, 0, 0}));
    std::vector<std::string> steps;
    for (const AuditRecord& record : result.audit) steps.push_back(record.step);
    EXPECT_EQ(steps, (std::vector<std::string>{"base", "eligibility", "household_response", "person_selection",
                                               "person_response"}));
}

TEST(WeightingChain, GroupsMakeCells) {
    Case c;
    c.steps = replaced(steps_text, "cells: [sex]", "cells: [age_group]");
    c.people = "age_group,total\nyoung,240\nold,60\n";
    EXPECT_EQ(weights_of(run(c).weights, "person_weight"), (Weights{80, 160, 0, 0, 0, 60, 0, 0}));
}

std::string reversed_rows(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    std::reverse(lines.begin() + 1, lines.end());
    std::string result;
    for (const std::string& line : lines) result += line + '\n';
    return result;
}

TEST(WeightingChain, DoesNotDependOnTheOrderOfRows) {
    Case odd;
    odd.sample =
        "stratum,psu,dwelling,base_weight,region\n1,p1,d1,14.2857142857,A\n1,p1,d2,0.1,A\n1,p1,d3,3.3,A\n"
        "1,p1,d4,10,A\n1,p2,d5,7.77,A\n2,p3,d6,33.3333333333,B\n2,p3,d7,0.7,B\n2,p3,d8,100000,B\n";
    Case shuffled{reversed_rows(odd.sample), reversed_rows(odd.household), reversed_rows(odd.person), odd.steps,
                  reversed_rows(odd.people)};
    const Weighed a = run(odd), b = run(shuffled);
    EXPECT_EQ(weights_of(a.weights, "person_weight"), weights_of(b.weights, "person_weight"));
    EXPECT_EQ(weights_of(a.weights, "household_weight"), weights_of(b.weights, "household_weight"));
    EXPECT_EQ(to_csv(audit_table(a.audit), digits17), to_csv(audit_table(b.audit), digits17));
}

TEST(WeightingChain, WarnsWhereOneCellIsLeftAndStillTooSmall) {
    Case c;
    c.steps = replaced(steps_text, "cells: [region], min_respondents: 1, max_factor: 10", "cells: [region]");
    const Diagnostics faults = faults_of(c);
    EXPECT_FALSE(faults.has_errors());
    EXPECT_TRUE(faults.contains("small-cell"));
}

// ---- faults of the files

struct FaultCase {
    const char* code;
    const char* file;
    std::size_t line;
    Case input;
};

std::vector<FaultCase> fault_cases() {
    std::vector<FaultCase> cases;
    const auto add = [&](const char* code, const char* file, std::size_t line, auto change) {
        Case c;
        change(c);
        cases.push_back({code, file, line, c});
    };
    const auto change = [](std::string Case::*text) {
        return [text](const char* what, const char* with) {
            return [=](Case& c) { c.*text = replaced(c.*text, what, with); };
        };
    };
    const auto sample = change(&Case::sample), household = change(&Case::household), person = change(&Case::person);
    add("missing-column", "sample.csv", 1, sample("base_weight", "weight"));
    add("missing-column", "household.csv", 1, household("outcome", "result"));
    add("bad-probability", "sample.csv", 3, sample("d1,0.5", "d1,1.5"));
    add("bad-weight", "sample.csv", 3, sample("d1,0.5,0.2,10", "d1,0.5,0.2,0"));
    add("weight-mismatch", "sample.csv", 3, sample("d1,0.5,0.2,10", "d1,0.5,0.2,11"));
    add("duplicate-id", "sample.csv", 4, sample("d2,0.5", "d1,0.5"));
    add("missing-id", "household.csv", 2, household("d1,1,2", ",1,2"));
    add("unknown-dwelling", "household.csv", 2, household("d1,1,2", "d77,1,2"));
    add("unknown-dwelling", "person.csv", 4, person("d6,1,1,70", "d66,1,1,70"));
    add("bad-eligible", "household.csv", 2, household("d1,1,2", "d1,1,0"));
    add("bad-eligible", "household.csv", 2, household("d1,1,2", "d1,1,2.5"));
    add("selection-mismatch", "person.csv", 2, person("2,0.5", "2,0.25"));
    add("orphan-person", "person.csv", 2, household("d1,1,2", "d1,2,2"));
    return cases;
}

TEST(WeightingChain, NamesTheFaultsOfItsFiles) {
    for (const FaultCase& c : fault_cases()) {
        const Diagnostics faults = faults_of(c.input);
        const auto& items = faults.items();
        const auto found =
            std::find_if(items.begin(), items.end(), [&](const Diagnostic& d) { return d.code == c.code; });
        ASSERT_NE(found, items.end()) << c.code;
        EXPECT_EQ(found->where, (Location{c.file, c.line, 0})) << c.code;
        EXPECT_FALSE(found->hint.empty()) << c.code;
    }
}

TEST(WeightingChain, NamesCellVariablesWithoutValueOrName) {
    Case missing;
    missing.steps = replaced(steps_text, "person_nonresponse, cells: [region]", "person_nonresponse, cells: [sex]");
    EXPECT_TRUE(faults_of(missing).contains("missing-cell-value"));
    Case unknown;
    unknown.steps =
        replaced(steps_text, "household_nonresponse, cells: [region]", "household_nonresponse, cells: [regoin]");
    const Diagnostics faults = faults_of(unknown);
    ASSERT_TRUE(faults.contains("unknown-variable"));
    EXPECT_EQ(faults.items().front().hint, "did you mean 'region'?");
    EXPECT_EQ(faults.items().front().where.file, "weighting.yaml");
    EXPECT_EQ(faults.items().front().where.line, 7u);
}

// ---- faults of the section

TEST(WeightingPlan, AllFaultsAreFoundAtOnce) {
    Diagnostics faults;
    read_weighting(parse_yaml("sampel: x.csv\n"
                              "groups: {a: [{code: x}]}\n"
                              "steps:\n"
                              "  - {step: household_nonresponse, cells: region, min_respondents: 0, max_factor: 1}\n"
                              "  - {step: person_selecton}\n"
                              "  - {step: person_poststratification, cells: [sex]}\n",
                              "w.yaml", faults),
                   {}, faults);
    std::vector<std::string> codes;
    for (const Diagnostic& item : faults.items()) codes.push_back(std::to_string(item.where.line) + " " + item.code);
    std::sort(codes.begin(), codes.end());
    EXPECT_EQ(codes, (std::vector<std::string>{"1 unknown-key", "2 missing-key", "4 bad-number", "4 bad-number",
                                               "5 unknown-choice", "6 missing-key"}));
}

TEST(WeightingPlan, StepsHaveTheirOrder) {
    const auto faults_for = [](const std::string& steps) {
        Diagnostics faults;
        read_weighting(parse_yaml("steps: " + steps, "w.yaml", faults), {}, faults);
        return faults;
    };
    EXPECT_FALSE(faults_for("[]").has_errors());
    EXPECT_FALSE(faults_for("[{step: household_nonresponse}, {step: person_selection}]").has_errors());
    EXPECT_TRUE(faults_for("[{step: person_selection}, {step: household_nonresponse}]").contains("step-order"));
    EXPECT_TRUE(faults_for("[{step: household_nonresponse}, {step: household_nonresponse}]").contains("step-order"));
    EXPECT_TRUE(faults_for("[{step: person_nonresponse}]").contains("step-order"));
}

}  // namespace
}  // namespace cifra
