// The Fay-Herriot model against dense matrices in R, a closed form, simulation, and hostile input.
#include "estimation/inference/small_area.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "engine/random.h"
#include "estimation/inference/small_area_section.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/oracle_table.h"

namespace cifra::testing {
namespace {

SmallAreaMethod method_of(const std::string& name) {
    const auto& names = small_area_method_names();
    return static_cast<SmallAreaMethod>(std::find(names.begin(), names.end(), name) - names.begin());
}

double number_of(const nlohmann::json& value) { return value.is_null() ? std::nan("") : value.get<double>(); }

const nlohmann::json& oracle() {
    static const nlohmann::json read = nlohmann::json::parse(
        file_text(std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle/estimation_small_area.json"));
    return read;
}

TEST(SmallArea, AgreesWithDenseMatrices) {
    int zero = 0;
    for (const auto& entry : oracle()["cases"]) {
        std::vector<Area> areas(entry["y"].size());
        for (std::size_t i = 0; i < areas.size(); ++i) {
            areas[i].direct = number_of(entry["y"][i]);
            areas[i].variance = entry["psi"][i];
            for (const auto& column : entry["x"]) areas[i].x.push_back(column[i]);
        }
        const std::string method = entry["method"];
        SmallAreaOptions options;
        options.method = method_of(method);
        const SmallAreaFit fit = fit_small_areas(areas, options);
        const double a = entry["A"][0];
        if (a == 0) {
            EXPECT_EQ(fit.model_variance, 0);
            EXPECT_FALSE(fit.notices.empty());
            ++zero;
        } else {
            EXPECT_TRUE(close_to(fit.model_variance, a, 1e-7)) << method;
        }
        EXPECT_TRUE(close_to(fit.log_likelihood, entry["likelihood"][0], 1e-9));
        for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
            EXPECT_NEAR(fit.coefficients[j], entry["b"][j].get<double>(), 1e-7 * fit.errors[j]) << method;
            EXPECT_TRUE(close_to(fit.errors[j], entry["se"][j], 1e-7)) << method;
        }
        for (std::size_t i = 0; i < areas.size(); ++i) {
            EXPECT_TRUE(close_to(fit.areas[i].estimate, entry["estimate"][i], 1e-7)) << method << i;
            EXPECT_TRUE(close_to(fit.areas[i].mse, entry["mse"][i], 1e-7)) << method << i;
        }
    }
    EXPECT_EQ(oracle()["cases"].size(), 12u);
    EXPECT_EQ(zero, 4);
}

TEST(SmallArea, ArcsinBackTransformationIsTheExpectation) {
    const nlohmann::json& entry = oracle()["arcsin"];
    std::vector<Area> areas(entry["p"].size());
    for (std::size_t i = 0; i < areas.size(); ++i) {
        areas[i].direct = entry["p"][i];
        areas[i].variance = 0;
        areas[i].effective_n = entry["n"][i];
        areas[i].x = {1, entry["x"][i]};
    }
    SmallAreaOptions options;
    options.method = SmallAreaMethod::adjusted;
    options.transformation = AreaTransformation::arcsin;
    const SmallAreaFit fit = fit_small_areas(areas, options);
    EXPECT_TRUE(close_to(fit.model_variance, entry["A"][0], 1e-7));
    for (std::size_t i = 0; i < areas.size(); ++i) {
        EXPECT_TRUE(close_to(fit.areas[i].estimate, entry["estimate"][i], 1e-7));
        EXPECT_TRUE(close_to(fit.areas[i].mse, entry["mse"][i], 1e-7));
    }
}

// Equal psi and an intercept alone: A = max(0, s^2 - psi) under REML, ((m - 1) s^2 / m - psi) under ML.
TEST(SmallArea, ClosedFormOfEqualVariances) {
    const std::vector<double> y = {3, 9, 4, 12, 7, 1};
    std::vector<Area> areas;
    for (const double value : y) {
        Area area;
        area.direct = value;
        area.variance = 2.5;
        area.x = {1};
        areas.push_back(area);
    }
    const double s2 = 84.0 / 5;
    EXPECT_NEAR(fit_small_areas(areas, {}).model_variance, s2 - 2.5, 1e-11);
    SmallAreaOptions ml;
    ml.method = SmallAreaMethod::ml;
    EXPECT_NEAR(fit_small_areas(areas, ml).model_variance, s2 * 5 / 6 - 2.5, 1e-11);
    EXPECT_NEAR(fit_small_areas(areas, {}).areas[0].estimate, 6 + (1 - 2.5 / s2) * (3 - 6), 1e-11);
}

// 2,000 populations of 30 areas: the mean of the MSE estimates is within 3 Monte Carlo errors + 4 % of the true MSE
// (the estimator is right to terms of order 1 / m).
TEST(SmallArea, SimulatedMse) {
    for (const SmallAreaMethod method : {SmallAreaMethod::reml, SmallAreaMethod::ml}) {
        Stream stream({.seed = 4, .purpose = Purpose::test, .stage = 1, .unit = 1});
        double squares = 0, fourth = 0, claimed = 0;
        const int draws = 2000, m = 30;
        for (int d = 0; d < draws; ++d) {
            std::vector<Area> areas(m);
            std::vector<double> truth;
            for (int i = 0; i < m; ++i) {
                Area& area = areas[static_cast<std::size_t>(i)];
                area.variance = 0.4 + 0.05 * i;
                area.x = {1, i % 7 - 3.0};
                truth.push_back(5 + 0.5 * area.x[1] + stream.normal());
                area.direct = truth.back() + std::sqrt(area.variance) * stream.normal();
            }
            SmallAreaOptions options;
            options.method = method;
            const SmallAreaFit fit = fit_small_areas(areas, options);
            double loss = 0, mse = 0;
            for (std::size_t i = 0; i < truth.size(); ++i) {
                loss += std::pow(fit.areas[i].estimate - truth[i], 2) / m;
                mse += fit.areas[i].mse / m;
            }
            squares += loss / draws;
            fourth += loss * loss / draws;
            claimed += mse / draws;
        }
        const double error = std::sqrt((fourth - squares * squares) / draws);
        EXPECT_NEAR(claimed, squares, 3 * error + 0.04 * squares);
    }
}

std::vector<Area> some_areas() {
    std::vector<Area> areas(12);
    for (std::size_t i = 0; i < areas.size(); ++i) {
        const auto k = static_cast<double>(i);
        areas[i].name = fmt::format("a{}", i);
        areas[i].direct = 10 + k + (i % 3 == 0 ? 4 : -2);
        areas[i].n = 20 + 5 * k;
        areas[i].variance = 90 / areas[i].n;
        areas[i].x = {1, k};
        areas[i].weight = 100 + k;
    }
    return areas;
}

TEST(SmallArea, BenchmarksAreAttainedAndScaleDoesNotMatter) {
    std::vector<Area> areas = some_areas();
    for (const BenchmarkMethod method : {BenchmarkMethod::ratio, BenchmarkMethod::difference}) {
        SmallAreaOptions options;
        options.benchmark = {16.5, method, true};
        const SmallAreaFit fit = fit_small_areas(areas, options);
        double sum = 0, weights = 0;
        for (std::size_t i = 0; i < areas.size(); ++i) {
            sum += areas[i].weight * fit.areas[i].benchmarked;
            weights += areas[i].weight;
        }
        EXPECT_NEAR(sum / weights, 16.5, 1e-12);
    }
    const SmallAreaFit fit = fit_small_areas(areas, {});
    for (Area& area : areas) {
        area.direct *= 1e6;
        area.variance *= 1e12;
        area.x[1] = 1e9 + 1e5 * area.x[1];
    }
    const SmallAreaFit scaled = fit_small_areas(areas, {});
    EXPECT_NEAR(scaled.model_variance / fit.model_variance / 1e12, 1, 1e-7);
    EXPECT_NEAR(scaled.areas[3].estimate / fit.areas[3].estimate / 1e6, 1, 1e-7);
    EXPECT_NEAR(scaled.areas[3].mse / fit.areas[3].mse / 1e12, 1, 1e-7);
}

TEST(SmallArea, ZeroVariances) {
    std::vector<Area> areas = some_areas();
    areas[5].direct = areas[5].variance = 0;
    EXPECT_THROW(fit_small_areas(areas, {}), Refusal);
    SmallAreaOptions options;
    options.zero_variance = ZeroVariance::synthetic;
    const SmallAreaFit synthetic = fit_small_areas(areas, options);
    EXPECT_EQ(synthetic.areas[5].estimate, synthetic.areas[5].synthetic);
    EXPECT_EQ(synthetic.sampled, 11u);
    options.zero_variance = ZeroVariance::smooth;
    const SmallAreaFit smooth = fit_small_areas(areas, options);
    EXPECT_NEAR(smooth.areas[5].variance_used, 90 / areas[5].n, 1e-12);  // psi n is constant
    EXPECT_GT(smooth.areas[5].shrinkage, 0);
    EXPECT_LT(smooth.areas[5].shrinkage, 1);
    areas[5].n = 0;
    EXPECT_THROW(fit_small_areas(areas, options), Refusal);
}

TEST(SmallArea, LogEstimatesArePositive) {
    std::vector<Area> areas = some_areas();
    SmallAreaOptions options;
    options.transformation = AreaTransformation::log;
    options.method = SmallAreaMethod::adjusted;
    areas[2].direct = 0;
    const SmallAreaFit fit = fit_small_areas(areas, options);
    for (const AreaEstimate& area : fit.areas) EXPECT_GT(area.estimate, 0);
    EXPECT_FALSE(fit.areas[2].notices.empty());
    areas[2].direct = -1;
    EXPECT_THROW(fit_small_areas(areas, options), Refusal);
}

TEST(SmallArea, HostileAreas) {
    EXPECT_THROW(fit_small_areas({}, {}), Refusal);
    std::vector<Area> areas = some_areas();
    areas[0].x = {1};
    EXPECT_THROW(fit_small_areas(areas, {}), Refusal);
    areas[0].x = {1, NAN};
    EXPECT_THROW(fit_small_areas(areas, {}), Refusal);
    for (Area& area : areas) area.x = {1, 3};
    EXPECT_THROW(fit_small_areas(areas, {}), Refusal);
    for (Area& area : areas) {
        area.x = {1};
        area.direct = 7;
    }
    const SmallAreaFit equal = fit_small_areas(areas, {});
    EXPECT_EQ(equal.model_variance, 0);
    EXPECT_NEAR(equal.areas[4].estimate, 7, 1e-12);
    areas.resize(1);
    EXPECT_THROW(fit_small_areas(areas, {}), Refusal);
    std::vector<Area> unequal = some_areas();
    unequal[0].variance = 1e-12;
    unequal[1].variance = 1e12;
    for (const SmallAreaMethod method : {SmallAreaMethod::reml, SmallAreaMethod::ml, SmallAreaMethod::adjusted}) {
        SmallAreaOptions options;
        options.method = method;
        for (const AreaEstimate& area : fit_small_areas(unequal, options).areas) {
            EXPECT_TRUE(std::isfinite(area.estimate));
            EXPECT_GT(area.mse, 0);
        }
    }
    SmallAreaOptions options;
    options.benchmark = {-5, BenchmarkMethod::ratio, true};
    EXPECT_THROW(fit_small_areas(some_areas(), options), Refusal);
}

TEST(SmallAreaSection, JoinsFilesAndPredictsAreasWithoutEstimates) {
    const std::filesystem::path folder =
        std::filesystem::path(::testing::TempDir()) / ("small_areas" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "estimates.csv") << "table,indicator,domain,estimate,se\nt,theft,,11,0.5\n"
                                               "t,theft,state=01,10,1\nt,theft,state=02,14,2\nt,theft,state=03,9,1.5\n"
                                               "t,theft,state=04,12,1\nt,fraud,state=01,3,1\n";
    std::ofstream(folder / "register.csv")
        << "state,recorded,population\n01,5,100\n02,8,50\n03,4,70\n04,6,90\n05,7,10\n";
    Diagnostics faults;
    const YamlValue value = parse_yaml(
        "- {id: theft, estimates: estimates.csv, indicators: [theft], auxiliary: register.csv, area: state,\n"
        "   x: [recorded], method: adjusted, benchmark: {to: 11, weight: population}}\n",
        (folder / "tables.yaml").string(), faults);
    const std::vector<SmallAreaRequest> requests = read_small_area_requests(value, faults);
    faults.throw_if_errors();
    const Table result = small_area_table(requests, nullptr, faults);
    faults.throw_if_errors();
    ASSERT_EQ(result.rows(), 8u);
    EXPECT_EQ(result.at("name").text(2), "recorded");
    EXPECT_EQ(result.at("name").text(7), "05");
    EXPECT_FALSE(result.at("direct").present(7));
    EXPECT_EQ(result.at("estimate").number(7), result.at("synthetic").number(7));
    double sum = 0;
    for (std::size_t row = 3; row < 8; ++row)
        sum += result.at("benchmarked").number(row) * std::array{100, 50, 70, 90, 10}[row - 3];
    EXPECT_NEAR(sum / 320, 11, 1e-12);
    std::filesystem::remove_all(folder);
}

TEST(SmallAreaSection, FaultsAreLocated) {
    Diagnostics faults;
    const YamlValue value = parse_yaml(R"(
- {id: a, area: state, areas: [{state: "1", estimate: 2, se: 1}, {state: "2", estimate: 3, se: 1}], x: [unknown]}
- {id: b, area: state, areas: [{state: "1", estimate: 2, se: 1}, {state: "1", estimate: 3, se: 1}]}
- {id: c, area: state, areas: [{state: "1", estimate: 2, se: 1}, {state: "2", estimate: 3, se: 0},
   {state: "3", estimate: 1, se: 2}]}
)",
                                       "tables.yaml", faults);
    const std::vector<SmallAreaRequest> requests = read_small_area_requests(value, faults);
    faults.throw_if_errors();
    small_area_table(requests, nullptr, faults);
    for (const char* code : {"missing-column", "duplicate-area", "small-area-model"})
        EXPECT_TRUE(faults.contains(code)) << code;
    Diagnostics of_keys;
    read_small_area_requests(
        parse_yaml("- {id: d, method: magic, zero_variance: smooth, colour: 1}\n", "t.yaml", of_keys), of_keys);
    EXPECT_GE(of_keys.error_count(), 4u);  // area, method, n, colour
}

}  // namespace
}  // namespace cifra::testing
