// Statistics of every kind, and models, under calibrated weights: tests/oracle/calibration.json by R survey, two stages
// with fpc.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <fstream>
#include <map>

#include "tests/estimation/inference/section_run.h"

#include "tests/estimation/estimation_run.h"

namespace cifra::testing {
namespace {

const std::filesystem::path folder = std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle";

const char* tables = R"(
indicators:
  total: {statistic: total, of: s, value: y}
  mean: {statistic: mean, of: s, value: y}
  ratio: {statistic: ratio, of: s, value: m, over: y}
  variance: {statistic: variance, of: s, value: y}
  quantile: {statistic: quantile, of: s, value: y, probabilities: [0.25, 0.5, 0.9], interval: mean}
tables:
  - {id: t, indicators: [total, mean, ratio, variance, quantile], by: [dom, area]}
)";

const char* models = R"(
models:
  - {id: gaussian, family: gaussian, of: s, outcome: y, terms: [x, b]}
  - {id: binomial, family: binomial, of: s, outcome: b = 1, terms: [y]}
)";

const std::string margins = "controls: {sex: {f: 2200, m: 2200}, area: {r: 1300, u: 3100}";
const std::map<std::string, std::string> calibrations = {
    {"poststratified",
     "{method: poststratification, controls: {\"sex;area\": {\"f;r\": 700, \"f;u\": 1500, \"m;r\": 600, \"m;u\": "
     "1600}}}"},
    {"linear", "{" + margins + ", x: {total: 172000}}}"},
    {"raking", "{method: raking, " + margins + ", x: {total: 172000}}}"},
    {"logit", "{method: logit, bounds: [0.4, 2.5], " + margins + ", x: {total: 172000}}}"},
    {"ratio", "{variance: x, controls: {x: 172000}}"},
    {"model", "{variance: x, controls: {sex: {f: 2200, m: 2200}, x: {total: 172000}}}"},
    {"sequential", "{method: raking, algorithm: fitting, residuals: sequential, " + margins + "}}"},
};

std::string design_of(const std::string& name) {
    return "data: {s: {file: calibration_data.csv, weight: w}}\n"
           "design: {strata: stratum, psu: [psu, row], fpc: [psus, ssus]}\ncalibration: " +
           calibrations.at(name) + "\n";
}

std::vector<std::string> domains_of(const std::string& statistic) {
    if (statistic == "mean_by") return {"area=r", "area=u"};
    if (statistic.ends_with("_by")) return {"dom=1", "dom=2"};
    if (statistic == "quantile") return {"quantile=0.25", "quantile=0.5", "quantile=0.9"};
    return {""};
}

TEST(CalibrationStatistics, AgreeWithRSurvey) {
    const nlohmann::json oracle = nlohmann::json::parse(std::ifstream(folder / "calibration.json"));
    std::map<std::string, Table> estimates, fits;
    std::size_t compared = 0;
    double largest = 0;
    const auto close = [&](double actual, double expected, double tolerance, const std::string& what) {
        EXPECT_TRUE(close_to(actual, expected, tolerance)) << what;
        largest = std::max(largest, std::abs(actual / expected - 1));
        ++compared;
    };
    for (const auto& entry : oracle["cases"]) {
        const std::string name = entry["design"], statistic = entry["statistic"], what = name + " " + statistic;
        if (!estimates.contains(name)) {
            estimates[name] = run_estimation(design_of(name), tables, folder);
            fits[name] = run_section(design_of(name), models, "models", folder);
        }
        if (statistic == "gaussian" || statistic == "binomial") {
            const std::vector<std::string> terms = statistic == "gaussian"
                                                       ? std::vector<std::string>{"(intercept)", "x", "b"}
                                                       : std::vector<std::string>{"(intercept)", "y"};
            for (std::size_t j = 0; j < terms.size(); ++j) {
                const Row row =
                    find_row(fits[name], {{"model", statistic}, {"part", "coefficient"}, {"term", terms[j]}});
                close(row["estimate"], entry["estimate"][j], 1e-7, what);
                close(row["se"], entry["se"][j], 1e-7, what);
            }
            continue;
        }
        const std::string indicator = statistic.substr(0, statistic.find('_'));
        const std::vector<std::string> domains = domains_of(statistic);
        ASSERT_EQ(domains.size(), entry["estimate"].size()) << what;
        for (std::size_t i = 0; i < domains.size(); ++i) {
            const Found found = find_estimate(estimates[name], indicator, domains[i]);
            const bool iterative = name == "raking" || name == "logit" || name == "sequential";
            close(found.estimate, entry["estimate"][i], iterative ? 1e-9 : estimate_tolerance, what);
            close(found.se, entry["se"][i], se_tolerance, what);
        }
    }
    EXPECT_EQ(compared, 7U * 2 * (1 + 2 + 2 + 2 + 1 + 3 + 3 + 2));
    RecordProperty("largest", fmt::format("{}", largest));
}

}  // namespace
}  // namespace cifra::testing
