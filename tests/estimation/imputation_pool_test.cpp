// Rubin's rules against R mitools and the formulas of Barnard and Rubin (tests/oracle/imputation_pool.R).
#include "estimation/imputation_pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/estimation/estimation_run.h"

namespace cifra {
namespace {

using testing::close_to;

Estimate estimate_of(const std::vector<double>& values, const std::vector<std::vector<double>>& covariance, double df) {
    Estimate estimate;
    const auto k = static_cast<Eigen::Index>(values.size());
    estimate.values.resize(k);
    estimate.covariance.resize(k, k);
    for (Eigen::Index i = 0; i < k; ++i) {
        const auto row = static_cast<std::size_t>(i);
        estimate.names.push_back("cell=" + std::to_string(i));
        estimate.values(i) = values[row];
        for (Eigen::Index j = 0; j < k; ++j) estimate.covariance(i, j) = covariance[row][static_cast<std::size_t>(j)];
    }
    for (auto* field : {&estimate.n, &estimate.cases, &estimate.deff, &estimate.ceiling, &estimate.missing_share})
        field->assign(values.size(), 1);
    estimate.df.assign(values.size(), df);
    return estimate;
}

TEST(Pool, AgreesWithRAndWithThePaper) {
    std::ifstream file(std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle/imputation_pool.json");
    const nlohmann::json oracle = nlohmann::json::parse(file);
    std::size_t compared = 0;
    const auto same = [&](double actual, const nlohmann::json& expected) {
        EXPECT_TRUE(close_to(actual, expected.get<double>(), 1e-10));  // R wrote 15 digits
        ++compared;
    };
    for (const auto& one : oracle["cases"]) {
        std::vector<Estimate> estimates, large;
        for (std::size_t m = 0; m < one["values"].size(); ++m) {
            const auto covariance = one["covariances"][m].get<std::vector<std::vector<double>>>();
            const auto values = one["values"][m].get<std::vector<double>>();
            estimates.push_back(estimate_of(values, covariance, one["df_complete"]));
            large.push_back(estimate_of(values, covariance, INFINITY));
        }
        const Pooled pooled = pool(estimates), mitools = pool(estimates, PooledDf::mitools), infinite = pool(large);
        EXPECT_EQ(pooled.draws, one["m"].get<std::size_t>());
        for (std::size_t i = 0; i < one["k"].get<std::size_t>(); ++i) {
            const auto at = static_cast<Eigen::Index>(i);
            same(pooled.estimate.values(at), one["coefficients"][i]);
            for (std::size_t j = 0; j < one["k"].get<std::size_t>(); ++j)
                same(pooled.estimate.covariance(at, static_cast<Eigen::Index>(j)), one["covariance"][i][j]);
            same(pooled.estimate.df[i], one["df_barnard_rubin"][i]);
            same(pooled.missing_information[i], one["missing_barnard_rubin"][i]);
            same(mitools.estimate.df[i], one["df_mitools"][i]);
            same(mitools.missing_information[i], one["missing_mitools"][i]);
            same(infinite.estimate.df[i], one["df_infinite"][i]);
            same(infinite.missing_information[i], one["missing_infinite"][i]);
        }
    }
    EXPECT_EQ(compared, 9u * 7 + 3 * 4 + 9);  // 9 cells, three 2 x 2 matrices and one 3 x 3
}

TEST(Pool, EqualDrawsChangeNothing) {
    const std::vector<Estimate> same(5, estimate_of({2, 3}, {{1, 0.5}, {0.5, 4}}, 17));
    const Pooled pooled = pool(same);
    EXPECT_EQ(pooled.estimate.values, same[0].values);
    EXPECT_LT((pooled.estimate.covariance - same[0].covariance).norm(), 1e-14);
    EXPECT_EQ(pooled.estimate.df, same[0].df);
    EXPECT_EQ(pooled.missing_information, (std::vector<double>{0, 0}));
    EXPECT_EQ(pooled.between.norm(), 0);
}

TEST(Pool, EdgesAreNamed) {
    EXPECT_THROW(pool({}), std::invalid_argument);
    const Estimate one = estimate_of({2}, {{1}}, 9), other = estimate_of({2, 3}, {{1, 0}, {0, 1}}, 9);
    const std::vector<Estimate> different = {one, other};
    EXPECT_THROW(pool(different), std::invalid_argument);
    const Pooled single = pool(std::vector<Estimate>{one});
    EXPECT_EQ(single.estimate.values, one.values);
    EXPECT_EQ(single.estimate.df, one.df);
    EXPECT_EQ(single.estimate.notices.size(), 1u);
    const std::vector<Estimate> empty = {one, estimate_of({std::nan("")}, {{std::nan("")}}, 9)};
    const Pooled none = pool(empty);
    EXPECT_TRUE(std::isnan(none.estimate.values(0)));
    EXPECT_EQ(none.estimate.notices.size(), 1u);
    // No variance within the draws: nothing says how many degrees of freedom the design gives.
    const std::vector<Estimate> certain = {estimate_of({2}, {{0}}, 9), estimate_of({3}, {{0}}, 9)};
    EXPECT_EQ(pool(certain).estimate.df[0], 0);
}

}  // namespace
}  // namespace cifra
