// Quantiles, variances and intervals of proportions from a table file against every such case of R survey on the api
// samples that the rounding of the shared weights leaves unchanged.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tests/estimation/api_designs.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

class ApiRows : public ::testing::TestWithParam<ApiDesign> {
protected:
    void SetUp() override {
        CIFRA_NEEDS_DATA("api");
        cases = nlohmann::json::parse(std::ifstream(shared_data("api") / "oracle.json"))["cases"];
    }
    // The indicator under this design.
    Table run(const std::string& indicator) const {
        return run_estimation(design_file(GetParam()),
                              "indicators: {i: " + indicator + "}\ntables: [{id: t, indicators: [i]}]\n",
                              shared_data("api"));
    }
    // What follows `prefix_` in an id of this design, if `id` is one.
    static std::string ending(const nlohmann::json& entry, const std::string& kind) {
        const std::string id = entry["id"], start = std::string(GetParam().prefix) + "_" + kind;
        return id.starts_with(start) ? id.substr(start.size()) : "";
    }
    nlohmann::json cases;
};

TEST_P(ApiRows, QuantilesAgreeWithR) {
    // The shared apiclus1.csv rounds the weights, which decides exact ties of F (estimation/quantile.h).
    const bool rounded = std::string(GetParam().file) == "apiclus1.csv";
    int compared = 0;
    for (const auto& entry : cases) {
        const std::string kind = ending(entry, "qci_");
        if (kind.empty() || (rounded && kind == "score")) continue;
        const Table e =
            run("{statistic: quantile, of: schools, value: api00, probabilities: [0.25, 0.5, 0.75], as_r: true, "
                "interval: " +
                kind + "}");
        for (std::size_t k = 0; k < 3; ++k) {
            EXPECT_TRUE(close_to(e.at("estimate").number(k), entry["estimate"][k], 1e-9)) << entry["id"];
            EXPECT_TRUE(close_to(e.at("se").number(k), entry["se"][k], se_tolerance)) << entry["id"];
            EXPECT_TRUE(close_to(e.at("lower").number(k), entry["ci_lower"][k], 1e-9)) << entry["id"];
            EXPECT_TRUE(close_to(e.at("upper").number(k), entry["ci_upper"][k], 1e-9)) << entry["id"];
        }
        ++compared;
    }
    EXPECT_GT(compared, 0) << GetParam().prefix;
}

TEST_P(ApiRows, VariancesAgreeWithR) {
    for (const auto& entry : cases) {
        if (entry["id"] != std::string(GetParam().prefix) + "_var") continue;
        const Table variance = run("{statistic: variance, of: schools, value: api00}"),
                    other = run("{statistic: variance, of: schools, value: ell}"),
                    both = run("{statistic: covariance, of: schools, value: api00, with: ell}");
        const auto expect = [&](const Table& e, const nlohmann::json& estimate, const nlohmann::json& se) {
            EXPECT_TRUE(close_to(e.at("estimate").number(0), estimate, estimate_tolerance)) << entry["id"];
            EXPECT_TRUE(close_to(e.at("se").number(0), se, se_tolerance)) << entry["id"];
        };
        expect(variance, entry["estimate"][0][0], entry["se"][0]);
        expect(both, entry["estimate"][0][1], entry["se"][1]);
        expect(other, entry["estimate"][1][1], entry["se"][3]);
    }
}

INSTANTIATE_TEST_SUITE_P(R, ApiRows, ::testing::ValuesIn(api_designs),
                         [](const auto& info) { return info.param.prefix; });

}  // namespace
}  // namespace cifra::testing
