// From household to person by the method of the plan: totals over all selection numbers against the population's, and
// the faults of files that do not agree.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "estimation/weighting/chain.h"
#include "estimation/weighting/person_factor.h"
#include "sampling/household.h"
#include "tests/estimation/oracle_table.h"

namespace cifra {
namespace {

// Households of 1 to 6 eligible persons and a child in each, one of them of six women.
std::string roster_text() {
    std::string text = "household,line,sex,age,y\n";
    for (int size = 1; size <= 6; ++size)
        for (int line = 1; line <= size + 1; ++line)
            text += fmt::format("h{},{},{},{},{}\n", size, line, line % 2 || size == 6 ? "f" : "m",
                                line == size + 1 ? 9 : 20 + 7 * line % 30, size * size + 3 * line * line);
    return text;
}

Table persons_of_households() {
    Diagnostics faults;
    CsvOptions options;
    options.types["household"] = ColumnType::text;
    Table table = parse_csv(roster_text(), "person.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

Table drawn_households(double selection_number) {
    Table sample = table_from(
        "stratum,psu,dwelling,pi_1,pi_2,base_weight\n1,p,h1,0.5,0.2,10\n1,p,h2,0.5,0.2,10\n1,p,h3,0.5,0.2,10\n"
        "1,p,h4,0.25,0.2,20\n1,p,h5,0.25,0.2,20\n1,p,h6,0.25,0.2,20\n",
        "sample.csv");
    sample.set("selection_number", Column::of_numbers(std::vector<double>(6, selection_number)));
    return sample;
}

PersonPlan person_plan(const std::string& text) {
    Diagnostics faults;
    PersonPlan plan = read_person_plan(parse_yaml(text, "plan.yaml", faults), faults);
    faults.throw_if_errors();
    return plan;
}

double base_weight_of(const Table& sample, const std::string& household) {
    for (std::size_t row = 0; row < sample.rows(); ++row)
        if (sample.at("dwelling").text(row) == household) return sample.at("base_weight").number(row);
    return 0;
}

WeightingResult weighed(const std::string& section, const WeightingInputs& inputs, Diagnostics& faults) {
    const WeightingPlan plan = read_weighting(parse_yaml(section, "weighting.yaml", faults), {}, faults);
    faults.throw_if_errors();
    return weigh(plan, inputs, faults);
}

// Of the persons selected by one number, weighed by the chain.
double estimated_total(const PersonPlan& plan, const Table& roster, double selection_number) {
    Diagnostics faults;
    Table sample = drawn_households(selection_number);
    add_person_method(sample, plan, faults);
    sample = add_selected_person(std::move(sample), roster, plan, faults);
    faults.throw_if_errors();
    std::vector<std::size_t> selected;
    for (std::size_t row = 0; row < sample.rows(); ++row)
        for (std::size_t person = 0; person < roster.rows(); ++person)
            if (roster.at("household").text(person) == sample.at("dwelling").text(row) &&
                sample.at("line").present(row) && roster.at("line").number(person) == sample.at("line").number(row))
                selected.push_back(person);
    const Table persons = roster.pick(selected);
    const WeightingResult result =
        weighed("{household: none, steps: [{step: person_selection}]}", {sample, {}, persons, {}}, faults);
    faults.throw_if_errors();
    double total = 0;
    for (std::size_t k = 0; k < result.units.dwelling.size(); ++k)
        total += result.chain.final_weights()[k] * persons.at("y").number(result.units.person_row[k]);
    return total;
}

// The mean over all selection numbers (60 is a multiple of 1 .. 6 and of Kish's 12) against the sum over persons.
void expect_unbiased(const std::string& person, const std::string& sex) {
    const Table roster = persons_of_households(), sample = drawn_households(0.5);
    double truth = 0, mean = 0;
    for (std::size_t row = 0; row < roster.rows(); ++row)
        if (roster.at("age").number(row) >= 18 && (sex.empty() || roster.at("sex").text(row) == sex))
            truth += base_weight_of(sample, roster.at("household").text(row)) * roster.at("y").number(row);
    for (int slot = 0; slot < 60; ++slot) mean += estimated_total(person_plan(person), roster, (slot + 0.5) / 60) / 60;
    EXPECT_NEAR(mean / truth, 1, 1e-12) << person;
}

TEST(PersonFactor, TotalsAreUnbiasedUnderEveryMethodByNumber) {
    expect_unbiased("{method: full_roster}", "");
    expect_unbiased("{method: rizzo}", "");
    expect_unbiased("{method: kish_grid}", "");
    expect_unbiased("{method: kish_grid, numbered: [-sex, -age]}", "");
    expect_unbiased("{method: kish_grid, eligible: 'age >= 18 and sex = \"f\"'}", "f");
    expect_unbiased("{eligible: 'age >= 18 and sex = \"f\"'}", "f");
}

TEST(PersonFactor, TheGridIsNotOneOfEligible) {
    const PersonPlan plan = person_plan("{method: kish_grid}");
    double total = 0;  // of persons, where five are eligible: the third and fifth have 1/4, the others 1/6
    for (int slot = 0; slot < 60; ++slot) {
        Diagnostics faults;
        Table sample = drawn_households((slot + 0.5) / 60);
        add_person_method(sample, plan, faults);
        const double factor = person_factor(sample, {4, nullptr, 0, 5}, faults);
        EXPECT_TRUE(factor == 4 || factor == 6) << factor;
        total += factor / 60;
    }
    EXPECT_NEAR(total, 5, 1e-12);
}

struct Faulty {
    std::string sample, person, steps = "{step: person_selection}";
};

// code file:line of each diagnostic.
std::vector<std::string> found(const Faulty& c) {
    Diagnostics faults;
    const WeightingInputs inputs{
        table_from("dwelling,base_weight," + c.sample, "sample.csv"), {}, table_from(c.person, "person.csv"), {}};
    weighed("{household: none, steps: [" + c.steps + "]}", inputs, faults);
    std::vector<std::string> result;
    for (const Diagnostic& fault : faults.items())
        result.push_back(fmt::format("{} {}:{}", fault.code, fault.where.file, fault.where.line));
    return result;
}

using Found = std::vector<std::string>;

TEST(PersonFactor, StatedProbabilitiesAreHeldAgainstTheMethod) {
    const std::string kish = "person_method,kish_table\na,10,kish_grid,C\n";  // the third of five: 1/4
    EXPECT_EQ(found({kish, "household,eligible,pi_3\na,5,0.25\n"}), Found{});
    EXPECT_EQ(found({kish, "household,eligible\na,5\n"}), Found{});
    EXPECT_EQ(found({kish, "household,eligible,pi_3\na,5,0.2\n"}), Found{"selection-mismatch person.csv:2"});
    EXPECT_EQ(found({kish, "household,eligible,pi_3\na,5,1.25\n"}), Found{"bad-probability person.csv:2"});
    EXPECT_EQ(found({"person_method,eligible,pi_3\na,10,rizzo,4,0.2\n", "household\na\n"}),
              Found{"selection-mismatch sample.csv:2"});
    EXPECT_EQ(found({"eligible,pi_3\na,10,4,0\n", "household\na\n"}), Found{"bad-probability sample.csv:2"});
    EXPECT_EQ(found({"person_method,kish_table\na,10,kish_grid,G\n", "household,eligible\na,2\n"}),
              Found{"bad-kish-table sample.csv:2"});
    EXPECT_EQ(found({"person_method\na,10,kish_grid\n", "household,eligible\na,2\n"}),
              Found{"bad-probability sample.csv:2"});
    EXPECT_EQ(found({"person_method\na,10,kish_grid\n", "household,eligible,pi_3\na,5,0.25\n"}), Found{});
    EXPECT_EQ(found({kish, "household,eligible\na,7\n"}), Found{"kish-grid-limit sample.csv:2"});
}

TEST(PersonFactor, ThePlanOfWeightsAgreesWithTheDraw) {
    EXPECT_EQ(found({"person_method\na,10,all\n", "household,eligible\na,2\n"}),
              Found{"selection-mismatch sample.csv:2"});
    EXPECT_EQ(found({"person_method\na,10,none\n", "household,eligible\na,2\n"}),
              Found{"selection-mismatch sample.csv:2"});
    EXPECT_EQ(found({"person_method\na,10,lots\n", "household,eligible\na,2\n"}),
              Found{"unknown-person-method sample.csv:2"});
    const std::string all = "{step: person_selection, persons: all}";
    EXPECT_EQ(found({"person_method\na,10,kish_grid\n", "household,line\na,1\na,2\n", all}),
              Found{"selection-mismatch sample.csv:2"});
    EXPECT_EQ(found({"person_method\na,10,all\n", "household,line,pi_3\na,1,1\na,2,0.5\n", all}),
              Found{"selection-mismatch person.csv:3"});
    EXPECT_EQ(found({"person_method\na,10,all\n", "household,line,pi_3\na,1,1\na,2,1\n", all}), Found{});
}

}  // namespace
}  // namespace cifra
