// ENVIPE 2021 against a made-up table of recorded crimes: the survey's side is the dark-figure table that INEGI
// published.
#include <gtest/gtest.h>

#include <tuple>

#include "tests/estimation/estimation_run.h"
#include "tests/estimation/records/comparison_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

class EnvipeRecords : public ::testing::Test {
protected:
    void SetUp() override {
        CIFRA_NEEDS_DATA("envipe2021");
        static const ComparisonRun once = run_example_comparison();
        run = &once;
    }

    static ComparisonRun run_example_comparison() {
        const std::filesystem::path folder = std::filesystem::path(CIFRA_SOURCE_DIR) / "examples/envipe-2021";
        Diagnostics faults;
        EstimationInput input;
        input.design = read_yaml(folder / "design.yaml", faults);
        input.tables = read_yaml(folder / "tables.yaml", faults);
        faults.throw_if_errors();
        input.directory = shared_data("envipe2021");
        input.threads = 2;
        RecordsPlan records;
        records.comparison = folder / "comparison.yaml";
        return run_comparison(records, input);
    }

    const ComparisonRun* run = nullptr;
};

TEST_F(EnvipeRecords, TheNationalTableIsThePublishedOne) {
    EXPECT_EQ(run->figure("total", "incidents").estimate, 27639203);
    EXPECT_EQ(run->figure("total", "reported").estimate, 2782409);
    EXPECT_EQ(run->figure("total", "with_file").estimate, 1860292);
    EXPECT_TRUE(close_to(100 * run->figure("total", "reporting_rate").estimate, 10.0668930287172, 1e-13));
    EXPECT_TRUE(close_to(100 * run->figure("total", "official_dark_share").estimate, 93.269371768788, 1e-13));
}

TEST_F(EnvipeRecords, TypesAreThePublishedOnes) {
    const std::tuple<const char*, double, double> published[] = {
        {"vehicle_theft", 473640, 37.8779241618107}, {"vehicle_parts", 2455282, 94.447480981818},
        {"burglary", 1698038, 90.6070417740946},     {"street_robbery", 6230798, 94.4097208736345},
        {"other_theft", 1397146, 92.0434943806875},  {"fraud", 5332430, 96.7329153875438},
        {"extortion", 4660898, 97.9036872293708},    {"threats", 2672001, 88.553185421712},
        {"injuries", 928471, 84.4421635139924},      {"other", 1790499, 95.056294362633}};
    for (const auto& [crime, incidents, dark] : published) {
        EXPECT_EQ(run->figure(crime, "incidents").estimate, incidents) << crime;
        EXPECT_TRUE(close_to(100 * run->figure(crime, "official_dark_share").estimate, dark, 1e-13)) << crime;
    }
}

TEST_F(EnvipeRecords, CaptureIsTheRecordsOverTheIncidents) {
    const double adjusted = 268000 * 0.86 * 0.99;  // the middles of the declared intervals
    const ComparedFigure capture = run->figure("vehicle_theft", "capture_ratio");
    EXPECT_TRUE(close_to(capture.estimate, adjusted / 473640, 1e-12));
    EXPECT_LT(capture.lower, capture.estimate);
    EXPECT_GT(capture.upper, capture.estimate);
    EXPECT_EQ(capture.interval, "monte_carlo");
}

}  // namespace
}  // namespace cifra::testing
