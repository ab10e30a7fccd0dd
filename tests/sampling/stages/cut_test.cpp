// Strata cut from the frame in a plan: limits recounted from the file, the CV recomputed from the strata that were cut,
// neither rows nor seeds matter, faults by line.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "sampling/draw.h"
#include "tests/sampling/plans.h"

namespace cifra::testing {
namespace {

// 60 PSUs of two regions; dwellings from 5 to 2,000, skewed.
double size_of(int i) { return std::round(5 + 2000 * std::pow(i / 59.0, 4)) + i % 3; }

std::string psu_file(bool reversed = false) {
    std::string text = "psu,region,dwellings,x,y\n";
    for (int k = 0; k < 60; ++k) {
        const int i = reversed ? 59 - k : k;
        text += fmt::format("p{:02},{},{},{},{}\n", i, i % 2 ? "N" : "S", size_of(i), i % 5 * 100, i / 20);
    }
    return text;
}

std::string plan_text(const std::string& cut, const std::string& rest) {
    return "{stages: [{unit: psu, strata: {" + cut + "}, " + rest + "}], keep: [dwellings, region]}";
}

Frame frame_of(const DrawPlan& plan, bool reversed = false) { return frame_from({psu_file(reversed)}, plan.stages); }

DrawnSample drawn(const std::string& cut, const std::string& rest, std::uint64_t seed = 1, bool reversed = false) {
    const DrawPlan plan = draw_plan(plan_text(cut, rest));
    return draw_sample(plan, frame_of(plan, reversed), seed);
}

// The sizes of every stratum of the frame.
std::map<std::string, std::vector<double>> sizes_by_stratum(const Frame& frame) {
    std::map<std::string, std::vector<double>> sizes;
    const FrameLevel& top = frame.levels.front();
    for (std::size_t i = 0; i < top.units.size(); ++i)
        sizes[top.stratum(i)].push_back(top.table.at("dwellings").number(top.units[i].row));
    return sizes;
}

TEST(Cut, GivenLimitsAreKept) {
    const DrawPlan plan =
        draw_plan(plan_text("cut: dwellings, method: limits, limits: [50, 400]", "method: srs, n_per_stratum: 2"));
    const Frame frame = frame_of(plan);
    std::map<std::string, double> count;
    for (int i = 0; i < 60; ++i) ++count[size_of(i) < 50 ? "1" : size_of(i) < 400 ? "2" : "3"];
    for (const auto& [stratum, sizes] : sizes_by_stratum(frame)) {
        EXPECT_EQ(static_cast<double>(sizes.size()), count.at(stratum));
        for (const double size : sizes) EXPECT_EQ(stratum, size < 50 ? "1" : size < 400 ? "2" : "3");
    }
    const Table& report = frame.cut.report;
    ASSERT_EQ(report.rows(), 3u);
    EXPECT_FALSE(report.at("from").present(0));
    EXPECT_EQ(report.at("below").number(1), 400);
    EXPECT_FALSE(report.at("below").present(2));
    EXPECT_EQ(report.at("units").number(0), count.at("1"));
}

TEST(Cut, GeometricLimitsAreAProgressionInEveryRegion) {
    const DrawPlan plan =
        draw_plan(plan_text("cut: dwellings, method: geometric, strata: 3, by: [region]", "method: srs, n: 12"));
    const Frame frame = frame_of(plan);
    std::map<std::string, std::pair<double, double>> range = {{"N", {1e9, 0}}, {"S", {1e9, 0}}};
    for (int i = 0; i < 60; ++i) {
        auto& [least, most] = range[i % 2 ? "N" : "S"];
        least = std::min(least, size_of(i)), most = std::max(most, size_of(i));
    }
    const Table& report = frame.cut.report;
    ASSERT_EQ(report.rows(), 6u);
    EXPECT_EQ(report.at("stratum").text(0), "N|1");
    EXPECT_EQ(report.at("stratum").text(5), "S|3");
    for (std::size_t row : {0U, 1U, 3U, 4U}) {
        const auto [least, most] = range.at(row < 3 ? "N" : "S");
        EXPECT_NEAR(
            report.at("below").number(row) / (least * std::pow(most / least, static_cast<double>(row % 3 + 1) / 3)), 1,
            1e-12);
        EXPECT_EQ(report.at("below").number(row), report.at("from").number(row + 1));
    }
    const DrawnSample sample = draw_sample(plan, frame, 1);
    EXPECT_EQ(sample.sample.rows(), 12u);
    for (std::size_t row = 0; row < 12; ++row)
        EXPECT_EQ(sample.sample.at("stratum").text(row).front(), sample.sample.at("region").text(row).front());
}

// n_h PSUs by simple random sampling of the strata that were cut attain the CV, one less in a stratum does not.
TEST(Cut, LavalleeAndHidiroglouDrawWhatTheCvNeeds) {
    const std::string cut = "cut: dwellings, method: lavallee_hidiroglou, strata: 4, cv: 0.04";
    const DrawPlan plan = draw_plan(plan_text(cut, "method: srs"));
    const Frame frame = frame_of(plan);
    const DrawnSample sample = draw_sample(plan, frame, 5);
    std::map<std::string, double> n;
    for (std::size_t row = 0; row < sample.sample.rows(); ++row) ++n[sample.sample.at("stratum").text(row)];
    double variance = 0, total = 0, most = 0;
    for (const auto& [stratum, sizes] : sizes_by_stratum(frame)) {
        const auto units = static_cast<double>(sizes.size());
        double sum = 0, squares = 0;
        for (const double size : sizes) sum += size, most = std::max(most, size);
        for (const double size : sizes) squares += (size - sum / units) * (size - sum / units);
        total += sum;
        if (units > 1) variance += units * units * squares / (units - 1) * (1 / n.at(stratum) - 1 / units);
        const bool take_all = std::count(sizes.begin(), sizes.end(), size_of(59)) > 0;
        EXPECT_TRUE(!take_all || n.at(stratum) == units);
    }
    EXPECT_LE(std::sqrt(variance) / total, 0.04 * (1 + 1e-9));
    EXPECT_GT(std::sqrt(variance) / total, 0.03);
    EXPECT_EQ(most, size_of(59));
    const DrawnSample finer = drawn("cut: dwellings, method: lavallee_hidiroglou, strata: 4, cv: 0.02", "method: srs");
    EXPECT_GT(finer.sample.rows(), sample.sample.rows());
}

// Two columns of clear groups: 5 values of x by 3 of y.
TEST(Cut, KMeansFindsClearGroups) {
    const DrawnSample sample = drawn("cut: [x, y], method: k_means, strata: 15", "method: srs, n_per_stratum: 1");
    EXPECT_EQ(sample.sample.rows(), 15u);
    ASSERT_EQ(sample.cut.rows(), 15u);
    std::set<std::pair<double, double>> centres;
    for (std::size_t row = 0; row < 15; ++row) {
        EXPECT_EQ(sample.cut.at("units").number(row), 4);
        EXPECT_NEAR(sample.cut.at("deviation_x").number(row), 0, 1e-9);
        centres.emplace(sample.cut.at("mean_x").number(row), sample.cut.at("mean_y").number(row));
    }
    EXPECT_EQ(centres.size(), 15u);
    EXPECT_EQ(sample.cut.at("stratum").text(0), "01");
}

TEST(Cut, NeitherRowsNorSeedsMoveTheLimits) {
    for (const char* cut : {"cut: dwellings, method: cumulative_root, strata: 4, bins: 40",
                            "cut: dwellings, method: lavallee_hidiroglou, strata: 5, cv: 0.03",
                            "cut: [x, dwellings], method: k_means, strata: 4"}) {
        const std::string rest =
            std::string(cut).find("lavallee") == std::string::npos ? "method: srs, n: 12" : "method: srs";
        const DrawnSample one = drawn(cut, rest, 3);
        EXPECT_EQ(to_csv(one.sample), to_csv(drawn(cut, rest, 3, true).sample)) << cut;
        EXPECT_EQ(to_csv(one.cut), to_csv(drawn(cut, rest, 4).cut)) << cut;
        EXPECT_NE(to_csv(one.sample), to_csv(drawn(cut, rest, 4).sample)) << cut;
    }
}

// code line of the first fault of the plan, else of the frame.
std::string fault_of(const std::string& cut, const std::string& rest, const std::string& frame = psu_file()) {
    Diagnostics faults;
    const SamplePlan plan = read_plan(
        parse_yaml("draw:\n  stages:\n    - unit: psu\n      strata: {" + cut + "}\n      " + rest, "p.yaml", faults),
        faults);
    if (!faults.has_errors()) frame_from({frame}, plan.draw->stages, faults);
    for (const Diagnostic& fault : faults.items())
        if (fault.severity == Severity::error) return fmt::format("{} {}", fault.code, fault.where.line);
    return "";
}

TEST(Cut, FaultsHaveTheirLines) {
    EXPECT_EQ(fault_of("cut: dwellings, strata: 3", "n: 9"), "");
    EXPECT_EQ(fault_of("cut: dwellings, strata: 1", "n: 9"), "out-of-range 4");
    EXPECT_EQ(fault_of("cut: dwellings, method: limits, limits: [9, 4]", "n: 9"), "out-of-range 4");
    EXPECT_EQ(fault_of("cut: [x, y], strata: 3", "n: 9"), "unused-key 4");
    EXPECT_EQ(fault_of("cut: x, strata: 3, cv: 0.1", "n: 9"), "unused-key 4");
    EXPECT_EQ(fault_of("cut: x, method: lavallee_hidiroglou, strata: 3", "n: 9"), "one-sample-size 3");
    EXPECT_EQ(fault_of("cut: rooms, strata: 3", "n: 9"), "missing-column 1");
    EXPECT_EQ(fault_of("cut: y, method: geometric, strata: 3", "n: 9"), "strata-not-cut 4");
    EXPECT_EQ(fault_of("cut: dwellings, strata: 2", "n: 1", "psu,dwellings\na,3\nb,\nc,9\n"), "bad-cut 3");
}

TEST(Cut, IsOfTheFirstStage) {
    Diagnostics faults;
    read_plan(parse_yaml("draw: {stages: [{unit: psu, n: 2}, {unit: dwelling, take: 1, strata: {cut: x, strata: 2}}]}",
                         "p.yaml", faults),
              faults);
    EXPECT_TRUE(faults.contains("unused-key"));
}

}  // namespace
}  // namespace cifra::testing
