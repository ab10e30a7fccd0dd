// Contrasts, ratios of estimates, joint tests, multiple testing: R survey svycontrast on the same samples, R p.adjust,
// and the full covariance by another road.
#include "estimation/comparisons.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tests/estimation/api_designs.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/made_up_survey.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

const std::string api_means = R"(
indicators:
  api00: {statistic: mean, of: schools, value: api00}
  api99: {statistic: mean, of: schools, value: api99}
  same: {statistic: formula, of: schools, formula: sum(api00) / sum(api99)}
  logs: {statistic: formula, of: schools, formula: log(sum(api00) / count()) - log(sum(api99) / count())}
tables:
  - {id: t, indicators: [api00, api99, same, logs], by: [stype], covariance: true}
comparisons:
  - {id: gain, formula: api00 - api99}
  - {id: mean, combine: {api00: 0.5, api99: 0.5}}
  - {id: ratio, formula: api00 / api99}
  - {id: log_ratio, formula: log(api00 / api99)}
)";

double number(const Table& table, const char* column, std::size_t row) { return table.at(column).number(row); }

TEST(Comparisons, ContrastsAgreeWithR) {
    CIFRA_NEEDS_DATA("api");
    const auto cases = nlohmann::json::parse(std::ifstream(shared_data("api") / "oracle.json"))["cases"];
    int compared = 0;
    for (const ApiDesign& api : api_designs)
        for (const auto& entry : cases) {
            const bool linear = entry["id"] == std::string(api.prefix) + "_contrast";
            if (!linear && entry["id"] != std::string(api.prefix) + "_contrast_nonlinear") continue;
            const Table rows = run_part(design_file(api), api_means, shared_data("api"), "comparisons.csv");
            for (std::size_t k = 0; k < 2; ++k) {
                const std::size_t row = (linear ? 0 : 2) + k;
                EXPECT_TRUE(close_to(number(rows, "estimate", row), entry["estimate"][k], 2e-10)) << api.prefix << row;
                EXPECT_TRUE(close_to(number(rows, "se", row), entry["se"][k], se_tolerance)) << api.prefix << row;
                EXPECT_TRUE(close_to(number(rows, "lower", row), entry["ci_t"]["lower"][k], se_tolerance));
                EXPECT_TRUE(close_to(number(rows, "upper", row), entry["ci_t"]["upper"][k], se_tolerance));
                ++compared;
            }
        }
    EXPECT_GE(compared, 16);
}

// A formula of sums, a formula of estimates and the full covariance are three roads to one variance.
TEST(Comparisons, FormulasAndCovariancesAgree) {
    CIFRA_NEEDS_DATA("api");
    for (const ApiDesign& api : api_designs) {
        const Table rows = run_part(design_file(api), api_means, shared_data("api"), "comparisons.csv"),
                    estimates = run_estimation(design_file(api), api_means, shared_data("api")),
                    v = run_part(design_file(api), api_means, shared_data("api"), "covariances.csv");
        const Found same = find_estimate(estimates, "same"), logs = find_estimate(estimates, "logs");
        EXPECT_TRUE(close_to(same.estimate, number(rows, "estimate", 2), 1e-12));
        EXPECT_TRUE(close_to(same.se, number(rows, "se", 2), 1e-10)) << api.prefix;
        EXPECT_TRUE(close_to(logs.se, number(rows, "se", 3), 1e-10)) << api.prefix;
        double gain = 0;
        for (std::size_t row = 0; row < v.rows(); ++row) {
            const std::string &a = v.at("indicator").text(row), &b = v.at("indicator_2").text(row);
            if (v.at("domain").text(row) + v.at("domain_2").text(row) != "") continue;
            if (a == "api00" && b == "api99") gain -= 2 * number(v, "covariance", row);
            if (a == b && (a == "api00" || a == "api99")) gain += number(v, "covariance", row);
        }
        EXPECT_TRUE(close_to(std::sqrt(gain), number(rows, "se", 0), 1e-7)) << api.prefix;
    }
}

TEST(Comparisons, PublishedContrastsOfNcvsAndEnvipe) {
    CIFRA_NEEDS_DATA("ncvs2021");
    const auto ncvs = shared_data("ncvs2021") / "oracle.json";
    const Table rows = run_part(
        "data:\n"
        "  households: {file: household.csv, weight: WGTHHCY}\n"
        "  incidents: {file: incident.csv, weight: WGTVICCY, parent: households, by: [YEARQ, IDHH], where: V4022 != 1, "
        "count: ncvs}\n"
        "design: {strata: V2117, psu: V2118}\n"
        "counting:\n"
        "  ncvs: {series: 'V4017 is not in [1, 8] and V4018 is not in [2, 8] and V4019 is not in [1, 8]', count: "
        "V4016, "
        "cap: 10, unknown: [997, 998], unknown_as: 6}\n"
        "derive: {households: {tenure: {groups: {owned: V2015 is 1, rented: V2015 is not missing}}}}\n",
        "indicators:\n"
        "  rate: {statistic: incidence, of: incidents, where: V4529 >= 31, per: households, scale: 1000}\n"
        "comparisons:\n"
        "  - {id: tenure, indicators: [rate], by: tenure, reference: tenure=owned}\n"
        "  - {id: quarters, formula: 'rate[YEARQ=2021.4] / rate[YEARQ=2021.1]'}\n"
        "  - {id: log, formula: 'log(rate[YEARQ=2021.4] / rate[YEARQ=2021.1])'}\n"
        "  - {id: any, indicators: [rate], by: tenure, test: equal}\n",
        shared_data("ncvs2021"), "comparisons.csv");
    const auto tenure = oracle_case(ncvs, "hh_contrast_tenure"),
               quarters = oracle_case(ncvs, "hh_contrast_quarters_nonlinear");
    EXPECT_TRUE(close_to(number(rows, "estimate", 0), tenure["estimate"], estimate_tolerance));
    EXPECT_TRUE(close_to(number(rows, "se", 0), tenure["se"], se_tolerance));
    EXPECT_TRUE(close_to(number(rows, "lower", 0), tenure["ci_t"]["lower"], se_tolerance));
    EXPECT_EQ(number(rows, "df", 0), tenure["df"].get<double>());
    EXPECT_NEAR(number(rows, "statistic", 0), 16.04, 0.005);  // as printed by Zimmer, Powell and Velasquez 2024
    for (int k = 0; k < 2; ++k) {
        EXPECT_TRUE(close_to(number(rows, "estimate", 1 + k), quarters["estimate"][k], estimate_tolerance));
        EXPECT_TRUE(close_to(number(rows, "se", 1 + k), quarters["se"][k], se_tolerance));
    }
    // One contrast: F is t squared.
    EXPECT_TRUE(close_to(number(rows, "statistic", 3), std::pow(number(rows, "statistic", 0), 2), 1e-10));
    EXPECT_TRUE(close_to(number(rows, "p", 3), number(rows, "p", 0), 1e-8));
}

// R: p.adjust(c(0.01, 0.04, 0.03, NA, 0.005), "holm") and "BH".
TEST(Comparisons, AdjustedPValues) {
    const std::vector<double> p = {0.01, 0.04, 0.03, NAN, 0.005};
    const std::vector<double> holm = {0.03, 0.06, 0.06, NAN, 0.02}, bh = {0.02, 0.04, 0.04, NAN, 0.02};
    const std::vector<double> by_holm = adjusted_p_values(p, MultipleTesting::holm),
                              by_bh = adjusted_p_values(p, MultipleTesting::benjamini_hochberg);
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (std::isnan(p[i])) {
            EXPECT_TRUE(std::isnan(by_holm[i]) && std::isnan(by_bh[i]));
            continue;
        }
        EXPECT_NEAR(by_holm[i], holm[i], 1e-15);
        EXPECT_NEAR(by_bh[i], bh[i], 1e-15);
    }
}

TEST(Comparisons, PercentAndRatioStandOnTheLogScale) {
    const MadeUpSurvey survey;
    const std::string tables = std::string(MadeUpSurvey::tables) + R"(
comparisons:
  - {id: d, indicators: [thefts], by: region, reference: region=north}
  - {id: r, indicators: [thefts], by: region, reference: region=north, measure: ratio}
  - {id: p, indicators: [thefts], by: region, reference: region=north, measure: percent, adjust: holm}
)";
    const Table rows = run_part(MadeUpSurvey::design, tables, survey.folder(), "comparisons.csv");
    const Table e = run_estimation(MadeUpSurvey::design, tables, survey.folder());
    const double north = find_estimate(e, "thefts", "region=north").estimate,
                 south = find_estimate(e, "thefts", "region=south").estimate;
    EXPECT_TRUE(close_to(number(rows, "estimate", 0), south - north, 1e-12));
    EXPECT_TRUE(close_to(number(rows, "estimate", 1), south / north, 1e-12));
    EXPECT_TRUE(close_to(number(rows, "estimate", 2), 100 * (south / north - 1), 1e-12));
    EXPECT_GT(number(rows, "lower", 1), 0);
    EXPECT_TRUE(close_to(number(rows, "lower", 1) * number(rows, "upper", 1), std::pow(south / north, 2), 1e-10));
    EXPECT_TRUE(close_to(number(rows, "lower", 2), 100 * (number(rows, "lower", 1) - 1), 1e-10));
    EXPECT_TRUE(close_to(number(rows, "p", 2), number(rows, "p", 1), 1e-12));
    EXPECT_GT(number(rows, "detectable", 0), number(rows, "se", 0) * 2.7);
}

TEST(Comparisons, FaultsNameTheCell) {
    const MadeUpSurvey survey;
    const auto fault = [&](const std::string& comparison) {
        try {
            run_part(MadeUpSurvey::design, std::string(MadeUpSurvey::tables) + "\ncomparisons: [" + comparison + "]\n",
                     survey.folder(), "comparisons.csv");
        } catch (const InputError& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    EXPECT_NE(fault("{id: a, formula: 'thefts[region=east] - thefts'}").find("thefts[region=east]"), std::string::npos);
    EXPECT_NE(fault("{id: a, formula: 'thefft[region=north]'}").find("unknown-indicator"), std::string::npos);
    EXPECT_NE(fault("{id: a, indicators: [thefts]}").find("missing-key"), std::string::npos);
    EXPECT_NE(fault("{id: a, indicators: [thefts], by: regon}").find("unknown-name"), std::string::npos);
    EXPECT_NE(fault("{id: a, indicators: [thefts], by: region, formula: thefts}").find("missing-key"),
              std::string::npos);
    EXPECT_NE(fault("{id: a, formula: 'if(thefts > 1, 1, 2)'}").find("not-smooth"), std::string::npos);
}

}  // namespace
}  // namespace cifra::testing
