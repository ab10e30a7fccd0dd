// What cannot be estimated is said, not invented: separation, aliased columns, no degrees of freedom, one category, no
// variance. And properties: the scale of weights, the order of rows and the units of variables change nothing.
#include <gtest/gtest.h>

#include <numeric>

#include "estimation/inference/distributions.h"
#include "estimation/inference/group_tests.h"
#include "estimation/inference/independence.h"
#include "estimation/inference/regression.h"
#include "tests/estimation/inference/section_run.h"

namespace cifra::testing {
namespace {

// Simple random sampling with replacement of n records.
struct Simple {
    explicit Simple(std::size_t n, std::vector<double> weight = {}) : units(n) {
        std::iota(units.begin(), units.end(), 0U);
        design.strata = {""};
        design.stages = {{std::vector<std::uint32_t>(n, 0), {0}}};
        sample = make_sample(design, units, weight.empty() ? std::vector<double>(n, 1) : std::move(weight));
    }
    std::vector<std::uint32_t> units;
    SurveyDesign design;
    InferenceSample sample;
};

Eigen::MatrixXd with_intercept(std::initializer_list<std::vector<double>> columns) {
    const auto n = static_cast<Eigen::Index>(columns.begin()->size());
    Eigen::MatrixXd x = Eigen::MatrixXd::Ones(n, static_cast<Eigen::Index>(columns.size()) + 1);
    Eigen::Index j = 1;
    for (const auto& column : columns) x.col(j++) = Eigen::Map<const Eigen::VectorXd>(column.data(), n);
    return x;
}

Eigen::VectorXd vector_of(const std::vector<double>& values) {
    return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

const ModelFamily logit{Family::binomial, Link::logit, 0};

bool says(const std::vector<std::string>& notices, const std::string& words) {
    return std::any_of(notices.begin(), notices.end(),
                       [&](const std::string& notice) { return notice.find(words) != std::string::npos; });
}

TEST(Regression, ACategoryWithoutCasesHasNoFiniteCoefficientAndTheOthersStay) {
    // Group 2 has no case: its log odds run off, while the intercept is that of the first group, log(2 / 4).
    const Simple s(10);
    const RegressionInput input{
        with_intercept({{0, 0, 0, 0, 0, 0, 1, 1, 1, 1}}), vector_of({1, 1, 0, 0, 0, 0, 0, 0, 0, 0}), {}};
    const Regression model = fit_regression(s.sample, input, logit);
    EXPECT_EQ(model.state[1], CoefficientState::infinite);
    EXPECT_TRUE(std::isnan(model.coefficients(1)));
    EXPECT_TRUE(std::isnan(coefficient_of(model, 1).se));
    EXPECT_NEAR(model.coefficients(0), std::log(0.5), 1e-8);
    EXPECT_TRUE(std::isfinite(coefficient_of(model, 0).se));
    EXPECT_TRUE(says(model.notices, "separation"));
    EXPECT_FALSE(model.usable());
}

TEST(Regression, CompleteSeparationAndOneOutcomeEndWithANotice) {
    const Simple s(6);
    const RegressionInput split{with_intercept({{1, 2, 3, 7, 8, 9}}), vector_of({0, 0, 0, 1, 1, 1}), {}};
    const RegressionInput all{with_intercept({{1, 2, 3, 7, 8, 9}}), Eigen::VectorXd::Ones(6), {}};
    const RegressionInput group{with_intercept({{0, 0, 0, 1, 1, 1}}), vector_of({0, 1, 0, 0, 0, 0}), {}};
    for (const Link link : {Link::logit, Link::probit, Link::cloglog})
        for (const RegressionInput* input : {&split, &all, &group}) {
            const Regression model = fit_regression(s.sample, *input, {Family::binomial, link, 0});
            EXPECT_FALSE(model.usable()) << to_text(link);
            EXPECT_FALSE(model.notices.empty()) << to_text(link);
            EXPECT_TRUE(std::isnan(model.coefficients(1))) << to_text(link);
        }
    const Regression counts = fit_regression(s.sample, group, {Family::poisson, Link::log, 0});
    EXPECT_EQ(counts.state[1], CoefficientState::infinite);
    EXPECT_NEAR(counts.coefficients(0), std::log(1.0 / 3), 1e-8);
    const Regression nb = fit_regression(s.sample, group, {Family::negative_binomial, Link::log, 1});
    EXPECT_FALSE(nb.converged);
    EXPECT_TRUE(says(nb.notices, "separation"));
}

TEST(Regression, OfColumnsThatDependOnEachOtherTheFirstStay) {
    const Simple s(8);
    const std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 9}, twice = {3, 5, 7, 9, 11, 13, 15, 19};
    const Eigen::VectorXd y = vector_of({1, 4, 2, 6, 5, 9, 7, 8});
    const Regression both = fit_regression(s.sample, {with_intercept({x, twice}), y, {}}, {});
    const Regression one = fit_regression(s.sample, {with_intercept({x}), y, {}}, {});
    EXPECT_EQ(both.state[2], CoefficientState::aliased);
    EXPECT_EQ(both.rank(), 2u);
    EXPECT_NEAR(both.coefficients(1), one.coefficients(1), 1e-12);
    EXPECT_NEAR(both.covariance(1, 1), one.covariance(1, 1), 1e-12);
    EXPECT_EQ(both.df, one.df);
    EXPECT_TRUE(says(both.notices, "depend on earlier ones"));
}

TEST(Regression, UnitsOfVariablesDoNotMatter) {
    const Simple s(9);
    const std::vector<double> x = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    std::vector<double> far;
    for (const double value : x) far.push_back(1e6 + 1e-3 * value);
    const Eigen::VectorXd y = vector_of({0, 1, 0, 0, 1, 0, 1, 1, 1});
    const Coefficient near_ = coefficient_of(fit_regression(s.sample, {with_intercept({x}), y, {}}, logit), 1);
    const Coefficient moved = coefficient_of(fit_regression(s.sample, {with_intercept({far}), y, {}}, logit), 1);
    // A step of 1e-3 at 1e6 is stored to 1e-16 / 1e-9 = 1e-7 of itself.
    EXPECT_NEAR(moved.estimate / 1e3 / near_.estimate, 1, 1e-6);
    EXPECT_NEAR(moved.t / near_.t, 1, 1e-6);
}

TEST(Regression, TheScaleOfWeightsAndTheOrderOfRecordsDoNotMatter) {
    const std::vector<double> w = {1, 3, 2, 5, 1, 4, 2, 2, 0}, x = {3, 1, 4, 1, 5, 9, 2, 6, 5},
                              y = {1, 0, 2, 0, 4, 6, 1, 2, 3};
    std::vector<double> large;
    for (const double value : w) large.push_back(value * 12345.678);
    const Simple plain(9, w), scaled(9, large), reversed(9, {w.rbegin(), w.rend()});
    const auto fit = [&](const Simple& s, const std::vector<double>& a, const std::vector<double>& b) {
        RegressionInput input{Eigen::MatrixXd::Ones(8, 2), Eigen::VectorXd(8), {}};
        for (Eigen::Index i = 0; i < 8; ++i) {
            input.columns(i, 1) = a[s.sample.rows[static_cast<std::size_t>(i)]];
            input.outcome(i) = b[s.sample.rows[static_cast<std::size_t>(i)]];
        }
        return fit_regression(s.sample, input, {Family::poisson, Link::log, 0});
    };
    const Regression first = fit(plain, x, y), second = fit(scaled, x, y),
                     third = fit(reversed, {x.rbegin(), x.rend()}, {y.rbegin(), y.rend()});
    for (const Regression* other : {&second, &third}) {
        EXPECT_NEAR(other->coefficients(1) / first.coefficients(1), 1, 1e-10);
        EXPECT_NEAR(other->covariance(1, 1) / first.covariance(1, 1), 1, 1e-8);
        EXPECT_NEAR(other->deviance / first.deviance, 1, 1e-10);
        EXPECT_EQ(other->df, first.df);
    }
}

TEST(Regression, NoRecordNoDegreesOfFreedomNoVariance) {
    const Simple none(4, {0, 0, 0, 0});
    const Regression empty = fit_regression(none.sample, {Eigen::MatrixXd(0, 2), Eigen::VectorXd(0), {}}, {});
    EXPECT_TRUE(std::isnan(empty.coefficients(0)));
    EXPECT_TRUE(says(empty.notices, "no record"));
    const Simple two(2);  // one degree of freedom less one coefficient
    const Regression full = fit_regression(two.sample, {with_intercept({{0, 1}}), vector_of({3, 5}), {}}, {});
    EXPECT_EQ(full.df, 0);
    EXPECT_NEAR(full.coefficients(1), 2, 1e-12);
    EXPECT_TRUE(std::isnan(coefficient_of(full, 1).p));
}

TEST(Regression, RefusesOutcomesOutsideTheFamily) {
    const Simple s(3);
    const RegressionInput input{Eigen::MatrixXd::Ones(3, 1), vector_of({0, 1, 2}), {}};
    EXPECT_THROW(fit_regression(s.sample, input, logit), std::invalid_argument);
    EXPECT_THROW(make_sample(s.design, s.units, {1, -1, 1}), std::invalid_argument);
}

TEST(Regression, CountsWithoutOverdispersionAreThePoissonModel) {
    const Simple s(8);
    const RegressionInput input{with_intercept({{0, 0, 0, 0, 1, 1, 1, 1}}), vector_of({2, 2, 2, 3, 4, 4, 4, 5}), {}};
    const Regression nb = fit_regression(s.sample, input, {Family::negative_binomial, Link::log, 1});
    const Regression poisson = fit_regression(s.sample, input, {Family::poisson, Link::log, 0});
    EXPECT_TRUE(std::isnan(nb.theta));
    EXPECT_TRUE(says(nb.notices, "no overdispersion"));
    // The rounds end at theta = 1e7: the variance is that of Poisson up to mu / theta = 4e-7.
    EXPECT_NEAR(nb.coefficients(1), poisson.coefficients(1), 1e-6);
    EXPECT_NEAR(nb.covariance(1, 1) / poisson.covariance(1, 1), 1, 1e-6);
}

TEST(Regression, GroupMeansAreTheClosedFormOfADummyVariable) {
    // A saturated logit: the log odds of each group, with variance sum (y - p)^2 / (n p (1 - p))^2 times n / (n - 1).
    const Simple s(10);
    const std::vector<double> g = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
    const Regression model =
        fit_regression(s.sample, {with_intercept({g}), vector_of({1, 0, 0, 0, 1, 1, 1, 1, 0, 1}), {}}, logit);
    EXPECT_NEAR(model.coefficients(0), std::log(2.0 / 3), 1e-10);
    EXPECT_NEAR(model.coefficients(1), std::log(4.0) - std::log(2.0 / 3), 1e-10);
    const double first = 5 * 0.24 / std::pow(5 * 0.24, 2), second = 5 * 0.16 / std::pow(5 * 0.16, 2);
    EXPECT_NEAR(model.covariance(1, 1), (first + second) * 10 / 9, 1e-10);
}

TEST(Tables, OneCategoryEmptyCellsAndNoDegreesOfFreedom) {
    const Simple s(6);
    const TwoWay constant{{0, 0, 0, 0, 0, 0}, {0, 1, 0, 1, 0, 1}, 1, 2, 6};
    EXPECT_TRUE(says(test_independence(s.sample, constant, {"F"})[0].notices, "one category"));
    const TwoWay hole{{0, 0, 1, 1, 1, 0}, {0, 0, 1, 1, 0, 0}, 2, 2, 6};
    const TestResult result = test_independence(s.sample, hole, {"F"})[0];
    EXPECT_TRUE(says(result.notices, "empty cells: 1"));
    EXPECT_TRUE(std::isfinite(result.p));
    const Simple two(2);
    EXPECT_TRUE(says(test_mean(two.sample, Eigen::VectorXd::Ones(2), 0).notices, "degrees of freedom"));
    EXPECT_TRUE(says(test_mean(s.sample, Eigen::VectorXd::Ones(6), 0).notices, "no variance"));
    EXPECT_TRUE(says(test_group_means(s.sample, Eigen::VectorXd::Ones(6), {0, 0, 0, 0, 0, 0}, 1).notices, "one group"));
}

TEST(Tables, PearsonsStatisticBySimpleRandomSampling) {
    // n (ad - bc)^2 / (r1 r2 c1 c2), and 2 sum O log(O / E), of the cells 10, 5, 5, 20.
    const Simple s(40);
    TwoWay table{{}, {}, 2, 2, 40};
    const int cells[2][2] = {{10, 5}, {5, 20}};
    for (std::uint32_t r = 0; r < 2; ++r)
        for (std::uint32_t c = 0; c < 2; ++c)
            for (int i = 0; i < cells[r][c]; ++i) table.row.push_back(r), table.column.push_back(c);
    const double x2 = 40 * std::pow(10.0 * 20 - 5 * 5, 2) / (15.0 * 25 * 15 * 25);
    EXPECT_NEAR(test_independence(s.sample, table, {"Chisq"})[0].statistic, x2, 1e-12);
    const double g2 =
        2 * (10 * std::log(10 * 40 / 225.0) + 10 * std::log(5 * 40 / 375.0) + 20 * std::log(20 * 40 / 625.0));
    EXPECT_NEAR(test_independence(s.sample, table, {"LR_Chisq"})[0].statistic, g2, 1e-12);
}

TEST(Ranks, MidpointTiesDoNotDependOnTheOrderOfRows) {
    const std::vector<double> w = {1, 5, 2, 4, 3, 1}, y = {1, 1, 2, 2, 2, 3};
    const Simple forward(6, w), backward(6, {w.rbegin(), w.rend()});
    const Eigen::VectorXd a = rank_scores(forward.sample, vector_of(y), RankTest::wilcoxon, RankTies::midpoint);
    const Eigen::VectorXd b =
        rank_scores(backward.sample, vector_of({y.rbegin(), y.rend()}), RankTest::wilcoxon, RankTies::midpoint);
    EXPECT_LT((a - b.reverse()).norm(), 1e-14);
    EXPECT_NEAR(a(0), 3.0 / 16, 1e-14);
    EXPECT_NEAR(a(2), (6 + 4.5) / 16, 1e-14);
    // R's rule: the plain mean of the middles (0.5, 3.5) of the first two.
    EXPECT_NEAR(rank_scores(forward.sample, vector_of(y), RankTest::wilcoxon, RankTies::in_order)(0), 2.0 / 16, 1e-14);
}

TEST(Sums, ExactTailsFarOut) {
    // Sum of exponentials with rates 1 / (2 a): closed form of Erlang type.
    for (const double x : {1e-6, 1e-2, 1.0, 30.0, 300.0, 1200.0}) {
        EXPECT_NEAR(exact_tail(x, {{1, 2}}) / std::exp(-x / 2), 1, 1e-10) << x;
        EXPECT_NEAR(exact_tail(x, {{1, 1}}) / std::erfc(std::sqrt(x / 2)), 1, 1e-9) << x;
        EXPECT_NEAR(exact_tail(x, {{3, 2}, {1, 2}}) / ((3 * std::exp(-x / 6) - std::exp(-x / 2)) / 2), 1, 1e-9) << x;
    }
    EXPECT_EQ(exact_tail(0, {{1, 1}}), 1);
    EXPECT_TRUE(std::isnan(weighted_sum_tail(3, {1, 2}, SumMethod::exact, 0.5)));
    EXPECT_NEAR(weighted_sum_tail(7, {1, 1}, SumMethod::exact, 12) / f_tail(3.5, 2, 12), 1, 1e-10);
    EXPECT_NEAR(weighted_sum_tail(7, {1, 1}, SumMethod::satterthwaite, 12) / f_tail(3.5, 2, 12), 1, 1e-12);
}

// P(Q > x) = 1/2 + (1/pi) int sin(theta(u)) / (u rho(u)) du, Imhof 1961, equation 3.2, by Simpson's rule.
double imhof(double x, const std::vector<ChiSquareTerm>& terms) {
    const auto integrand = [&](double u) {
        double theta = -x * u / 2, log_rho = 0, slope = -x / 2;
        for (const ChiSquareTerm& term : terms) {
            theta += term.df * std::atan(term.coefficient * u) / 2;
            log_rho += term.df * std::log1p(std::pow(term.coefficient * u, 2)) / 4;
            slope += term.df * term.coefficient / 2;
        }
        return u == 0 ? slope : std::sin(theta) / u * std::exp(-log_rho);
    };
    const int intervals = 400000;
    const double step = 400.0 / intervals;
    double sum = integrand(0) + integrand(400);
    for (int i = 1; i < intervals; ++i) sum += integrand(i * step) * (i % 2 ? 4 : 2);
    return 0.5 + sum * step / 3 / 3.14159265358979323846;
}

TEST(Sums, ExactTailAgreesWithImhofsIntegral) {
    const std::vector<ChiSquareTerm> positive = {{2.1, 3}, {0.7, 4}, {0.2, 5}}, mixed = {{1.5, 4}, {0.4, 3}, {-0.6, 6}};
    for (const double x : {0.5, 4.0, 12.0, 25.0}) {
        EXPECT_NEAR(exact_tail(x, positive), imhof(x, positive), 1e-9) << x;
        EXPECT_NEAR(exact_tail(x, mixed), imhof(x, mixed), 1e-9) << x;
    }
    EXPECT_NEAR(exact_tail(-3, mixed), imhof(-3, mixed), 1e-9);
}

}  // namespace
}  // namespace cifra::testing
