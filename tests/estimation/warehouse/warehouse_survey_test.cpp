// The same estimates from a table of two servers as from the file of the same rows.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/estimation/estimation_run.h"
#include "tests/estimation/warehouse/warehouse_case.h"

namespace cifra {
namespace {

constexpr const char* derive = R"(
derive:
  persons:
    adult: age >= 30
    age_group: {groups: {young: age < 30, middle: 'age in [30..49]', old: persons.age >= 50}}
    loss_known: 'if(loss is dk, "dk", if(loss is refused, "refused", if(loss is missing, "no", "yes")))'
    big: loss > 1000
)";

constexpr const char* tables = R"(
indicators:
  people: {statistic: total, of: persons, where: adult}
  loss_total: {statistic: total, of: persons, value: loss,
               missing: {dont_know: zero, refused: exclude, not_asked: zero}}
  loss_mean: {statistic: mean, of: persons, value: loss, where: events > 0, missing: exclude}
  robbed: {statistic: proportion, of: persons, having: crime = "1", missing: {dont_know: numerator}}
  robbed_known: {statistic: proportion, of: persons, having: crime is "1", where: sex = 1}
  big: {statistic: proportion, of: persons, having: big, missing: zero}
  per_event: {statistic: ratio, of: persons, value: loss, over: events, missing: exclude}
  events: {statistic: mean, of: persons, value: events}
tables:
  - {id: t, indicators: [people, loss_total, loss_mean, robbed, robbed_known, big, per_event, events],
     by: [[], [region], [sex], [region, age_group], [loss_known], [adult], [strat]]}
)";

class WarehouseSurveyTest : public testing::WarehouseCase {
protected:
    void expect_same(const std::string& more, const std::string& design, const std::string& table_file = tables) {
        WarehouseCase::expect_same(more, design, table_file);
    }
};

TEST_F(WarehouseSurveyTest, StrataAndPsus) {
    expect_same("", std::string("design: {strata: strat, psu: upm}") + derive);
}

TEST_F(WarehouseSurveyTest, PsusAloneAndFractions) {
    expect_same("", std::string("design: {psu: id}") + derive);
    expect_same("", std::string("design: {strata: strat, psu: upm, fpc: n_upm}") + derive);
}

TEST_F(WarehouseSurveyTest, ReplicatesMadeFromTheDesign) {
    for (const char* method : {"JKn", "rao_wu, count: 30, seed: 4"})
        expect_same("",
                    fmt::format("design: {{strata: strat, psu: upm, replicates: {{method: {}}}}}", method) + derive);
}

TEST_F(WarehouseSurveyTest, RowsThatArePsus) {
    expect_same("", std::string("design: {strata: strat}") + derive);
    std::string few = tables;
    few.replace(few.find("by: "), std::string::npos, "by: [[], [region]]}\n");
    expect_same("", std::string("design: {}") + derive, few);
}

TEST_F(WarehouseSurveyTest, AFilteredTableAndAWeightThatIsComputed) {
    expect_same(", where: age < 60 and crime is not missing",
                std::string("design: {strata: strat, psu: upm, drawn: filtered}") + derive);
}

// Iterated to 1e-10 of the linear predictor on both sides.
TEST_F(WarehouseSurveyTest, Models) {
    const std::string models = R"(
models:
  - {id: robbed, family: binomial, of: persons, where: adult, outcome: crime = "1",
     terms: [{factor: sex, reference: "2"}, region, persons.age], tests: [region], margins: [sex]}
  - {id: events, family: poisson, of: persons, outcome: events,
     terms: [age_group, {interaction: [age_group, sex]}, sex]}
  - {id: count, family: gaussian, of: persons, outcome: events, terms: [strat, age]}
)";
    const std::string design = std::string("design: {strata: strat, psu: upm}") + derive;
    Diagnostics faults;
    const Table there = estimate(of_server("") + design, models, faults, "models.csv");
    faults.throw_if_errors();
    const Table here = testing::run_part(of_file("") + design, models, folder_, "models.csv");
    ASSERT_EQ(there.rows(), here.rows());
    ASSERT_GT(here.rows(), 40U);
    for (const std::string& name : here.names()) compare(name, here.at(name), there.at(name), here, 1e-8);
}

TEST_F(WarehouseSurveyTest, ModelsThatAServerCannotMakeAreRefused) {
    const std::string by_kind =
        "models: [{id: m, family: gaussian, of: persons, outcome: events, where: loss is dk, terms: [age]}]";
    const std::string plain = "models: [{id: m, family: gaussian, of: persons, outcome: events, terms: [age]}]";
    EXPECT_TRUE(faults_of(of_server("") + "design: {strata: strat, psu: upm}", by_kind).contains("not-in-warehouse"));
    EXPECT_TRUE(faults_of(of_server("") + "design: {strata: strat}", plain).contains("not-in-warehouse"));
    EXPECT_TRUE(faults_of(of_server("") + "design: {strata: strat, psu: upm}",
                          "tests: [{id: t, test: t, of: persons, value: age, by: sex}]")
                    .contains("not-in-warehouse"));
}

TEST_F(WarehouseSurveyTest, BadWeightsAreCountedAsInAFile) {
    const auto bad = [](std::string design) { return design.replace(design.find("weight: w"), 9, "weight: w - 50"); };
    const std::string design = std::string("design: {strata: strat, psu: upm}") + derive;
    const Diagnostic there = faults_of(bad(of_server("")) + design, tables).items().at(0);
    const Diagnostic here = fault_of_file(bad(of_file("")) + design, tables);
    EXPECT_EQ(there.code, "bad-weight");
    EXPECT_EQ(there.message + ", first here", here.message);
}

TEST_F(WarehouseSurveyTest, UndeclaredMissingItemsAreCountedAsInAFile) {
    const std::string undeclared =
        "indicators: {loss: {statistic: mean, of: persons, value: loss}}\ntables: [{id: t, indicators: [loss]}]";
    const std::string design = "design: {strata: strat, psu: upm}";
    const Diagnostic there = faults_of(of_server("") + design, undeclared).items().at(0);
    const Diagnostic here = fault_of_file(of_file("") + design, undeclared);
    const auto until_kind = [](const std::string& text) { return text.substr(0, text.find('(')); };
    EXPECT_EQ(there.code, here.code);
    EXPECT_EQ(until_kind(there.message), until_kind(here.message));
}

// A view that has other rows each time.
TEST_F(WarehouseSurveyTest, ATableThatChangesIsRefused) {
    servers->execute("CREATE VIEW IF NOT EXISTS changing AS SELECT * FROM made_up WHERE rand() % 2 = 0");
    const Diagnostics faults =
        faults_of(of_server("", "changing") + "design: {strata: strat, psu: upm}" + derive, tables);
    EXPECT_TRUE(faults.contains("warehouse-changed"));
}

TEST_F(WarehouseSurveyTest, WhatAServerCannotDoIsRefused) {
    const std::string plain = "design: {strata: strat, psu: upm}";
    const std::string quantile =
        "indicators: {q: {statistic: quantile, of: persons, value: age, probabilities: [0.5]}}\n"
        "tables: [{id: t, indicators: [q]}]";
    EXPECT_TRUE(faults_of(of_server("") + plain, quantile).contains("not-in-warehouse"));
    EXPECT_TRUE(faults_of("data:\n  persons: {source: 'clickhouse://127.0.0.1:1/d/t', weight: w}\n"
                          "  crimes: {file: crimes.csv, parent: persons, by: [id]}\n" +
                              plain,
                          tables)
                    .contains("not-in-warehouse"));
    EXPECT_TRUE(
        faults_of(of_server("") + "design: {strata: strat, psu: upm, replicates: {columns: 'r*', method: JK1}}", tables)
            .contains("not-in-warehouse"));
    EXPECT_TRUE(faults_of(of_server(", file: persons.csv") + plain, tables).contains("design-conflict"));
    EXPECT_TRUE(faults_of(of_server("") + plain + "\nderive: {persons: {c: {count: crimes}}}", tables).has_errors());
}

TEST_F(WarehouseSurveyTest, WhatNeedsFilesSaysSo) {
    const Diagnostic fault = fault_of_file(of_server("") + "design: {strata: strat, psu: upm}" + derive, tables);
    EXPECT_EQ(fault.code, "not-in-warehouse");
    EXPECT_EQ(fault.where.file, "design.yaml");
}

TEST_F(WarehouseSurveyTest, FaultsOfNames) {
    EXPECT_TRUE(faults_of(of_server("", "absent") + "design: {strata: strat, psu: upm}", tables)
                    .contains("warehouse-exception"));
    EXPECT_TRUE(faults_of(of_server("") + "design: {strata: stratum, psu: upm}", tables).contains("missing-column"));
    EXPECT_TRUE(faults_of(of_server("") + "design: {strata: strat, psu: upm}", tables).contains("unknown-name"))
        << "adult is not derived here";
}

}  // namespace
}  // namespace cifra
