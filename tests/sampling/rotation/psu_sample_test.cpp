// PSUs of a panel by permanent numbers: π and π_kl of every wave over many seeds, births and deaths among them, the
// overlap of waves by theory, weights over many panels, faults by line.
#include "sampling/rotation/psu_sample.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "engine/csv.h"
#include "sampling/rotation/panel.h"
#include "sampling/selection/high_entropy.h"
#include "tests/support/inclusion_check.h"

namespace cifra {
namespace {

Table csv(const std::string& text) {
    Diagnostics faults;
    CsvOptions options;
    for (const char* name : {"region", "psu", "dwelling"}) options.types[name] = ColumnType::text;
    Table table = parse_csv(text, "psus.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

PanelPlan plan_of(const std::string& psu_sample, const std::string& rest = "pattern: overlapping, waves: 3") {
    Diagnostics faults;
    PanelPlan plan = read_panel_plan(
        parse_yaml("{" + rest + ", psu_sample: {frame: psus.csv, " + psu_sample + "}}", "plan.yaml", faults), faults);
    faults.throw_if_errors();
    return plan;
}

// Nine PSUs; p7 and p8 are new in wave 2 and 3, p0 and p1 are gone after wave 1 and 2.
const char* const changing =
    "psu,size,from_wave,to_wave\np0,10,1,1\np1,4,1,2\np2,7,1,\np3,5,1,\np4,12,1,\np5,6,1,\np6,3,1,\np7,9,2,\np8,8,3,\n";

std::vector<PanelStratum> drawn(const PanelPlan& plan, const Table& frame, std::uint64_t seed) {
    Diagnostics faults;
    auto strata = draw_psus(*plan.psu_sample, frame, plan.waves, seed, faults);
    faults.throw_if_errors();
    return strata;
}

std::vector<std::size_t> of_wave(const std::vector<PanelStratum>& strata, std::size_t wave) {
    std::vector<std::size_t> units;
    for (const PanelPsu& psu : strata.front().psus)
        if (psu.waves[wave - 1].pi_1 > 0) units.push_back(static_cast<std::size_t>(psu.id[1] - '0'));
    return units;
}

// π of wave 3 by PSU: p2 .. p8 exist, of sizes 7 5 12 6 3 9 8.
std::vector<double> probabilities(const std::string& method) {
    const std::vector<double> sizes = {7, 5, 12, 6, 3, 9, 8};
    std::vector<double> pi;
    for (const double size : sizes) pi.push_back(method == "srs" ? 3.0 / 7 : 3 * size / 50);
    if (method == "pareto") pi = inclusion_probabilities(pareto_design(pi));
    pi.insert(pi.begin(), 2, 0.0);
    return pi;
}

TEST(PsuSample, EveryWaveHasItsProbabilities) {
    const Table frame = csv(changing);
    for (const std::string method : {"srs", "pareto", "poisson"}) {
        const PanelPlan plan = plan_of("method: " + method + (method == "srs" ? "" : ", size: size") +
                                       ", n_per_stratum: 3, rotation: 0.3, start: 0.8");
        const std::vector<double> pi = probabilities(method);
        testing::Matrix joint;
        if (method == "srs") joint.assign(9, std::vector<double>(9, 0));
        for (std::size_t k = 2; k < 9 && method == "srs"; ++k)
            for (std::size_t l = k + 1; l < 9; ++l) joint[k][l] = 3.0 * 2 / (7 * 6);
        const auto verdict = testing::check_inclusion(
            pi, 8000, [&](std::uint64_t seed) { return of_wave(drawn(plan, frame, seed), 3); }, joint);
        EXPECT_TRUE(verdict.passes) << method << " " << verdict.failure;
        const auto strata = drawn(plan, frame, 1);
        for (const PanelPsu& psu : strata.front().psus)
            if (psu.waves[2].pi_1 > 0) {
                EXPECT_NEAR(psu.waves[2].pi_1, pi[static_cast<std::size_t>(psu.id[1] - '0')], 1e-12);
                EXPECT_EQ(psu.waves[2].N_psu, 7);
            }
    }
}

// The mean number of PSUs that wave `wave` has in common with the one before, and what is expected.
struct Kept {
    double mean = 0, variance = 0, expected = 0;
};

Kept kept(const PanelPlan& plan, const Table& frame, std::size_t wave, std::uint64_t draws) {
    Kept result;
    double squares = 0;
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        const auto strata = drawn(plan, frame, seed);
        double both = 0;
        for (const PanelStratum& stratum : strata)
            for (const PanelPsu& psu : stratum.psus)
                both += psu.waves[wave - 1].pi_1 > 0 && psu.waves[wave - 2].pi_1 > 0;
        result.mean += both / static_cast<double>(draws);
        squares += both * both / static_cast<double>(draws);
        result.expected = strata.front().expected_kept[wave - 1];
    }
    result.variance = squares - result.mean * result.mean;
    return result;
}

TEST(PsuSample, PoissonSamplesOverlapAsTheArcsDo) {
    for (const double rotation : {0.0, 0.25, 1.0}) {
        const auto plan = [&](int n) {
            return plan_of(fmt::format("method: poisson, size: size, n_per_stratum: {}, rotation: {}", n, rotation));
        };
        constexpr std::uint64_t draws = 4000;
        const Kept changed = kept(plan(3), csv(changing), 3, draws);
        EXPECT_NEAR(changed.mean, changed.expected, 4.5 * std::sqrt(changed.variance / draws) + 1e-9);
        // A frame that stays: (1 - r) of the expected number.
        const Kept still = kept(plan(2), csv("psu,size\np0,3\np1,5\np2,4\np3,7\np4,8\np5,6\np6,9\np7,3\n"), 2, draws);
        EXPECT_NEAR(still.expected, (1 - rotation) * 2, 1e-12);
        EXPECT_NEAR(still.mean, still.expected, 4.5 * std::sqrt(std::max(0.0, still.variance) / draws) + 1e-9);
    }
}

TEST(PsuSample, FixedSizesKeepAndAvoid) {
    std::string frame = "psu,size\n";
    for (int k = 0; k < 60; ++k) frame += fmt::format("p{},{}\n", k, 3 + k % 7);
    for (const std::string method : {"method: srs", "method: pareto, size: size"}) {
        const auto mean = [&](double rotation) {
            return kept(plan_of(method + fmt::format(", n_per_stratum: 12, rotation: {}", rotation)), csv(frame), 2,
                        300);
        };
        EXPECT_NEAR(mean(0).mean, 12, 1e-9) << method;
        EXPECT_NEAR(mean(0).variance, 0, 1e-9) << method;
        EXPECT_NEAR(mean(0.25).mean, 9, 1) << method;
        EXPECT_LT(mean(1).mean, 1.5) << method;  // independent samples: 2.4 or more
    }
}

TEST(PsuSample, AnotherSampleIsKeptByItsStartAndAvoidedBehindIt) {
    std::string frame = "psu,size,other\n";
    for (int k = 0; k < 40; ++k) frame += fmt::format("p{},{},{}\n", 10 + k, 1 + k % 4, 8.0 * (1 + k % 4) / 100);
    const auto of_start = [&](const char* start, std::uint64_t seed) {
        std::set<std::string> ids;
        const PanelPlan plan = plan_of(fmt::format("method: poisson, size: size, n_per_stratum: 8, start: {}", start));
        const auto strata = drawn(plan, csv(frame), seed);
        for (const PanelPsu& psu : strata.front().psus)
            if (psu.waves[0].pi_1 > 0) ids.insert(psu.id);
        return ids;
    };
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const auto first = of_start("0", seed);
        EXPECT_EQ(first, of_start("0.0", seed));
        for (const std::string& id : of_start("other", seed)) EXPECT_FALSE(first.contains(id));
    }
}

PanelFiles files_of(const std::string& psus) {
    PanelFiles files;
    files.psus = csv(psus);
    std::string dwellings = "dwelling,psu\n";
    for (std::size_t row = 0; row < files.psus.rows(); ++row)
        for (int d = 0; d < 5 + static_cast<int>(row) % 3; ++d)
            dwellings += fmt::format("{0}d{1},{0}\n", files.psus.at("psu").text(row), d);
    files.dwellings = csv(dwellings);
    return files;
}

// Weights of a wave estimate its dwellings: those of PSUs that exist then.
TEST(PsuSample, WeightsAreUnbiasedInEveryWave) {
    const PanelFiles files = files_of(changing);
    const double dwellings[] = {41, 42, 43};  // 5 6 7 5 6 7 5 6 7 by PSU
    const PanelPlan plan = plan_of("method: pareto, size: size, n_per_stratum: 3, rotation: 0.5",
                                   "pattern: {visits: 2, interval: 1}, waves: 3, take: 1");
    constexpr std::uint64_t draws = 3000;
    double mean[3] = {}, squares[3] = {};
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        Diagnostics faults;
        const Panel panel = make_panel(plan, files, seed, faults);
        faults.throw_if_errors();
        for (std::size_t w = 0; w < 3; ++w) {
            const double sum = panel.waves.at("sum_weights").number(w);
            mean[w] += sum / draws;
            squares[w] += sum * sum / draws;
        }
        ASSERT_EQ(panel.waves.at("psus").number(1), 3);
    }
    for (std::size_t w = 0; w < 3; ++w)
        EXPECT_NEAR(mean[w], dwellings[w], 4.5 * std::sqrt((squares[w] - mean[w] * mean[w]) / draws)) << w;
}

TEST(PsuSample, FaultsHaveTheirLines) {
    const auto fault = [](const std::string& frame, const std::string& keys = "n_per_stratum: 1") {
        Diagnostics faults;
        draw_psus(*plan_of(keys).psu_sample, csv(frame), 3, 1, faults);
        return faults.items().empty()
                   ? ""
                   : fmt::format("{} {}", faults.items().front().code, faults.items().front().where.line);
    };
    EXPECT_EQ(fault("psu,from_wave\na,1\nb,2\n"), "");
    EXPECT_EQ(fault("psu,from_wave\na,1\na,2\n"), "duplicate-id 3");
    EXPECT_EQ(fault("psu,from_wave,to_wave\na,1,3\nb,3,2\n"), "bad-wave 3");
    EXPECT_EQ(fault("psu,x\na,4\nb,0\n", "method: poisson, size: x, n_per_stratum: 1"), "bad-size 3");
    EXPECT_EQ(fault("psu,o\na,0.4\nb,1.2\n", "start: o, n_per_stratum: 1"), "bad-start 3");
    EXPECT_EQ(fault("psu,region\na,N\n", "strata: [region], n_per_stratum: {S: 1}"), "unknown-stratum 1");
}

}  // namespace
}  // namespace cifra
