// A model over covariate patterns against the same model over its records one by one: coefficients, covariance,
// deviance, dispersion, tests and margins of every family, with offsets, domains and replicate-free designs.
#include <gtest/gtest.h>

#include <random>

#include "estimation/inference/covariate_patterns.h"
#include "estimation/inference/model_inference.h"

namespace cifra::testing {
namespace {

// 600 records in 60 PSUs of 6 strata: two factors, a coarse number, an offset of few values, outcomes.
struct Records {
    Records() : unit(600) {
        design.strata = {"1", "2", "3", "4", "5", "6"};
        design.stages = {{{}, std::vector<double>(6, 0)}};
        for (std::uint32_t psu = 0; psu < 60; ++psu) design.stages[0].group.push_back(psu / 10);
        terms.variables = {factor("g", 3), factor("h", 2), {"x", false, {}, {}, {}, 0}};
        terms.terms = {{{0}}, {{1}}, {{2}}, {{0, 2}}};
        terms.records = unit.size();
        std::mt19937_64 random(3);
        std::vector<double> weight;
        for (std::uint32_t i = 0; i < unit.size(); ++i) {
            unit[i] = i / 10;
            weight.push_back(0.5 + static_cast<double>(random() % 1000) / 250);
            terms.variables[0].code.push_back(static_cast<std::uint32_t>(random() % 3));
            terms.variables[1].code.push_back(static_cast<std::uint32_t>(random() % 2));
            terms.variables[2].values.push_back(static_cast<double>(random() % 4) / 2 - 1);
            offset.push_back(static_cast<double>(random() % 3) / 10);
            uniform.push_back(static_cast<double>(random() % 997) / 997);
        }
        sample = make_sample(design, unit, weight);
    }

    static ModelVariable factor(const std::string& name, std::size_t levels) {
        ModelVariable variable{name, true, {}, {}, {}, 0};
        for (std::size_t level = 0; level < levels; ++level) variable.levels.push_back(std::to_string(level));
        return variable;
    }

    // Outcomes that the family allows and that depend on the covariates.
    Eigen::VectorXd outcomes(Family family) const {
        Eigen::VectorXd y(static_cast<Eigen::Index>(unit.size()));
        for (std::size_t i = 0; i < unit.size(); ++i) {
            const double rise = 0.2 * terms.variables[0].code[i] + 0.3 * terms.variables[2].values[i], u = uniform[i];
            const double count = std::floor(4 * u * u * u * u * (2 + rise));
            y(static_cast<Eigen::Index>(i)) = family == Family::binomial   ? (u < 0.3 + 0.2 * rise ? 1 : 0)
                                              : family == Family::gaussian ? u + rise
                                              : family == Family::gamma    ? 0.1 + u + std::abs(rise)
                                                                           : count;
        }
        return y;
    }

    RegressionInput one_by_one(Family family) const {
        return {model_matrix(terms).columns, outcomes(family),
                Eigen::Map<const Eigen::VectorXd>(offset.data(), static_cast<Eigen::Index>(offset.size()))};
    }

    RegressionInput by_pattern(Family family) const {
        const CovariatePatterns patterns = covariate_patterns(terms, offset);
        RegressionInput input{model_matrix(at_records(terms, patterns.example)).columns, outcomes(family), {}};
        input.offset = one_by_one(family).offset(patterns.example);
        input.pattern = patterns.of_record;
        return input;
    }

    std::vector<Eigen::MatrixXd> fixed(const ModelTerms& over) const {
        return {model_matrix(over, {{1, 0}}).columns, model_matrix(over, {{1, 1}}).columns};
    }

    std::vector<std::uint32_t> unit;
    std::vector<double> offset, uniform;
    SurveyDesign design;
    ModelTerms terms;
    InferenceSample sample;
};

void expect_close(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, double tolerance) {
    ASSERT_EQ(a.size(), b.size());
    EXPECT_LE((a - b).norm(), tolerance * b.norm());
}

class Families : public ::testing::TestWithParam<ModelFamily> {};

TEST_P(Families, PatternsGiveWhatTheRecordsGive) {
    const Records records;
    const ModelFamily family = GetParam();
    const RegressionInput dense = records.one_by_one(family.family), few = records.by_pattern(family.family);
    ASSERT_EQ(few.columns.rows(), 3 * 2 * 4 * 3);
    const Regression a = fit_regression(records.sample, dense, family), b = fit_regression(records.sample, few, family);
    ASSERT_TRUE(a.usable() && b.usable());
    expect_close(b.coefficients, a.coefficients, 1e-8);
    expect_close(b.covariance, a.covariance, 1e-8);
    expect_close(b.inverse_information, a.inverse_information, 1e-8);
    expect_close(b.mean, a.mean, 1e-8);
    EXPECT_NEAR(b.deviance / a.deviance, 1, 1e-9);
    EXPECT_NEAR(b.dispersion / a.dispersion, 1, 1e-8);
    EXPECT_EQ(b.df, a.df);
    if (family.family == Family::negative_binomial) {
        EXPECT_NEAR(b.theta / a.theta, 1, 1e-7);
        EXPECT_NEAR(b.theta_se / a.theta_se, 1, 1e-7);
    }
}

TEST_P(Families, TestsAndMarginsToo) {
    const Records records;
    const ModelFamily family = GetParam();
    const RegressionInput dense = records.one_by_one(family.family), few = records.by_pattern(family.family);
    const Regression a = fit_regression(records.sample, dense, family), b = fit_regression(records.sample, few, family);
    if (family.family != Family::negative_binomial) {
        const TestResult x = test_coefficients(records.sample, dense, a, {1, 2}, TermTest::lrt),
                         y = test_coefficients(records.sample, few, b, {1, 2}, TermTest::lrt);
        EXPECT_NEAR(y.statistic / x.statistic, 1, 1e-6);
    }
    const CovariatePatterns patterns = covariate_patterns(records.terms, records.offset);
    const Margins x = predictive_margins(records.sample, dense, a, records.fixed(records.terms),
                                         MarginVariance::unconditional),
                  y = predictive_margins(records.sample, few, b,
                                         records.fixed(at_records(records.terms, patterns.example)),
                                         MarginVariance::unconditional);
    expect_close(y.values, x.values, 1e-9);
    expect_close(y.covariance, x.covariance, 1e-8);
}

INSTANTIATE_TEST_SUITE_P(
    All, Families,
    ::testing::Values(ModelFamily{Family::gaussian, Link::identity, 1}, ModelFamily{Family::binomial, Link::logit, 1},
                      ModelFamily{Family::binomial, Link::probit, 1}, ModelFamily{Family::binomial, Link::cloglog, 1},
                      ModelFamily{Family::poisson, Link::log, 1}, ModelFamily{Family::gamma, Link::log, 1},
                      ModelFamily{Family::negative_binomial, Link::log, 1}));

TEST(CovariatePatterns, RDefaultStartsFromTheRecords) {
    const Records records;
    const ModelFamily family{Family::binomial, Link::logit, 1};
    const Regression a = fit_regression(records.sample, records.one_by_one(family.family), family,
                                        Convergence::r_default),
                     b = fit_regression(records.sample, records.by_pattern(family.family), family,
                                        Convergence::r_default);
    EXPECT_EQ(a.iterations, b.iterations);
    expect_close(b.coefficients, a.coefficients, 1e-13);
    expect_close(b.covariance, a.covariance, 1e-13);
}

TEST(CovariatePatterns, EqualRecordsShareAPatternAndOthersDoNot) {
    const Records records;
    const CovariatePatterns patterns = covariate_patterns(records.terms, records.offset);
    const auto& v = records.terms.variables;
    for (std::size_t i = 0; i < records.unit.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const bool equal = v[0].code[i] == v[0].code[j] && v[1].code[i] == v[1].code[j] &&
                               v[2].values[i] == v[2].values[j] && records.offset[i] == records.offset[j];
            ASSERT_EQ(patterns.of_record[i] == patterns.of_record[j], equal);
        }
}

TEST(CovariatePatterns, RecordsThatDifferAreTheirOwn) {
    Records records;
    for (std::size_t i = 0; i < records.unit.size(); ++i) records.offset[i] = static_cast<double>(i) / 7;
    const CovariatePatterns patterns = covariate_patterns(records.terms, records.offset);
    EXPECT_TRUE(patterns.of_record.empty());
    EXPECT_TRUE(patterns.example.empty());
}

TEST(CovariatePatterns, APatternNeedsARow) {
    const Records records;
    RegressionInput input = records.by_pattern(Family::gaussian);
    input.pattern.back() = static_cast<std::uint32_t>(input.columns.rows());
    EXPECT_THROW(fit_regression(records.sample, input, {}), std::invalid_argument);
}

}  // namespace
}  // namespace cifra::testing
