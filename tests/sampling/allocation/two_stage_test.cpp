#include "sampling/allocation/two_stage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "engine/random.h"

namespace cifra {
namespace {

Eigen::MatrixXd matrix(const nlohmann::json& rows) {
    Eigen::MatrixXd m(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < rows[i].size(); ++j)
            m(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i][j];
    return m;
}

TwoStageProblem problem_of(const nlohmann::json& each) {
    TwoStageProblem problem;
    problem.units.mean = matrix(each["p"]);
    problem.units.deviation = (problem.units.mean.array() * (1 - problem.units.mean.array())).sqrt();
    problem.rho = matrix(each["rho"]);
    problem.rho_self_representing = matrix(each["rho_sr"]);
    for (const auto& sizes : each["psu_size"]) {
        problem.strata.push_back({sizes, each["take"], each["self_representing_take"]});
        const std::vector<double>& psus = problem.strata.back().psu_size;
        const double size = std::accumulate(psus.begin(), psus.end(), 0.0);
        problem.units.strata.push_back({size, 1, 2, static_cast<std::uint64_t>(size)});
    }
    Eigen::MatrixXd cv(1, problem.rho.cols());
    const nlohmann::json given = each["cv"].is_array() ? each["cv"] : nlohmann::json::array({each["cv"]});
    for (Eigen::Index j = 0; j < cv.cols(); ++j) {
        cv(0, j) = given[static_cast<std::size_t>(j)];
        problem.units.indicators.push_back("i" + std::to_string(j));
    }
    problem.units.partitions = {{"country", {"all"}, std::vector<std::uint32_t>(problem.strata.size(), 0), cv}};
    return problem;
}

nlohmann::json oracle() {
    std::ifstream file(CIFRA_SOURCE_DIR "/tests/oracle/sampling_two_stage.json");
    return nlohmann::json::parse(file)["cases"];
}

// R2BEAT's equations in R, every round's allocation by a general solver.
TEST(TwoStage, AgreesWithItsEquationsInR) {
    std::size_t seen = 0;
    for (const auto& each : oracle()) {
        ++seen;
        const TwoStageProblem problem = problem_of(each);
        const TwoStageAllocation found = two_stage_allocation(problem);
        EXPECT_EQ(found.rounds, each["rounds"].get<int>()) << each["name"];
        EXPECT_LE((found.deff - matrix(each["deff"])).cwiseAbs().maxCoeff(), 1e-9) << each["name"];
        const std::vector<double> n = each["n"];
        EXPECT_NEAR(found.interviews.cost_real / std::accumulate(n.begin(), n.end(), 0.0), 1, 1e-6) << each["name"];
        for (std::size_t h = 0; h < found.strata.size(); ++h) {
            // The cost is flat at its least: sizes agree to half as many digits as the cost.
            EXPECT_NEAR(found.interviews.real[h] / each["n"][h].get<double>(), 1, 1e-3) << each["name"] << ' ' << h;
            EXPECT_EQ(found.strata[h].self_representing, each["self_representing"][h].get<std::size_t>());
        }
    }
    EXPECT_EQ(seen, 3u);
}

// The variance of the design that comes out, PSU by PSU type, meets the target.
TEST(TwoStage, PsusAndInterviewsMeetTheTargets) {
    for (const auto& each : oracle()) {
        const TwoStageProblem problem = problem_of(each);
        const TwoStageAllocation found = two_stage_allocation(problem);
        for (std::size_t j = 0; j < problem.units.indicators.size(); ++j) {
            const auto column = static_cast<Eigen::Index>(j);
            double variance = 0, total = 0;
            for (std::size_t h = 0; h < found.strata.size(); ++h) {
                const auto row = static_cast<Eigen::Index>(h);
                const TwoStageStratumResult& result = found.strata[h];
                const double size = problem.units.strata[h].size, p = problem.units.mean(row, column);
                const double w = result.self_representing_share, n = static_cast<double>(result.interviews);
                const double take = w < 1 ? (1 - w) * n / static_cast<double>(result.psus) : 1;
                EXPECT_LE(take, problem.strata[h].take * (1 + 1e-9));
                const double self = w * (1 + problem.rho_self_representing(row, column) *
                                                 (problem.strata[h].self_representing_take - 1));
                const double others = (1 - w) * (1 + problem.rho(row, column) * (take - 1));
                variance += (self + others) * size * size * p * (1 - p) * (1 / n - 1 / size);
                total += size * p;
            }
            EXPECT_LE(std::sqrt(variance) / total, problem.units.partitions[0].cv(0, column) * (1 + 1e-4));
        }
    }
}

// Sizes just at the threshold could come and go for ever; they end.
TEST(TwoStage, AlwaysEnds) {
    for (std::uint64_t trial = 0; trial < 60; ++trial) {
        Stream stream({11, Purpose::test, 1, trial});
        TwoStageProblem problem = problem_of(oracle()[0]);
        for (TwoStageStratum& stratum : problem.strata) {
            stratum.take = 3 + 30 * stream.uniform();
            for (double& size : stratum.psu_size) size = 1000 + 10 * stream.uniform();
        }
        problem.rho.array() += 0.5 * stream.uniform();
        problem.units.partitions[0].cv *= 0.4 + stream.uniform();
        const TwoStageAllocation found = two_stage_allocation(problem);
        EXPECT_GE(found.rounds, 1);
        EXPECT_LE(found.rounds, 200);
        for (const BethelTarget& each : found.interviews.targets) EXPECT_LE(each.cv, each.cv_target * (1 + 1e-9));
    }
}

TEST(TwoStage, RefusesWhatIsOutOfRange) {
    TwoStageProblem problem = problem_of(oracle()[0]);
    problem.strata[0].take = 0.5;
    EXPECT_THROW(two_stage_allocation(problem), std::invalid_argument);
    problem = problem_of(oracle()[0]);
    problem.rho(0, 0) = 1.5;
    EXPECT_THROW(two_stage_allocation(problem), std::invalid_argument);
}

}  // namespace
}  // namespace cifra
