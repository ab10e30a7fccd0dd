// Dispersion and concentration against R (brute force over all pairs, svyvar), a delete-one jackknife and hostile rows.
#include "estimation/inequality.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "estimation/dispersion.h"
#include "estimation/variance.h"
#include "tests/estimation/api_designs.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/oracle_table.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

double se_of(const DeclaredDesign& declared, const std::vector<double>& z) {
    const auto order = rows_by_unit(declared.unit_of_row, declared.design.units());
    return std::sqrt(variances(declared.design, {total_by_unit(declared.unit_of_row, order, z)})(0));
}

Influence statistic(const nlohmann::json& entry, const std::vector<double>& y, const std::vector<double>& w) {
    const std::string name = entry["name"];
    const Universe universe = entry["victims"].get<bool>() ? Universe::victims : Universe::all;
    if (name == "gini") return gini(y, w, universe);
    const double parameter = entry["parameter"];
    if (name == "lorenz") return lorenz_ordinate(y, w, parameter, universe);
    return name == "top" ? top_share(y, w, parameter, universe) : mean_excess(y, w, parameter);
}

void expect_value(double made, double expected, double tolerance, const std::string& what) {
    if (expected == 0) {
        EXPECT_NEAR(made, 0, 1e-12) << what;
    } else {
        EXPECT_TRUE(close_to(made, expected, tolerance)) << what;
    }
}

TEST(Inequality, AgreesWithBruteForce) {
    const nlohmann::json oracle = nlohmann::json::parse(
        file_text(std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle/estimation_inequality.json"));
    const std::vector<double> y = oracle["y"], x = oracle["x"], w = oracle["w"];
    Table table;
    table.set("h", Column::of_numbers(oracle["h"]));
    table.set("psu", Column::of_numbers(oracle["psu"]));
    Diagnostics faults;
    const DeclaredDesign declared =
        declare_design(table, {.strata = "h", .psu = {"psu"}, .fpc = {}, .certainty = {}}, faults);
    int compared = 0;
    for (const auto& entry : oracle["cases"]) {
        const std::vector<double> estimates = entry["estimate"], errors = entry["se"];
        std::vector<Influence> made;
        if (entry["name"] == "svyvar")
            made = covariance_matrix({x, y}, w);
        else
            made.push_back(statistic(entry, y, w));
        ASSERT_EQ(made.size(), estimates.size());
        for (std::size_t i = 0; i < made.size(); ++i) {
            const Influence& one = made[i];
            expect_value(one.value, estimates[i], estimate_tolerance, entry.dump());
            expect_value(se_of(declared, one.z), errors[i], se_tolerance, entry.dump());
            ++compared;
        }
    }
    EXPECT_EQ(compared, 23);
}

// The influence is the derivative in the weight: of every statistic, by central differences.
TEST(Inequality, InfluenceIsTheDerivativeInTheWeight) {
    const std::vector<double> y = {0, 3, 3, 1, 8, 0.5, 2}, x = {1, 2, 4, 4, 3, 9, 0}, w = {2, 1, 3, 1.5, 0.7, 2.2, 1};
    const auto of_x = [&](auto f) {
        return [&x, f](std::span<const double> a, std::span<const double> b) { return f(x, a, b); };
    };
    using Statistic = std::function<Influence(std::span<const double>, std::span<const double>)>;
    const Statistic statistics[] = {
        [](auto a, auto b) { return gini(a, b); },
        [](auto a, auto b) { return gini(a, b, Universe::victims); },
        [](auto a, auto b) { return lorenz_ordinate(a, b, 0.6); },
        [](auto a, auto b) { return top_share(a, b, 0.2, Universe::victims); },
        [](auto a, auto b) { return mean_excess(a, b, 0.7); },
        [](auto a, auto b) { return standard_deviation(a, b); },
        [](auto a, auto b) { return coefficient_of_variation(a, b, DispersionFactor::population); },
        of_x([](auto a, auto b, auto c) { return correlation(a, b, c); }),
        of_x([](auto a, auto b, auto c) { return covariance_of(a, b, c); })};
    for (std::size_t s = 0; s < std::size(statistics); ++s) {
        const Influence whole = statistics[s](y, w);
        double sum = 0;
        for (std::size_t k = 0; k < y.size(); ++k) {
            const double step = 1e-5;
            std::vector<double> more = w, less = w;
            more[k] += step;
            less[k] -= step;
            const double slope = (statistics[s](y, more).value - statistics[s](y, less).value) / (2 * step);
            EXPECT_NEAR(whole.z[k], w[k] * slope, 1e-8) << s << ' ' << k;
            sum += whole.z[k];
        }
        EXPECT_NEAR(sum, 0, 1e-12) << s;
    }
}

// Delete-one jackknife of 400 equal rows: the same variance up to terms of order 1/n.
TEST(Inequality, JackknifeGivesNearlyTheSameVariance) {
    const std::size_t n = 400;
    std::vector<double> y, w(n, 2.5);
    for (std::size_t i = 0; i < n; ++i) y.push_back(std::floor(std::pow(static_cast<double>(i * 37 % n) / 100, 3)));
    const Influence whole = gini(y, w);
    double linearized = 0, jackknife = 0;
    for (const double z : whole.z) linearized += z * z * static_cast<double>(n) / static_cast<double>(n - 1);
    for (std::size_t k = 0; k < n; ++k) {
        std::vector<double> without = w;
        without[k] = 0;
        jackknife +=
            std::pow(gini(y, without).value - whole.value, 2) * static_cast<double>(n - 1) / static_cast<double>(n);
    }
    EXPECT_NEAR(jackknife / linearized, 1, 0.02);
}

TEST(Inequality, KnownValues) {
    const std::vector<double> one_has_all = {0, 0, 0, 5}, equal = {2, 2, 2, 2}, w = {1, 1, 1, 1};
    EXPECT_DOUBLE_EQ(gini(one_has_all, w).value, 0.75);
    EXPECT_EQ(gini(equal, w).value, 0);
    EXPECT_EQ(gini(one_has_all, w, Universe::victims).value, 0);
    EXPECT_DOUBLE_EQ(top_share(one_has_all, w, 0.25).value, 1);
    EXPECT_DOUBLE_EQ(top_share(one_has_all, w, 0.1).value, 0.4);
    EXPECT_DOUBLE_EQ(top_share(equal, w, 0.1).value, 0.1);
    EXPECT_DOUBLE_EQ(lorenz_ordinate(equal, w, 0.5).value, 0.5);
    EXPECT_EQ(lorenz_ordinate(equal, w, 0).value, 0);
    EXPECT_DOUBLE_EQ(lorenz_ordinate(one_has_all, w, 1).value, 1);
    EXPECT_DOUBLE_EQ(mean_excess(one_has_all, w, 2).value, 3);
}

TEST(Inequality, OrderOfRowsAndUnitOfWeightsDoNotMatter) {
    const std::vector<double> y = {4, 0, 1, 1, 9, 0}, w = {1, 2, 3, 1, 0.5, 4}, y2 = {0, 9, 1, 0, 4, 1},
                              w2 = {8e200, 1e200, 2e200, 4e200, 2e200, 6e200};
    EXPECT_NEAR(gini(y, w).value, gini(y2, w2).value, 1e-15);
    EXPECT_NEAR(gini(y, w).z[4], gini(y2, w2).z[1], 1e-15);
    EXPECT_NEAR(top_share(y, w, 0.1).value, top_share(y2, w2, 0.1).value, 1e-15);
    EXPECT_NEAR(variance_of(y, w).value, variance_of(y2, w2).value, 1e-13);
}

TEST(Inequality, HostileRows) {
    const auto undefined = [](const Influence& made) { return std::isnan(made.value); };
    const std::vector<double> none, one = {3}, zero = {0, 0}, w = {1, 1}, w0 = {0, 0}, y = {1, 2};
    EXPECT_TRUE(undefined(gini(none, none)));
    EXPECT_TRUE(undefined(gini(y, w0)));
    EXPECT_TRUE(undefined(gini(zero, w)));
    EXPECT_TRUE(undefined(gini(std::vector<double>{-1, -2}, w)));
    EXPECT_TRUE(undefined(lorenz_ordinate(y, w, 1.2)));
    EXPECT_TRUE(undefined(mean_excess(y, w, 2)));
    EXPECT_TRUE(undefined(variance_of(one, std::vector<double>{5})));
    EXPECT_TRUE(undefined(variance_of(y, std::vector<double>{1, 0})));
    EXPECT_TRUE(undefined(weighted_mean(none, none)));
    EXPECT_TRUE(undefined(correlation(zero, y, w)));
    EXPECT_TRUE(undefined(coefficient_of_variation(std::vector<double>{-1, 1}, w)));
    EXPECT_TRUE(undefined(variance_of(std::vector<double>{-1e200, 1e200}, w)));
    EXPECT_EQ(gini(one, std::vector<double>{1e300}).value, 0);
    EXPECT_EQ(variance_of(one, std::vector<double>{5}, DispersionFactor::population).value, 0);
    EXPECT_EQ(standard_deviation(zero, w).value, 0);
    EXPECT_TRUE(std::isnan(standard_deviation(zero, w).z[0]));
    EXPECT_THROW(gini(std::vector<double>{NAN, 1}, w), Refusal);
    EXPECT_THROW(variance_of(y, std::vector<double>{-1, 1}), Refusal);
    EXPECT_THROW(gini(one, w), std::invalid_argument);
}

TEST(Dispersion, SvyvarOnApi) {
    CIFRA_NEEDS_DATA("api");
    const nlohmann::json oracle = nlohmann::json::parse(std::ifstream(shared_data("api") / "oracle.json"));
    int compared = 0;
    for (const ApiDesign& sample : api_designs) {
        Diagnostics faults;
        const Table table = read_csv(shared_data("api") / sample.file, {}, faults);
        const DeclaredDesign declared = declare_design(table, sample.columns, faults);
        faults.throw_if_errors();
        for (const auto& entry : oracle["cases"]) {
            if (entry["statistic"] != "svyvar" || entry["id"] != std::string(sample.prefix) + "_var") continue;
            std::vector<std::span<const double>> variables;
            for (const auto& name : entry.contains("names") ? entry["names"] : nlohmann::json({"api00", "ell"}))
                variables.push_back(table.at(name.get<std::string>()).numbers());
            const std::vector<Influence> made = covariance_matrix(variables, table.at("pw").numbers());
            for (std::size_t i = 0; i < made.size(); ++i) {
                EXPECT_TRUE(close_to(made[i].value, entry["estimate"][i / 2][i % 2], estimate_tolerance))
                    << entry["id"];
                EXPECT_TRUE(close_to(se_of(declared, made[i].z), entry["se"][i], se_tolerance)) << entry["id"];
            }
            ++compared;
        }
    }
    EXPECT_EQ(compared, 4);
}

}  // namespace
}  // namespace cifra::testing
