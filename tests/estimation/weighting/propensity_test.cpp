// Response propensities against R glm, classes and factors against base R, and cases worked by hand.
#include "estimation/weighting/propensity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "engine/diagnostics.h"
#include "tests/estimation/weighting/propensity_oracle.h"

namespace cifra {
namespace {

using Numbers = std::vector<double>;
using Mask = std::vector<std::uint8_t>;

std::string refusal_of(const auto& work) {
    try {
        work();
    } catch (const Refusal& refusal) {
        return refusal.what();
    }
    return "";
}

TEST_F(PropensityOracle, FittedPropensitiesEqualGlm) {
    const Propensity weighted = fit_propensity(problem(), numbers("w"));
    expect_close(weighted.of_row, numbers("weighted"), 1e-10);
    expect_close({weighted.coefficients.begin(), weighted.coefficients.end()}, numbers("coefficients"), 1e-9);
    expect_close(fit_propensity(problem(), Numbers(size(), 3)).of_row, numbers("unweighted"), 1e-10);
    expect_close(fit_propensity(problem(false), numbers("w")).of_row, numbers("two_factors"), 1e-10);
}

// A replicate that drops units gives the propensities of a file without them.
TEST_F(PropensityOracle, AUnitOfWeightZeroHasAPropensityButNoPartInTheFit) {
    Numbers w = numbers("w");
    Mask kept = everybody();
    for (std::size_t row = 0; row < w.size(); row += 7) w[row] = 0, kept[row] = 0;
    const PropensityProblem all = problem();
    const Propensity dropped = fit_propensity(all, w);
    const PropensityProblem fewer = prepare_propensity(
        {{"region", texts("region")}, {"area", texts("area")}, {"age", Column::of_numbers(numbers("age"))}}, kept,
        responds());
    const Propensity without = fit_propensity(fewer, numbers("w"));
    for (std::size_t row = 0; row < w.size(); ++row) {
        EXPECT_TRUE(dropped.of_row[row] > 0 && dropped.of_row[row] < 1);
        EXPECT_EQ(std::isnan(without.of_row[row]), !kept[row]);
        if (kept[row]) {
            EXPECT_NEAR(dropped.of_row[row], without.of_row[row], 1e-10);
        }
    }
}

TEST_F(PropensityOracle, ClassesAndFactorsEqualBaseR) {
    const Numbers w = numbers("w"), expected = numbers("class");
    const Propensity propensity = fit_propensity(problem(), w);
    const AdjustmentCells classes = propensity_classes(propensity.of_row, everybody(), 5);
    for (std::size_t row = 0; row < w.size(); ++row) EXPECT_EQ(classes.of_row[row] + 1, expected[row]) << row;
    const auto factors = [&](ClassFactor factor) {
        const auto adjusted =
            adjust_by_propensity_classes("step", w, propensity, everybody(), responds(), {5, factor, {}});
        Numbers result;
        for (std::size_t c = 0; c < 5; ++c) result.push_back(adjusted.records[c + 1].factor);
        for (std::size_t row = 0; row < w.size(); ++row)
            EXPECT_NEAR(adjusted.weights[row], responds()[row] ? w[row] * result[classes.of_row[row]] : 0, 1e-10);
        return result;
    };
    expect_close(factors(ClassFactor::response_rate), numbers("rate"), 1e-12);
    expect_close(factors(ClassFactor::mean_propensity), numbers("mean_propensity"), 1e-9);
}

// With an intercept the fit gives Σ w r = Σ w ρ; the inverse propensities sum to about the whole.
TEST_F(PropensityOracle, InversePropensitiesWeighRespondentsOnly) {
    const Numbers w = numbers("w");
    const Propensity propensity = fit_propensity(problem(), w);
    const Numbers weights = weigh_by_inverse_propensity(w, propensity, responds());
    for (std::size_t row = 0; row < w.size(); ++row)
        EXPECT_DOUBLE_EQ(weights[row] * propensity.of_row[row], responds()[row] ? w[row] : 0);
    const double whole = std::accumulate(w.begin(), w.end(), 0.0);
    EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), whole, 0.05 * whole);
}

TEST_F(PropensityOracle, ClassesThatAreTooHeavyAreJoinedAsOne) {
    const Numbers w = numbers("w");
    const Propensity propensity = fit_propensity(problem(), w);
    const PropensityClassRule strict{5, ClassFactor::mean_propensity, {20, 2.4}};
    const auto joined = adjust_by_propensity_classes("step", w, propensity, everybody(), responds(), strict);
    ASSERT_LT(joined.groups.size(), 5u);
    const AdjustmentCells classes = propensity_classes(propensity.of_row, everybody(), 5);
    for (std::size_t g = 0; g < joined.groups.size(); ++g) {
        double all = 0, expected = 0;
        for (std::size_t row = 0; row < w.size(); ++row)
            for (const std::uint32_t member : joined.groups[g].members)
                if (classes.of_row[row] == member) all += w[row], expected += w[row] * propensity.of_row[row];
        EXPECT_NEAR(joined.records[g + 1].factor, all / expected, 1e-12);
        EXPECT_LE(joined.records[g + 1].factor, 2.4);
    }
}

// Five units at 0.2, 0.3, 0.3, 0.3, 0.6: the cut of halves is 0.3; of quarters 0.3, 0.3, 0.3.
TEST(PropensityClasses, KeepEqualPropensitiesTogether) {
    const Numbers rho = {0.3, 0.2, 0.3, 0.6, 0.3, 0.9};
    const Mask inside = {1, 1, 1, 1, 1, 0};
    const AdjustmentCells halves = propensity_classes(rho, inside, 2);
    EXPECT_EQ(halves.of_row, (std::vector<std::uint32_t>{0, 0, 0, 1, 0, AdjustmentCells::none}));
    const AdjustmentCells quarters = propensity_classes(rho, inside, 4);
    EXPECT_EQ(quarters.keys, (std::vector<CellKey>{{"1"}, {"4"}}));
    // Twelve distinct ones in twelve classes: text order is the order of the classes.
    Numbers twelve(12);
    std::iota(twelve.begin(), twelve.end(), 1.0);
    EXPECT_EQ(propensity_classes(twelve, Mask(12, 1), 12).of_row[10], 10u);
}

// One factor: the propensity is the weighted response rate of its category, 2 / 5 and 3 / 4.
TEST(Propensity, OfOneFactorIsTheRateOfItsCategories) {
    const Mask eligible = {1, 1, 1, 1, 0}, responds = {1, 0, 1, 0, 1};
    const Numbers w = {2, 3, 3, 1, 9};
    const auto problem =
        prepare_propensity({{"area", Column::of_texts({"r", "r", "u", "u", "u"})}}, eligible, responds);
    const Propensity propensity = fit_propensity(problem, w);
    EXPECT_NEAR(propensity.of_row[0], 0.4, 1e-12);
    EXPECT_NEAR(propensity.of_row[3], 0.75, 1e-12);
    EXPECT_TRUE(std::isnan(propensity.of_row[4]));
    EXPECT_EQ(problem.matrix.columns.rows(), 2);
}

TEST(Propensity, WhereEverybodyRespondsIsOne) {
    const auto problem = prepare_propensity({}, Mask(3, 1), Mask{1, 1, 0});
    EXPECT_EQ(fit_propensity(problem, Numbers{1, 2, 0}).of_row, (Numbers{1, 1, 1}));
    EXPECT_NEAR(fit_propensity(problem, Numbers{1, 2, 1}).of_row[2], 0.75, 1e-12);
}

TEST_F(PropensityOracle, RefusalsNameThePredictor) {
    const Numbers w = numbers("w"), age = numbers("age");
    std::vector<std::string> marked(size(), "a");
    Mask old(size());
    for (std::size_t row = 0; row < size(); ++row) {
        old[row] = age[row] > 50;
        if (age[row] > 80 && responds()[row]) marked[row] = "b";
    }
    const auto fit = [&](std::vector<Predictor> predictors, const Mask& responding) {
        return refusal_of([&] { fit_propensity(prepare_propensity(predictors, everybody(), responding), w); });
    };
    const std::string category = fit({{"area", texts("area")}, {"mark", Column::of_texts(marked)}}, responds());
    EXPECT_NE(category.find("mark=b"), std::string::npos) << category;
    const std::string number = fit({{"area", texts("area")}, {"age", Column::of_numbers(age)}}, old);
    EXPECT_NE(number.find("separated from nonrespondents by age"), std::string::npos) << number;
    EXPECT_NE(fit({}, Mask(size(), 0)).find("nobody responds"), std::string::npos);
    Numbers holes = age;
    holes[3] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_NE(fit({{"age", Column::of_numbers(holes)}}, responds()).find("age has no value"), std::string::npos);
    EXPECT_NE(refusal_of([&] { fit_propensity(problem(), Numbers(size(), -1)); }), "");
}

// The sum of two categories' columns is the intercept, a copy of a column adds nothing.
TEST_F(PropensityOracle, ColumnsThatDependOnOthersChangeNothing) {
    const auto twice = prepare_propensity(
        {{"region", texts("region")}, {"area", texts("area")}, {"again", texts("area")}}, everybody(), responds());
    const Propensity propensity = fit_propensity(twice, numbers("w"));
    expect_close(propensity.of_row, numbers("two_factors"), 1e-10);
    EXPECT_EQ(propensity.coefficients(5), 0);
}

}  // namespace
}  // namespace cifra
