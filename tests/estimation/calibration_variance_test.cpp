// Controls that are estimates: V(residuals) + B'V(T)B against dense matrices, and by Monte Carlo.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <Eigen/LU>
#include <cmath>
#include <fstream>
#include <numeric>

#include "engine/csv.h"
#include "engine/random.h"
#include "estimation/variance.h"
#include "estimation/variance/residuals.h"
#include "estimation/weighting/calibration.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

const std::filesystem::path oracle = std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle";

const char* tables = R"(
indicators:
  total: {statistic: total, of: s, value: y}
  mean: {statistic: mean, of: s, value: y}
  x: {statistic: total, of: s, value: x}
  women: {statistic: total, of: s, where: sex = "f"}
tables:
  - {id: t, indicators: [total, mean, x, women], by: [area], covariance: true}
)";

std::string design_of(const std::string& more) {
    return "data: {s: {file: calibration_data.csv, weight: w}}\n"
           "design: {strata: stratum, psu: [psu, row], fpc: [psus, ssus]}\n"
           "calibration: {controls: {sex: {f: 2200, m: 2200}, x: {total: 172000}}" +
           more + "}\n";
}

struct Rows {
    Eigen::MatrixXd x;
    Eigen::VectorXd d, w, y, inside;

    explicit Rows(const std::string& area) {
        Diagnostics faults;
        const Table data = read_csv(oracle / "calibration_data.csv", {}, faults);
        faults.throw_if_errors();
        const auto n = static_cast<Eigen::Index>(data.rows());
        x.setZero(n, 3), d.resize(n), y.resize(n), inside.setOnes(n);
        for (Eigen::Index k = 0; k < n; ++k) {
            const auto row = static_cast<std::size_t>(k);
            x(k, data.at("sex").cell(row) == "f" ? 0 : 1) = 1;
            x(k, 2) = data.at("x").number(row);
            d(k) = data.at("w").number(row), y(k) = data.at("y").number(row);
            if (!area.empty() && data.at("area").cell(row) != area) inside(k) = 0;
        }
        const Eigen::Vector3d total(2200, 2200, 172000);
        const Eigen::VectorXd lambda = (x.transpose() * d.asDiagonal() * x).lu().solve(total - x.transpose() * d);
        w = d.array() * (1 + (x * lambda).array());
    }

    Eigen::Vector3d coefficients(const Eigen::VectorXd& u) const {
        return (x.transpose() * d.asDiagonal() * x).lu().solve(x.transpose() * d.asDiagonal() * u);
    }
};

Eigen::Matrix3d covariance_of_controls() {
    Eigen::Matrix3d v;
    v << 900, -200, 4000, -200, 1600, 3000, 4000, 3000, 9e6;
    return v;
}

std::string covariance_file(const std::filesystem::path& folder) {
    std::ofstream(folder / "v.csv") << "variable,category,other_variable,other_category,covariance\n"
                                       "sex,f,sex,f,900\nsex,m,sex,f,-200\nsex,m,sex,m,1600\nx,,x,,9e6\n"
                                       "x,,sex,f,4000\nsex,m,x,,3000\n";
    return ", controls_variance: {file: " + (folder / "v.csv").string() + "}";
}

TEST(CalibrationVariance, AgreesWithDenseMatrices) {
    const ScratchFolder scratch;
    const Table known = run_estimation(design_of(""), tables, oracle),
                estimated = run_estimation(design_of(covariance_file(scratch.path())), tables, oracle);
    for (const std::string area : {"", "r", "u"}) {
        const Rows rows(area);
        const std::string domain = area.empty() ? "" : "area=" + area;
        const Eigen::VectorXd in_domain = rows.inside.cwiseProduct(rows.w);
        const double size = in_domain.sum(), mean = in_domain.dot(rows.y) / size;
        const auto compare = [&](const char* indicator, const Eigen::VectorXd& u) {
            const Eigen::Vector3d b = rows.coefficients(u);
            const Found before = find_estimate(known, indicator, domain),
                        after = find_estimate(estimated, indicator, domain);
            const double expected = before.se * before.se + b.dot(covariance_of_controls() * b);
            EXPECT_TRUE(close_to(after.se * after.se, expected, 1e-9)) << indicator << domain;
            EXPECT_EQ(after.estimate, before.estimate);
            EXPECT_EQ(after.df, before.df);
        };
        compare("total", rows.inside.cwiseProduct(rows.y));
        compare("mean", rows.inside.cwiseProduct((rows.y.array() - mean).matrix()) / size);
        compare("x", rows.inside.cwiseProduct(rows.x.col(2)));
    }
    EXPECT_TRUE(close_to(find_estimate(estimated, "x").se, 3000, 1e-9));
    EXPECT_TRUE(close_to(find_estimate(estimated, "women").se, 30, 1e-9));
}

TEST(CalibrationVariance, CovariancesHoldIt) {
    const ScratchFolder scratch;
    const Table known = run_part(design_of(""), tables, oracle, "covariances.csv"),
                estimated = run_part(design_of(covariance_file(scratch.path())), tables, oracle, "covariances.csv");
    const Rows rural("r"), urban("u");
    const Eigen::Vector3d a = rural.coefficients(rural.inside.cwiseProduct(rural.y)),
                          b = urban.coefficients(urban.inside.cwiseProduct(urban.y));
    const double added = a.dot(covariance_of_controls() * b);
    ASSERT_EQ(known.rows(), estimated.rows());
    std::size_t found = 0;
    for (std::size_t row = 0; row < known.rows(); ++row) {
        const double more = estimated.at("covariance").number(row) - known.at("covariance").number(row);
        found += std::abs(more - added) <= 1e-7 * std::abs(added);
    }
    EXPECT_EQ(found, 1U);
}

TEST(CalibrationVariance, StandardErrorsAreADiagonal) {
    const ScratchFolder scratch;
    std::ofstream(scratch.path() / "v.csv") << "variable,category,other_variable,other_category,covariance\n"
                                               "sex,f,sex,f,144\nx,,x,,250000\n";
    const std::string file = ", controls_variance: {file: " + (scratch.path() / "v.csv").string() + "}",
                      errors = ", controls_variance: {sex: {f: 12}, x: {total: 500}}";
    const Table one = run_estimation(design_of(file), tables, oracle),
                two = run_estimation(design_of(errors), tables, oracle);
    for (std::size_t row = 0; row < one.rows(); ++row)
        EXPECT_TRUE(close_to(one.at("se").number(row), two.at("se").number(row), 1e-12));
}

TEST(CalibrationVariance, WhatIsNoCovarianceIsRefused) {
    const auto code_of = [](const std::string& variance) {
        try {
            run_estimation(design_of(", controls_variance: " + variance), tables, oracle);
        } catch (const InputError& error) {
            return error.diagnostics().items().front().code;
        }
        return std::string("none");
    };
    EXPECT_EQ(code_of("{sex: {f: -1}}"), "bad-controls-variance");
    EXPECT_EQ(code_of("{sex: {other: 1}}"), "unknown-control");
    EXPECT_EQ(code_of("12"), "wrong-type");
    const ScratchFolder scratch;
    std::ofstream(scratch.path() / "v.csv") << "variable,category,other_variable,other_category,covariance\n"
                                               "sex,f,sex,f,1\nx,,x,,1\nx,,sex,f,2\n";
    EXPECT_EQ(code_of("{file: " + (scratch.path() / "v.csv").string() + "}"), "bad-controls-variance");
}

double normal(Stream& chance) {
    const double radius = std::sqrt(-2 * std::log(1 - chance.uniform()));
    return radius * std::cos(2 * M_PI * chance.uniform());
}

// A made-up population, samples of it with replacement, and a control that is known with an error of its own.
struct RepeatedSamples {
    static constexpr std::size_t population = 2000, n = 150;
    static constexpr double error = 60;
    Stream chance{{.seed = 5, .purpose = Purpose::test, .stage = 0, .unit = 1}};
    std::vector<double> x, y, d = std::vector<double>(n, static_cast<double>(population) / n);
    double total = 0;
    SurveyDesign design;
    Level level;

    RepeatedSamples() {
        for (std::size_t k = 0; k < population; ++k) {
            x.push_back(5 + 3 * chance.uniform());
            y.push_back(4 * x[k] + normal(chance));
            total += x[k];
        }
        std::vector<std::string> codes;
        for (std::size_t i = 0; i < n; ++i) codes.push_back(std::to_string(i));
        Table psus;
        psus.set("psu", Column::of_texts(codes));
        DesignColumns columns;
        columns.psu = {"psu"};
        Diagnostics faults;
        DeclaredDesign declared = declare_design(psus, columns, faults);
        faults.throw_if_errors();
        design = std::move(declared.design);
        level.unit_of_row = std::move(declared.unit_of_row);
    }

    struct Drawn {
        double estimate = 0, variance = 0, variance_of_known = 0;
    };

    Drawn draw() {
        Control control{{"x"}, {total + error * normal(chance)}, {}, {}};
        std::vector<double> values, by_unit(n, 0), products;
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t k = chance.below(population);
            control.value.push_back(x[k]), values.push_back(y[k]);
        }
        Controls controls;
        controls.add(std::move(control));
        const Calibrated result = calibrate(d, controls, {}, {});
        Residuals residuals = regression_residuals(level, 0, n, controls, d, result.w, {});
        ResidualRows rows{&residuals, std::vector<std::size_t>(n)};
        std::iota(rows.calibrated.begin(), rows.calibrated.end(), std::size_t{0});
        Drawn drawn;
        for (std::size_t i = 0; i < n; ++i) {
            const double value = result.w[i] * values[i];
            drawn.estimate += value;
            by_unit[level.unit_of_row[i]] += value;
            rows.add(i, value, products);
        }
        SparseColumn column{std::vector<std::uint32_t>(n), by_unit};
        std::iota(column.unit.begin(), column.unit.end(), 0U);
        drawn.variance_of_known = variances(design, {swept(residuals, column, products)})(0);
        residuals.sources = Eigen::MatrixXd::Constant(1, 1, error);
        drawn.variance = variances(design, {swept(residuals, column, products)})(0);
        return drawn;
    }
};

TEST(CalibrationVariance, IsUnbiasedInRepeatedSamples) {
    constexpr std::size_t draws = 3000;
    RepeatedSamples samples;
    double sum = 0, squares = 0, variance = 0, variance_of_known = 0;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        const RepeatedSamples::Drawn drawn = samples.draw();
        sum += drawn.estimate, squares += drawn.estimate * drawn.estimate;
        variance += drawn.variance / draws, variance_of_known += drawn.variance_of_known / draws;
    }
    const double truth = squares / draws - sum / draws * (sum / draws);
    // Monte Carlo standard error of the ratio: sqrt(2 / draws) = 0.026.
    EXPECT_NEAR(variance / truth, 1, 0.08);
    EXPECT_LT(variance_of_known / truth, 0.6);
}

}  // namespace
}  // namespace cifra::testing
