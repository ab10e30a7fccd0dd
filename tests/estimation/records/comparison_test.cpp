// Survey against recorded crime: R survey's delta method, figures worked by hand, and identities.
#include "estimation/records/comparison.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/numbers.h"
#include "estimation/derived.h"
#include "estimation/records/factor_draws.h"
#include "tests/estimation/oracle_table.h"
#include "tests/estimation/records/comparison_run.h"
#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

const std::string rules =
    "quality:\n  id: own\n  labels: {good: {level: good}, poor: {level: poor}}\n"
    "  rules: [{when: cv > 0.9, label: poor}, {label: good}]\n";

std::string design_of(const std::string& year) {
    return "data:\n  persons: {file: persons.csv, weight: w}\n"
           "  crimes: {file: crimes.csv, parent: persons, by: [id], where: 'year = " +
           year +
           "'}\n"
           "design: {level: persons, strata: h, psu: psu}\n";
}

const std::string crime = "crimes:\n  robbery: {iccs: '0401', of: crimes, where: 'kind = \"robbery\"'}\n";
const std::string both_years = "year: '2026'\nyears: {'2025': {design: design_2025.yaml}}\n" + rules;

class RecordsRatio : public ::testing::Test {
protected:
    void SetUp() override {
        const std::filesystem::path oracle = std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle";
        folder.write("persons.csv", file_text(oracle / "records_ratio_persons.csv"));
        folder.write("crimes.csv", file_text(oracle / "records_ratio_crimes.csv"));
        folder.write("design_2025.yaml", design_of("2025"));
        counts("2025,040111,1000\n2025,04011,1025\n2026,0401,2600\n");
        expected = nlohmann::json::parse(file_text(oracle / "records_ratio.json"));
    }
    void counts(const std::string& lines) const { folder.write("police.csv", "year,iccs,count\n" + lines); }
    ComparisonRun run(const std::string& records, const std::string& more = "") const {
        return run_comparison(both_years + "survey: {reported: reported = 1, file_opened: opened = 1}\n" +
                                  "records: {counts: police.csv, unit: incident" + records + "}\n" + crime + more,
                              design_of("2026"), folder.path());
    }
    void expect_case(const ComparedFigure& figure, const std::string& name) const {
        EXPECT_NEAR(figure.estimate / expected["cases"][name][0].get<double>(), 1, 1e-10) << name;
        EXPECT_NEAR(figure.se / expected["cases"][name][1].get<double>(), 1, 1e-8) << name;
    }
    ScratchFolder folder;
    nlohmann::json expected;
};

TEST_F(RecordsRatio, FiguresAndStandardErrorsAreThoseOfRSurvey) {
    const ComparisonRun done = run("");
    for (const char* name : {"incidents", "reported", "with_file", "reporting_rate", "official_dark_share",
                             "recording_ratio", "capture_ratio", "expansion_factor", "dark_figure", "change_incidents",
                             "change_reporting", "change_recording", "change_gap"})
        expect_case(done.figure("robbery", name), name);
}

TEST_F(RecordsRatio, LimitsOfRatiosAreThoseOfTheLogarithm) {
    const ComparisonRun done = run("");
    const double t = t_quantile(0.975, expected["df"].get<double>());
    for (const auto& [quantity, name] :
         {std::pair("recording_ratio", "log_recording"), std::pair("capture_ratio", "log_capture")}) {
        const ComparedFigure figure = done.figure("robbery", quantity);
        const double log = expected["cases"][name][0], se = expected["cases"][name][1];
        EXPECT_NEAR(figure.lower / std::exp(log - t * se), 1, 1e-8);
        EXPECT_NEAR(figure.upper / std::exp(log + t * se), 1, 1e-8);
        EXPECT_EQ(figure.df, expected["df"].get<double>());
    }
}

TEST_F(RecordsRatio, CaptureIsReportingTimesRecording) {
    const ComparisonRun done = run("");
    EXPECT_NEAR(done.figure("robbery", "capture_ratio").estimate,
                done.figure("robbery", "reporting_rate").estimate * done.figure("robbery", "recording_ratio").estimate,
                1e-12);
    EXPECT_EQ(done.figure("robbery", "records").estimate, 2600);
}

TEST_F(RecordsRatio, TheChangeOfRecordsIsTheSumOfItsParts) {
    const ComparisonRun done = run("");
    EXPECT_NEAR(done.figure("robbery", "change_records").estimate,
                done.figure("robbery", "change_incidents").estimate +
                    done.figure("robbery", "change_reporting").estimate +
                    done.figure("robbery", "change_recording").estimate,
                1e-12);
    EXPECT_NEAR(done.figure("robbery", "records_index").estimate, 100 * 2600.0 / 2025, 1e-10);
}

TEST_F(RecordsRatio, ExactFactorsScaleTheRecordsAndNothingElse) {
    const ComparisonRun plain = run(""), scaled = run(
                                             ", covered: {value: 0.9, source: a}, duplicates: {value: 0.1, source: b}, "
                                             "victims_per_incident: {value: 1.5, source: c}");
    const double k = 0.9 * 0.9 * 1.5;
    EXPECT_NEAR(scaled.figure("robbery", "records_adjusted").estimate, 2600 * k, 1e-9);
    for (const char* quantity : {"recording_ratio", "capture_ratio"}) {
        const ComparedFigure a = plain.figure("robbery", quantity), b = scaled.figure("robbery", quantity);
        EXPECT_NEAR(b.lower, a.lower * k, 1e-12);
        EXPECT_NEAR(b.upper, a.upper * k, 1e-12);
    }
}

// log k of one factor uniform on [low, high] is known exactly; with the survey's error it is a convolution, integrated
// here on a grid.
TEST_F(RecordsRatio, AnIntervalOfCoverageWidensAsTheConvolutionDoes) {
    const double low = 0.6, high = 1.0;
    const ComparisonRun done = run(", covered: {value: [0.6, 1.0], source: a}", "draws: 200000\n");
    const ComparedFigure figure = done.figure("robbery", "capture_ratio");
    EXPECT_EQ(figure.interval, "monte_carlo");
    const double log = expected["cases"]["log_capture"][0], se = expected["cases"]["log_capture"][1];
    const double df = expected["df"];
    const auto below = [&](double limit) {
        double share = 0;
        constexpr int steps = 2000;
        for (int k = 0; k < steps; ++k) {
            const double factor = low + (high - low) * (k + 0.5) / steps;
            const double t = (std::log(limit / factor) - log) / se;
            const double tail = t_p_value(std::abs(t), df) / 2;
            share += (t < 0 ? tail : 1 - tail) / steps;
        }
        return share;
    };
    EXPECT_NEAR(below(figure.lower), 0.025, 0.002);
    EXPECT_NEAR(below(figure.upper), 0.975, 0.002);
    EXPECT_NEAR(done.figure("robbery", "records_adjusted").estimate, 2600 * 0.8, 1e-9);
    EXPECT_NEAR(done.figure("robbery", "records_adjusted").se, 2600 * 0.4 / std::sqrt(12.0), 3);
    // The factor is the same in both years: it cancels in the change.
    EXPECT_NEAR(done.figure("robbery", "change_records").se, 0, 1e-9);
}

TEST_F(RecordsRatio, TotalsOfSeveralCrimesKnowTheirCovariance) {
    const std::string two =
        "crimes:\n  robbery: {iccs: '0401', of: crimes, where: 'kind = \"robbery\"'}\n"
        "  theft: {iccs: '0502', of: crimes, where: 'kind = \"theft\"'}\ntotal: All\n";
    const std::string one = "crimes:\n  any: {iccs: ['0401', '0502'], of: crimes}\n";
    const std::string head =
        both_years + "survey: {reported: reported = 1}\nrecords: {counts: police.csv, unit: incident}\n";
    counts("2025,0401,2000\n2026,0401,2600\n2025,0502,900\n2026,0502,800\n");
    const ComparisonRun parts = run_comparison(head + two, design_of("2026"), folder.path()),
                        whole = run_comparison(head + one, design_of("2026"), folder.path());
    for (const char* quantity : {"incidents", "reporting_rate", "recording_ratio", "capture_ratio", "dark_figure",
                                 "change_incidents", "change_reporting", "change_gap"}) {
        const ComparedFigure a = parts.figure("total", quantity), b = whole.figure("any", quantity);
        EXPECT_NEAR(a.estimate / b.estimate, 1, 1e-12) << quantity;
        EXPECT_NEAR(a.se / b.se, 1, 1e-10) << quantity;
    }
}

TEST_F(RecordsRatio, TheNearestEntryDecidesWhatIsCompared) {
    counts("2026,0401,100\n2026,040111,10\n2026,04013,7\n2026,040131,5\n2026,0502,3\n");
    const ComparisonRun done = run("", "not_compared: {'04013': Of establishments}\n");
    EXPECT_EQ(done.figure("robbery", "records").estimate, 110);
    Diagnostics faults;
    const Table subset = comparable_subset(done.plan, done.counts, "en", faults);
    EXPECT_TRUE(faults.contains("left-out-without-reason")) << "0502 has no entry";
    double compared = 0, left_out = 0;
    for (std::size_t row = 0; row < subset.rows(); ++row)
        (subset.at("compared").cell(row) == "yes" ? compared : left_out) += subset.at("records").number(row);
    EXPECT_EQ(compared, 110);
    EXPECT_EQ(left_out, 15);
}

TEST_F(RecordsRatio, ImpreciseFiguresAreRefusedAndCarryNoValue) {
    const std::string strict =
        "year: '2026'\nquality:\n  id: own\n  labels: {good: {level: good}, poor: {level: poor}}\n"
        "  rules: [{when: cv > 0.01, label: poor}, {label: good}]\n";
    const ComparisonRun done = run_comparison(
        strict + "survey: {reported: reported = 1}\nrecords: {counts: police.csv, unit: incident}\n" + crime,
        design_of("2026"), folder.path());
    for (const char* quantity :
         {"reporting_rate", "recording_ratio", "capture_ratio", "expansion_factor", "dark_figure"}) {
        const ComparedFigure figure = done.figure("robbery", quantity);
        EXPECT_TRUE(figure.refused) << quantity;
        EXPECT_TRUE(std::isnan(figure.estimate) && std::isnan(figure.lower) && std::isnan(figure.se)) << quantity;
    }
    EXPECT_FALSE(done.figure("robbery", "incidents").refused) << "the survey's own total stands with its label";
}

TEST_F(RecordsRatio, RecordingFarFromOneIsFlagged) {
    counts("2026,0401,100000\n");
    const ComparisonRun much = run("");
    EXPECT_EQ(much.figure("robbery", "recording_ratio").flags, std::vector<std::string>{"recording_above_1_2"});
    counts("2026,0401,10\n");
    const ComparisonRun little = run("");
    EXPECT_EQ(little.figure("robbery", "recording_ratio").flags, std::vector<std::string>{"recording_below_0_5"});
    const double reported = expected["cases"]["reported"][0];
    counts("2026,0401," + std::to_string(static_cast<int>(reported)) + "\n");
    const ComparisonRun all = run("");
    EXPECT_EQ(all.figure("robbery", "recording_ratio").flags, std::vector<std::string>{"interval_includes_1"});
}

TEST(FactorDraws, FollowTheCrimeAndNotTheOthers) {
    ComparedCrime crime;
    crime.id = "robbery";
    crime.adjustment.covered = {0.5, 0.9, {}, true, "robbery"};
    const FactorDraws first(crime, 20000, 7), again(crime, 10, 7);
    double sum = 0;
    for (std::size_t k = 0; k < 20000; ++k) {
        EXPECT_GE(first.at(k), 0.5);
        EXPECT_LE(first.at(k), 0.9);
        sum += first.at(k);
    }
    EXPECT_NEAR(sum / 20000, first.middle(), 0.004);
    for (std::size_t k = 0; k < 10; ++k) EXPECT_EQ(first.at(k), again.at(k));
    crime.id = crime.adjustment.covered.crime = "theft";
    EXPECT_NE(FactorDraws(crime, 10, 7).at(0), first.at(0));
    crime.adjustment.covered.crime = "";
    const double of_all = FactorDraws(crime, 10, 7).at(0);
    crime.id = "robbery";
    EXPECT_EQ(FactorDraws(crime, 10, 7).at(0), of_all) << "declared for all: one number";
}

TEST(FactorDraws, QuantilesAreTheOrderStatistics) {
    EXPECT_EQ(draw_quantile({5, 1, 4, 2, 3}, 0.5), 3);
    EXPECT_EQ(draw_quantile({5, 1, 4, 2, 3}, 0.2), 1);
    EXPECT_EQ(draw_quantile({5, 1, 4, 2, 3}, 0.21), 2);
    EXPECT_EQ(draw_quantile({5, 1, 4, 2, 3}, 1), 5);
}

}  // namespace
}  // namespace cifra::testing
