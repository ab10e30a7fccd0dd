// Cells, the collapsing rule and the two adjustments against R and against figures worked by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "estimation/weighting/nonresponse.h"
#include "estimation/weighting/poststratification.h"
#include "tests/estimation/oracle_table.h"

namespace cifra {
namespace {

using Mask = std::vector<std::uint8_t>;

std::vector<double> numbers(const Table& table, const char* name) {
    const auto values = table.at(name).numbers();
    return {values.begin(), values.end()};
}

Mask mask(const Table& table, const char* name) {
    Mask result;
    for (const double value : table.at(name).numbers()) result.push_back(value != 0);
    return result;
}

Table cells_oracle() { return oracle_table("weighting_cells.csv", {"w", "adjusted"}); }
Table poststratify_oracle() { return oracle_table("weighting_poststratify.csv", {"w", "w_sex", "w_region_sex"}); }

void expect_same(const std::vector<double>& actual, std::span<const double> expected, double relative) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
        EXPECT_LE(std::abs(actual[i] - expected[i]), relative * std::abs(expected[i])) << "row " << i;
}

Benchmarks benchmarks(std::vector<std::string> variables, std::vector<std::pair<CellKey, double>> totals) {
    Benchmarks result{std::move(variables), {}, {}, {}};
    for (auto& [key, total] : totals) {
        result.keys.push_back(key);
        result.totals.push_back(total);
        result.places.push_back({"benchmarks.csv", result.keys.size() + 1, 0});
    }
    return result;
}

std::vector<double> poststratified(const Table& data, const std::string& weight, const Benchmarks& known) {
    Diagnostics faults;
    std::vector<Column> columns;
    for (const std::string& name : known.variables) columns.push_back(data.at(name));
    auto result =
        poststratify("step", data.at(weight).numbers(), Mask(data.rows(), 1), columns, known, std::nullopt, {}, faults);
    faults.throw_if_errors();
    return result->weights;
}

// ---- cells

TEST(AdjustmentCells, StandInTheOrderOfTheirText) {
    const Column region = Column::of_texts({"S", "N", "S", "N"}), size = Column::of_numbers({2, 10, 10, 10});
    const AdjustmentCells cells = form_cells({"region", "size"}, {region, size}, Mask{1, 1, 1, 0});
    EXPECT_EQ(cells.keys, (std::vector<CellKey>{{"N", "10"}, {"S", "10"}, {"S", "2"}}));
    EXPECT_EQ(cells.of_row, (std::vector<std::uint32_t>{2, 0, 1, AdjustmentCells::none}));
    EXPECT_EQ(cell_name(cells.variables, cells.keys[0]), "region=N;size=10");
}

TEST(AdjustmentCells, WithoutVariablesThereIsOne) {
    const AdjustmentCells cells = form_cells({}, {}, Mask{1, 1});
    ASSERT_EQ(cells.keys.size(), 1u);
    EXPECT_EQ(cell_name(cells.variables, cells.keys[0]), "all");
}

AdjustmentCells cells_with(std::vector<CellKey> keys) { return {{"region", "area"}, std::move(keys), {}}; }

std::vector<std::vector<std::uint32_t>> members(const std::vector<CellGroup>& groups) {
    std::vector<std::vector<std::uint32_t>> result;
    for (const CellGroup& group : groups) result.push_back(group.members);
    return result;
}

using Members = std::vector<std::vector<std::uint32_t>>;
const AdjustmentCells four = cells_with({{"A", "R"}, {"A", "U"}, {"B", "R"}, {"B", "U"}});

TEST(CollapseCells, StaysInsideTheFirstVariableWhileItCan) {
    // B/R has 5 respondents; B/U shares the region although A/U has fewer respondents.
    const auto groups = collapse_cells(four, {{30, 30, 40}, {21, 21, 30}, {5, 5, 8}, {40, 40, 60}}, {20, 2});
    EXPECT_EQ(members(groups), (Members{{0}, {1}, {2, 3}}));
    EXPECT_EQ(groups[2].sums.respondents, 45u);
    EXPECT_DOUBLE_EQ(groups[2].sums.factor(), 68.0 / 45.0);
}

TEST(CollapseCells, CrossesTheFirstVariableWhenNothingIsLeftBeside) {
    // A/R + A/U = 8 < 20 respondents, so region A joins its neighbour of region B.
    const auto groups = collapse_cells(four, {{4, 4, 5}, {4, 4, 5}, {30, 30, 35}, {40, 40, 60}}, {20, 2});
    EXPECT_EQ(members(groups), (Members{{0, 1, 2}, {3}}));
}

TEST(CollapseCells, BetweenEqualNeighboursTakesTheSmallerThenTheEarlier) {
    const AdjustmentCells three = cells_with({{"A", "1"}, {"A", "2"}, {"A", "3"}});
    const CollapseRule rule{20, 2};
    EXPECT_EQ(members(collapse_cells(three, {{50, 1, 1}, {5, 1, 1}, {30, 1, 1}}, rule)), (Members{{0}, {1, 2}}));
    EXPECT_EQ(members(collapse_cells(three, {{30, 1, 1}, {5, 1, 1}, {30, 1, 1}}, rule)), (Members{{0, 1}, {2}}));
}

TEST(CollapseCells, AHeavyFactorIsDeficientAboveTheLimitAndNotAtIt) {
    const CollapseRule rule{1, 2};
    EXPECT_FALSE(deficient({10, 10, 20}, rule));
    EXPECT_TRUE(deficient({10, 10, 20.001}, rule));
    EXPECT_FALSE(deficient({20, 1, 1}, {20, 2}));
    EXPECT_TRUE(deficient({19, 1, 1}, {20, 2}));
    EXPECT_TRUE(deficient({0, 0, 5}, rule));
}

TEST(CollapseCells, EndsWithOneGroupWhenAllAreTooSmall) {
    const auto groups = collapse_cells(four, {{1, 1, 9}, {1, 1, 9}, {1, 1, 9}, {1, 1, 9}}, {20, 2});
    EXPECT_EQ(members(groups), (Members{{0, 1, 2, 3}}));
}

// ---- nonresponse

TEST(Nonresponse, EqualsBaseR) {
    const Table data = cells_oracle();
    const Mask eligible = mask(data, "eligible");
    const AdjustmentCells cells = form_cells({"region", "area"}, {data.at("region"), data.at("area")}, eligible);
    const auto adjusted = adjust_nonresponse("step", data.at("w").numbers(), eligible, mask(data, "responds"), cells,
                                             {1, std::numeric_limits<double>::infinity()});
    expect_same(adjusted.weights, data.at("adjusted").numbers(), 1e-13);
    EXPECT_NEAR(adjusted.records.front().after.deff, 1.1643922207109796, 1e-13);
    EXPECT_NEAR(adjusted.records.front().after.sum, 3449.4899999999998, 1e-9);
}

TEST(Nonresponse, KeepsTheSumOfEligibleWeightsAlsoWhenCellsJoin) {
    const Table data = cells_oracle();
    const Mask eligible = mask(data, "eligible");
    const auto weights = numbers(data, "w");
    double expected = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) expected += eligible[i] ? weights[i] : 0;
    const AdjustmentCells cells = form_cells({"region", "area"}, {data.at("region"), data.at("area")}, eligible);
    const auto adjusted = adjust_nonresponse("step", weights, eligible, mask(data, "responds"), cells, {12, 1.6});
    EXPECT_LT(adjusted.groups.size(), cells.keys.size());
    EXPECT_NEAR(adjusted.records.front().after.sum, expected, 1e-11 * expected);
    for (const CellGroup& group : adjusted.groups) EXPECT_GE(group.sums.respondents, 12u);
}

TEST(Nonresponse, ScalingWeightsScalesTheResultAndKeepsFactors) {
    const Table data = cells_oracle();
    const Mask eligible = mask(data, "eligible"), responds = mask(data, "responds");
    const AdjustmentCells cells = form_cells({"region"}, {data.at("region")}, eligible);
    auto weights = numbers(data, "w");
    const auto one = adjust_nonresponse("step", weights, eligible, responds, cells, {20, 2});
    for (double& w : weights) w *= 1024;
    const auto scaled = adjust_nonresponse("step", weights, eligible, responds, cells, {20, 2});
    for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_EQ(scaled.weights[i], 1024 * one.weights[i]);
    EXPECT_EQ(scaled.records[1].factor, one.records[1].factor);
}

TEST(Nonresponse, IsRefusedWhenNobodyResponds) {
    const std::vector<double> weights = {1, 2};
    const AdjustmentCells cells = form_cells({}, {}, Mask{1, 1});
    EXPECT_THROW(adjust_nonresponse("step", weights, Mask{1, 1}, Mask{0, 0}, cells, {20, 2}), Refusal);
}

// ---- post-stratification

TEST(Poststratify, EqualsRSurvey) {
    const Table data = poststratify_oracle();
    expect_same(poststratified(data, "w", benchmarks({"sex"}, {{{"1"}, 640}, {{"2"}, 705.5}})),
                data.at("w_sex").numbers(), 1e-13);
    const auto cells = benchmarks({"region", "sex"}, {{{"N", "1"}, 210},
                                                      {{"S", "1"}, 305},
                                                      {{"W", "1"}, 180},
                                                      {{"N", "2"}, 251},
                                                      {{"S", "2"}, 133.25},
                                                      {{"W", "2"}, 290}});
    expect_same(poststratified(data, "w", cells), data.at("w_region_sex").numbers(), 1e-13);
}

nlohmann::json api_case(const std::filesystem::path& folder, const std::string& id) {
    std::ifstream stream(folder / "oracle.json");
    const nlohmann::json oracle = nlohmann::json::parse(stream);
    for (const auto& entry : oracle.at("cases"))
        if (entry.at("id") == id) return entry;
    ADD_FAILURE() << "no case " << id;
    return {};
}

TEST(Poststratify, EqualsRSurveyOnTheSchoolsOfCalifornia) {
    if (test_data().empty()) GTEST_SKIP() << "no public data here: set CIFRA_TEST_DATA";
    const std::filesystem::path folder = test_data() / "api";
    const auto by_type = benchmarks({"stype"}, {{{"E"}, 4421}, {{"H"}, 755}, {{"M"}, 1018}});
    const auto by_target = benchmarks({"sch.wide"}, {{{"No"}, 1072}, {{"Yes"}, 5122}});
    const std::tuple<const char*, const char*, const Benchmarks*> cases[] = {
        {"apiclus1.csv", "clus1_fpc_ps_weights", &by_type},
        {"apiclus1.csv", "clus1_wr_ps_sw_weights", &by_target},
        {"apistrat.csv", "strat_fpc_ps_sw_weights", &by_target}};
    for (const auto& [file, id, known] : cases) {
        Diagnostics faults;
        const Table data = read_csv(folder / file, {.types = {{"pw", ColumnType::number}}}, faults);
        const auto expected = api_case(folder, id).at("weights").get<std::vector<double>>();
        expect_same(poststratified(data, "pw", *known), expected, 1e-12);
    }
    Diagnostics faults;
    const Table data = read_csv(folder / "apiclus1.csv", {.types = {{"pw", ColumnType::number}}}, faults);
    const auto weights = poststratified(data, "pw", by_type);
    const auto enroll = data.at("enroll").numbers();
    const double total = std::inner_product(weights.begin(), weights.end(), enroll.begin(), 0.0);
    EXPECT_NEAR(total / api_case(folder, "clus1_fpc_ps_total").at("estimate").get<double>(), 1, 1e-12);
}

TEST(Poststratify, HitsEveryTotalAndRepeatingItChangesNothing) {
    const Table data = poststratify_oracle();
    const auto known = benchmarks({"sex"}, {{{"1"}, 1e6}, {{"2"}, 3}});
    Table again = data;
    const auto first = poststratified(data, "w", known);
    again.set("w", Column::of_numbers(first));
    expect_same(poststratified(again, "w", known), first, 1e-14);
    double men = 0;
    for (std::size_t i = 0; i < first.size(); ++i) men += data.at("sex").number(i) == 1 ? first[i] : 0;
    EXPECT_NEAR(men, 1e6, 1e-6);
}

Diagnostics faults_of(const Benchmarks& known, const std::optional<CollapseRule>& rule = std::nullopt) {
    const Column region = Column::of_texts({"N", "N", "S"});
    const std::vector<double> weights = {10, 20, 30};
    Diagnostics faults;
    const auto result =
        poststratify("step", weights, Mask{1, 1, 1}, {region}, known, rule, {"benchmarks.csv", 0, 0}, faults);
    EXPECT_EQ(result.has_value(), !faults.has_errors());
    return faults;
}

TEST(Poststratify, NamesEveryCellThatCannotBeReached) {
    const Diagnostics faults = faults_of(benchmarks({"region"}, {{{"N"}, 0}, {{"E"}, 5}, {{"W"}, 7}}));
    ASSERT_EQ(faults.error_count(), 4u);
    EXPECT_TRUE(faults.contains("zero-control"));
    EXPECT_TRUE(faults.contains("unknown-cell"));
    const auto& items = faults.items();
    EXPECT_EQ(std::count_if(items.begin(), items.end(), [](const auto& d) { return d.code == "empty-cell"; }), 2);
    for (const Diagnostic& item : items) {
        EXPECT_FALSE(item.hint.empty());
        EXPECT_EQ(item.where.file, "benchmarks.csv");
    }
    EXPECT_EQ(items.front().message.find("region=E") != std::string::npos, true);
    EXPECT_EQ(items.front().where.line, 3u);
}

TEST(Poststratify, JoinsEmptyCellsWhereARuleIsGiven) {
    const auto known = benchmarks({"region"}, {{{"N"}, 60}, {{"S"}, 90}, {{"T"}, 30}});
    EXPECT_TRUE(faults_of(known).contains("empty-cell"));
    EXPECT_FALSE(faults_of(known, CollapseRule{1, std::numeric_limits<double>::infinity()}).has_errors());
    const Column region = Column::of_texts({"N", "N", "S"});
    const std::vector<double> weights = {10, 20, 30};
    Diagnostics faults;
    const auto result = poststratify("step", weights, Mask{1, 1, 1}, {region}, known, CollapseRule{}, {}, faults);
    // N: 60 / 30 = 2. S joins T: (90 + 30) / 30 = 4.
    EXPECT_EQ(result->weights, (std::vector<double>{20, 40, 120}));
    EXPECT_EQ(result->records[2].cell, "region=S + region=T");
    EXPECT_EQ(result->records[2].control, 120);
}

TEST(Benchmarks, FaultsOfTheFileAreAllFound) {
    Diagnostics faults;
    const Table table = table_from("region,total\nN,5\nS,\nN,6\nW,-1\n", "benchmarks.csv");
    read_benchmarks(table, {"region"}, "total", faults);
    EXPECT_EQ(faults.error_count(), 3u);
    for (const char* code : {"missing-total", "duplicate-cell", "negative-total"}) EXPECT_TRUE(faults.contains(code));
    EXPECT_EQ(faults.items().front().where, (Location{"benchmarks.csv", 3, 0}));
    Diagnostics missing;
    read_benchmarks(table, {"regoin"}, "total", missing);
    ASSERT_EQ(missing.error_count(), 1u);
    EXPECT_EQ(missing.items().front().hint, "did you mean 'region'?");
}

// ---- the record

TEST(WeightSummary, IsWorkedByHand) {
    // 1, 2, 3 and a zero: mean 2, cv = sqrt(2/3) / 2, deff = 3 (1 + 4 + 9) / 36 = 7/6.
    const std::vector<double> weights = {2, 0, 1, 3};
    const WeightSummary summary = summarize_weights(weights);
    EXPECT_EQ(summary.n, 3u);
    EXPECT_EQ(summary.sum, 6);
    EXPECT_EQ(summary.min, 1);
    EXPECT_EQ(summary.max, 3);
    EXPECT_DOUBLE_EQ(summary.cv, std::sqrt(2.0 / 3.0) / 2);
    EXPECT_DOUBLE_EQ(summary.deff, 7.0 / 6.0);
}

TEST(WeightSummary, OfNobodyHasNoMoments) {
    const std::vector<double> none = {0, 0};
    const WeightSummary summary = summarize_weights(none);
    EXPECT_EQ(summary.n, 0u);
    EXPECT_TRUE(std::isnan(summary.cv));
}

}  // namespace
}  // namespace cifra
