// Every design type on the teaching files of R survey: SRS, stratified, one- and two-stage clusters, with and without
// fpc.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/estimation/api_designs.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

const char* api_tables = R"(
indicators:
  enroll: {statistic: total, of: schools, value: enroll, missing: zero, interval: t}
  schools: {statistic: total, of: schools}
  api00: {statistic: mean, of: schools, value: api00}
  api99: {statistic: mean, of: schools, value: api99}
  ratio: {statistic: ratio, of: schools, value: api.stu, over: enroll, missing: exclude}
  elementary: {statistic: proportion, of: schools, having: stype = "E"}
  high: {statistic: proportion, of: schools, having: stype = "H"}
  target_met: {statistic: proportion, of: schools, having: sch.wide = "Yes"}
tables:
  - {id: t, indicators: [schools, api00, api99, ratio, elementary, high, target_met], by: [stype]}
  - {id: e, indicators: [enroll], by: [stype, [sch.wide, comp.imp]]}
)";

class Api : public ::testing::TestWithParam<ApiDesign> {
protected:
    void SetUp() override {
        CIFRA_NEEDS_DATA("api");
        estimates = run_estimation(std::string("data: {schools: {file: ") + GetParam().file +
                                       ", weight: pw}}\ndesign: " + GetParam().design + "\n",
                                   api_tables, shared_data("api"));
        oracle = nlohmann::json::parse(std::ifstream(shared_data("api") / "oracle.json"));
    }

    // The case with this ending, or nothing where the shared oracle does not hold it.
    const nlohmann::json* expected(const std::string& ending) {
        for (const auto& entry : oracle["cases"])
            if (entry["id"] == std::string(GetParam().prefix) + ending) {
                ++compared;
                return &entry;
            }
        return nullptr;
    }

    void expect(const nlohmann::json& value, const nlohmann::json& se, const std::string& indicator,
                const std::string& domain = "") {
        const Found found = find_estimate(estimates, indicator, domain);
        EXPECT_TRUE(close_to(found.estimate, value, estimate_tolerance))
            << GetParam().prefix << " " << indicator << " " << domain;
        if (se.get<double>() < 1e-9) {
            EXPECT_LT(found.se, 1e-6);
            return;
        }
        EXPECT_TRUE(close_to(found.se, se, se_tolerance)) << GetParam().prefix << " " << indicator << " " << domain;
    }

    Table estimates;
    nlohmann::json oracle;
    int compared = 0;
};

TEST_P(Api, AgreesWithRSurvey) {
    if (const auto* c = expected("_total")) {
        expect((*c)["estimate"][0], (*c)["se"][0], "enroll");
        EXPECT_TRUE(close_to(find_estimate(estimates, "enroll").lower, (*c)["ci_t"]["lower"][0], se_tolerance));
        EXPECT_EQ(find_estimate(estimates, "enroll").df, (*c)["df"].get<double>());
    }
    if (const auto* c = expected("_mean")) {
        expect((*c)["estimate"][0], (*c)["se"][0], "api00");
        expect((*c)["estimate"][1], (*c)["se"][1], "api99");
    }
    if (const auto* c = expected("_deff_replace")) {
        EXPECT_TRUE(close_to(find_estimate(estimates, "api00").deff, (*c)["deff"], se_tolerance));
    }
    if (const auto* c = expected("_ratio")) expect((*c)["estimate"], (*c)["se"], "ratio");
    if (const auto* c = expected("_mean_stype")) {
        expect((*c)["estimate"][0], (*c)["se"][0], "elementary");
        expect((*c)["estimate"][1], (*c)["se"][1], "high");
    }
    if (const auto* c = expected("_by2_total"))
        for (std::size_t i = 0; i < 4; ++i) {
            const std::string level = (*c)["levels"][i];
            const std::size_t dot = level.find('.');
            expect((*c)["estimate"][i], (*c)["se"][i], "enroll",
                   "sch.wide=" + level.substr(0, dot) + ";comp.imp=" + level.substr(dot + 1));
        }
    if (const auto* c = expected("_ciprop_logit")) {
        EXPECT_TRUE(close_to(find_estimate(estimates, "target_met").se, (*c)["se"], se_tolerance));
        EXPECT_TRUE(close_to(find_estimate(estimates, "target_met").lower, (*c)["ci"][0], 1e-7));
        EXPECT_TRUE(close_to(find_estimate(estimates, "target_met").upper, (*c)["ci"][1], 1e-7));
    }
    EXPECT_GE(compared, 2) << "the oracle lacks the cases of " << GetParam().prefix;
}

// R's deff = TRUE is against sampling without replacement.
TEST_P(Api, DesignEffectWithoutReplacement) {
    const nlohmann::json* oracle_mean = expected("_mean");
    if (!oracle_mean || !oracle_mean->contains("deff")) return;
    const Table e = run_estimation(std::string("data: {schools: {file: ") + GetParam().file +
                                       ", weight: pw}}\ndesign: " + GetParam().design + "\n",
                                   std::string("deff: without_replacement\n") + api_tables, shared_data("api"));
    EXPECT_TRUE(close_to(find_estimate(e, "api00").deff, (*oracle_mean)["deff"][0], se_tolerance));
    EXPECT_TRUE(close_to(find_estimate(e, "api99").deff, (*oracle_mean)["deff"][1], se_tolerance));
}

INSTANTIATE_TEST_SUITE_P(Designs, Api, ::testing::ValuesIn(api_designs),
                         [](const auto& info) { return std::string(info.param.prefix); });

TEST(LonelyPsu, PoliciesAgreeWithRSurvey) {
    CIFRA_NEEDS_DATA("api");
    const auto run = [](const std::string& policy, const std::string& fpc) {
        return run_estimation(
            "data: {schools: {file: apistrat_lonely.csv, weight: pw}}\ndesign: {strata: stype, lonely_psu: " + policy +
                fpc + "}\n",
            "indicators:\n  total: {statistic: total, of: schools, value: enroll}\n  mean: {statistic: mean, of: "
            "schools, value: api00}\n"
            "  ratio: {statistic: ratio, of: schools, value: api.stu, over: enroll}\ntables: [{id: t, indicators: "
            "[total, mean, ratio]}]\n",
            shared_data("api"));
    };
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"lonely_certainty_fpc", "certainty", ", fpc: fpc"},
        {"lonely_certainty_wr", "certainty", ""},
        {"lonely_adjust_fpc", "adjust_from_zero", ", fpc: fpc"},
        {"lonely_adjust_wr", "adjust_from_zero", ""},
        {"lonely_average_fpc", "average", ", fpc: fpc"}};
    for (const auto& [id, policy, fpc] : cases) {
        const nlohmann::json expected = oracle_case(shared_data("api") / "oracle.json", id);
        const Table result = run(policy, fpc);
        for (const char* statistic : {"total", "mean", "ratio"}) {
            EXPECT_TRUE(close_to(find_estimate(result, statistic).estimate, expected[statistic]["estimate"],
                                 estimate_tolerance))
                << id;
            EXPECT_TRUE(close_to(find_estimate(result, statistic).se, expected[statistic]["se"], se_tolerance))
                << id << " " << statistic;
        }
    }
    EXPECT_THROW(run("fail", ""), Refusal);
    // Means sum to zero, so both forms of "adjust" agree on them; totals do not.
    EXPECT_TRUE(close_to(find_estimate(run("adjust", ""), "mean").se,
                         find_estimate(run("adjust_from_zero", ""), "mean").se, se_tolerance));
    EXPECT_LT(find_estimate(run("adjust", ""), "total").se, find_estimate(run("adjust_from_zero", ""), "total").se);
}

TEST(TeachingFiles, StataManualFpcAndAmbulances) {
    CIFRA_NEEDS_DATA("api");
    const std::filesystem::path oracle = shared_data("api") / "oracle.json";
    const Table stata =
        run_estimation("data: {f: {file: fpc.csv, weight: weight}}\ndesign: {strata: stratid, psu: psuid}\n",
                       "indicators: {x: {statistic: mean, of: f, value: x}}\ntables: [{id: t, indicators: [x]}]\n",
                       shared_data("api"));
    EXPECT_TRUE(close_to(find_estimate(stata, "x").se, oracle_case(oracle, "fpc_nofpc_mean")["se"], se_tolerance));
    const Table ambulances = run_estimation(
        "data: {a: {file: scd.csv, weight: 1}}\ndesign: {strata: ESA, psu: ambulance}\n",
        "indicators: {r: {statistic: ratio, of: a, value: alive, over: arrests}}\ntables: [{id: t, indicators: [r]}]\n",
        shared_data("api"));
    EXPECT_TRUE(close_to(find_estimate(ambulances, "r").estimate, oracle_case(oracle, "scd_lin_ratio")["estimate"],
                         estimate_tolerance));
    EXPECT_TRUE(close_to(find_estimate(ambulances, "r").se, oracle_case(oracle, "scd_lin_ratio")["se"], se_tolerance));
}

// Särndal, Swensson and Wretman 1992, exercise on MU284: two-stage SRS, 5 of 50 clusters.
TEST(TeachingFiles, Mu284TwoStages) {
    CIFRA_NEEDS_DATA("api");
    const auto run = [](const char* design) {
        return run_estimation(
            std::string("data: {m: {file: mu284_2stage.csv, weight: w}}\nderive: {m: {w: n1 / 5 * n2 / 3}}\ndesign: ") +
                design + "\n",
            "indicators: {total: {statistic: total, of: m, value: y1}, mean: {statistic: mean, of: m, value: "
            "y1}}\ntables: [{id: t, indicators: [total, mean]}]\n",
            shared_data("api"));
    };
    const std::filesystem::path oracle = shared_data("api") / "oracle.json";
    const Table stages = run("{psu: [id1, id2], fpc: [n1, n2]}");
    EXPECT_TRUE(close_to(find_estimate(stages, "mean").estimate, oracle_case(oracle, "mu284_mean")["estimate"],
                         estimate_tolerance));
    EXPECT_TRUE(close_to(find_estimate(stages, "mean").se, oracle_case(oracle, "mu284_mean")["se"], se_tolerance));
}

}  // namespace
}  // namespace cifra::testing
