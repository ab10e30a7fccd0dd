// Replicate weights as published with the data: JK1, bootstrap, multistage bootstrap, post-stratified JK1, SDR, BRR,
// Fay, against R survey's svrepdesign on the same weights.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fmt/ranges.h>
#include <fstream>

#include "engine/csv.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/replicate_files.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

const char* school_tables = R"(
indicators:
  total: {statistic: total, of: schools, value: enroll, missing: zero, interval: t}
  api00: {statistic: mean, of: schools, value: api00}
  api99: {statistic: mean, of: schools, value: api99}
  ratio: {statistic: ratio, of: schools, value: api.stu, over: enroll, missing: exclude}
  target: {statistic: proportion, of: schools, having: sch.wide = "Yes", interval: logit}
  quartile: {statistic: quantile, of: schools, value: api00, probabilities: [0.25, 0.5, 0.75]}
tables:
  - {id: t, indicators: [total, api00, api99, ratio, target, quartile], by: [stype]}
comparisons:
  - {id: gain, formula: api00 - api99}
)";

struct ReplicateCase {
    const char *id, *sample, *weights;
};

class Replicated : public ::testing::TestWithParam<ReplicateCase> {};

TEST_P(Replicated, AgreesWithR) {
    CIFRA_NEEDS_DATA("api");
    const nlohmann::json oracle = oracle_case(shared_data("api") / "oracle.json", GetParam().id);
    const ReplicateFiles files(GetParam().sample, GetParam().weights);
    const Table estimates = run_estimation(replicate_design(oracle, "schools"), school_tables, files.folder());
    const auto expect = [&](const char* indicator, const std::string& domain, const nlohmann::json& estimate,
                            const nlohmann::json& se) {
        const Found found = find_estimate(estimates, indicator, domain);
        EXPECT_TRUE(close_to(found.estimate, estimate, estimate_tolerance)) << indicator << " " << domain;
        EXPECT_TRUE(close_to(found.se, se, se_tolerance)) << indicator << " " << domain;
    };
    expect("total", "", oracle["total"]["estimate"], oracle["total"]["se"]);
    if (oracle["mean"]["estimate"].is_number()) {
        expect("api00", "", oracle["mean"]["estimate"], oracle["mean"]["se"]);
        return;
    }
    expect("api00", "", oracle["mean"]["estimate"][0], oracle["mean"]["se"][0]);
    expect("api99", "", oracle["mean"]["estimate"][1], oracle["mean"]["se"][1]);
    expect("ratio", "", oracle["ratio"]["estimate"], oracle["ratio"]["se"]);
    for (int i = 0; i < 3; ++i)
        expect("api00", "stype=" + oracle["by_stype"]["levels"][i].get<std::string>(),
               oracle["by_stype"]["estimate"][i], oracle["by_stype"]["se"][i]);
    const Found target = find_estimate(estimates, "target");
    EXPECT_TRUE(close_to(target.estimate, oracle["ciprop_logit"]["estimate"], estimate_tolerance));
    EXPECT_TRUE(close_to(target.lower, oracle["ciprop_logit"]["ci"][0], 1e-7));
    EXPECT_TRUE(close_to(target.upper, oracle["ciprop_logit"]["ci"][1], 1e-7));
    const char* quartiles[] = {"quantile=0.25", "quantile=0.5", "quantile=0.75"};
    for (int i = 0; i < 3; ++i) {
        const Found quartile = find_estimate(estimates, "quartile", quartiles[i]);
        EXPECT_TRUE(close_to(quartile.estimate, oracle["quantile"]["estimate"][i], 1e-9)) << i;
        EXPECT_TRUE(close_to(quartile.se, oracle["quantile"]["se"][i], se_tolerance)) << i;
        EXPECT_TRUE(close_to(quartile.lower, oracle["quantile"]["ci"][i][0], 1e-9)) << i;
        EXPECT_TRUE(close_to(quartile.upper, oracle["quantile"]["ci"][i][1], 1e-9)) << i;
    }
    const Table comparisons =
        run_part(replicate_design(oracle, "schools"), school_tables, files.folder(), "comparisons.csv");
    EXPECT_TRUE(close_to(comparisons.at("estimate").number(0), oracle["contrast"]["estimate"], estimate_tolerance));
    EXPECT_TRUE(close_to(comparisons.at("se").number(0), oracle["contrast"]["se"], se_tolerance));
}

INSTANTIATE_TEST_SUITE_P(
    R, Replicated,
    ::testing::Values(ReplicateCase{"rep_clus1_JK1_mse", "apiclus1.csv", "rep_clus1_JK1_mse.csv"},
                      ReplicateCase{"rep_clus1_JK1_nofpc", "apiclus1.csv", "rep_clus1_JK1_nofpc.csv"},
                      ReplicateCase{"rep_clus1_bootstrap", "apiclus1.csv", "rep_clus1_bootstrap.csv"},
                      ReplicateCase{"rep_clus2_mrb", "apiclus2.csv", "rep_clus2_mrb.csv"},
                      ReplicateCase{"rep_clus1_JK1_ps", "apiclus1.csv", "rep_clus1_JK1_ps.csv"},
                      ReplicateCase{"rep_srs_sdr_successive-difference", "apisrs.csv", "rep_srs_sdr.csv"},
                      ReplicateCase{"rep_srs_sdr_ACS", "apisrs.csv", "rep_srs_sdr.csv"}),
    [](const auto& info) {
        std::string name = info.param.id;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

// Named methods carry their scale: SDR 4/R, BRR 1/R, Fay 1/(R (1 - rho)^2).
TEST(Replicates, MethodsHaveTheirScale) {
    CIFRA_NEEDS_DATA("api");
    const auto json = shared_data("api") / "oracle.json";
    const ReplicateFiles sdr("apisrs.csv", "rep_srs_sdr.csv");
    const Table schools = run_estimation(
        "data: {schools: {file: sample.csv, weight: pw}}\n"
        "design: {replicates: {file: weights.csv, columns: 'rep*', method: SDR, df: 17}}\n",
        school_tables, sdr.folder());
    EXPECT_TRUE(
        close_to(find_estimate(schools, "api00").se, oracle_case(json, "rep_srs_sdr_ACS")["mean"]["se"], se_tolerance));
    const char* tables =
        "indicators:\n"
        "  alive: {statistic: ratio, of: ambulances, value: alive, over: arrests}\n"
        "  all: {statistic: total, of: ambulances, value: alive, interval: t}\n"
        "tables: [{id: t, indicators: [alive, all]}]\n";
    for (const auto& [file, method, id] :
         {std::tuple{"scd_BRR.csv", "BRR", "scd_as_BRR"}, std::tuple{"scd_Fay.csv", "Fay, fay: 0.3", "scd_as_Fay"}}) {
        const nlohmann::json oracle = oracle_case(json, id);
        const Table table = run_estimation(
            fmt::format(
                "data: {{ambulances: {{file: scd.csv, weight: 1}}}}\n"
                "design: {{replicates: {{file: {}, columns: 'V*', combined: false, centre: mean, method: {}}}}}\n",
                file, method),
            tables, shared_data("api"));
        EXPECT_TRUE(close_to(find_estimate(table, "alive").se, oracle["ratio"]["se"], se_tolerance)) << method;
        EXPECT_TRUE(close_to(find_estimate(table, "all").estimate, oracle["total"]["estimate"], 1e-12));
        EXPECT_TRUE(close_to(find_estimate(table, "all").se, oracle["total"]["se"], se_tolerance)) << method;
    }
}

TEST(Replicates, FaultsAreNamed) {
    CIFRA_NEEDS_DATA("api");
    const auto fault = [](const std::string& replicates) {
        try {
            run_estimation(
                "data: {schools: {file: apiclus1.csv, weight: pw}}\ndesign: {replicates: " + replicates + "}\n",
                school_tables, shared_data("api"));
        } catch (const InputError& error) {
            return std::string(error.what());
        } catch (const Refusal& refusal) {
            return std::string(refusal.what());
        }
        return std::string("none");
    };
    const std::string file = "file: rep_clus1_JK1.csv, columns: 'rep*'";
    EXPECT_NE(fault("{" + file + "}").find("'scale'"), std::string::npos);
    EXPECT_NE(fault("{" + file + ", method: JKn}").find("rscales"), std::string::npos);
    EXPECT_NE(fault("{" + file + ", method: JK1, rscales: [1, 1]}").find("2 rscales for 15"), std::string::npos);
    EXPECT_NE(fault("{" + file + ", method: BRR, fay: 0.5}").find("belongs to method Fay"), std::string::npos);
    EXPECT_NE(fault("{file: rep_srs_sdr.csv, columns: 'rep*', method: SDR}").find("200 rows"), std::string::npos);
    EXPECT_NE(fault("{file: rep_clus1_JK1.csv, columns: 'replicate*', method: JK1}").find("no column"),
              std::string::npos);
    EXPECT_EQ(fault("{" + file + ", method: JK1}"), "none");
}

}  // namespace
}  // namespace cifra::testing
