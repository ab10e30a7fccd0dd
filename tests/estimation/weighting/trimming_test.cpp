// Trimming against base R and R survey (tests/oracle/weighting_trimming.R), and what defines it.
#include "estimation/weighting/trimming.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "engine/diagnostics.h"
#include "estimation/weighting/trimming_mse.h"
#include "tests/estimation/oracle_table.h"

namespace cifra {
namespace {

using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;

class TrimmingOracle : public testing::Test {
protected:
    Numbers numbers(const char* name) const { return oracle_.at(name).get<Numbers>(); }
    Texts texts(const char* name) const { return oracle_.at(name).get<Texts>(); }
    AdjustmentCells cells() const { return cells_of(texts("cell")); }

    static AdjustmentCells cells_of(const Texts& codes) {
        return form_cells({"cell"}, {Column::of_texts(codes)}, std::vector<std::uint8_t>(codes.size(), 1));
    }
    static AdjustmentCells one_cell(std::size_t rows) { return form_cells({}, {}, std::vector<std::uint8_t>(rows, 1)); }

    Control margin(const char* name, Numbers totals) const {
        Control control;
        for (const std::string& code : texts(name)) control.category.push_back(static_cast<std::uint32_t>(code[0]));
        const auto first = *std::min_element(control.category.begin(), control.category.end());
        for (std::uint32_t& code : control.category) code = code == 'm' ? 1 : code - first;
        control.names.assign(totals.size(), name);
        control.totals = std::move(totals);
        return control;
    }

    Controls controls() const {
        const Numbers totals = numbers("totals");
        Controls result;
        result.add(margin("sex", {totals[0], totals[1]}));
        result.add(margin("age", {totals[2], totals[3], totals[4]}));
        return result;
    }

    MseVariables mse_variables() const {
        MseVariables result{{numbers("y1"), numbers("y2")}, {}, {}};
        for (const double h : numbers("stratum")) result.stratum.push_back(static_cast<std::uint32_t>(h));
        for (const double i : numbers("psu")) result.psu.push_back(static_cast<std::uint32_t>(i));
        return result;
    }

    nlohmann::json oracle_ = nlohmann::json::parse(
        file_text(std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle/weighting_trimming.json"));
};

void expect_near(const Numbers& actual, const Numbers& expected, double relative) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t k = 0; k < actual.size(); ++k)
        EXPECT_LE(std::abs(actual[k] - expected[k]), relative * std::abs(expected[k])) << "row " << k;
}

double sum(const Numbers& w) { return std::accumulate(w.begin(), w.end(), 0.0); }

const TrimmingRule two_iqr{LimitRule::iqr, {}, 2, false};

TEST_F(TrimmingOracle, LimitsEqualBaseR) {
    const auto limits = weight_limits(numbers("w"), cells(), two_iqr);
    const Numbers expected = numbers("iqr_limits");
    for (std::size_t c = 0; c < expected.size(); ++c) EXPECT_NEAR(limits[c].upper, expected[c], 1e-10);
    const auto one = one_cell(numbers("w").size());
    const double mean = oracle_.at("mean")[0], median = oracle_.at("median")[0];
    EXPECT_NEAR(weight_limits(numbers("w"), one, {LimitRule::mean, 0.5, 3})[0].upper, 3 * mean, 1e-10);
    EXPECT_NEAR(weight_limits(numbers("w"), one, {LimitRule::mean, 0.5, 3})[0].lower, 0.5 * mean, 1e-10);
    EXPECT_NEAR(weight_limits(numbers("w"), one, {LimitRule::median, {}, 3})[0].upper, 3 * median, 1e-10);
}

// Sorted 1 2 3 10, each counted by itself: half of the weight, 8, is passed at 10; a quarter, 4, at 3, three quarters
// at 10. Without weights the quartiles are 1.75, 2.5, 4.75.
TEST(WeightLimits, CountUnitsOrTheirWeights) {
    const AdjustmentCells one = form_cells({}, {}, std::vector<std::uint8_t>(5, 1));
    const Numbers w = {10, 2, 0, 1, 3};
    EXPECT_DOUBLE_EQ(weight_limits(w, one, {LimitRule::iqr, {}, 2, true})[0].upper, 24);
    EXPECT_DOUBLE_EQ(weight_limits(w, one, {LimitRule::iqr, 0.5, 2, false})[0].upper, 8.5);
    EXPECT_DOUBLE_EQ(weight_limits(w, one, {LimitRule::iqr, 0.5, 2, false})[0].lower, 1);
    EXPECT_DOUBLE_EQ(weight_limits(w, one, {LimitRule::iqr, 2, 2, false})[0].lower, 0);
    EXPECT_THROW(weight_limits(w, one, {LimitRule::fixed, 5, 4}), Refusal);
    EXPECT_THROW(weight_limits(Numbers{1, -1, 1, 1, 1}, one, {LimitRule::fixed, 0, 4}), Refusal);
}

TEST_F(TrimmingOracle, WithinCellsEqualsTheBisectionOfBaseR) {
    const Numbers w = numbers("w");
    const Trimmed trimmed = trim_within_cells(w, cells(), weight_limits(w, cells(), two_iqr));
    expect_near(trimmed.weights, numbers("within_cells"), 1e-12);
    double taken = 0;
    for (std::size_t k = 0; k < w.size(); ++k) taken += std::max(0.0, w[k] - trimmed.weights[k]);
    EXPECT_NEAR(trimmed.moved, taken, 1e-9);
    EXPECT_GE(trimmed.iterations, 2u);
    EXPECT_NEAR(sum(trimmed.weights), sum(w), 1e-9);
}

// 10 is cut to 6 and 4 shared by 5 and 1: 5 + 10/3 lies above 6 and is cut too, the last takes the rest.
TEST(Trimming, CutsWhatTheSharingLiftsAboveTheLimit) {
    const AdjustmentCells one = form_cells({}, {}, std::vector<std::uint8_t>(4, 1));
    const Trimmed trimmed = trim_within_cells(Numbers{10, 5, 0, 1}, one, {{0, 6}});
    expect_near(trimmed.weights, {6, 6, 0, 4}, 1e-14);
    EXPECT_EQ(trimmed.trimmed, 2u);
    EXPECT_EQ(trimmed.iterations, 2u);
    EXPECT_DOUBLE_EQ(trimmed.moved, 4);
    // Lower limits: 1 and 2 are lifted to 3, and 7 pays for both.
    expect_near(trim_within_cells(Numbers{1, 2, 7, 10}, one, {{3, 20}}).weights, {3, 3, 7 - 21 / 17.0, 10 - 30 / 17.0},
                1e-14);
    EXPECT_THROW(trim_within_cells(Numbers{10, 5, 4, 1}, one, {{0, 4}}), Refusal);
    EXPECT_THROW(trim_within_cells(Numbers{1, 1, 1, 1}, one, {{2, 4}}), Refusal);
}

TEST_F(TrimmingOracle, LeavesWeightsInsideTheLimitsAndOutsideTheCellsAlone) {
    const Numbers w = numbers("w");
    const Trimmed same = trim_within_cells(w, cells(), std::vector<WeightLimits>(3, {0, 1e6}));
    EXPECT_EQ(same.weights, w);
    EXPECT_EQ(same.iterations + same.trimmed, 0u);
    std::vector<std::uint8_t> inside(w.size(), 1);
    const auto largest = static_cast<std::size_t>(std::max_element(w.begin(), w.end()) - w.begin());
    inside[largest] = 0;
    const Trimmed others = trim_within_cells(w, form_cells({}, {}, inside), {{0, 300}});
    EXPECT_EQ(others.weights[largest], w[largest]);
    EXPECT_GT(others.trimmed, 0u);
}

TEST_F(TrimmingOracle, KeepingMarginsEqualsRakingTheOthersWithSurvey) {
    const Numbers w = numbers("w");
    CalibrationOptions raking;
    raking.method = CalibrationMethod::raking;
    const Trimmed trimmed = trim_keeping_controls(w, one_cell(w.size()), {{0, 300}}, controls(), raking);
    expect_near(trimmed.weights, numbers("keeping_margins"), 1e-9);
    const Eigen::VectorXd reached = weighted_totals(controls(), trimmed.weights);
    EXPECT_LT((reached - controls().totals()).cwiseAbs().maxCoeff(), 1e-6);
    EXPECT_LE(*std::max_element(trimmed.weights.begin(), trimmed.weights.end()), 300);
    EXPECT_EQ(trimmed.trimmed, 5u);
    EXPECT_THROW(trim_keeping_controls(w, one_cell(w.size()), {{0, 85}}, controls(), raking), Refusal);
}

TEST_F(TrimmingOracle, MeanSquaredErrorsEqualSurvey) {
    const Numbers w = numbers("w"), multiples = numbers("multiples"), v = numbers("variance");
    const auto result = trim_by_mse(w, one_cell(w.size()), {LimitRule::mean, {}, {}}, multiples, mse_variables());
    ASSERT_EQ(result.candidates.size(), multiples.size() + 1);
    EXPECT_NEAR(result.candidates[0].estimates[0].variance, v[0], 1e-12);
    EXPECT_DOUBLE_EQ(result.candidates[0].relative_mse, 1);
    std::size_t best = 0;
    double least = 1;
    for (std::size_t t = 0; t < multiples.size(); ++t) {
        const double mse1 = numbers("mse_y1")[t], mse2 = numbers("mse_y2")[t];
        const TrimmingCandidate& candidate = result.candidates[t + 1];
        EXPECT_NEAR(candidate.estimates[0].mse, mse1, 1e-9 * std::abs(mse1));
        EXPECT_NEAR(candidate.estimates[1].mse, mse2, 1e-9 * std::abs(mse2));
        const double relative = (mse1 / v[0] + mse2 / v[1]) / 2;
        EXPECT_NEAR(candidate.relative_mse, relative, 1e-9);
        if (relative < least) least = relative, best = t + 1;
    }
    EXPECT_EQ(result.best, best);
    EXPECT_GT(best, 0u);
    EXPECT_EQ(result.trimmed.trimmed, result.candidates[best].trimmed);
}

TEST_F(TrimmingOracle, NoTrimmingIsTakenWhereEveryCutIsWorse) {
    const Numbers w = numbers("w"), severe = {1.5};
    MseVariables variables = mse_variables();
    variables.y.pop_back();
    const auto result = trim_by_mse(w, one_cell(w.size()), {LimitRule::mean, {}, {}}, severe, variables);
    EXPECT_EQ(result.best, 0u);
    EXPECT_EQ(result.trimmed.weights, w);
    variables.y[0].assign(w.size(), 3);
    EXPECT_THROW(trim_by_mse(w, one_cell(w.size()), {LimitRule::mean, {}, {}}, severe, variables), Refusal);
}

// The share of a domain is the mean over its rows: rows outside it are missing.
TEST_F(TrimmingOracle, RowsWithoutTheVariableStayOutOfItsMean) {
    const Numbers w = {1, 2, 3, 4};
    const MseVariables variables{{{1, std::nan(""), 0, std::nan("")}}, {}, {}};
    const auto result = trim_by_mse(w, one_cell(4), {}, {}, variables);
    EXPECT_DOUBLE_EQ(result.candidates[0].estimates[0].value, 0.25);
    // z = 0.1875 and -0.1875: 4 / 3 (z1² + z3²) over four PSUs of mean 0.
    EXPECT_DOUBLE_EQ(result.candidates[0].estimates[0].variance, 4 / 3.0 * 2 * 0.1875 * 0.1875);
}

}  // namespace
}  // namespace cifra
