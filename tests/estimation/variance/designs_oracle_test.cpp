// Designs and variances of the shared oracle files (R survey 4.1), every case from YAML.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "engine/csv.h"
#include "estimation/survey_data.h"
#include "estimation/variance.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

using nlohmann::json;

json api_case(const std::string& id) { return oracle_case(shared_data("api") / "oracle.json", id); }

std::vector<json> cases_of(const std::string& folder) {
    const json file = json::parse(std::ifstream(shared_data(folder) / "oracle.json"));
    return {file["cases"].begin(), file["cases"].end()};
}

void expect_found(const Found& found, double estimate, double se, const std::string& what) {
    EXPECT_TRUE(close_to(found.estimate, estimate, estimate_tolerance)) << what;
    EXPECT_TRUE(close_to(found.se, se, se_tolerance)) << what;
}

// The covariance of totals of columns of the design's level, as every statistic asks for it.
Eigen::MatrixXd covariance_of_totals(const std::string& design, const std::filesystem::path& folder,
                                     const std::vector<std::string>& variables) {
    Diagnostics faults;
    const YamlValue file = parse_yaml(design, "design.yaml", faults);
    const SurveyData data = read_survey_data(file, {folder, folder, variables, 1}, faults);
    faults.throw_if_errors();
    const Level& level = data.hierarchy[data.design_level];
    const auto order = rows_by_unit(level.unit_of_row, data.design.units());
    std::vector<SparseColumn> columns;
    for (const std::string& variable : variables) {
        std::vector<double> values;
        for (std::size_t row = 0; row < level.rows(); ++row)
            values.push_back(level.weight[row] * level.table.at(variable).number(row));
        columns.push_back(total_by_unit(level.unit_of_row, order, values));
    }
    const Eigen::MatrixXd v = covariance(data.design, columns);
    const Eigen::VectorXd diagonal = variances(data.design, columns);
    for (Eigen::Index i = 0; i < diagonal.size(); ++i) EXPECT_TRUE(close_to(diagonal(i), v(i, i), 1e-12));
    return v;
}

void expect_matrix(const Eigen::MatrixXd& actual, const json& expected, const std::string& what) {
    for (Eigen::Index i = 0; i < actual.rows(); ++i)
        for (Eigen::Index j = 0; j < actual.cols(); ++j) {
            const double r = expected[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
            const double scale = std::sqrt(actual(i, i) * actual(j, j));
            EXPECT_LT(std::abs(actual(i, j) - r), se_tolerance * scale) << what << " " << i << " " << j;
        }
}

// The sum of squared probabilities over the population, from the frame: p = 40 * votes / all votes, at most 1.
const char* election_tables =
    "indicators:\n  Bush: {statistic: total, of: c, value: Bush}\n  Kerry: {statistic: total, of: c, value: Kerry}\n"
    "  Nader: {statistic: total, of: c, value: Nader}\n  ratio: {statistic: ratio, of: c, value: Bush, over: Kerry}\n"
    "  mean: {statistic: mean, of: c, value: Bush}\ntables: [{id: t, indicators: [Bush, Kerry, Nader, ratio, mean]}]\n";

double election_p2() {
    Diagnostics faults;
    const Table frame = read_csv(shared_data("api") / "election.csv", {}, faults);
    faults.throw_if_errors();
    double sum = 0;
    for (std::size_t row = 0; row < frame.rows(); ++row) sum += frame.at("p").number(row) * frame.at("p").number(row);
    return sum;
}

TEST(UnequalOracle, ElectionAgreesWithRSurvey) {
    CIFRA_NEEDS_DATA("api");
    const std::map<std::string, std::string> designs = {
        {"pps_overton", "probability: p, unequal: overton, form: horvitz_thompson"},
        {"pps_HR", "probability: p, unequal: hartley_rao, form: horvitz_thompson, population_p2: " +
                       fmt::format("{:.17g}", election_p2())},
        {"pps_HR_sample", "probability: p, unequal: hartley_rao, form: horvitz_thompson"},
        {"pps_HT", "probability: p, unequal: horvitz_thompson, joint: election_jointprob.csv, joint_tolerance: 1e-4"},
        {"pps_YG", "probability: p, unequal: sen_yates_grundy, joint: election_jointprob.csv, joint_tolerance: 1e-4"},
        {"pps_wr", "fpc: []"}};
    std::size_t compared = 0;
    for (const auto& entry : cases_of("api")) {
        const std::string id = entry["id"];
        const auto keys = designs.find(id);
        if (keys == designs.end()) {
            EXPECT_TRUE(!id.starts_with("pps_") || id == "pps_poisson") << id << " is not compared";
            continue;
        }
        const std::string design = "data: {c: {file: election_pps.csv, weight: wt}}\ndesign: {" + keys->second + "}\n";
        const Table result = run_estimation(design, election_tables, shared_data("api"));
        const std::vector<std::string> totals = {"Bush", "Kerry", "Nader"};
        for (std::size_t i = 0; i < 3; ++i)
            expect_found(find_estimate(result, totals[i]), entry["total"]["estimate"][i], entry["total"]["se"][i],
                         id + totals[i]);
        for (const char* statistic : {"ratio", "mean"})
            expect_found(find_estimate(result, statistic), entry[statistic]["estimate"], entry[statistic]["se"],
                         id + statistic);
        expect_matrix(covariance_of_totals(design, shared_data("api"), totals), entry["total"]["vcov"], id);
        ++compared;
    }
    EXPECT_EQ(compared, designs.size());
    const json poisson = api_case("pps_poisson");
    const Table result =
        run_estimation("data: {c: {file: election_pps.csv, weight: wt}}\ndesign: {probability: p, unequal: poisson}\n",
                       election_tables, shared_data("api"));
    for (std::size_t i = 0; i < 3; ++i)
        expect_found(find_estimate(result, std::vector<std::string>{"Bush", "Kerry", "Nader"}[i]),
                     poisson["estimate"][i], poisson["se"][i], "poisson");
}

TEST(StageOracle, StataFpcMu284AndHospitals) {
    CIFRA_NEEDS_DATA("api");
    const std::string stata =
        "indicators: {x: {statistic: mean, of: f, value: x}}\ntables: [{id: t, indicators: [x]}]\n";
    const Table mean =
        run_estimation("data: {f: {file: fpc.csv, weight: weight}}\ndesign: {strata: stratid, psu: psuid}\n", stata,
                       shared_data("api"));
    expect_found(find_estimate(mean, "x"), api_case("fpc_nofpc_mean")["estimate"], api_case("fpc_nofpc_mean")["se"],
                 "fpc");
    EXPECT_EQ(find_estimate(mean, "x").df, 6);

    const auto mu284 = [](const char* design) {
        return run_estimation(
            std::string("data: {m: {file: mu284_2stage.csv, weight: w}}\nderive: {m: {w: n1 / 5 * n2 / 3}}\ndesign: ") +
                design + "\n",
            "indicators: {total: {statistic: total, of: m, value: y1}, mean: {statistic: mean, of: m, value: y1}}\n"
            "tables: [{id: t, indicators: [total, mean]}]\n",
            shared_data("api"));
    };
    const json two = api_case("mu284_mean"), one = api_case("mu284_total_ultimate");
    expect_found(find_estimate(mu284("{psu: [id1, id2], fpc: [n1, n2]}"), "mean"), two["estimate"], two["se"], "mu284");
    expect_found(find_estimate(mu284("{psu: [id1, id2], fpc: [n1, n2], ultimate_cluster: true}"), "total"),
                 one["estimate"], one["se"], "mu284 ultimate");

    const json hospital = api_case("hospital_by");
    const Table births = run_estimation(
        "data: {h: {file: hospital.csv, weight: weighta}}\ndesign: {strata: oblevel, fpc: tothosp}\n",
        "indicators: {b: {statistic: mean, of: h, value: births}}\ntables: [{id: t, indicators: [b], by: [oblevel]}]\n",
        shared_data("api"));
    for (std::size_t i = 0; i < 3; ++i)
        expect_found(find_estimate(births, "b", "oblevel=" + std::to_string(i + 1)), hospital["estimate"][i],
                     hospital["se"][i], "hospital");
}

// R's "adjust" of 4.1 deviates from zero.
std::string cifra_policy(const std::string& policy) { return policy == "adjust" ? "adjust_from_zero" : policy; }

TEST(LonelyOracle, SchoolsWithOneInAStratum) {
    CIFRA_NEEDS_DATA("api");
    std::size_t compared = 0;
    for (const auto& entry : cases_of("api")) {
        const std::string id = entry["id"];
        if (!id.starts_with("lonely_")) continue;
        const std::string policy = id.substr(7, id.rfind('_') - 7), fpc = id.ends_with("_fpc") ? ", fpc: fpc" : "";
        const Table result = run_estimation(
            "data: {s: {file: apistrat_lonely.csv, weight: pw}}\ndesign: {strata: stype, lonely_psu: " +
                cifra_policy(policy) + fpc + "}\n",
            "indicators:\n  total: {statistic: total, of: s, value: enroll}\n  mean: {statistic: mean, of: s, value: "
            "api00}\n  ratio: {statistic: ratio, of: s, value: api.stu, over: enroll}\n"
            "tables: [{id: t, indicators: [total, mean, ratio]}]\n",
            shared_data("api"));
        for (const char* statistic : {"total", "mean", "ratio"})
            expect_found(find_estimate(result, statistic), entry[statistic]["estimate"], entry[statistic]["se"],
                         id + statistic);
        EXPECT_EQ(find_estimate(result, "mean").df, entry["df"].get<double>()) << id;
        ++compared;
    }
    EXPECT_GE(compared, 6U);
}

TEST(LonelyOracle, DomainWithOneSchoolInAStratum) {
    CIFRA_NEEDS_DATA("api");
    std::size_t compared = 0;
    for (const auto& entry : cases_of("api")) {
        const std::string id = entry["id"];
        if (!id.starts_with("domain_lonely_")) continue;
        const std::string policy = id.substr(14, id.rfind('_') - 14);
        const bool adjusted = id.ends_with("_TRUE");
        std::string chosen;
        for (const auto& snum : entry["snum"]) chosen += (chosen.empty() ? "" : ", ") + std::to_string(snum.get<int>());
        const Table result = run_estimation(
            "data: {s: {file: apistrat.csv, weight: pw}}\ndesign: {strata: stype, lonely_psu: " + cifra_policy(policy) +
                (adjusted ? ", domain_lonely: " + cifra_policy(policy) : "") + "}\n",
            "indicators:\n  total: {statistic: total, of: s, value: enroll, where: 'snum in [" + chosen +
                "]'}\n  mean: {statistic: mean, of: s, value: api00, where: 'snum in [" + chosen +
                "]'}\ntables: [{id: t, indicators: [total, mean]}]\n",
            shared_data("api"));
        for (const char* statistic : {"total", "mean"})
            if (entry.contains(statistic))
                expect_found(find_estimate(result, statistic), entry[statistic]["estimate"], entry[statistic]["se"],
                             id + statistic);
        ++compared;
    }
    EXPECT_GE(compared, 1U);
}

TEST(LonelyOracle, NcvsIncidentsOfOneTypeAlone) {
    CIFRA_NEEDS_DATA("ncvs2021");
    std::size_t compared = 0;
    const std::map<std::string, std::string> types = {{"Robbery", "V4529 >= 5 and V4529 <= 10"},
                                                      {"Violent", "V4529 <= 20"},
                                                      {"RapeSA", "V4529 in [1, 2, 3, 4, 15, 16, 18, 19]"}};
    for (const auto& entry : cases_of("ncvs2021")) {
        const std::string id = entry["id"];
        if (!id.starts_with("inc_lonely_")) continue;
        const std::string policy = id.substr(11, id.rfind('_') - 11), type = id.substr(id.rfind('_') + 1);
        const Table result = run_estimation(
            "data:\n  households: {file: household.csv, weight: WGTHHCY}\n  incidents: {file: incident.csv, weight: "
            "WGTVICCY, parent: households, by: [YEARQ, IDHH], where: 'V4022 != 1 and " +
                types.at(type) +
                "', count: series}\ndesign: {level: incidents, strata: V2117, psu: V2118, drawn: filtered, "
                "lonely_psu: " +
                cifra_policy(policy) +
                "}\ncounting: {series: {series: 'V4017 is not in [1, 8] and V4018 is not in [2, 8] and V4019 is not in "
                "[1, 8]', count: V4016, cap: 10, unknown: [997, 998], unknown_as: 6}}\n",
            "indicators:\n  crimes: {statistic: total, of: incidents}\n  reported: {statistic: total, of: incidents, "
            "value: 'if(V4399 = 1, 1, 0)'}\n  mean_report: {statistic: proportion, of: incidents, having: V4399 = 1, "
            "missing: exclude}\ntables: [{id: t, indicators: [crimes, reported, mean_report]}]\n",
            shared_data("ncvs2021"));
        expect_found(find_estimate(result, "crimes"), entry["total"]["estimate"][0], entry["total"]["se"][0],
                     id + " total");
        expect_found(find_estimate(result, "reported"), entry["total"]["estimate"][1], entry["total"]["se"][1],
                     id + " reported");
        expect_found(find_estimate(result, "mean_report"), entry["mean_report"]["estimate"], entry["mean_report"]["se"],
                     id + " mean");
        EXPECT_EQ(find_estimate(result, "crimes").df, entry["df"].get<double>()) << id;
        ++compared;
    }
    EXPECT_EQ(compared, 10U);
}

TEST(LonelyOracle, EnvipeCrimeFileAlone) {
    CIFRA_NEEDS_DATA("envipe2021");
    for (const char* policy : {"adjust", "certainty"}) {
        const json entry = oracle_case(shared_data("envipe2021") / "oracle.json",
                                       std::string("crime_totals_crimefile_only_") + policy);
        const Table result = run_estimation(
            "data: {crimes: {file: crimes.csv, weight: FAC_DEL}}\ndesign: {strata: EST_DIS, psu: UPM_DIS, "
            "lonely_psu: " +
                cifra_policy(policy) +
                "}\nderive:\n  crimes:\n    counted: 'BPCOD != \"03\"'\n    reported: 'counted and (BP1_20 = 1 or "
                "BP1_21 "
                "= 1)'\n    opened: 'reported and BP1_24 = 1'\n",
            "indicators:\n  crimes: {statistic: total, of: crimes, where: counted}\n  reported: {statistic: total, of: "
            "crimes, where: reported}\n  dark: {statistic: total, of: crimes, where: 'counted and opened is not "
            "true'}\ntables: [{id: t, indicators: [crimes, reported, dark]}]\n",
            shared_data("envipe2021"));
        const std::vector<std::string> names = {"crimes", "reported", "dark"};
        for (std::size_t i = 0; i < 3; ++i)
            expect_found(find_estimate(result, names[i]), entry["estimate"][i], entry["se"][i], policy + names[i]);
        EXPECT_EQ(find_estimate(result, "crimes").df, entry["df"].get<double>());
    }
}

}  // namespace
}  // namespace cifra::testing
