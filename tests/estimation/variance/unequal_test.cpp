// Unequal probabilities, lonely domains and stages: R survey on made data, double sums, every sample of a population.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/random.h"
#include "estimation/variance.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/naive_designs.h"

namespace cifra::testing {
namespace {

using nlohmann::json;

TEST(VarianceDesigns, AgreeWithRSurvey) {
    const std::filesystem::path folder = std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle";
    const json oracle = json::parse(std::ifstream(folder / "variance_designs.json"));
    std::size_t compared = 0;
    for (const json& entry : oracle["cases"]) {
        const std::string id = entry["id"], keys = entry["keys"], weight = entry["weight"];
        const Table result = run_estimation(
            "data: {s: {file: variance_designs_data.csv, weight: " + weight + "}}\ndesign: {" + keys + "}\n",
            "indicators:\n  y: {statistic: total, of: s, value: y}\n  x: {statistic: total, of: s, value: x}\n"
            "  ratio: {statistic: ratio, of: s, value: y, over: x}\n  mean: {statistic: mean, of: s, value: y}\n"
            "tables: [{id: t, indicators: [y, x, ratio, mean], by: [dom]}]\n",
            folder);
        const auto expect = [&](const char* name, const char* domain, const json& estimate, double se) {
            const Found found = find_estimate(result, name, domain);
            EXPECT_TRUE(close_to(found.estimate, estimate, estimate_tolerance)) << id << " " << name;
            EXPECT_TRUE(close_to(found.se, se, se_tolerance)) << id << " " << name << " " << domain;
            ++compared;
        };
        expect("y", "", entry["total"][0], std::sqrt(entry["vcov"][0][0].get<double>()));
        expect("x", "", entry["total"][1], std::sqrt(entry["vcov"][1][1].get<double>()));
        expect("ratio", "", entry["ratio"], entry["ratio_se"]);
        if (id != "poisson") expect("mean", "", entry["mean"], entry["mean_se"]);
        if (!entry.contains("domain_mean")) continue;
        expect("y", "dom=1", entry["domain_total"], entry["domain_total_se"]);
        expect("mean", "dom=1", entry["domain_mean"], entry["domain_mean_se"]);
    }
    EXPECT_EQ(compared, oracle["cases"].size() * 6 - 3);
    EXPECT_EQ(oracle["cases"].size(), 16U);
}

// Five units, three drawn with chances proportional to the product of their odds (conditional Poisson): every
// probability is a sum over the ten samples.
struct SmallPopulation {
    std::vector<double> y = {4, 11, 2, 7, 9};
    std::vector<std::vector<std::size_t>> samples;
    std::vector<double> chance;
    Square pi = Square(5, std::vector<double>(5, 0));

    SmallPopulation() {
        const std::vector<double> odds = {0.5, 2, 0.3, 1, 1.6};
        double all = 0;
        for (std::size_t a = 0; a < 5; ++a)
            for (std::size_t b = a + 1; b < 5; ++b)
                for (std::size_t c = b + 1; c < 5; ++c) {
                    samples.push_back({a, b, c});
                    chance.push_back(odds[a] * odds[b] * odds[c]);
                    all += chance.back();
                }
        for (std::size_t s = 0; s < samples.size(); ++s) {
            chance[s] /= all;
            for (const std::size_t i : samples[s])
                for (const std::size_t j : samples[s]) pi[i][j] += chance[s];
        }
    }
};

SparseColumn dense(const std::vector<double>& values) {
    SparseColumn column;
    for (std::uint32_t u = 0; u < values.size(); ++u) column.unit.push_back(u), column.total.push_back(values[u]);
    return column;
}

// The design of rows with probabilities and, for two methods, joint probabilities.
DeclaredDesign declared_with(UnequalMethod method, const std::vector<double>& p, const Square& pi,
                             const std::vector<std::string>& strata, Diagnostics& faults,
                             bool horvitz_thompson = false) {
    Table table;
    table.set("p", Column::of_numbers(p));
    table.set("h", Column::of_texts(strata));
    DesignColumns columns;
    columns.strata = "h";
    columns.unequal = {method, "p", horvitz_thompson, ""};
    DeclaredDesign declared = declare_design(table, columns, faults);
    if (faults.has_errors() || !declared.design.unequal.needs_joint()) return declared;
    Table joint;
    for (std::size_t c = 0; c < pi.size(); ++c) {
        std::vector<double> column;
        for (const auto& row : pi) column.push_back(row[c]);
        joint.set("V" + std::to_string(c), Column::of_numbers(column));
    }
    read_joint(declared.design, declared.unit_of_row, std::vector<std::string>(p.size()), joint, {}, faults);
    return declared;
}

TEST(Unequal, JointFormsAreUnbiasedOverAllSamples) {
    const SmallPopulation population;
    for (const UnequalMethod method : {UnequalMethod::horvitz_thompson, UnequalMethod::sen_yates_grundy}) {
        double mean = 0, square = 0, estimated = 0;
        for (std::size_t s = 0; s < population.samples.size(); ++s) {
            std::vector<double> p, z;
            Square pi(3, std::vector<double>(3));
            double total = 0;
            for (std::size_t a = 0; a < 3; ++a) {
                const std::size_t i = population.samples[s][a];
                p.push_back(population.pi[i][i]);
                z.push_back(population.y[i] / p.back());
                total += z.back();
                for (std::size_t b = 0; b < 3; ++b) pi[a][b] = population.pi[i][population.samples[s][b]];
            }
            Diagnostics faults;
            const DeclaredDesign declared = declared_with(method, p, pi, {"h", "h", "h"}, faults);
            ASSERT_FALSE(faults.has_errors());
            const double expected = method == UnequalMethod::horvitz_thompson ? naive_horvitz_thompson(pi, z, z)
                                                                              : naive_sen_yates_grundy(pi, z, z);
            const double v = variances(declared.design, {dense(z)})(0);
            if (expected > 0) {
                EXPECT_NEAR(v / expected, 1, 1e-10);
            } else {
                EXPECT_TRUE(std::isnan(v));
            }
            mean += population.chance[s] * total;
            square += population.chance[s] * total * total;
            estimated += population.chance[s] * expected;
        }
        EXPECT_NEAR(mean, 33, 1e-12);
        EXPECT_NEAR(estimated / (square - mean * mean), 1, 1e-10);
    }
}

// π and values of n PSUs; π sums to nothing in particular.
std::vector<double> random_values(std::size_t n, std::uint64_t seed, double from, double to) {
    Stream chance({seed, Purpose::test, 0, 0});
    std::vector<double> values(n);
    for (double& value : values) value = from + (to - from) * chance.uniform();
    return values;
}

// The joint probabilities that the approximations imply: π_ij = π_i π_j / (1 - D_ij).
Square implied(const std::vector<double>& p, bool overton) {
    const double n = static_cast<double>(p.size());
    double mean = 0;
    for (const double pi : p) mean += pi / n;
    Square pi(p.size(), std::vector<double>(p.size()));
    for (std::size_t i = 0; i < p.size(); ++i)
        for (std::size_t j = 0; j < p.size(); ++j)
            pi[i][j] =
                i == j ? p[i] : p[i] * p[j] * (n - 1) / (overton ? n - (p[i] + p[j]) / 2 : n - p[i] - p[j] + mean);
    return pi;
}

TEST(Unequal, ApproximationsAreTheirDoubleSums) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const std::vector<double> p = random_values(8, seed, 0.05, 0.6), x = random_values(8, seed + 50, 5, 30),
                                  y = random_values(8, seed + 90, -3, 9);
        for (const bool overton : {false, true})
            for (const bool ht : {false, true}) {
                Diagnostics faults;
                const DeclaredDesign declared =
                    declared_with(overton ? UnequalMethod::overton : UnequalMethod::hartley_rao, p, {},
                                  std::vector<std::string>(8, "h"), faults, ht);
                const Eigen::MatrixXd v = covariance(declared.design, {dense(x), dense(y)});
                const Square pi = implied(p, overton);
                const auto naive = [&](const auto& a, const auto& b) {
                    return ht ? naive_horvitz_thompson(pi, a, b) : naive_sen_yates_grundy(pi, a, b);
                };
                EXPECT_NEAR(v(0, 1) / naive(x, y), 1, 1e-9);
                if (naive(x, x) > 0) {
                    EXPECT_NEAR(v(0, 0) / naive(x, x), 1, 1e-9);
                } else {
                    EXPECT_TRUE(std::isnan(v(0, 0)));
                }
            }
    }
}

// With equal probabilities every fixed-size method is the simple one: (1 - f) n/(n - 1) Σ (z - z̄)².
TEST(Unequal, EqualProbabilitiesGiveTheSimpleForm) {
    const std::vector<double> p(6, 0.25), z = random_values(6, 3, 1, 9);
    Square pi(6, std::vector<double>(6, 0.25 * 5 / 23));
    for (std::size_t i = 0; i < 6; ++i) pi[i][i] = 0.25;
    double mean = 0, squares = 0;
    for (const double value : z) mean += value / 6;
    for (const double value : z) squares += (value - mean) * (value - mean);
    for (const UnequalMethod method : {UnequalMethod::hajek_deville, UnequalMethod::deville, UnequalMethod::brewer,
                                       UnequalMethod::sen_yates_grundy, UnequalMethod::horvitz_thompson}) {
        Diagnostics faults;
        const DeclaredDesign declared = declared_with(method, p, pi, std::vector<std::string>(6, "h"), faults);
        EXPECT_NEAR(variances(declared.design, {dense(z)})(0) / (0.75 * 6.0 / 5 * squares), 1, 1e-12);
    }
}

// Hájek-Deville by hand: c = (1 - π) m/(m - 1) of the two units with π < 1, A their weighted mean.
TEST(Unequal, HajekDevilleLeavesCertainUnitsOut) {
    Diagnostics faults;
    const DeclaredDesign declared =
        declared_with(UnequalMethod::hajek_deville, {1, 0.5, 0.2}, {}, {"h", "h", "h"}, faults);
    const double a = (0.5 * 4 + 0.8 * 10) / 1.3;
    EXPECT_NEAR(variances(declared.design, {dense({100, 4, 10})})(0),
                2 * (0.5 * (4 - a) * (4 - a) + 0.8 * (10 - a) * (10 - a)), 1e-12);
    const DeclaredDesign one = declared_with(UnequalMethod::hajek_deville, {1, 0.5, 1}, {}, {"h", "h", "h"}, faults);
    EXPECT_THROW(variances(one.design, {dense({1, 2, 3})}), Refusal);
    const DeclaredDesign all = declared_with(UnequalMethod::hajek_deville, {1, 1, 1}, {}, {"h", "h", "h"}, faults);
    EXPECT_EQ(variances(all.design, {dense({1, 2, 3})})(0), 0);
}

TEST(Unequal, ANegativeEstimateIsMissing) {
    // Pairs drawn almost surely together: Sen-Yates-Grundy terms of negative sign.
    const Square pi = {{0.5, 0.45, 0.2}, {0.45, 0.5, 0.2}, {0.2, 0.2, 0.5}};
    Diagnostics faults;
    const DeclaredDesign declared =
        declared_with(UnequalMethod::sen_yates_grundy, {0.5, 0.5, 0.5}, pi, {"h", "h", "h"}, faults);
    ASSERT_FALSE(faults.has_errors());
    const SparseColumn negative = dense({1, 9, 5}), constant = dense({3, 3, 3});
    EXPECT_TRUE(std::isnan(variances(declared.design, {negative})(0)));
    EXPECT_TRUE(std::isnan(covariance(declared.design, {negative})(0, 0)));
    EXPECT_EQ(variances(declared.design, {constant})(0), 0);
}

TEST(Unequal, CovarianceIsThatOfSumsAndOfDiagonals) {
    const std::vector<double> p = random_values(9, 5, 0.1, 0.7);
    const std::vector<std::string> strata = {"a", "a", "a", "a", "b", "b", "b", "b", "b"};
    SparseColumn x = dense(random_values(9, 6, 1, 5)), y;
    y.unit = {1, 2, 6};
    y.total = {3, 0, 8};
    for (int method = 1; method <= 8; ++method) {
        const auto which = static_cast<UnequalMethod>(method);
        if (which == UnequalMethod::sen_yates_grundy || which == UnequalMethod::horvitz_thompson) continue;
        Diagnostics faults;
        const DeclaredDesign declared = declared_with(which, p, {}, strata, faults);
        const Eigen::MatrixXd v = covariance(declared.design, {x, y, combine(1, x, 1, y)});
        const Eigen::VectorXd d = variances(declared.design, {x, y, combine(1, x, 1, y)});
        EXPECT_NEAR((v(0, 0) + v(1, 1) + 2 * v(0, 1)) / v(2, 2), 1, 1e-11) << method;
        for (Eigen::Index i = 0; i < 3; ++i) EXPECT_NEAR(v(i, i) / d(i), 1, 1e-11) << method;
    }
}

std::string fault_of(const std::vector<double>& p, const Square& pi, std::vector<std::string> strata) {
    Diagnostics faults;
    declared_with(UnequalMethod::sen_yates_grundy, p, pi, strata, faults);
    return faults.items().empty() ? "none" : faults.items().front().code;
}

TEST(Unequal, CovariancesOfInclusionsAreTheSameMatrix) {
    const std::vector<double> p = {0.5, 0.4, 0.3};
    const Square pi = {{0.5, 0.15, 0.1}, {0.15, 0.4, 0.08}, {0.1, 0.08, 0.3}};
    Diagnostics faults;
    const DeclaredDesign whole = declared_with(UnequalMethod::sen_yates_grundy, p, pi, {"h", "h", "h"}, faults);
    for (const JointKind kind : {JointKind::covariance, JointKind::weighted_covariance}) {
        Table joint;
        for (std::size_t c = 0; c < 3; ++c) {
            std::vector<double> column;
            for (std::size_t r = 0; r < 3; ++r)
                column.push_back((pi[r][c] - p[r] * p[c]) / (kind == JointKind::covariance ? 1 : pi[r][c]));
            joint.set("V" + std::to_string(c), Column::of_numbers(column));
        }
        DeclaredDesign declared = whole;
        declared.design.unequal.delta.clear();
        JointFile file;
        file.kind = kind;
        read_joint(declared.design, declared.unit_of_row, {"", "", ""}, joint, file, faults);
        ASSERT_FALSE(faults.has_errors());
        EXPECT_NEAR(variances(declared.design, {dense({1, 5, 2})})(0) / variances(whole.design, {dense({1, 5, 2})})(0),
                    1, 1e-12);
    }
}

TEST(Unequal, FaultsOfProbabilities) {
    const double none = std::nan("");
    EXPECT_EQ(fault_of({0.5, 0.4}, {{0.5, 0.1}, {0.1, 0.4}}, {"h", "h"}), "none");
    EXPECT_EQ(fault_of({0, 0.4}, {}, {"h", "h"}), "probability-value");
    EXPECT_EQ(fault_of({1.01, 0.4}, {}, {"h", "h"}), "probability-value");
    EXPECT_EQ(fault_of({none, 0.4}, {}, {"h", "h"}), "probability-value");
    EXPECT_EQ(fault_of({0.5, 0.4}, {{0.5, 0.1}}, {"h", "h"}), "joint-shape");
    EXPECT_EQ(fault_of({0.5, 0.4}, {{0.5, 0.1}, {0.2, 0.4}}, {"h", "h"}), "joint-asymmetric");
    EXPECT_EQ(fault_of({0.5, 0.4}, {{0.4, 0.1}, {0.1, 0.4}}, {"h", "h"}), "joint-diagonal");
    EXPECT_EQ(fault_of({0.5, 0.4}, {{0.5, 0.45}, {0.45, 0.4}}, {"h", "h"}), "joint-value");
    EXPECT_EQ(fault_of({0.5, 0.4}, {{0.5, none}, {0.1, 0.4}}, {"h", "h"}), "joint-value");
    EXPECT_EQ(fault_of({0.5, 0.4}, {{0.5, 0.1}, {0.1, 0.4}}, {"h", "k"}), "joint-strata");
    EXPECT_EQ(fault_of({0.5, 0.4}, {{0.5, 0.2}, {0.2, 0.4}}, {"h", "k"}), "none");
}

TEST(Unequal, AListOfPairsIsTheMatrix) {
    const std::vector<double> p = {0.5, 0.4, 0.3};
    const Square pi = {{0.5, 0.15, 0.1}, {0.15, 0.4, 0.08}, {0.1, 0.08, 0.3}};
    Diagnostics faults;
    const DeclaredDesign matrix = declared_with(UnequalMethod::horvitz_thompson, p, pi, {"h", "h", "h"}, faults);
    const auto list = [&](const std::vector<std::string>& a, const std::vector<std::string>& b,
                          const std::vector<double>& value, Diagnostics& list_faults) {
        Table table, joint;
        table.set("p", Column::of_numbers(p));
        table.set("psu", Column::of_texts({"u", "v", "w"}));
        DesignColumns columns;
        columns.psu = {"psu"};
        columns.unequal = {UnequalMethod::horvitz_thompson, "p", false, ""};
        DeclaredDesign declared = declare_design(table, columns, list_faults);
        joint.set("a", Column::of_texts(a));
        joint.set("b", Column::of_texts(b));
        joint.set("p", Column::of_numbers(value));
        read_joint(declared.design, declared.unit_of_row, {"u", "v", "w"}, joint, {"a", "b", "p", ""}, list_faults);
        return declared;
    };
    const DeclaredDesign pairs = list({"v", "u", "w"}, {"u", "w", "v"}, {0.15, 0.1, 0.08}, faults);
    ASSERT_FALSE(faults.has_errors());
    EXPECT_DOUBLE_EQ(variances(pairs.design, {dense({1, 5, 2})})(0), variances(matrix.design, {dense({1, 5, 2})})(0));
    Diagnostics absent, twice, stranger;
    list({"v", "u"}, {"u", "w"}, {0.15, 0.1}, absent);
    list({"v", "u", "u"}, {"u", "w", "v"}, {0.15, 0.1, 0.08}, twice);
    list({"v", "u", "z"}, {"u", "w", "v"}, {0.15, 0.1, 0.08}, stranger);
    for (const Diagnostics* wrong : {&absent, &twice, &stranger}) EXPECT_TRUE(wrong->contains("joint-pair"));
}

}  // namespace
}  // namespace cifra::testing
