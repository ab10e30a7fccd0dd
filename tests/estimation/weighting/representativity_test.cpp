// Indicators of representativity against the formulas with matrices in R, identities, and a Monte Carlo.
#include "estimation/weighting/representativity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/diagnostics.h"
#include "engine/random.h"
#include "estimation/weighting/frame_comparison.h"
#include "tests/estimation/weighting/propensity_oracle.h"

namespace cifra {
namespace {

using Numbers = std::vector<double>;
using Mask = std::vector<std::uint8_t>;

TEST_F(PropensityOracle, RIndicatorsEqualTheFormulasInR) {
    const PropensityProblem all = problem();
    const Numbers w = numbers("w"), one(size(), 1);
    const auto expect = [&](const Numbers& d, const Numbers& f, const char* name) {
        const Representativity found = representativity(all, fit_propensity(all, f), d, f);
        expect_close({found.r, found.r_adjusted, found.se}, numbers(name), 1e-8);
    };
    expect(w, w, "r_weighted");
    expect(w, one, "r_mixed");
    expect(one, one, "r_sample");
}

TEST_F(PropensityOracle, PartialIndicatorsEqualTheFormulasInR) {
    const PropensityProblem factors = problem(false);
    const Numbers w = numbers("w");
    const Propensity propensity = fit_propensity(factors, w);
    const auto partial = partial_indicators(factors, propensity, w);
    ASSERT_EQ(partial.size(), 2u);
    for (const PartialIndicator& p : partial) {
        Numbers unconditional, conditional;
        for (const auto& category : p.categories)
            unconditional.push_back(category.unconditional), conditional.push_back(category.conditional);
        expect_close(unconditional, numbers(("unconditional_" + p.variable).c_str()), 1e-7);
        expect_close(conditional, numbers(("conditional_" + p.variable).c_str()), 1e-7);
    }
    // Numbers have no categories: the same two factors.
    EXPECT_EQ(partial_indicators(problem(), fit_propensity(problem(), w), w).size(), 2u);
}

// Of one factor: the spread is all between its categories, and nothing is left within a cell of the others but it.
TEST_F(PropensityOracle, OfOneFactorTheWholeSpreadIsItsOwn) {
    const Numbers w = numbers("w");
    const auto one = prepare_propensity({{"region", texts("region")}}, everybody(), responds());
    const Propensity propensity = fit_propensity(one, w);
    const Representativity found = representativity(one, propensity, w, w);
    const PartialIndicator partial = partial_indicators(one, propensity, w)[0];
    double total = 0;
    for (const double weight : w) total += weight;
    EXPECT_NEAR(partial.unconditional, found.deviation * std::sqrt((total - 1) / total), 1e-12);
    EXPECT_NEAR(partial.conditional, partial.unconditional, 1e-12);
}

TEST(Representativity, IsOneWhereAllRespondAlikeAndRefusedWithoutUnits) {
    const auto problem = prepare_propensity({}, Mask(4, 1), Mask{1, 0, 1, 0});
    const Numbers w = {1, 1, 1, 1};
    const Representativity found = representativity(problem, fit_propensity(problem, w), w, w);
    EXPECT_EQ(found.r, 1);
    EXPECT_EQ(found.r_adjusted, 1);
    EXPECT_NEAR(found.mean, 0.5, 1e-12);
    EXPECT_TRUE(std::isnan(found.se));
    EXPECT_THROW(representativity(problem, fit_propensity(problem, w), Numbers(4, 0), w), Refusal);
}

// 400 units in eight groups, propensities 0.4 to 0.75 by steps of 0.05, response drawn 400 times: S = 0.1147, R =
// 0.7706. The adjustment must take away most of the bias and the standard error be the spread of R.
TEST(Representativity, AdjustmentAndStandardErrorHoldByMonteCarlo) {
    constexpr std::size_t n = 400, draws = 400;
    std::vector<std::string> group(n);
    for (std::size_t k = 0; k < n; ++k) group[k] = std::string(1, static_cast<char>('a' + k % 8));
    const Numbers one(n, 1);
    Stream chance({20});
    double sum = 0, squares = 0, adjusted = 0, variance = 0;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        Mask responds(n);
        for (std::size_t k = 0; k < n; ++k) responds[k] = chance.bernoulli(0.4 + 0.05 * static_cast<double>(k % 8));
        const auto problem = prepare_propensity({{"group", Column::of_texts(group)}}, Mask(n, 1), responds);
        const Representativity found = representativity(problem, fit_propensity(problem, one), one, one);
        sum += found.r / draws;
        squares += found.r * found.r / draws;
        adjusted += found.r_adjusted / draws;
        variance += found.se * found.se / draws;
    }
    const double truth = 1 - 2 * std::sqrt(0.05 * 0.05 * 63 / 12 * n / (n - 1));
    const double spread = std::sqrt(squares - sum * sum), error = spread / std::sqrt(static_cast<double>(draws));
    EXPECT_LT(sum, truth - 5 * error);
    EXPECT_LT(std::abs(adjusted - truth), std::abs(sum - truth) / 3);
    EXPECT_NEAR(std::sqrt(variance) / spread, 1, 0.15);
}

// ---- comparisons

// Weights 1 2 3 4, respondents 1 and 3. Category a: rows 1, 2: share 1/4 of respondents, 2/6 of others, 3/10 of all.
// Number: 10 20 30 missing: means (10 + 90) / 4 = 25 and 20; variances 75 and 0.
TEST(FrameComparison, IsWorkedByHand) {
    const Column area = Column::of_texts({"a", "a", "b", "b", "c"});
    const Column size = Column::of_numbers({10, 20, 30, std::nan(""), 5});
    const auto rows = compare_respondents({{"area", area}, {"size", size}}, Mask{1, 1, 1, 1, 0}, Mask{1, 0, 1, 0, 1},
                                          Numbers{1, 2, 3, 4, 5});
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].category, "a");
    EXPECT_DOUBLE_EQ(rows[0].respondents, 0.25);
    EXPECT_DOUBLE_EQ(rows[0].nonrespondents, 2 / 6.0);
    EXPECT_DOUBLE_EQ(rows[0].bias, -0.05);
    EXPECT_NEAR(rows[0].standardized, (0.25 - 1 / 3.0) / std::sqrt((3 / 16.0 + 2 / 9.0) / 2), 1e-14);
    EXPECT_DOUBLE_EQ(rows[2].respondents, 25);
    EXPECT_DOUBLE_EQ(rows[2].nonrespondents, 20);
    EXPECT_DOUBLE_EQ(rows[2].all, 140 / 6.0);
    EXPECT_NEAR(rows[2].standardized, 5 / std::sqrt(37.5), 1e-13);
}

}  // namespace
}  // namespace cifra
