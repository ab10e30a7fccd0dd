// Variance functions against R's lm with iterated weights, exact data, published forms and hostile input.
#include "estimation/inference/gvf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "estimation/inference/gvf_section.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/oracle_table.h"

namespace cifra::testing {
namespace {

TEST(Gvf, AgreesWithLmOfIteratedWeights) {
    const nlohmann::json oracle =
        nlohmann::json::parse(file_text(std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle/estimation_gvf.json"));
    std::vector<GvfPoint> points;
    for (std::size_t i = 0; i < oracle["x"].size(); ++i) points.push_back({oracle["x"][i], oracle["v"][i], "all"});
    for (const auto& entry : oracle["cases"]) {
        const std::string name = entry["form"];
        const GvfFit fit = fit_gvf(points, gvf_form_from_text(name));
        ASSERT_EQ(fit.models.size(), 1u);
        const GvfModel& model = fit.models[0];
        ASSERT_EQ(model.coefficients.size(), entry["coefficients"].size()) << name;
        for (std::size_t j = 0; j < model.coefficients.size(); ++j) {
            EXPECT_TRUE(close_to(model.coefficients[j], entry["coefficients"][j], 1e-7)) << name;
            EXPECT_TRUE(close_to(model.errors[j], entry["errors"][j], 1e-7)) << name;
        }
        EXPECT_TRUE(close_to(model.r_squared, entry["r_squared"], 1e-7)) << name;
        EXPECT_TRUE(close_to(model.sigma, entry["sigma"], 1e-7)) << name;
        for (std::size_t i = 0; i < points.size(); ++i) {
            EXPECT_TRUE(close_to(fit.residuals[i].se, entry["se"][i], 1e-7)) << name;
            EXPECT_NEAR(fit.residuals[i].standardized, entry["standardized"][i].get<double>(), 1e-7) << name;
            EXPECT_TRUE(close_to(fit.residuals[i].leverage, entry["leverage"][i], 1e-7)) << name;
        }
    }
    EXPECT_EQ(oracle["cases"].size(), 6u);
}

TEST(Gvf, ExactDataGiveTheirParametersByGroup) {
    std::vector<GvfPoint> points;
    for (const double x : {1e3, 4e3, 2e4, 1e5, 3e6}) {
        points.push_back({x, 1e-4 * x * x + 900 * x, "violent"});
        points.push_back({x, 1e-4 * x * x + 900 * x + 3 * std::pow(x, 1.5), "property"});
    }
    points.push_back({0, 0, "violent"});
    const GvfFit fit = fit_gvf(points, GvfForm::ncvs_three_parameter);
    ASSERT_EQ(fit.models.size(), 2u);
    EXPECT_EQ(fit.models[0].group, "property");
    // x^2, x^1.5 and x are nearly collinear, and the term of 1e-4 x^2 is a small part of the sum.
    EXPECT_NEAR(fit.models[0].coefficients[0] / 1e-4, 1, 1e-6);
    EXPECT_NEAR(fit.models[0].coefficients[1] / 900, 1, 1e-9);
    EXPECT_NEAR(fit.models[0].coefficients[2] / 3, 1, 1e-8);
    EXPECT_NEAR(fit.models[1].coefficients[2], 0, 1e-6);
    EXPECT_NEAR(fit.residuals[0].ratio, 1, 1e-10);
    EXPECT_FALSE(fit.residuals.back().model.has_value());
    EXPECT_EQ(fit.models[1].points, 5u);
    EXPECT_FALSE(fit.models[1].notices.empty());
}

// The closed forms of the survey's own documentation, written out.
TEST(Gvf, NcvsFormulasOfProportionsAndRates) {
    GvfModel model;
    model.form = GvfForm::ncvs_three_parameter;
    model.coefficients = {-0.0003, 4200, 12};
    model.smallest = 1e4;
    const double a = -0.0003, b = 4200, c = 12, x = 2e6, y = 2.7e8, p = 0.31, r = 23.5;
    EXPECT_NEAR(predict_total(model, x).se / std::sqrt(a * x * x + b * x + c * std::pow(x, 1.5)), 1, 1e-13);
    EXPECT_NEAR(
        predict_proportion(model, p, x).se / std::sqrt(b * p * (1 - p) / x + c * p * (std::sqrt(p) - p) / std::sqrt(x)),
        1, 1e-12);
    EXPECT_NEAR(predict_rate(model, r, y).se /
                    std::sqrt(b * r * (1000 - r) / y + c * r * (std::sqrt(1000 * r) - r) / std::sqrt(y)),
                1, 1e-12);
    EXPECT_TRUE(predict_total(model, x).notices.empty());
    EXPECT_EQ(predict_total(model, 5e3).notices.size(), 1u);
    EXPECT_TRUE(std::isnan(predict_total(model, 1e10).se));
    EXPECT_TRUE(std::isnan(predict_rate(model, 1200, y).se));
    EXPECT_TRUE(std::isnan(predict_proportion(model, 0, y).se));
    EXPECT_TRUE(std::isnan(predict_total(model, 0).se));
}

TEST(Gvf, HostilePoints) {
    const GvfForm form = GvfForm::inverse;
    EXPECT_TRUE(fit_gvf({}, form).models.empty());
    const std::vector<GvfPoint> few = {{10, 4, "g"}, {20, 5, "g"}};
    EXPECT_FALSE(fit_gvf(few, form).models[0].fitted());
    const std::vector<GvfPoint> same(6, {10, 4, "g"});
    EXPECT_FALSE(fit_gvf(same, form).models[0].fitted());
    EXPECT_FALSE(fit_gvf(same, form).models[0].notices.empty());
    const std::vector<GvfPoint> broken = {{NAN, 1, ""}, {1, -1, ""}, {1, INFINITY, ""}, {-3, 1, ""}};
    EXPECT_EQ(fit_gvf(broken, form).models[0].points, 0u);
    std::vector<GvfPoint> huge;
    for (const double x : {1e120, 3e120, 1e121, 7e121}) huge.push_back({x, 100 * x, "h"});
    EXPECT_NEAR(fit_gvf(huge, form).models[0].coefficients[1] / 100, 1, 1e-9);
    for (const std::string& name : gvf_form_names())
        EXPECT_TRUE(fit_gvf(huge, gvf_form_from_text(name)).models.size() == 1) << name;
}

TEST(GvfSection, FitsEstimatesAndAppliesPublishedParameters) {
    Diagnostics faults;
    const YamlValue value = parse_yaml(R"(
- {id: fitted, indicators: [crimes], form: inverse, group_by: table}
- id: published
  indicators: [rate]
  statistic: rate
  base: population
  parameters: {form: inverse, source: made up, groups: {"": {a: 0.001, b: 800, smallest: 5}}}
)",
                                       "tables.yaml", faults);
    const std::vector<GvfRequest> requests = read_gvf_requests(value, faults);
    faults.throw_if_errors();
    std::string text = "table,indicator,domain,estimate,se,population\n";
    for (const double x : {100.0, 400.0, 2500.0, 8100.0})
        text += fmt::format("t,crimes,r={},{},{},\n", x, x, 3 * std::sqrt(x));
    text += "t,rate,r=1,20,3,50000\nt,rate,r=2,0,0,50000\n";
    const Table estimates = table_from(text);
    const Table result = gvf_table(requests, &estimates, faults);
    faults.throw_if_errors();
    ASSERT_EQ(result.rows(), 6u);
    EXPECT_NEAR(result.at("b").number(0), 9, 1e-9);
    EXPECT_NEAR(result.at("ratio").number(2), 1, 1e-9);
    EXPECT_NEAR(result.at("se_gvf").number(4), std::sqrt(800 * 20.0 * 980 / 50000), 1e-9);
    EXPECT_FALSE(result.at("se_gvf").present(5));
    EXPECT_EQ(result.at("id").text(5), "published");
}

TEST(GvfSection, FaultsAreLocated) {
    Diagnostics faults;
    const YamlValue value = parse_yaml(R"(
- {id: a, form: cubic, from: no_such_file.csv}
- {id: b, statistic: rate}
- {id: c, parameters: {form: log_log, groups: {g: {a: 1}}}, colour: 2}
)",
                                       "tables.yaml", faults);
    const std::vector<GvfRequest> requests = read_gvf_requests(value, faults);
    EXPECT_TRUE(faults.contains("gvf-statistic"));
    EXPECT_TRUE(faults.contains("missing-key"));
    EXPECT_TRUE(faults.contains("unknown-key"));
    EXPECT_GE(faults.error_count(), 5u);
    Diagnostics later;
    gvf_table({requests[0]}, nullptr, later);
    EXPECT_TRUE(later.contains("cannot-read"));
}

}  // namespace
}  // namespace cifra::testing
