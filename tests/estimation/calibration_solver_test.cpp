// The calibration solver on random problems: the conditions of the optimum, written down as the derivative of each
// distance; bounds; invariance; replay; least violations. Method sinh against base R (tests/oracle/calibration_sinh.R).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>

#include <nlohmann/json.hpp>

#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/random.h"
#include "estimation/weighting/calibration_infeasible.h"
#include "estimation/weighting/calibration_problem.h"

namespace cifra::testing {
namespace {

using Method = CalibrationMethod;

struct Problem {
    std::vector<double> d, q;
    Controls controls;
    CalibrationOptions options;
};

std::vector<std::uint32_t> categories(Stream& chance, std::size_t units, std::uint32_t count) {
    std::vector<std::uint32_t> result(units);
    for (std::uint32_t& category : result) category = static_cast<std::uint32_t>(chance.below(count));
    for (std::uint32_t i = 0; i < count; ++i) result[i] = i;
    return result;
}

Control margin_of(const std::string& name, std::vector<std::uint32_t> category, std::span<const double> target) {
    Control control;
    for (std::size_t k = 0; k < category.size(); ++k) {
        control.totals.resize(std::max<std::size_t>(control.totals.size(), category[k] + 1));
        control.totals[category[k]] += target[k];
    }
    for (std::size_t j = 0; j < control.totals.size(); ++j) control.names.push_back(name + std::to_string(j));
    control.category = std::move(category);
    return control;
}

Control number_of(const std::string& name, std::vector<double> value, std::span<const double> target) {
    const double total = std::inner_product(value.begin(), value.end(), target.begin(), 0.0);
    return {{name}, {total}, {}, std::move(value)};
}

// Two margins and two numbers, one of few values; totals that weights within 0.7 d to 1.5 d attain.
Problem random_problem(std::uint64_t seed, Method method, std::size_t units, bool numbers = true) {
    Stream chance({.seed = seed, .purpose = Purpose::test, .stage = 0, .unit = 1});
    Problem p;
    std::vector<double> target, few, many;
    for (std::size_t k = 0; k < units; ++k) {
        p.d.push_back(std::floor(10 + 40 * chance.uniform()));
        target.push_back(p.d[k] * (0.7 + 0.8 * chance.uniform()));
        few.push_back(static_cast<double>(chance.below(4)));
        many.push_back(chance.uniform() - 0.3);
        p.q.push_back(1 + static_cast<double>(chance.below(2)));
    }
    p.controls.add(margin_of("a", categories(chance, units, 4), target));
    if (numbers) p.controls.add(number_of("few", few, target));
    p.controls.add(margin_of("b", categories(chance, units, 3), target));
    if (numbers && seed % 2 == 0) p.controls.add(number_of("many", many, target));
    p.options.method = method;
    if (method == Method::truncated || method == Method::logit) p.options.lower = 0.4, p.options.upper = 2.2;
    if (method == Method::sinh) p.options.alpha = 0.5 + static_cast<double>(seed % 3);
    return p;
}

// Derivative of the distance between g and 1.
double derivative(const CalibrationOptions& o, double g, double lower, double upper) {
    if (o.method == Method::raking) return std::log(g);
    if (o.method == Method::sinh) return std::sinh(o.alpha * (g - 1 / g)) / (2 * o.alpha);
    if (o.method != Method::logit) return g - 1;
    const double a = (upper - lower) / ((1 - lower) * (upper - 1));
    return (std::log((g - lower) / (1 - lower)) - std::log((upper - g) / (upper - 1))) / a;
}

void expect_optimum(const Problem& p, const Calibrated& result) {
    const Eigen::VectorXd deviation = control_deviations(p.controls, p.d, result.w);
    EXPECT_LE(deviation.maxCoeff(), 1e-11);
    for (std::size_t k = 0; k < p.d.size(); ++k) {
        if (p.d[k] == 0) continue;
        const double scale = p.options.bounds_on_weight ? p.d[k] : 1;
        const double lower = p.options.lower / scale, upper = p.options.upper / scale, g = result.g[k];
        double u = 0;
        p.controls.for_each(k, [&](std::size_t, std::size_t j, double x) { u += result.lambda[j] * x; });
        u /= p.q.empty() ? 1 : p.q[k];
        const double slope = derivative(p.options, g, lower, upper);
        if (p.options.method == Method::truncated && g <= lower)
            EXPECT_LE(u, slope + 1e-9);
        else if (p.options.method == Method::truncated && g >= upper)
            EXPECT_GE(u, slope - 1e-9);
        else
            EXPECT_NEAR(slope, u, 1e-8 * (1 + std::abs(u)));
        EXPECT_NEAR(result.w[k], p.d[k] * g, 1e-13 * p.d[k]);
    }
}

const std::vector<Method> methods = {Method::linear, Method::truncated, Method::raking, Method::logit, Method::sinh};

TEST(CalibrationSolver, MeetsTheControlsAtTheOptimum) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        for (const Method method : methods) {
            SCOPED_TRACE(::testing::Message() << seed << " " << static_cast<int>(method));
            Problem p = random_problem(seed, method, 60 + 200 * (seed % 4));
            if (seed % 3 == 0) p.q.clear();
            expect_optimum(p, calibrate(p.d, p.controls, p.q, p.options));
        }
}

TEST(CalibrationSolver, BoundsAreRespectedExactly) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        for (const Method method : {Method::truncated, Method::logit})
            for (const bool on_weight : {false, true}) {
                SCOPED_TRACE(::testing::Message() << seed << " " << static_cast<int>(method) << on_weight);
                Problem p = random_problem(seed, method, 200);
                p.options.bounds_on_weight = on_weight;
                p.q.clear();
                if (on_weight) p.options.lower = method == Method::logit ? 5 : 11.3, p.options.upper = 70.1;
                const Calibrated result = calibrate(p.d, p.controls, {}, p.options);
                expect_optimum(p, result);
                const std::vector<double>& bounded = on_weight ? result.w : result.g;
                EXPECT_GE(*std::min_element(bounded.begin(), bounded.end()), p.options.lower);
                EXPECT_LE(*std::max_element(bounded.begin(), bounded.end()), p.options.upper);
            }
}

TEST(CalibrationSolver, BaseWeightsOutsideTheBoundsOfLogitAreRefused) {
    Problem p = random_problem(1, Method::logit, 100);
    p.options.bounds_on_weight = true, p.options.lower = 20, p.options.upper = 70;
    EXPECT_THROW(calibrate(p.d, p.controls, {}, p.options), Refusal);
}

TEST(CalibrationSolver, ScaledTotalsAndBaseWeightsScaleTheWeights) {
    for (const Method method : methods) {
        const Problem p = random_problem(4, method, 300);
        const Calibrated one = calibrate(p.d, p.controls, p.q, p.options);
        Controls scaled;
        for (Control control : p.controls.all()) {
            for (double& total : control.totals) total *= 1000;
            scaled.add(std::move(control));
        }
        std::vector<double> d = p.d;
        for (double& weight : d) weight *= 1000;
        const Calibrated thousand = calibrate(d, scaled, p.q, p.options);
        for (std::size_t k = 0; k < d.size(); ++k) EXPECT_NEAR(thousand.w[k], 1000 * one.w[k], 1e-9 * d[k]);
    }
}

TEST(CalibrationSolver, TheOrderOfUnitsChangesRoundingOnly) {
    for (const Method method : methods) {
        const Problem p = random_problem(2, method, 400);
        const Calibrated one = calibrate(p.d, p.controls, p.q, p.options);
        std::vector<double> d(p.d.rbegin(), p.d.rend()), q(p.q.rbegin(), p.q.rend());
        Controls reversed;
        for (Control control : p.controls.all()) {
            std::reverse(control.category.begin(), control.category.end());
            std::reverse(control.value.begin(), control.value.end());
            reversed.add(std::move(control));
        }
        const Calibrated other = calibrate(d, reversed, q, p.options);
        for (std::size_t k = 0; k < d.size(); ++k) EXPECT_NEAR(other.w[d.size() - 1 - k], one.w[k], 1e-12 * one.w[k]);
    }
}

TEST(CalibrationSolver, WeightsOnTheTotalsStay) {
    for (const Method method : methods) {
        Problem p = random_problem(6, method, 200);
        Controls met;
        const Eigen::VectorXd reached = weighted_totals(p.controls, p.d);
        for (std::size_t c = 0; c < p.controls.all().size(); ++c) {
            Control control = p.controls.all()[c];
            for (std::size_t j = 0; j < control.totals.size(); ++j)
                control.totals[j] = reached(static_cast<Eigen::Index>(p.controls.first(c) + j));
            met.add(std::move(control));
        }
        for (const double g : calibrate(p.d, met, p.q, p.options).g) EXPECT_NEAR(g, 1, 1e-14);
    }
}

TEST(CalibrationSolver, ThreadsChangeNothing) {
    Problem p = random_problem(2, Method::raking, 200'000);
    const Calibrated one = calibrate(p.d, p.controls, {}, p.options);
    for (const int threads : {2, 7}) {
        p.options.threads = threads;
        EXPECT_EQ(calibrate(p.d, p.controls, {}, p.options).w, one.w);
    }
}

TEST(CalibrationSolver, APreparedProblemSolvesAsAFreshOne) {
    for (const Method method : methods) {
        const Problem p = random_problem(3, method, 500);
        const CalibrationProblem problem = prepare_calibration(p.controls, p.q, p.options);
        EXPECT_LT(problem.patterns.size(), 150U);
        const std::vector<double> start = calibrate(problem, p.d).lambda;
        Stream chance({.seed = 9, .purpose = Purpose::test, .stage = 0, .unit = 2});
        for (int replicate = 0; replicate < 5; ++replicate) {
            std::vector<double> d = p.d;
            for (double& weight : d) weight *= chance.bernoulli(0.1) ? 0 : 0.8 + 0.4 * chance.uniform();
            const Calibrated fresh = calibrate(d, p.controls, p.q, p.options), again = calibrate(problem, d, start);
            EXPECT_LE(again.iterations, fresh.iterations + 3);
            const std::vector<double> sums = sums_by_pattern(problem.patterns, d);
            const Calibrated by_pattern = calibrate_patterns(problem, sums, start);
            for (std::size_t k = 0; k < d.size(); ++k) {
                EXPECT_NEAR(again.w[k], fresh.w[k], 1e-10 * d[k]);
                EXPECT_EQ(again.g[k], d[k] == 0 ? 1 : by_pattern.g[problem.patterns.of_unit[k]]);
                EXPECT_EQ(again.w[k], d[k] * again.g[k]);
            }
        }
    }
}

TEST(CalibrationSolver, RakingIsTheLimitOfProportionalFitting) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Problem p = random_problem(seed, Method::raking, 300, false);
        const Calibrated newton = calibrate(p.d, p.controls, {}, p.options);
        p.options.proportional_fitting = p.options.keep_fitted = true, p.options.iterations = 1000;
        const Calibrated fitted = calibrate(p.d, p.controls, {}, p.options);
        for (std::size_t k = 0; k < p.d.size(); ++k) EXPECT_NEAR(newton.w[k], fitted.w[k], 1e-11 * newton.w[k]);
        ASSERT_EQ(fitted.fitted.size(), 2U);
        for (std::size_t k = 0; k < p.d.size(); ++k) EXPECT_NEAR(fitted.fitted[1][k], fitted.w[k], 1e-11 * newton.w[k]);
    }
}

TEST(CalibrationSolver, SinhAgreesWithItsDefinitionInR) {
    const std::filesystem::path folder = std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle";
    const nlohmann::json oracle = nlohmann::json::parse(std::ifstream(folder / "calibration_sinh.json"));
    Diagnostics faults;
    const Table data = read_csv(folder / "calibration_data.csv", {}, faults);
    faults.throw_if_errors();
    Controls controls;
    Control sex{{"f", "m"}, {2200, 2200}, {}, {}}, rural{{"r"}, {1300}, {}, {}}, x{{"x"}, {172000}, {}, {}};
    for (std::size_t row = 0; row < data.rows(); ++row) {
        sex.category.push_back(data.at("sex").cell(row) == "f" ? 0 : 1);
        rural.category.push_back(data.at("area").cell(row) == "r" ? 0 : no_category);
        x.value.push_back(data.at("x").number(row));
    }
    for (Control* control : {&sex, &rural, &x}) controls.add(std::move(*control));
    for (const nlohmann::json& entry : oracle["cases"]) {
        CalibrationOptions options;
        options.method = Method::sinh, options.alpha = entry["alpha"];
        const Calibrated result = calibrate(data.at("w").numbers(), controls, {}, options);
        ASSERT_EQ(entry["g"].size(), result.g.size());
        for (std::size_t k = 0; k < result.g.size(); ++k) EXPECT_NEAR(result.g[k], entry["g"][k].get<double>(), 1e-10);
    }
}

TEST(CalibrationSolver, RedundantColumnsAreNamed) {
    Problem p = random_problem(4, Method::raking, 200, false);
    Control all{{"all"}, {0}, {}, std::vector<double>(200, 2.0)};
    for (const double total : p.controls.all()[0].totals) all.totals[0] += 2 * total;
    p.controls.add(all);
    for (const Method method : {Method::linear, Method::raking, Method::sinh}) {
        p.options.method = method;
        EXPECT_EQ(calibrate(p.d, p.controls, {}, p.options).redundant, (std::vector<std::size_t>{6, 7}));
    }
}

TEST(CalibrationSolver, TotalsOfZero) {
    const std::vector<double> d = {10, 20, 30, 40};
    for (const Method method : methods) {
        CalibrationOptions options;
        options.method = method;
        if (method == Method::truncated || method == Method::logit) options.lower = 0.1, options.upper = 5;
        Controls controls;
        controls.add({{"a", "none"}, {100, 0}, {0, 0, 0, 0}, {}});
        controls.add({{"balance"}, {0}, {}, {1, -1, 1, -1}});
        const Calibrated result = calibrate(d, controls, {}, options);
        EXPECT_NEAR(result.w[0] + result.w[2], 50, 1e-9);
        EXPECT_NEAR(result.w[1] + result.w[3], 50, 1e-9);
        EXPECT_EQ(result.redundant, (std::vector<std::size_t>{1}));
    }
}

TEST(CalibrationSolver, AnAbsoluteGapMayBeAllowed) {
    const std::vector<double> d = {10, 10};
    Controls controls;
    controls.add({{"a"}, {30}, {0, 0}, {}});
    controls.add({{"again"}, {30.5}, {}, {1, 1}});
    CalibrationOptions options;
    EXPECT_THROW(calibrate(d, controls, {}, options), Refusal);
    options.absolute = 0.6;
    EXPECT_NEAR(calibrate(d, controls, {}, options).w[0], 15, 0.31);
}

TEST(LeastViolation, ByHand) {
    const std::vector<double> d = {10, 10, 10, 10};
    Controls controls;
    controls.add({{"a", "b"}, {50, 22}, {0, 0, 1, 1}, {}});
    controls.add({{"income"}, {1000}, {}, {10, 20, 30, 5}});
    CalibrationOptions options;
    options.method = Method::truncated, options.lower = 0.5, options.upper = 2;
    const auto solved = [&] {
        const CalibrationProblem problem = prepare_calibration(controls, {}, options);
        return least_violation(problem, sums_by_pattern(problem.patterns, d));
    };
    // a can hold 40 at most; then income reaches 600 of it and 17 × 30 + 5 × 5 from b at most.
    const LeastViolation least = solved();
    EXPECT_EQ(least.violated, (std::vector<std::size_t>{0}));
    EXPECT_NEAR(least.reached(0), 40, 1e-6);
    EXPECT_EQ(least.conflict, (std::vector<std::size_t>{0}));
    options.upper = 3;
    EXPECT_TRUE(solved().violated.empty());
}

// The set of weights within the bounds is closed, so the truncated method attains what is feasible.
TEST(LeastViolation, IsThereExactlyWhereTheTruncatedMethodFails) {
    std::size_t solved = 0, refused = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed)
        for (const bool on_weight : {false, true}) {
            Problem p = random_problem(seed, Method::truncated, 40);
            p.options.bounds_on_weight = on_weight;
            const double width = 0.05 + 0.01 * static_cast<double>(seed);
            p.options.lower = on_weight ? 10 + 10 * (0.7 - width) : 1 - width;
            p.options.upper = on_weight ? 40 * (0.8 + width) : 1 + width;
            const CalibrationProblem problem = prepare_calibration(p.controls, {}, p.options);
            const LeastViolation least = least_violation(problem, sums_by_pattern(problem.patterns, p.d));
            ASSERT_TRUE(least.known);
            try {
                calibrate(problem, p.d);
                EXPECT_TRUE(least.violated.empty()) << seed;
                ++solved;
            } catch (const Refusal& refusal) {
                EXPECT_FALSE(least.violated.empty()) << seed;
                EXPECT_FALSE(least.conflict.empty()) << seed;
                EXPECT_NE(std::string(refusal.what()).find("calibration-infeasible"), std::string::npos);
                ++refused;
            }
        }
    EXPECT_GT(solved, 20U);
    EXPECT_GT(refused, 20U);
}

}  // namespace
}  // namespace cifra::testing
