// Calibration of a table of two servers: the estimates and standard errors of the file of the same rows.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <vector>

#include "tests/estimation/estimation_run.h"
#include "tests/estimation/warehouse/warehouse_case.h"

namespace cifra {
namespace {

constexpr const char* derive = R"(
derive:
  persons:
    adult: age >= 30
    age_group: {groups: {young: age < 30, middle: 'age in [30..49]', old: persons.age >= 50}}
)";

constexpr const char* tables = R"(
indicators:
  everyone: {statistic: total, of: persons}
  people: {statistic: total, of: persons, where: adult}
  loss_total: {statistic: total, of: persons, value: loss,
               missing: {dont_know: zero, refused: exclude, not_asked: zero}}
  loss_mean: {statistic: mean, of: persons, value: loss, where: events > 0, missing: exclude}
  robbed: {statistic: proportion, of: persons, having: crime = "1", missing: {dont_know: numerator}}
  per_event: {statistic: ratio, of: persons, value: loss, over: events, missing: exclude}
  events: {statistic: mean, of: persons, value: events}
tables:
  - {id: t, indicators: [everyone, people, loss_total, loss_mean, robbed, per_event, events],
     by: [[], [sex], [region, age_group]]}
)";

// Margins are of persons of known region and sex.
const std::string known = ", where: region is not missing and sex is not missing";
const std::string region = "region: {north: 45000, south: 50000, \"it's, east\": 42000}";
const std::string sex = "sex: {1: 70000, 2: 67000}";
const std::string cells =
    "\"age_group;sex\": {young;1: 14000, young;2: 13500, middle;1: 24000, middle;2: 22500, "
    "old;1: 32000, old;2: 31000}";
const std::string margins = region + ", " + cells;
const std::string numbers = "age: {total: 6400000}, events * age: 13000000";

std::string design(const std::string& calibration, const std::string& units = "strata: strat, psu: upm") {
    return fmt::format("design: {{{}, drawn: filtered}}\ncalibration: {}\n{}", units, calibration, derive);
}

class WarehouseCalibration : public testing::WarehouseCase {
protected:
    // Sums in another order, and Newton's last step within rounding of its own: 1e-11 of each number in the results.
    void expect_same_calibrated(const std::string& calibration, const std::string& units = "strata: strat, psu: upm") {
        SCOPED_TRACE(calibration);
        expect_same(known, design(calibration, units), tables, 1e-11);
    }
};

TEST_F(WarehouseCalibration, Margins) {
    expect_same_calibrated("{controls: {" + margins + "}}");
    expect_same_calibrated("{method: raking, controls: {" + margins + "}}");
    expect_same_calibrated("{method: logit, bounds: [0.3, 3], controls: {" + margins + ", " + sex + "}}");
    expect_same_calibrated("{method: truncated, bounds: [0.8, 1.25], controls: {" + margins + "}}");
    expect_same_calibrated("{method: poststratification, controls: {" + cells + "}}");
}

TEST_F(WarehouseCalibration, NumbersBesideMargins) {
    expect_same_calibrated("{controls: {" + margins + ", " + numbers + "}}");
    expect_same_calibrated("{method: raking, controls: {" + margins + ", " + sex + ", " + numbers + "}}");
    expect_same_calibrated("{method: logit, bounds: [0.3, 3], controls: {" + region + ", " + numbers + "}}");
    expect_same_calibrated("{method: truncated, bounds: [0.8, 1.25], controls: {" + region + ", " + numbers + "}}");
}

TEST_F(WarehouseCalibration, NumbersAlone) {
    expect_same_calibrated("{controls: {1: 137000, age: 6400000}}");
    expect_same_calibrated("{variance: age, controls: {age: 6400000}}");
}

TEST_F(WarehouseCalibration, VariancesOfTheModel) {
    expect_same_calibrated("{variance: age, controls: {" + margins + "}}");
    expect_same_calibrated("{method: raking, variance: age / 20, controls: {" + margins + ", " + numbers + "}}");
    expect_same_calibrated("{method: logit, bounds: [0.3, 3], variance: 1 + events, controls: {" + margins + "}}");
    expect_same_calibrated("{method: truncated, bounds: [0.8, 1.25], variance: 1 + events, controls: {" + region +
                           ", " + numbers + "}}");
}

TEST_F(WarehouseCalibration, OtherDesigns) {
    expect_same_calibrated("{method: raking, controls: {" + margins + "}}", "psu: id");
    expect_same_calibrated("{controls: {" + margins + ", " + numbers + "}}", "psu: upm");
    expect_same_calibrated("{method: raking, controls: {" + margins + "}}", "strata: strat, psu: upm, fpc: n_upm");
}

// A lower bound of 0 leaves rows of weight 0, which take no part in the residuals.
TEST_F(WarehouseCalibration, WeightsCutAtZero) {
    expect_same_calibrated("{method: truncated, bounds: [0, 3], controls: {" + sex +
                           ", age: {total: 7900000}, events: 150000}}");
}

TEST_F(WarehouseCalibration, ControlsOfAFileAndMarginsOfNumbers) {
    std::ofstream(folder_ / "controls.csv") << "variable,category,total\nsex,1,70000\nsex,2,67000\nage,,6400000\n"
                                            << "events,0,27000\nevents,1,28000\nevents,2,27000\nevents,3,27500\n"
                                            << "events,4,27500\n";
    expect_same_calibrated("{method: raking, controls: {file: controls.csv}}");
}

TEST_F(WarehouseCalibration, WeightsThatAreGivenCalibrated) {
    expect_same_calibrated("{given: {base: w / (0.8 + age / 200)}, controls: [region, sex, age]}");
    expect_same_calibrated("{given: {base: w * (1 + events)}, variance: age, controls: [\"region;sex\", events]}");
}

// What the controls fix has no error.
TEST_F(WarehouseCalibration, ControlsAreMetWithoutError) {
    Diagnostics faults;
    const Table there =
        estimate(of_server(known) + design("{method: raking, controls: {" + margins + "}}"), tables, faults);
    faults.throw_if_errors();
    for (const auto& [domain, total] :
         std::map<std::string, double>{{"", 137000}, {"sex=1", 70000}, {"sex=2", 67000}}) {
        const testing::Found found = testing::find_estimate(there, "everyone", domain);
        EXPECT_NEAR(found.estimate, total, 1e-9 * total) << domain;
        EXPECT_EQ(found.se, 0) << domain;
    }
}

TEST_F(WarehouseCalibration, FaultsOfTheControlsAreThoseOfAFile) {
    const std::map<std::string, std::string> faulty = {
        {"control-without-sample", "{controls: {sex: {1: 70000, 2: 67000, 3: 5}}}"},
        {"category-without-control", "{controls: {region: {north: 45000, south: 50000}}}"},
        {"zero-control", "{controls: {sex: {1: 70000, 2: 0}}}"},
        {"controls-contradict", "{controls: {" + region + ", sex: {1: 70000, 2: 68000}}}"},
        {"negative-weights", "{controls: {1: 137000, age: {total: 9400000}}}"},
        {"unknown-level", "{level: homes, controls: {" + sex + "}}"},
        {"unknown-name", "{controls: {gender: {1: 70000, 2: 67000}}}"}};
    for (const auto& [code, calibration] : faulty) {
        SCOPED_TRACE(calibration);
        const Diagnostic there = faults_of(of_server(known) + design(calibration), tables).items().at(0);
        const Diagnostic here = fault_of_file(of_file(known) + design(calibration), tables);
        EXPECT_EQ(there.code, code);
        EXPECT_EQ(there.code, here.code);
        EXPECT_EQ(there.message, here.message);
        EXPECT_EQ(there.where.line, here.where.line);
    }
}

TEST_F(WarehouseCalibration, ControlsThatCannotBeMetAreRefused) {
    const std::string calibration = "{method: logit, bounds: [0.9, 1.1], controls: {age: {total: 9400000}}}";
    EXPECT_THROW(faults_of(of_server(known) + design(calibration), tables), Refusal);
}

TEST_F(WarehouseCalibration, MissingAuxiliariesAreCountedAsInAFile) {
    const std::vector<std::string> lacking = {"{controls: {" + sex + "}}",
                                              "{controls: {\"sex;age_group\": {1;old: 3}}}",
                                              "{controls: {loss: 5}}",
                                              "{variance: loss, controls: {age: 5}}",
                                              "{variance: events, controls: {age: 5}}",
                                              "{given: {base: loss}, controls: [age]}"};
    for (const std::string& calibration : lacking) {
        SCOPED_TRACE(calibration);
        const Diagnostic there = faults_of(of_server("") + design(calibration), tables).items().at(0);
        const Diagnostic here = fault_of_file(of_file("") + design(calibration), tables);
        EXPECT_EQ(there.code, "bad-auxiliary");
        EXPECT_EQ(there.message + ", first here", here.message);
    }
}

TEST_F(WarehouseCalibration, BadWeightsAreCountedAsInAFile) {
    const Diagnostic there =
        faults_of(of_server(known, "made_up_all", "w - 50") + design("{controls: {" + sex + "}}"), tables)
            .items()
            .at(0);
    const Diagnostic here = fault_of_file(of_file(known, "w - 50") + design("{controls: {" + sex + "}}"), tables);
    EXPECT_EQ(there.code, "bad-weight");
    EXPECT_EQ(there.message + ", first here", here.message);
}

TEST_F(WarehouseCalibration, WhatAServerCannotCalibrateIsRefused) {
    const std::vector<std::string> refused = {"{method: raking, algorithm: fitting, controls: {" + sex + "}}",
                                              "{method: raking, trimming: {upper: 90}, controls: {" + sex + "}}",
                                              "{given: {base: w}, residuals: sequential, controls: [sex]}"};
    for (const std::string& calibration : refused)
        EXPECT_EQ(faults_of(of_server(known) + design(calibration), tables).items().at(0).code, "not-in-warehouse");
    const std::string calibration = "{controls: {" + sex + "}}";
    EXPECT_EQ(faults_of(of_server(known) + design(calibration, "strata: strat"), tables).items().at(0).code,
              "not-in-warehouse");
    const std::string models = "models: [{id: m, family: gaussian, of: persons, outcome: events, terms: [age]}]";
    EXPECT_TRUE(faults_of(of_server(known) + design(calibration), models).contains("not-in-warehouse"));
}

// A view that has other rows each time: the controls are met by none of them, or the pass sees it.
TEST_F(WarehouseCalibration, ATableThatChangesIsRefused) {
    servers->execute("CREATE VIEW IF NOT EXISTS changing AS SELECT * FROM made_up WHERE rand() % 2 = 0");
    const Diagnostics faults =
        faults_of(of_server(known, "changing") + design("{method: raking, controls: {" + sex + "}}"), tables);
    EXPECT_TRUE(faults.contains("warehouse-changed"));
}

}  // namespace
}  // namespace cifra
