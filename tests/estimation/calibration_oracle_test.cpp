// Calibrated weights and estimates of R survey (postStratify, rake, calibrate, trimWeights) on the API samples, every
// case from YAML; the controls are counted in the population file.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <map>

#include "engine/csv.h"
#include "estimation/survey_data.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

using nlohmann::json;

const std::map<std::string, std::string> designs = {
    {"srs_fpc", "{file: apisrs.csv, weight: pw}}\ndesign: {fpc: fpc}"},
    {"srs_wr", "{file: apisrs.csv, weight: pw}}\ndesign: {}"},
    {"strat_fpc", "{file: apistrat.csv, weight: pw}}\ndesign: {strata: stype, fpc: fpc}"},
    {"strat_wr", "{file: apistrat.csv, weight: pw}}\ndesign: {strata: stype}"},
    {"clus1_fpc", "{file: apiclus1.csv, weight: pw}}\ndesign: {psu: dnum, fpc: fpc}"},
    {"clus1_wr", "{file: apiclus1.csv, weight: pw}}\ndesign: {psu: dnum}"},
    {"clus2_fpc", "{file: apiclus2.csv, weight: pw}}\ndesign: {psu: [dnum, snum], fpc: [fpc1, fpc2]}"},
    {"clus2_wr", "{file: apiclus2.csv, weight: pw}}\ndesign: {psu: [dnum, snum]}"},
};

const char* tables = R"(
indicators:
  enroll: {statistic: total, of: schools, value: enroll, missing: zero}
  api00: {statistic: mean, of: schools, value: api00}
  schools: {statistic: total, of: schools}
tables:
  - {id: t, indicators: [enroll, api00]}
  - {id: by, indicators: [api00], by: [comp.imp]}
  - {id: count, indicators: [schools], by: [stype], total: false, covariance: true}
)";

// "{E: 4421, H: 755, M: 1018}"
std::string margin_of(const Table& population, const std::string& variable) {
    std::map<std::string, int> counts;
    for (std::size_t row = 0; row < population.rows(); ++row) ++counts[population.at(variable).cell(row)];
    std::string text;
    for (const auto& [category, count] : counts)
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", category, count);
    return "{" + text + "}";
}

struct Population {
    std::string stype, wide, both, api99;
};

Population read_population() {
    Diagnostics faults;
    const Table table = read_csv(shared_data("api") / "apipop.csv", {}, faults);
    faults.throw_if_errors();
    Population p{margin_of(table, "stype"), margin_of(table, "sch.wide"), "", ""};
    double api99 = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) api99 += table.at("api99").number(row);
    p.api99 = fmt::format("{:.17g}", api99);
    return p;
}

// The key for a statistic of the oracle, empty where it is none of this family.
std::string calibration_of(const std::string& statistic, const Population& p) {
    const std::string both = ", controls: {stype: " + p.stype + ", sch.wide: " + p.wide + "}}";
    const std::string greg = ", controls: {stype: " + p.stype + ", api99: {total: " + p.api99 + "}}}";
    const auto is = [&](const char* begin) { return statistic.starts_with(begin); };
    if (is("postStratify stype")) return "{method: poststratification, controls: {stype: " + p.stype + "}}";
    if (is("postStratify sch.wide")) return "{method: poststratification, controls: {sch.wide: " + p.wide + "}}";
    const std::string rake = "{method: raking, algorithm: fitting, residuals: sequential";
    if (is("rake stype, sch.wide (epsilon 1e-12)")) return rake + both;
    if (is("rake stype, sch.wide (default epsilon=1")) return rake + ", tolerance: 1, iterations: 10" + both;
    if (is("linear calibration stype+api99")) return "{method: linear" + greg;
    if (is("linear calibration, bounds .6,1.6")) return "{method: truncated, bounds: [0.6, 1.6]" + greg;
    if (is("calfun raking")) return "{method: raking" + greg;
    if (is("calfun logit bounds .5,2")) return "{method: logit, bounds: [0.5, 2]" + greg;
    if (is("calibrate api99-1, variance=1")) return "{variance: api99, controls: {api99: {total: " + p.api99 + "}}}";
    if (is("trimWeights(greg, lower 10, upper 50)")) return "{trimming: {lower: 10, upper: 50}" + greg;
    if (is("trimWeights strict=TRUE")) return "{trimming: {lower: 10, upper: 50, strict: true}" + greg;
    return "";
}

class Cases {
public:
    explicit Cases(const Population& population) : population_(population) {}

    void compare(const json& entry) {
        const std::string id = entry["id"], statistic = entry["statistic"];
        const std::string key = calibration_of(statistic, population_);
        if (key.empty()) return;
        ++compared;
        const auto design = designs.find(id.substr(0, id.find('_', id.find('_') + 1)));
        ASSERT_NE(design, designs.end()) << id;
        const std::string file = "data: {schools: " + design->second + "\ncalibration: " + key + "\n";
        iterative_ = !(statistic.starts_with("post") || statistic.starts_with("linear calibration stype") ||
                       statistic.starts_with("calibrate"));
        if (entry.contains("weights")) {
            compare_weights(file, entry["weights"], id);
        } else if (statistic.ends_with("totals stype")) {
            compare_counts(file, entry, id);
        } else {
            compare_estimates(file, entry, id, statistic);
        }
    }

    std::size_t compared = 0;
    double largest_estimate = 0, largest_se = 0;

private:
    void close(double actual, double expected, double tolerance, double& largest, const std::string& what) {
        EXPECT_TRUE(close_to(actual, expected, tolerance)) << what;
        largest = std::max(largest, std::abs(actual / expected - 1));
    }

    void estimate(double actual, double expected, const std::string& what) {
        close(actual, expected, iterative_ ? 1e-7 : estimate_tolerance, largest_estimate, what);
    }

    void se(double actual, double expected, const std::string& what) {
        if (expected < 1e-9) {
            EXPECT_LT(std::abs(actual), 1e-9) << what;
            return;
        }
        close(actual, expected, iterative_ ? 1e-7 : se_tolerance, largest_se, what);
    }

    void compare_weights(const std::string& file, const json& weights, const std::string& id) {
        Diagnostics faults;
        const YamlValue design = parse_yaml(file, "design.yaml", faults);
        const SurveyData data = read_survey_data(design, {shared_data("api"), {}, {}, 1}, faults);
        faults.throw_if_errors();
        ASSERT_EQ(data.hierarchy[0].weight.size(), weights.size());
        for (std::size_t row = 0; row < weights.size(); ++row)
            estimate(data.hierarchy[0].weight[row], weights[row], fmt::format("{} row {}", id, row));
    }

    const Table& estimates_of(const std::string& file) {
        if (!run_.contains(file)) run_[file] = run_estimation(file, tables, shared_data("api"));
        return run_[file];
    }

    void compare_estimates(const std::string& file, const json& entry, const std::string& id,
                           const std::string& statistic) {
        const Table& result = estimates_of(file);
        if (entry.contains("levels")) {
            for (std::size_t i = 0; i < entry["levels"].size(); ++i) {
                const Found found = find_estimate(result, "api00", "comp.imp=" + entry["levels"][i].get<std::string>());
                estimate(found.estimate, entry["estimate"][i], id);
                se(found.se, entry["se"][i], id);
            }
            return;
        }
        const bool total = !statistic.ends_with("mean api00");
        const Found found = find_estimate(result, total ? "enroll" : "api00");
        estimate(found.estimate, entry["estimate"], id);
        se(found.se, entry["se"], id);
        EXPECT_EQ(found.df, entry["df"].get<double>()) << id;
    }

    void compare_counts(const std::string& file, const json& entry, const std::string& id) {
        const Table& result = estimates_of(file);
        const Table covariances = run_part(file, tables, shared_data("api"), "covariances.csv");
        for (std::size_t i = 0; i < 3; ++i) {
            const std::string name = entry["names"][i];
            const Found found = find_estimate(result, "schools", "stype=" + name.substr(5));
            estimate(found.estimate, entry["estimate"][i], id);
            se(found.se, entry["se"][i], id);
        }
        ASSERT_EQ(covariances.rows(), 6U);
        for (std::size_t i = 0, row = 0; i < 3; ++i)
            for (std::size_t j = i; j < 3; ++j, ++row) {
                const double scale = entry["se"][i].get<double>() * entry["se"][j].get<double>();
                EXPECT_NEAR(covariances.at("covariance").number(row), entry["vcov"][i][j].get<double>(),
                            1e-7 * scale + 1e-18)
                    << id;
            }
    }

    const Population& population_;
    std::map<std::string, Table> run_;
    bool iterative_ = false;
};

TEST(CalibrationOracle, EveryCaseOfRSurvey) {
    CIFRA_NEEDS_DATA("api");
    const Population population = read_population();
    Cases cases(population);
    const json file = json::parse(std::ifstream(shared_data("api") / "oracle.json"));
    for (const json& entry : file["cases"])
        if (entry.contains("statistic") && entry["statistic"].is_string()) cases.compare(entry);
    EXPECT_EQ(cases.compared, 157U);
    RecordProperty("largest_estimate", fmt::format("{}", cases.largest_estimate));
    RecordProperty("largest_se", fmt::format("{}", cases.largest_se));
}

}  // namespace
}  // namespace cifra::testing
